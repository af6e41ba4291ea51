"""What a service may change about its calls beyond its model: the base of the ``customize_*`` modules."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from ..components.errors import EndpointResolutionError

__all__ = ["Customization"]


class Customization:
    """What one service does its own way; the base does nothing. Without state; safe in threads."""

    checks: ClassVar[bool] = False
    """Whether ``check`` has anything to look at; the calls of other services do not ask."""

    changes_builtins: ClassVar[bool] = False
    """Whether ``builtins_for`` has anything to change."""

    def check(self, params: Any) -> None:
        """Look at the parameters before the endpoint is worked out, and raise what a user should read."""

    def builtins_for(self, params: Any, builtins: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """Return the built-in values of the endpoint rules (``AWS::Region`` ...) for these parameters, if others."""
        return None

    def endpoint_error(self, error: "EndpointResolutionError", params: Mapping[str, Any]) -> Exception:
        """Return the error that users of boto3 catch in place of what the endpoint rules say."""
        return error
