"""EC2: user data and console output are text to users and base64 to the service."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from .customization import Customization, NamedStep

if TYPE_CHECKING:
    from ..models.shapes import OperationModel

__all__ = ["EC2", "ENCODE_USER_DATA"]


class EC2(Customization):
    """User data and console output are what they mean; ``Filters`` may be given where one operation says ``Filter``."""

    parameter_aliases: ClassVar = {"*": {"Filters": "Filter"}}

    def params_steps(self, operation: "OperationModel") -> Iterable[NamedStep]:
        """Encode user data."""
        return (ENCODE_USER_DATA,) if operation.name == "RunInstances" else ()

    def result_steps(self, operation: "OperationModel") -> Iterable[NamedStep]:
        """Decode console output."""
        return [NamedStep("decode_console_output", _decode_output)] if operation.name == "GetConsoleOutput" else ()

    def copy_step(self, operation: "OperationModel") -> str | None:
        """Snapshots are copied from other regions."""
        return "inject_presigned_url_ec2" if operation.name == "CopySnapshot" else None


def _encode_user_data(params: dict[str, Any], context: dict[str, Any]) -> dict[str, Any]:
    """Return the parameters with ``UserData`` (text or bytes) in base64."""
    data = params.get("UserData")
    if isinstance(data, str):
        data = data.encode()
    if not isinstance(data, bytes | bytearray):
        return params  # nothing, or the validator says what is wrong
    from base64 import b64encode

    return {**params, "UserData": b64encode(data).decode()}


ENCODE_USER_DATA = NamedStep("base64_encode_user_data", _encode_user_data)
"""For operations with a parameter ``UserData``."""


def _decode_output(parsed: dict[str, Any], context: Mapping[str, Any]) -> None:
    output = parsed.get("Output")
    if output is None:
        return
    from base64 import b64decode

    try:
        parsed["Output"] = b64decode(output).decode("utf-8", "replace")
    except ValueError:  # some other text: better as it is than not at all
        return
