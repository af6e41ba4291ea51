"""Logging across a fork: nobody is in the middle of writing a record when a process forks.

``logging`` renews the locks of its handlers in a forked child, but not the lock
in the file that a handler writes to: one that another thread was just writing
to blocks the child at its next record, for ever. So a fork waits for the
handlers that records of this package may go to. The lock of ``logging`` itself
is taken before theirs, as by who configures logging; ``logging`` would wait for
it afterwards, without an end.
"""

import os
import threading
import time
from typing import TYPE_CHECKING, Any, Final

from .after_fork import wait_first

if TYPE_CHECKING:
    import logging
    from collections.abc import Iterator

__all__ = ["keep_forks_out_of_records"]

_PATIENCE: Final = 1.0  # seconds, for all handlers: rather a fork in the middle than one that never happens

_loggers: "list[logging.Logger]" = []
_held: dict[int, list[Any]] = {}  # by thread: two may fork at once


def keep_forks_out_of_records(logger: "logging.Logger") -> None:
    """Have every later fork wait for the handlers of this logger and of those above it. Called once for each."""
    if not _loggers:
        os.register_at_fork(before=_hold, after_in_parent=_give_back, after_in_child=_give_back)
        wait_first()  # an import, or a section, may have something to log
    _loggers.append(logger)


def _hold() -> None:
    import logging

    until, held = time.monotonic() + _PATIENCE, _held.setdefault(threading.get_ident(), [])
    first: Any = getattr(logging, "_lock", None)
    if first is None or not first.acquire(timeout=_PATIENCE):
        return  # whoever has it may be waiting for one of a handler's
    held.append(first)
    for lock in {id(lock): lock for lock in _locks()}.values():
        if lock.acquire(timeout=max(0.0, until - time.monotonic())):
            held.append(lock)


def _give_back() -> None:
    for lock in reversed(_held.pop(threading.get_ident(), ())):
        try:
            lock.release()
        except RuntimeError:  # in a child it is renewed by now
            pass


def _locks() -> "Iterator[Any]":
    import logging

    for logger in [*_loggers]:
        above: logging.Logger | None = logger
        while above is not None:
            for handler in [*above.handlers]:
                if handler.lock is not None:
                    yield handler.lock
            above = above.parent if above.propagate else None
    if logging.lastResort is not None and logging.lastResort.lock is not None:
        yield logging.lastResort.lock
