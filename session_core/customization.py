"""What a service may change about its calls beyond its model: the base of the ``customize_*`` modules."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..components.errors import EndpointResolutionError

__all__ = ["Customization"]


class Customization:
    """What one service does its own way; the base does nothing. Without state; safe in threads."""

    check: Callable[[Any], None] | None = None
    """Looks at the parameters before the endpoint is worked out, and raises what a user should read."""

    builtins_for: Callable[[Any, Mapping[str, Any]], Mapping[str, Any] | None] | None = None
    """Returns the built-in values of the endpoint rules (``AWS::Region`` ...) that are others for these parameters."""

    def endpoint_error(self, error: "EndpointResolutionError", params: Mapping[str, Any]) -> Exception:
        """Return the error that users of boto3 catch in place of what the endpoint rules say."""
        return error
