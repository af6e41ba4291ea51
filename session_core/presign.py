"""Presigned URLs: a call's first half, signed in the query and handed out instead of sent."""

from collections.abc import Mapping
from typing import Any

from .driver import drive
from .effects import Answer, Pipeline
from .plan import OperationPlan
from .prepare import new_context, provide_parameters, request_dict_of
from .state import ClientState

__all__ = ["presigned_url"]


class _Offline:
    """The transport of something that sends nothing."""

    def send(self, request: Any) -> Any:
        raise AssertionError("a presigned URL is made without sending anything")

    def close(self) -> None:
        """Nothing to close."""


def presigned_url(
    state: ClientState, plan: OperationPlan, params: Mapping[str, Any], expires_in: int, http_method: str | None
) -> str:
    """Return the presigned URL of a call; body and headers that the operation needs are the sender's."""
    request: dict[str, Any] = drive(_prepared(state, plan, params), _Offline(), state.clock)
    if http_method is not None:
        request["method"] = http_method
    request["headers"].pop("User-Agent", None)
    return str(state.signer.generate_presigned_url(request, plan.name, expires_in))


def _prepared(state: ClientState, plan: OperationPlan, params: Mapping[str, Any]) -> Pipeline:
    context = new_context(state, plan)
    context["is_presign_request"] = True
    try:
        given = provide_parameters(state.events, plan, dict(params), context)
        request = yield from request_dict_of(state, plan, given, context)
        state.events.emit_until_response(
            plan.before_call, model=plan.model, params=request, request_signer=state.signer, context=context
        )
    except Exception as error:
        return Answer(error=error)
    return Answer(request)
