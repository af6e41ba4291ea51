"""Threads that run things beside their callers, one at a time each, and wait a while for the next one."""

import os
import threading
from collections.abc import Callable
from typing import Final

__all__ = ["run_beside"]

_PATIENCE: Final = 5.0  # seconds that a thread waits for more; starting one costs twice what waking one does

_idle: "list[_Worker]" = []


class _Worker:
    """A daemon thread and what it is to run next."""

    __slots__ = ("_gate", "_work")

    def __init__(self, work: Callable[[], object]) -> None:
        self._work: Callable[[], object] | None = work
        self._gate = threading.Lock()
        self._gate.acquire()
        threading.Thread(target=self._live, name="sotalia-call", daemon=True).start()

    def give(self, work: Callable[[], object]) -> None:
        """Hand over what comes next; only to a worker that was taken off the list."""
        self._work = work
        self._gate.release()

    def _live(self) -> None:
        while (work := self._work) is not None:
            self._work = None
            work()
            del work  # it holds what it worked on
            _idle.append(self)
            if self._gate.acquire(timeout=_PATIENCE):
                continue
            try:
                _idle.remove(self)
            except ValueError:  # taken just now: the work is on its way
                self._gate.acquire()


def run_beside(work: Callable[[], object]) -> None:
    """Run ``work``, which must not raise, in another thread; returns at once. From any thread."""
    try:
        worker = _idle.pop()
    except IndexError:
        _Worker(work)
    else:
        worker.give(work)


os.register_at_fork(after_in_child=_idle.clear)  # the threads are not in the child
