"""What a service may change about its calls beyond its model: the base of the ``customize_*`` modules."""

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

if TYPE_CHECKING:
    from ..components.errors import EndpointResolutionError
    from ..models.shapes import OperationModel

__all__ = ["AnswerStep", "Customization", "NamedStep", "ParamsStep", "RequestStep", "ResultStep"]

ParamsStep = Callable[[dict[str, Any], dict[str, Any]], dict[str, Any]]
"""From parameters and the context of the call to parameters; what it is given stays as it is."""

RequestStep = Callable[[Mapping[str, Any], dict[str, Any]], None]
"""Takes the parameters, and changes the request dictionary."""

AnswerStep = Callable[[dict[str, Any], dict[str, Any]], None]
"""Changes the answer before it is parsed, and what is added to its result."""

ResultStep = Callable[[dict[str, Any], Mapping[str, Any]], None]
"""Changes the result of a call whose context it is given."""


class NamedStep(NamedTuple):
    """A step, and the name in ``builtin_handlers`` by which users leave it out."""

    name: str
    run: Callable[..., Any]


class Customization:
    """What one service does its own way; the base does nothing. Without state; safe in threads."""

    follows_buckets: ClassVar[bool] = False
    """Whether its parameter ``Bucket`` may live in another region than that of the client."""

    method_aliases: ClassVar[Mapping[str, str]] = {}
    """Other names under which boto3's users know methods, and what they are called."""

    parameter_aliases: ClassVar[Mapping[str, Mapping[str, str]]] = {}
    """By operation (``*`` for all): other names of parameters, and what the model calls them."""

    changes_builtins: ClassVar[bool] = False
    """Whether ``builtins_for`` has anything to change."""

    rules_fill_host: ClassVar[bool] = False
    """Whether the endpoint rules write the account into the host: the prefix of the operations would do so twice."""

    def builtins_for(self, operation_name: str, params: Any, builtins: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """Return the built-in values of the endpoint rules (``AWS::Region`` ...) for these parameters, if others.

        Of the parameters only those count that the rules read: endpoints are kept by them.
        """
        return None

    def params_steps(self, operation: "OperationModel") -> Iterable[NamedStep]:
        """Return what changes the parameters of an operation before they are checked, or refuses them.

        These, as all steps of an operation, are asked for once, and taken in their order.
        """
        return ()

    def request_steps(self, operation: "OperationModel") -> Iterable[NamedStep]:
        """Return what changes the requests of an operation before ``before-call``."""
        return ()

    def presigned_steps(self, operation: "OperationModel") -> Iterable[NamedStep]:
        """Return what changes a request that is not sent: its URL is handed out. It has no ``request_steps``."""
        return ()

    def answer_steps(self, operation: "OperationModel") -> Iterable[NamedStep]:
        """Return what looks at the answers of an operation after ``before-parse``."""
        return ()

    def result_steps(self, operation: "OperationModel") -> Iterable[NamedStep]:
        """Return what changes the results of an operation before ``after-call``."""
        return ()

    def copy_step(self, operation: "OperationModel") -> str | None:
        """Return the name of the step that puts a presigned URL of the request into the request, if it has one."""
        return None

    def endpoint_error(self, error: "EndpointResolutionError", params: Mapping[str, Any]) -> Exception:
        """Return the error that users of boto3 catch in place of what the endpoint rules say."""
        return error
