"""Measure the event system alone: ``python -m sotalia.ops.bench_events``.

Prints microseconds per operation, the best of several rounds, and the same for
botocore's emitter where botocore can be imported.
"""

import copy
import timeit
from collections.abc import Callable, Iterator
from typing import Any

from ..components.events import EventEmitter

__all__ = ["main"]

_EVENT = "before-call.s3.ListObjects"
_ROUNDS = 7


def _make_handler() -> Callable[..., None]:
    def handler(**kwargs: Any) -> None:
        return None

    return handler


def _measure(statement: str, names: dict[str, Any]) -> float:
    timer = timeit.Timer(statement, globals=names)
    number = max(timer.autorange()[0] // 4, 1)
    return min(timer.repeat(_ROUNDS, number)) / number * 1e6


def _cases(make: Callable[[], Any]) -> Iterator[tuple[str, float]]:
    for handlers in (0, 1, 10):
        emitter = make()
        emitter.register("after-call.s3", _make_handler())
        for _ in range(handlers):
            emitter.register(_EVENT, _make_handler())
        names = {"emitter": emitter, "event": _EVENT}
        yield f"emit to {handlers}", _measure("emitter.emit(event, params=1)", names)

    full = make()
    for service in range(60):
        full.register(f"before-call.service-{service}.Operation", _make_handler())
        full.register(f"*.service-{service}", _make_handler())
    names = {"full": full, "event": _EVENT, "handler": _make_handler(), "copy": copy.copy}
    yield "copy of 120 handlers", _measure("copy(full)", names)
    yield (
        "register and unregister among 120",
        _measure("full.register(event, handler); full.unregister(event, handler)", names),
    )


def main() -> None:
    """Print the table."""
    try:
        from botocore.hooks import HierarchicalEmitter  # type: ignore[import-untyped,import-not-found,unused-ignore]
    except ImportError:
        peers: Iterator[tuple[str, float]] = iter(())
    else:
        peers = _cases(HierarchicalEmitter)
    print(f"{'µs':36}{'sotalia':>10}{'botocore':>10}{'ratio':>8}")
    for name, ours in _cases(EventEmitter):
        line = f"{name:36}{ours:10.3f}"
        _, theirs = next(peers, ("", None))
        if theirs is not None:
            line += f"{theirs:10.3f}{theirs / ours:8.1f}"
        print(line)


if __name__ == "__main__":
    main()
