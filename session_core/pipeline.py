"""A call, from parameters to result, as a generator without I/O.

It yields what it needs (``Send``, ``Sleep``, ``Run``) and is answered by a
driver; its return value is the outcome. The stages are in modules of their
own: ``prepare`` (parameters to request), ``attempt`` (one request, one answer),
``attempts`` (until an answer counts).
The events are those of DESIGN's order, as users of boto3 know them. Keywords
that nobody would get are not put together: asking for handlers costs 0.1 µs, an
event without one 0.4.
"""

from collections.abc import Mapping
from typing import Any

from ..components.errors import EndpointConnectionError
from .attempt import Attempted, attempt
from .attempts import attempts, has_passed
from .bucket_regions import note_refused_again
from .effects import Answer, Pipeline
from .integrity import apply_checksum, resolve_checksum
from .plan import OperationPlan
from .prepare import new_context, provide_parameters, request_dict_of
from .refusals import note_http2, service_error
from .retry_headers import retry_facts
from .state import ClientState

__all__ = ["operation_call"]


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
        done: Attempted | None = None
        if (
            state.passes is not None
            and request_dict["body"].__class__ is bytes
            and (plan.discovery is None or not _is_discovered(state, plan))
        ):
            # Nearly all calls are over with this: what more attempts need is not made.
            most = max_attempts or state.retry.max_attempts
            context["retries"] = retry_facts(state, context.get("retries"), 1, most, None)
            done = yield from attempt(state, plan, request_dict, context)
        if done is None or not has_passed(state, plan, done, max_attempts):
            done = yield from attempts(state, plan, request_dict, context, given, max_attempts, operation_call, done)
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
        refusal = service_error(state, plan, parsed)
        if plan.customization.follows_buckets:
            note_refused_again(refusal, context)
        if http.status_code == 411 and plan.streaming_input:
            refusal.add_note("The length of the body is not known: give ContentLength, or a seekable file.")
        return Answer(error=refusal)
    return Answer(parsed)


def _is_discovered(state: ClientState, plan: OperationPlan) -> bool:
    """Whether the service is asked where the operation is to be sent."""
    return state.discovery is not None and state.discovery().concerns(plan)


def _finish_body(state: ClientState, plan: OperationPlan, request: dict[str, Any]) -> None:
    """Compress the body, and put the checksum into the headers of what ``before-call`` handlers have left of it."""
    if plan.compressible and not state.config.disable_request_compression:
        from ..models.compression import compress_request  # few operations have the trait

        compress_request(request, plan.model, int(state.config.request_min_compression_size_bytes or 10240))
    if plan.integrity is not None:
        apply_checksum(state, plan, request)


def _failed(state: ClientState, plan: OperationPlan, error: Exception, context: dict[str, Any]) -> Answer:
    """Tell ``after-call-error``, then hand the error on; one that a handler raises takes its place."""
    note_http2(plan, error)
    if isinstance(error, EndpointConnectionError) and (note := state.region_note()) is not None:
        error.add_note(note)
    try:
        state.events.emit(plan.after_call_error, exception=error, context=context)
    except Exception as raised:
        return Answer(error=raised)
    return Answer(error=error)
