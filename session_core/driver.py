"""The synchronous driver: runs a call's pipeline with a transport, a clock and this thread."""

from collections.abc import Mapping
from typing import Any

from ..components.call_options import CallOptions, current_options
from ..components.clock import Clock
from ..components.http import Transport
from .effects import Answer, Pipeline, Run, Send, Sleep
from .pipeline import operation_call
from .plan import OperationPlan
from .state import ClientState

__all__ = ["call_operation", "drive"]


def call_operation(
    state: ClientState,
    plan: OperationPlan,
    params: Mapping[str, Any],
    transport: Transport,
    options: CallOptions | None = None,
    began: float | None = None,
) -> Any:
    """Call an operation in this thread: return its result, or raise its error.

    ``options`` are those of this call, ``began`` is when their time began.
    """
    if options is None:
        options = current_options.get()
        if options is None:
            return drive(operation_call(state, plan, params), transport, state.clock)
    outer = current_options.set(None)  # the options are this call's, not those of calls that its handlers make
    limit = None
    try:
        pipeline = operation_call(state, plan, params, options.max_attempts)
        if options.timeout is not None or options.cancel is not None:
            from ..components.call_limit import CallLimit  # few calls have one
            from .limited import limited

            limit = CallLimit(options.timeout, options.cancel, state.clock.monotonic, began)
            pipeline = limited(pipeline, limit, transport, state.clock.sleep)
        return drive(pipeline, transport, state.clock)
    finally:
        current_options.reset(outer)
        if limit is not None:
            limit.close()


def drive(pipeline: Pipeline, transport: Transport, clock: Clock) -> Any:
    """Run a pipeline to its end and return its value, or raise its error.

    What an effect raises goes into the pipeline as an answer; ``KeyboardInterrupt``
    and its like go straight through, after the pipeline was closed.
    """
    answer: Any = None
    try:
        while True:
            effect: Any = pipeline.send(answer)  # None starts a generator
            kind = effect.__class__
            try:
                if kind is Send:
                    answer = Answer(transport.send(effect.request))
                elif kind is Run:
                    answer = Answer(effect.function())
                else:
                    assert isinstance(effect, Sleep)
                    clock.sleep(effect.seconds)
                    answer = Answer()
            except Exception as error:
                answer = Answer(None, error)
    except StopIteration as stop:
        outcome: Answer = stop.value
    finally:
        pipeline.close()
    if outcome.error is not None:
        raise outcome.error
    return outcome.value
