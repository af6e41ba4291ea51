"""S3 Control: how its endpoint rules' refusals are told apart."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .customization import Customization

if TYPE_CHECKING:
    from ..components.errors import EndpointResolutionError

__all__ = ["S3Control"]


class S3Control(Customization):
    """Refusals as boto3's users catch them, and one account in the host."""

    rules_fill_host = True

    def endpoint_error(self, error: "EndpointResolutionError", params: Mapping[str, Any]) -> Exception:
        """Tell a wrong ARN, a missing account and a contradictory configuration apart."""
        from ..components.errors import (  # few calls meet an error
            ParamValidationError,
            UnsupportedS3ControlArnError,
            UnsupportedS3ControlConfigurationError,
        )

        text = str(error)
        if text.startswith("Invalid ARN:"):
            arn = next((v for v in params.values() if isinstance(v, str) and v.startswith("arn:")), "")
            return UnsupportedS3ControlArnError(arn=arn, msg=text)
        if text.startswith(("Invalid configuration:", "Client was configured for partition")):
            return UnsupportedS3ControlConfigurationError(msg=text)
        if text == "AccountId is required but not set":
            return ParamValidationError(report=text)
        return error
