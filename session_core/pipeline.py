"""A call, from parameters to result, as a generator without I/O.

It yields what it needs (``Send``, ``Sleep``, ``Run``) and is answered by a
driver; its return value is the outcome. The stages are in modules of their
own: ``prepare`` (parameters to request), ``attempt`` (one request, one answer).
The events are those of DESIGN's order, as users of boto3 know them. Keywords
that nobody would get are not put together: asking for handlers costs 0.1 µs, an
event without one 0.4.
"""

from collections.abc import Generator, Mapping
from typing import TYPE_CHECKING, Any

from ..components.errors import ClientError, EndpointConnectionError, HTTPClientError, UnseekableStreamError
from ..components.event_body import EventBody
from ..components.log_events import REQUEST_FAILED, REQUEST_RETRIED
from ..components.logging import get_logger
from ..components.retry import RetryContext
from .attempt import Attempted, attempt, body_position, error_code_of
from .bucket_regions import moved_request, note_refused_again
from .effects import Answer, Effect, Pipeline, Sleep
from .integrity import apply_checksum, resolve_checksum
from .plan import OperationPlan
from .prepare import new_context, provide_parameters, request_dict_of
from .recovery import should_renew_identity
from .retry_headers import deadline_after, retry_facts
from .state import ClientState

if TYPE_CHECKING:
    from datetime import timedelta

__all__ = ["operation_call"]

_log = get_logger("call")


def operation_call(
    state: ClientState, plan: OperationPlan, params: Mapping[str, Any], max_attempts: int | None = None
) -> Pipeline:
    """Run one operation; the returned ``Answer`` holds the parsed result or the error to raise.

    ``max_attempts`` takes the place of the retry strategy's.

    Errors: ``ParamValidationError`` and the endpoint errors before anything is
    sent, the errors of the connection, ``NoCredentialsError``, ``ClientError``
    (as the client's modelled exception) for what the service refused.
    """
    emitter = state.events
    context = new_context(state, plan)
    try:
        given = provide_parameters(state, plan, params, context)
        request_dict = yield from request_dict_of(state, plan, given, context)
        if plan.integrity is not None:
            resolve_checksum(state, plan, plan.integrity, given, request_dict, context)
        answered = None
        if emitter.heard[plan.before_call]:
            _, answered = emitter.emit_until_response(
                plan.before_call, model=plan.model, params=request_dict, request_signer=state.signer, context=context
            )
        if answered is None and (plan.compressible or plan.integrity is not None):
            _finish_body(state, plan, request_dict)
    except Exception as error:
        return Answer(error=error)
    if answered is not None:
        http, parsed = answered
    else:
        done = yield from _attempts(state, plan, request_dict, context, given, max_attempts)
        if done.error is not None:
            return _failed(state, plan, done.error, context)
        assert done.http is not None
        assert done.parsed is not None
        http, parsed = done.http, done.parsed
    left_out = emitter.left_out
    changes = plan.changes if not left_out else plan.changes_without(left_out)
    if changes.result is not None:
        changes.result(parsed, context)
    try:
        if emitter.heard[plan.after_call]:
            emitter.emit(plan.after_call, http_response=http, parsed=parsed, model=plan.model, context=context)
    except Exception as error:
        return Answer(error=error)
    if http.status_code >= 300:
        refusal = _service_error(state, plan, parsed)
        if plan.customization.follows_buckets:
            note_refused_again(refusal, context)
        if http.status_code == 411 and plan.streaming_input:
            refusal.add_note("The length of the body is not known: give ContentLength, or a seekable file.")
        return Answer(error=refusal)
    return Answer(parsed)


def _finish_body(state: ClientState, plan: OperationPlan, request: dict[str, Any]) -> None:
    """Compress the body, and put the checksum into the headers of what ``before-call`` handlers have left of it."""
    if plan.compressible and not state.config.disable_request_compression:
        from ..models.compression import compress_request  # few operations have the trait

        compress_request(request, plan.model, int(state.config.request_min_compression_size_bytes or 10240))
    if plan.integrity is not None:
        apply_checksum(state, plan, request)


