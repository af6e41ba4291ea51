"""EC2: user data and console output are text to users and base64 to the service."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .customization import Customization, ParamsStep, ResultStep

if TYPE_CHECKING:
    from ..models.shapes import OperationModel

__all__ = ["EC2", "encode_user_data"]


class EC2(Customization):
    """``RunInstances`` takes ``UserData`` as it is meant, and ``GetConsoleOutput`` gives what was printed."""

    def params_step(self, operation: "OperationModel") -> ParamsStep | None:
        """Encode user data."""
        return encode_user_data if operation.name == "RunInstances" else None

    def result_step(self, operation: "OperationModel") -> ResultStep | None:
        """Decode console output."""
        return _decode_output if operation.name == "GetConsoleOutput" else None


def encode_user_data(params: dict[str, Any], context: dict[str, Any]) -> dict[str, Any]:
    """Return the parameters with ``UserData`` (text or bytes) in base64."""
    data = params.get("UserData")
    if isinstance(data, str):
        data = data.encode()
    if not isinstance(data, bytes | bytearray):
        return params  # nothing, or the validator says what is wrong
    from base64 import b64encode

    return {**params, "UserData": b64encode(data).decode()}


def _decode_output(parsed: dict[str, Any], context: Mapping[str, Any]) -> None:
    output = parsed.get("Output")
    if output is None:
        return
    from base64 import b64decode

    try:
        parsed["Output"] = b64decode(output).decode("utf-8", "replace")
    except ValueError:  # some other text: better as it is than not at all
        return
