"""The work of one transfer: its parts in several threads, which end together."""

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import copy_context
from functools import partial
from queue import SimpleQueue
from typing import Any, Final, TypeVar

from ..components.after_fork import renew_in_child
from ..components.call_options import CallOptions, CancelToken, current_options
from ..components.errors import CallCancelledError
from ..components.side_threads import run_beside

__all__ = ["Crew", "Slots"]

_LOOK: Final = 0.05  # seconds after which a wait looks whether the transfer has ended
_Part = TypeVar("_Part")
_Result = TypeVar("_Result")


class Slots:
    """How many parts may be under way at once, over all transfers that share it; safe in threads and across fork."""

    def __init__(self, most: int) -> None:
        self._most = most
        self.renew()
        renew_in_child(self)

    def renew(self) -> None:
        """Free all of them, in a forked child: whoever had them is not there."""
        self._free = threading.Semaphore(self._most)

    def take(self, check: Callable[[], object]) -> None:
        """Take a slot; ``check`` is called now and then meanwhile, and may raise."""
        check()
        while not self._free.acquire(timeout=_LOOK):
            check()

    def give(self) -> None:
        """Give a slot back."""
        self._free.release()


class Crew:
    """One transfer under way; a context manager, for the thread of the caller.

    ``options`` are for its calls: a transfer that ends early, by an error of
    one part, by ``KeyboardInterrupt``, or by the cancel token of the caller's
    ``call_options``, ends them all, and their connections are closed.
    """

    def __init__(self, slots: Slots, threads: bool, sleep: Callable[[float], object] = time.sleep) -> None:
        outer = current_options.get() or CallOptions()
        self._outer = outer.cancel
        self._calls = CancelToken()
        self.options = CallOptions(outer.timeout, outer.max_attempts, self._calls)
        self._slots = slots
        self._threads = threads
        self._sleep = sleep
        self._failures: list[BaseException] = []
        self._bodies: set[Any] = set()
        self._ended: SimpleQueue[bool] = SimpleQueue()
        self._done = 0

    def __enter__(self) -> "Crew":
        if self._outer is not None:
            self._outer.enter(self)
            if self._outer.cancelled:
                self.end()
        return self

    def __exit__(self, *_: object) -> None:
        if self._outer is not None:
            self._outer.leave(self)

    def end(self) -> None:
        """End the transfer. From any thread, and in the middle of anything: a signal handler may call it."""
        self._calls.cancel()
        for body in self._bodies.copy():
            body.wake()
        self._ended.put(False)

    def check(self) -> None:
        """Raise what has ended the transfer, if anything has."""
        if self._failures:
            raise self._failures[0]
        if self._calls.cancelled:
            raise CallCancelledError(doing="transferring an object")

    def pause(self, seconds: float) -> None:
        """Wait, or raise what ends the transfer meanwhile."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            self._sleep(min(left, _LOOK))
            self.check()

    @contextmanager
    def reading(self, body: Any) -> Iterator[Any]:
        """Read a body in the block; the end of the transfer ends the wait for its bytes."""
        wakes = hasattr(body, "wake")
        if wakes:
            self._bodies.add(body)
        try:
            self.check()
            yield body
        finally:
            self._bodies.discard(body)
            close = getattr(body, "close", None)
            if close is not None:
                close()

    def each(self, parts: Iterable[_Part], work: Callable[[_Part], _Result]) -> list[_Result]:
        """Return what ``work`` makes of each part, in their order; raises the first error, when nothing runs any more.

        The next part is asked for in this thread, when there is a slot for it:
        what it holds in memory is bounded by the slots.
        """
        results: dict[int, _Result] = {}
        begun = 0
        source = iter(parts)
        try:
            while True:
                self._slots.take(self.check)
                try:
                    part = next(source)
                except StopIteration:
                    self._slots.give()
                    break
                except BaseException:
                    self._slots.give()
                    raise
                one = partial(self._one, work, part, begun, results)
                begun += 1
                if self._threads:
                    run_beside(partial(copy_context().run, one))
                else:
                    one()
                del part, one
            self._wait(begun)
        except BaseException as error:
            self._fail(error)
            self._wait(begun)
        self._done -= begun
        self.check()
        return [results[number] for number in range(begun)]

    def _one(self, work: Callable[[Any], Any], part: Any, number: int, results: dict[int, Any]) -> None:
        try:
            self.check()
            results[number] = work(part)
        except BaseException as error:  # told to the caller, whatever it is
            self._fail(error)
        finally:
            del part
            self._slots.give()
            self._ended.put(True)

    def _fail(self, error: BaseException) -> None:
        if not self._calls.cancelled:
            self._failures.append(error)
        elif not isinstance(error, Exception):  # of the caller's thread, while others were ending
            self._failures.insert(0, error)
        self.end()

    def _wait(self, running: int) -> None:
        """Wait until so many parts have ended."""
        while self._done < running:
            self._done += self._ended.get()