def _failed(state: ClientState, plan: OperationPlan, error: Exception, context: dict[str, Any]) -> Answer:
    """Tell ``after-call-error``, then hand the error on; one that a handler raises takes its place."""
    _note_http2(plan, error)
    if isinstance(error, EndpointConnectionError) and (note := state.region_note()) is not None:
        error.add_note(note)
    try:
        state.events.emit(plan.after_call_error, exception=error, context=context)
    except Exception as raised:
        return Answer(error=raised)
    return Answer(error=error)


def _service_error(state: ClientState, plan: OperationPlan, parsed: Mapping[str, Any]) -> ClientError:
    error = parsed.get("Error", {})
    exception: type[ClientError] = state.exceptions.from_code(error.get("Code"))
    if exception is ClientError and "QueryErrorCode" in error:
        # A service that spoke the query protocol before: SQS has no such codes in its model, but for names alone.
        exception = state.exceptions.from_code(error["QueryErrorCode"])
    refusal = exception(parsed, plan.name)
    _note_http2(plan, refusal)
    return refusal


def _note_http2(plan: OperationPlan, error: Exception) -> None:
    """Say what may be behind an error of an operation that sends events and is meant for HTTP/2."""
    wanted = plan.model.metadata.get("protocolSettings")
    if not wanted or wanted.get("h2") != "eventstream" or not isinstance(error, ClientError | HTTPClientError):
        return
    if plan.model.has_event_stream_input:
        error.add_note(
            f"{plan.name} is meant for HTTP/2. Its events were sent over HTTP/1.1, which the service may refuse."
        )


def _attempts(
    state: ClientState,
    plan: OperationPlan,
    request_dict: dict[str, Any],
    context: dict[str, Any],
    params: Any,
    max_attempts: int | None,
) -> Generator[Effect, Answer, Attempted]:
    """Send until an answer counts: each attempt anew from ``request_dict``, signed anew."""
    discovered = None
    if plan.discovery is not None and state.discovery is not None:
        from .discovery import DiscoveredEndpoint  # three services have it

        discovered = DiscoveredEndpoint.of_call(state, plan, params)
    sent = request_dict
    number = 1
    renewed = False
    emitter, retry, before_attempt = state.events, state.retry, state.before_attempt
    most = max_attempts or retry.max_attempts
    ends_after: timedelta | None = None
    passes = state.passes if most > 1 else None  # about the first attempt alone; nearly all calls end there
    call: Any = None if passes is not None else RetryContext(plan.name, plan.retryable_errors, max_attempts)
    body = request_dict["body"]
    start, rewind_to = 0 if body.__class__ is bytes else body_position(body), None
    done: Attempted | None = None
    while True:
        ends = None if ends_after is None else state.clock.now() + ends_after
        context["retries"] = retry_facts(state, context.get("retries"), number, most, ends)
        if before_attempt is not None:
            while (pause := before_attempt(call)) > 0:
                answer = yield Sleep(pause)
                if answer.error is not None:
                    return _out_of_time(state, plan, answer.error, None)
        if discovered is not None:
            try:
                sent = yield from discovered.moved(request_dict, operation_call)
            except Exception as error:
                return Attempted(error=error, final=True)
        failed = done
        done = yield from attempt(state, plan, sent, context, rewind_to)
        if passes is not None:
            if done.passed and not emitter.heard[plan.needs_retry] and passes(done.http):
                done.parsed.setdefault("ResponseMetadata", {})["RetryAttempts"] = 0  # type: ignore[union-attr] # passed
                return done
            passes, call = None, RetryContext(plan.name, plan.retryable_errors, max_attempts)
        rewind_to = start
        if done.final:
            if failed is not None and isinstance(done.error, UnseekableStreamError):
                done.error.add_note(f"It was to be sent again after this failure: {_reason(failed)}")
            return done
        wait: float | None = None
        if emitter.heard[plan.needs_retry]:
            try:
                wait = _wait_by_handlers(state, plan, done, number, request_dict)
            except Exception as error:
                return Attempted(error=error, final=True)
        http, code = done.http, error_code_of(done.parsed)
        failing = http is None or http.status_code >= 300 or code is not None or done.error is not None
        body = request_dict["body"]  # what a handler has left of it
        spent = isinstance(body, EventBody) and body.spent  # events that were taken cannot be sent again
        mended = False
        if failing and wait is None:
            mended = _clock_was_wrong(state, done)
            if discovered is not None and discovered.was_left(done):
                continue  # one more attempt, at a newly discovered endpoint, which does not count
            if plan.customization.follows_buckets and code is not None:
                try:
                    moved = yield from moved_request(state, plan, params, request_dict, context, done, operation_call)
                except Exception as error:
                    return Attempted(error=error, final=True)
                if moved:
                    number += 1
                    continue
            if not mended and not renewed and not spent and should_renew_identity(done):
                # The identity was refused, not the request: one more attempt, which does not count.
                renewed = state.identities.rejected(done.access_key) if done.access_key is not None else False
                if renewed:
                    continue
        if wait is None:
            if http is None:
                call.record(None, code, None, done.error, corrected=mended)
            else:
                call.record(http.status_code, code, http.headers, done.error, corrected=mended, answer=http)
            wait = retry.on_attempt(call)
            if max_attempts is not None and number >= max_attempts:
                wait = None  # whatever a strategy of somebody else's thinks
        if wait is None or spent:
            if failing:
                _log_attempt(REQUEST_FAILED, plan, done, number, None)
            if call.pause > 0:
                yield Sleep(call.pause)  # if there is no time for it, the failure is handed on at once
            if call.failure is not None:
                return Attempted(error=call.failure, final=True)
            _finish(done, number, call.metadata)
            return done
        _log_attempt(REQUEST_RETRIED, plan, done, number, wait)
        if done.http is not None:
            ends_after = deadline_after(state, done.http) or ends_after
        if wait > 0:
            answer = yield Sleep(wait)
            if answer.error is not None:
                return _out_of_time(state, plan, answer.error, done)
        number += 1


