"""Attempts until an answer counts, or there is no use in another one."""

from collections.abc import Callable, Generator, Mapping
from typing import TYPE_CHECKING, Any

from ..components.errors import UnseekableStreamError
from ..components.event_body import EventBody
from ..components.log_events import REQUEST_FAILED, REQUEST_RETRIED
from ..components.logging import get_logger
from ..components.retry import RetryContext
from .attempt import Attempted, attempt, body_position, error_code_of
from .bucket_regions import moved_request
from .effects import Answer, Effect, Pipeline, Sleep
from .plan import OperationPlan
from .recovery import should_renew_identity
from .refusals import service_error
from .retry_headers import deadline_after, retry_facts
from .state import ClientState

if TYPE_CHECKING:
    from datetime import timedelta

__all__ = ["attempts", "has_passed"]

_log = get_logger("call")

Call = Callable[[ClientState, OperationPlan, Mapping[str, Any]], Pipeline]


def attempts(
    state: ClientState,
    plan: OperationPlan,
    request_dict: dict[str, Any],
    context: dict[str, Any],
    params: Any,
    max_attempts: int | None,
    operation_call: Call,
    first: Attempted | None = None,
) -> Generator[Effect, Answer, Attempted]:
    """Send until an answer counts: each attempt anew from ``request_dict``, signed anew.

    ``first`` is what came of the first one, if it was made; ``operation_call``
    runs the operations that some services are asked for before they are called.
    """
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
    call = RetryContext(plan.name, plan.retryable_errors, max_attempts)
    body = request_dict["body"]
    start, rewind_to = 0 if body.__class__ is bytes else body_position(body), None
    done: Attempted | None = None
    while True:
        failed = done
        if first is not None:
            done, first = first, None
        else:
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
            done = yield from attempt(state, plan, sent, context, rewind_to)
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
            failure = service_error(state, plan, last.parsed)
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


def has_passed(state: ClientState, plan: OperationPlan, done: Attempted, max_attempts: int | None) -> bool:
    """Whether the first attempt of a call needs no other one, and nobody wants to hear of that."""
    http, parsed = done.http, done.parsed
    if (
        parsed is None
        or http is None
        or http.status_code >= 300
        or "Error" in parsed
        or state.events.heard[plan.needs_retry]
        or (max_attempts or state.retry.max_attempts) == 1  # which the result says
        or not state.passes(http)  # type: ignore[misc] # a client without one does not ask
    ):
        return False
    parsed.setdefault("ResponseMetadata", {})["RetryAttempts"] = 0
    return True
