"""Parameters to a request: one compiled function per operation, for all six protocols.

A serializer is made of closures for the operation's shapes, compiled when they
are first used; no shape is walked generically per call.
"""

from collections.abc import Callable, Mapping
from typing import Any

from ..components.errors import ParamValidationError
from .serialize_host import compile_host_prefix
from .serialize_scalars import Serializer
from .shapes import OperationModel

__all__ = ["Serializer", "compile_checked_serializer", "compile_serializer", "compile_token_filler", "new_token"]


def new_token() -> str:
    """Return a fresh idempotency token (a random UUID)."""
    from uuid import uuid4

    return str(uuid4())


def compile_serializer(operation: OperationModel, *, token: Callable[[], str] | None = None) -> Serializer:
    """Compile the serializer of an operation.

    The request has ``url_path`` (labels filled and percent-encoded),
    ``query_string`` (a dictionary of fields, or ``""``), ``method``,
    ``headers`` (a plain dictionary), ``body`` (bytes; the form as a dictionary
    for the query and ec2 protocols; what the caller gave for a streaming
    payload, an ``EventBody`` for events) and, where the operation says so, ``host_prefix`` and
    ``auth_path``. ``token`` makes idempotency tokens for members that are not
    given; without it none are made, because the call pipeline fills them
    before it validates (``compile_token_filler``).

    The result may be called from any thread. It raises ``ParamValidationError``
    for values that cannot be serialized, also where validation is off.
    """
    build = _compile_protocol(operation)
    if operation.has_event_stream_input:
        from .event_stream_input import compile_event_input  # few operations have one

        build = compile_event_input(operation, build)
    host_prefix = compile_host_prefix(operation)
    fill = None if token is None else compile_token_filler(operation, token)
    name = operation.name

    def serialize(params: Mapping[str, Any]) -> dict[str, Any]:
        try:
            if fill is not None:
                params = fill(params)
            request = build(params)
            if host_prefix is not None:
                request["host_prefix"] = host_prefix(params)
            return request
        except RecursionError:
            raise ParamValidationError(report=f"The parameters of {name} are nested too deeply") from None
        except (TypeError, ValueError, AttributeError, LookupError, ArithmeticError) as error:
            raise ParamValidationError(
                report=f"Cannot serialize the parameters of {name}: {type(error).__name__}: {str(error)[:200]}"
            ) from error

    return serialize


def compile_checked_serializer(
    operation: OperationModel, validate: Callable[[Any], None], serialize: Serializer
) -> Serializer:
    """Compile what validates and then serializes parameters as these two would, in one walk where that is possible."""

    def one_by_one(params: Mapping[str, Any]) -> dict[str, Any]:
        validate(params)
        return serialize(params)

    protocol = operation.service_model.resolved_protocol
    if operation.endpoint is not None or operation.has_event_stream_input:
        return one_by_one
    if protocol == "json" and operation.input_shape is not None:
        from .serialize_checked_json import compile_checked_json

        return compile_checked_json(operation, operation.input_shape, one_by_one)
    if protocol in ("query", "ec2"):
        from .serialize_checked_query import compile_checked_query

        return compile_checked_query(operation, one_by_one)
    if protocol in ("rest-json", "rest-xml"):
        from .serialize_checked_rest import compile_checked_rest

        return compile_checked_rest(operation, one_by_one)
    return one_by_one


def compile_token_filler(
    operation: OperationModel, token: Callable[[], str] = new_token
) -> Callable[[Mapping[str, Any]], Mapping[str, Any]] | None:
    """Compile the function that adds idempotency tokens to parameters, ``None`` if the operation has none.

    The function returns its argument where all tokens are given, and a copy otherwise. What is no mapping is
    left to the validator.
    """
    names = operation.idempotent_members
    if not names:
        return None

    def fill(params: Mapping[str, Any]) -> Mapping[str, Any]:
        if type(params) is not dict and not isinstance(params, Mapping):
            return params
        missing = [name for name in names if name not in params]
        return {**params, **{name: token() for name in missing}} if missing else params

    return fill


def _compile_protocol(operation: OperationModel) -> Serializer:
    protocol = operation.service_model.resolved_protocol
    if protocol == "json":
        from .serialize_json import compile_json

        return compile_json(operation)
    if protocol in ("query", "ec2"):
        from .serialize_query import Ec2Forms, Forms, compile_query

        return compile_query(operation, Ec2Forms() if protocol == "ec2" else Forms())
    if protocol in ("rest-json", "rest-xml"):
        from .serialize_bindings import Bindings
        from .serialize_rest import compile_rest

        return compile_rest(operation, Bindings())
    from .serialize_cbor import compile_cbor

    return compile_cbor(operation)