def _out_of_time(state: ClientState, plan: OperationPlan, error: BaseException, last: Attempted | None) -> Attempted:
    """Return the error of a wait that was cut off, with the failure that was waited for as its cause."""
    if not isinstance(error, Exception):
        raise error
    if last is not None:
        failure = last.error
        if failure is None and last.parsed is not None and "Error" in last.parsed:
            failure = _service_error(state, plan, last.parsed)
        error.__cause__ = failure
    return Attempted(error=error, final=True)


def _reason(done: Attempted) -> str:
    """Return the error code of an attempt that failed, or the kind of its error; never what it said."""
    return error_code_of(done.parsed) or type(done.error).__name__


def _log_attempt(event: str, plan: OperationPlan, done: Attempted, number: int, wait: float | None) -> None:
    """Log an attempt that failed."""
    if error_code_of(done.parsed) is None and done.error is None:
        return
    _log.info(
        event,
        service=plan.model.service_model.service_name,
        operation=plan.name,
        attempt=number,
        reason=_reason(done),
        **({} if wait is None else {"wait": round(wait, 3)}),
    )


def _clock_was_wrong(state: ClientState, done: Attempted) -> bool:
    """Whether the request was refused because of this host's clock, which is now corrected for this client."""
    if done.http is None or done.parsed is None or "Error" not in done.parsed:
        return False
    return state.service_clock.learn(error_code_of(done.parsed), done.http.headers, state.service_clock.now())


def _wait_by_handlers(
    state: ClientState, plan: OperationPlan, done: Attempted, number: int, request_dict: dict[str, Any]
) -> float | None:
    """Ask ``needs-retry``: a handler that returns a number decides how long to wait, before the strategy is asked."""
    response = None if done.error is not None else (done.http, done.parsed)
    _, wait = state.events.emit_until_response(
        plan.needs_retry,
        response=response,
        endpoint=state.endpoint,
        operation=plan.model,
        attempts=number,
        caught_exception=done.error,
        request_dict=request_dict,
    )
    return None if wait is None else float(wait)


def _finish(done: Attempted, number: int, facts: Mapping[str, Any]) -> None:
    """Write down how many retries there were, and why there are no more."""
    if done.parsed is None:
        return
    metadata = done.parsed.setdefault("ResponseMetadata", {})
    metadata["RetryAttempts"] = number - 1
    metadata.update(facts)
