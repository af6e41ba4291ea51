"""EventBridge: how its endpoint rules' refusals are told apart."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .customization import Customization

if TYPE_CHECKING:
    from ..components.errors import EndpointResolutionError

__all__ = ["EventBridge"]


class EventBridge(Customization):
    """Refusals as boto3's users catch them."""

    def endpoint_error(self, error: "EndpointResolutionError", params: Mapping[str, Any]) -> Exception:
        """Tell apart what is wrong with a global endpoint (``EndpointId``)."""
        from ..components.errors import InvalidEndpointConfigurationError  # few calls meet an error

        text = str(error)
        if "EventBridge multi-region endpoints" in text or text.startswith("EndpointId "):
            return InvalidEndpointConfigurationError(msg=text)
        return error
