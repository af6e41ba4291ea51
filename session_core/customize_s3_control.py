"""S3 Control: ARNs that say the account, and how its endpoint rules' refusals are told apart."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from .customization import Customization, NamedStep

if TYPE_CHECKING:
    from ..components.errors import EndpointResolutionError
    from ..models.shapes import OperationModel

__all__ = ["S3Control"]


class S3Control(Customization):
    """Refusals as boto3's users catch them, and one account in the host."""

    rules_fill_host = True

    def params_steps(self, operation: "OperationModel") -> Iterable[NamedStep]:
        """Fill in the account, where the ARN of what an outpost has says it."""
        shape = operation.input_shape
        names = [] if shape is None else [name for name in ("Name", "Bucket") if name in shape.members]
        if shape is None or not names or "AccountId" not in shape.members:
            return ()

        def change(params: dict[str, Any], context: dict[str, Any]) -> dict[str, Any]:
            arn = next((value for name in names if _is_arn(value := params.get(name))), None)
            if arn is None or "AccountId" in params:
                return params
            parts = str(arn).split(":")
            return {**params, "AccountId": parts[4]} if len(parts) > 5 and parts[2] == "s3-outposts" else params

        return [NamedStep("handle_arn", change)]

    def endpoint_error(self, error: "EndpointResolutionError", params: Mapping[str, Any]) -> Exception:
        """Tell a wrong ARN, a missing account and a contradictory configuration apart."""
        from ..components.errors import (  # few calls meet an error
            ParamValidationError,
            UnsupportedS3ControlArnError,
            UnsupportedS3ControlConfigurationError,
        )

        text = str(error)
        if text.startswith("Invalid ARN:"):
            arn = next((value for value in params.values() if _is_arn(value)), "")
            return UnsupportedS3ControlArnError(arn=arn, msg=text)
        if text.startswith(("Invalid configuration:", "Client was configured for partition")):
            return UnsupportedS3ControlConfigurationError(msg=text)
        if text == "AccountId is required but not set":
            return ParamValidationError(report=text)
        return error


def _is_arn(value: Any) -> bool:
    return isinstance(value, str) and value.startswith("arn:")
