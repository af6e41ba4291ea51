"""One attempt: a fresh request, signed by the identity of this moment, sent, and its answer parsed."""

from collections.abc import Generator, Mapping
from typing import Any

from ..components.errors import CallCancelledError, CallDeadlineError, HTTPClientError, RequestBodyError
from ..components.errors import ConnectionError as SomeConnectionError
from ..components.event_body import EventBody
from ..components.http import AWSRequest, AWSResponse
from ..components.request_body import BodySourceError
from ..components.streaming import StreamingBody
from .effects import Answer, Effect, Send
from .plan import OperationPlan
from .retry_headers import add_retry_headers
from .state import ClientState, Identity

__all__ = ["Attempted", "attempt", "body_position", "error_code_of"]


class Attempted:
    """What came of an attempt: an answer with its parsed form, or an error.

    ``final`` if no retry may follow.
    """

    __slots__ = ("access_key", "error", "final", "http", "parsed")

    def __init__(
        self,
        http: AWSResponse | None = None,
        parsed: dict[str, Any] | None = None,
        error: Exception | None = None,
        final: bool = False,
    ) -> None:
        self.http = http
        self.parsed = parsed
        self.error = error
        self.final = final
        self.access_key: str | None = None


def error_code_of(parsed: Mapping[str, Any] | None) -> str | None:
    """Return the error code of a parsed answer, ``None`` if it is no error."""
    error = None if parsed is None else parsed.get("Error")
    return error.get("Code") if isinstance(error, dict) else None  # results may have a member of this name


def attempt(
    state: ClientState,
    plan: OperationPlan,
    request_dict: dict[str, Any],
    context: dict[str, Any],
    rewind_to: int | None = None,
) -> Generator[Effect, Answer, Attempted]:
    """Build, sign, send, parse: the events from ``request-created`` to ``response-received``.

    A body that was read before is put back to ``rewind_to``.
    """
    identity: Identity | None = None
    emitter = state.events
    try:
        if rewind_to is not None:
            _rewind(request_dict["body"], rewind_to)
        request = AWSRequest(
            request_dict["method"],
            request_dict["url"],
            request_dict["headers"],
            request_dict["body"],
            None,
            request_dict.get("auth_path"),
            plan.streaming_output,
            context,
        )
        if emitter.heard[plan.request_created]:
            emitter.emit(plan.request_created, request=request, operation_name=plan.name)
        identity = yield from state.signer.sign_attempt(plan, request, state.service_clock)
        prepared = request.prepare()
        add_retry_headers(prepared.headers, context["retries"])
    except Exception as error:
        return Attempted(error=error, final=True)
    answer: Answer | None = None
    if emitter.heard[plan.before_send]:
        try:
            _, http = emitter.emit_until_response(plan.before_send, request=prepared)
            answer = None if http is None else Answer(http)
        except Exception as error:  # as if the network had failed so: a handler may play a connection that breaks
            answer = Answer(error=error)
    if answer is None:
        answer = yield Send(prepared)
    if answer.error is None:
        done = _answered(state, plan, answer.value, context)
    elif (failure := _failure_of_body(prepared.body, answer.error)) is not None:
        done = Attempted(error=failure, final=True)  # the caller's own: not the network's
    else:
        done = _not_answered(state, plan, answer.error, context)
    done.access_key = None if identity is None else identity.access_key
    return done


def body_position(body: Any) -> int:
    """Return where a body stands: a file is sent from there, and put back to there to be sent again."""
    if not isinstance(body, bytes) and hasattr(body, "tell"):
        try:
            position: int = body.tell()
        except (OSError, ValueError):  # a pipe, a closed file: rewinding is going to say so
            return 0
        return position
    return 0


def _rewind(body: Any, position: int) -> None:
    if body is None or isinstance(body, bytes | bytearray | str | Mapping | EventBody):
        return
    try:
        body.seek(position)
    except Exception as error:
        from ..components.errors import UnseekableStreamError

        raise UnseekableStreamError(stream_object=body) from error


def _failure_of_body(body: Any, error: BaseException) -> Exception | None:
    """Return what the caller's body raised, or that it is not what was announced; ``None`` for other errors."""
    if isinstance(body, EventBody) and body.failure is not None:
        return body.failure
    if isinstance(error, BodySourceError) and isinstance(error.__cause__, Exception):
        return error.__cause__
    return error if isinstance(error, RequestBodyError) else None


def _not_answered(state: ClientState, plan: OperationPlan, error: BaseException, context: dict[str, Any]) -> Attempted:
    """No whole answer came; whether to try again is asked as after any answer."""
    if not isinstance(error, Exception):
        raise error
    try:
        _received(state, plan, None, None, error, context)
    except Exception as raised:
        return Attempted(error=raised, final=True)
    return Attempted(error=error, final=isinstance(error, CallDeadlineError | CallCancelledError))


def _answered(state: ClientState, plan: OperationPlan, http: AWSResponse, context: dict[str, Any]) -> Attempted:
    """Parse an answer. One that breaks off may be retried; one that makes no sense would make none again."""
    error: Exception | None = None
    parsed: dict[str, Any] | None = None
    response_dict: dict[str, Any] | None = None
    parse = plan.parse
    try:
        response_dict = _response_dict(plan, http, context)
        left_out = state.events.left_out
        look = (plan.changes if not left_out else plan.changes_without(left_out)).answer
        heard = state.events.heard[plan.before_parse]
        if heard or look is not None:
            customized: dict[str, Any] = {}
            if heard:
                state.events.emit(
                    plan.before_parse,
                    operation_model=plan.model,
                    response_dict=response_dict,
                    customized_response_dict=customized,
                )
            if look is not None:
                look(response_dict, customized)
            http.status_code = response_dict["status_code"]
            parsed = parse(response_dict)
            parsed.update(customized)
        else:
            parsed = parse(response_dict)
    except (HTTPClientError, SomeConnectionError) as raised:
        error, parsed = raised, None
    except Exception as raised:
        return Attempted(http, error=raised, final=True)
    if state.events.heard[plan.response_received]:
        try:
            _received(state, plan, response_dict, parsed, error, context)
        except Exception as raised:
            return Attempted(error=raised, final=True)
    return Attempted(http, parsed, error)


def _response_dict(plan: OperationPlan, http: AWSResponse, context: Mapping[str, Any]) -> dict[str, Any]:
    body: Any
    of_call: dict[str, Any] = {"operation_name": plan.name}
    if http.status_code >= 300 or not plan.streaming_output:
        body = http.content
    elif plan.event_stream_output:
        body = http.raw
    else:
        body = None
    if "checksum" in context and http.status_code < 300 and context["checksum"].get("response_algorithms"):
        from .answer_integrity import checked  # for the operations that can ask for a checksum

        body, algorithm = checked(http, context["checksum"]["response_algorithms"], body)
        if algorithm is not None:
            of_call["checksum"] = {"response_algorithm": algorithm}
    if body is None:
        body = StreamingBody(http.raw, http.headers.get("content-length"))
    if "signing" in context:
        of_call["signing"] = context["signing"]
    return {"headers": http.headers, "status_code": http.status_code, "context": of_call, "body": body}


def _received(
    state: ClientState,
    plan: OperationPlan,
    response_dict: dict[str, Any] | None,
    parsed: dict[str, Any] | None,
    error: Exception | None,
    context: dict[str, Any],
) -> None:
    if state.events.heard[plan.response_received]:
        state.events.emit(
            plan.response_received,
            response_dict=response_dict,
            parsed_response=parsed,
            context=context,
            exception=error,
        )
