"""A call's pipeline within a limit: each of its effects ends in time, or with the error that says why not."""

from collections.abc import Callable
from functools import partial
from typing import Any

from ..components.call_limit import CallLimit
from ..components.http import Transport
from .effects import Answer, Effect, Pipeline, Run, Send, Sleep

__all__ = ["limited"]


def limited(pipeline: Pipeline, limit: CallLimit, transport: Transport, sleep: Callable[[float], object]) -> Pipeline:
    """Return a pipeline that has its effects done within a limit; for one call."""
    answer: Answer | None = None
    try:
        while True:
            effect = pipeline.send(answer)  # type: ignore[arg-type] # None starts a generator
            answer = yield Run(_within(limit, effect, transport, sleep), "limited")
    except StopIteration as stop:
        outcome: Answer = stop.value
        return outcome
    finally:
        pipeline.close()


def _within(
    limit: CallLimit, effect: Effect, transport: Transport, sleep: Callable[[float], object]
) -> Callable[[], Any]:
    if isinstance(effect, Send):
        effect.request.limit = limit
        return partial(limit.run, partial(transport.send, effect.request), "waiting for the answer")
    if isinstance(effect, Sleep):
        return partial(limit.sleep, effect.seconds, sleep)
    return partial(limit.run, effect.function, f"waiting for {effect.purpose}")
