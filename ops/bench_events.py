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


def _measure(action: Callable[[], object]) -> float:
    timer = timeit.Timer(action)
    number, _ = timer.autorange()
    return min(timer.repeat(_ROUNDS, max(number // 4, 1))) / max(number // 4, 1) * 1e6


def _cases(make: Callable[[], Any]) -> Iterator[tuple[str, Callable[[], object]]]:
    for handlers in (0, 1, 10):
        emitter = make()
        emitter.register("after-call.s3", _make_handler())
        for _ in range(handlers):
            emitter.register(_EVENT, _make_handler())
        yield f"emit to {handlers}", lambda e=emitter: e.emit(_EVENT, params=1)  # type: ignore[misc]

    full = make()
    for service in range(60):
        full.register(f"before-call.service-{service}.Operation", _make_handler())
        full.register(f"*.service-{service}", _make_handler())
    yield "copy of 120 handlers", lambda: copy.copy(full)

    handler = _make_handler()

    def register_and_remove() -> None:
        full.register(_EVENT, handler)
        full.unregister(_EVENT, handler)

    yield "register and unregister among 120", register_and_remove


def main() -> None:
    """Print the table."""
    try:
        from botocore.hooks import HierarchicalEmitter  # type: ignore[import-untyped,import-not-found,unused-ignore]
    except ImportError:
        peers: Iterator[tuple[str, Callable[[], object]]] = iter(())
    else:
        peers = _cases(HierarchicalEmitter)
    print(f"{'µs':36}{'sotalia':>10}{'botocore':>10}{'ratio':>8}")
    for name, action in _cases(EventEmitter):
        ours = _measure(action)
        peer = next(peers, None)
        line = f"{name:36}{ours:10.3f}"
        if peer is not None:
            theirs = _measure(peer[1])
            line += f"{theirs:10.3f}{theirs / ours:8.1f}"
        print(line)


if __name__ == "__main__":
    main()
