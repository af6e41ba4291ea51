"""What a service may change about its calls beyond its model: the base of the ``customize_*`` modules."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from ..components.errors import EndpointResolutionError
    from ..models.shapes import OperationModel

__all__ = ["Customization", "ParamsStep", "RequestStep", "ResultStep"]

ParamsStep = Callable[[dict[str, Any], dict[str, Any]], dict[str, Any]]
"""From parameters and the context of the call to parameters; what it is given stays as it is."""

RequestStep = Callable[[Mapping[str, Any], dict[str, Any]], None]
"""Takes the parameters, and changes the request dictionary."""

ResultStep = Callable[[dict[str, Any], Mapping[str, Any]], None]
"""Changes the result of a call whose context it is given."""


class Customization:
    """What one service does its own way; the base does nothing. Without state; safe in threads."""

    checks: ClassVar[bool] = False
    """Whether ``check`` has anything to look at; the calls of other services do not ask."""

    changes_builtins: ClassVar[bool] = False
    """Whether ``builtins_for`` has anything to change."""

    rules_fill_host: ClassVar[bool] = False
    """Whether the endpoint rules write the account into the host: the prefix of the operations would do so twice."""

    def check(self, params: Any) -> None:
        """Look at the parameters before the endpoint is worked out, and raise what a user should read."""

    def builtins_for(self, operation_name: str, params: Any, builtins: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """Return the built-in values of the endpoint rules (``AWS::Region`` ...) for these parameters, if others."""
        return None

    def params_step(self, operation: "OperationModel") -> ParamsStep | None:
        """Return what changes the parameters of an operation before they are checked; asked once for each."""
        return None

    def request_step(self, operation: "OperationModel") -> RequestStep | None:
        """Return what changes the requests of an operation before ``before-call``; asked once for each."""
        return None

    def presigned(self, operation_name: str, request: dict[str, Any]) -> None:
        """Change a request that is not sent: its URL is handed out. ``request_step`` is not for those."""

    def result_step(self, operation: "OperationModel") -> ResultStep | None:
        """Return what changes the results of an operation before ``after-call``; asked once for each."""
        return None

    def endpoint_error(self, error: "EndpointResolutionError", params: Mapping[str, Any]) -> Exception:
        """Return the error that users of boto3 catch in place of what the endpoint rules say."""
        return error
