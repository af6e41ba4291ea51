"""Presigned URLs: a call's first half, signed in the query and handed out instead of sent."""

from collections.abc import Mapping
from typing import Any

from ..components.errors import ParamValidationError
from .driver import drive
from .effects import Answer, Pipeline
from .plan import OperationPlan
from .prepare import new_context, provide_parameters, request_dict_of
from .state import ClientState

__all__ = ["checked_expiry", "presign_context", "presigned_url", "unsent_request"]


class _Offline:
    """The transport of something that sends nothing."""

    def send(self, request: Any) -> Any:
        raise AssertionError("a presigned URL is made without sending anything")

    def close(self) -> None:
        """Nothing to close."""


def presigned_url(
    state: ClientState,
    partition: str,
    plan: OperationPlan,
    params: Mapping[str, Any],
    expires_in: Any,
    http_method: str | None,
) -> str:
    """Return the presigned URL of a call; body and headers that the operation needs are the sender's."""
    expires = checked_expiry(expires_in)
    request = unsent_request(state, plan, params, presign_context(state, plan, partition))
    if http_method is not None:
        request["method"] = http_method
    return str(state.signer.generate_presigned_url(request, plan.name, expires))


def checked_expiry(value: Any) -> int:
    """Return a life in whole seconds; ``ParamValidationError`` for what is no number."""
    if not isinstance(value, bool | str | bytes):
        try:
            if (whole := int(value)) == value:
                return whole
        except (TypeError, ValueError, OverflowError):
            pass
    raise ParamValidationError(report=f"ExpiresIn is a whole number of seconds, not this {type(value).__name__}")


def presign_context(state: ClientState, plan: OperationPlan, partition: str) -> dict[str, Any]:
    """Return the context of a call that is signed and not sent."""
    context = new_context(state, plan)
    context["is_presign_request"] = True
    context["use_global_endpoint"] = _goes_to_global_host(state, partition)
    return context


def _goes_to_global_host(state: ClientState, partition: str) -> bool:
    """Whether S3's host for all regions is used, as boto3 does, unless an option says otherwise."""
    config = state.config
    s3: Mapping[str, Any] = config.s3 or {}
    if partition != "aws" or s3.get("use_dualstack_endpoint") or config.use_dualstack_endpoint:
        return False
    if s3.get("us_east_1_regional_endpoint") == "regional" and state.region_name == "us-east-1":
        return False
    return bool(s3.get("addressing_style") != "virtual")


def unsent_request(
    state: ClientState, plan: OperationPlan, params: Mapping[str, Any], context: dict[str, Any]
) -> dict[str, Any]:
    """Return the request dictionary of a call; errors of its parameters and endpoint are raised."""
    request: dict[str, Any] = drive(_prepared(state, plan, params, context), _Offline(), state.clock)
    request["headers"].pop("User-Agent", None)
    return request


def _prepared(state: ClientState, plan: OperationPlan, params: Mapping[str, Any], context: dict[str, Any]) -> Pipeline:
    try:
        given = provide_parameters(state, plan, dict(params), context)
        request = yield from request_dict_of(state, plan, given, context)
        bucket = given.get("Bucket") if isinstance(given, Mapping) else None
        of_arn = isinstance(bucket, str) and bucket.startswith("arn:")
        if "signing" in context and not of_arn and context.get("auth_type") != "v4a":
            # The region that the rules give is that of the global host: the client knows better.
            context["signing"].pop("region", None)
    except Exception as error:
        return Answer(error=error)
    return Answer(request)
