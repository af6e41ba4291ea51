"""Locks that a child process finds open, whoever held them when the parent forked."""

import os
import threading
import weakref
from collections.abc import Callable

__all__ = ["ForkSafeLock", "after_fork_in_child"]

_locks: "weakref.WeakSet[ForkSafeLock]" = weakref.WeakSet()
_callbacks: list[Callable[[], None]] = []


class ForkSafeLock:
    """A re-entrant lock that is renewed in the child of a fork.

    What it guards must be published in one step (build first, assign last), so
    that a child which was forked in the middle sees either the old or the new
    state. Safe in threads.
    """

    __slots__ = ("__weakref__", "_lock")

    def __init__(self) -> None:
        self._lock = threading.RLock()
        _locks.add(self)

    def __enter__(self) -> bool:
        return self._lock.acquire()

    def __exit__(self, *_: object) -> None:
        self._lock.release()

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        """Take the lock; ``False`` if it could not be had within ``timeout`` seconds."""
        return self._lock.acquire(blocking, timeout)

    def release(self) -> None:
        """Give the lock back."""
        self._lock.release()


def after_fork_in_child(callback: Callable[[], None]) -> None:
    """Have ``callback`` run in every child, after the locks are renewed."""
    _callbacks.append(callback)


def _renew() -> None:
    for lock in list(_locks):
        lock._lock = threading.RLock()
    for callback in _callbacks:
        callback()


if hasattr(os, "register_at_fork"):  # not on Windows, which does not fork
    os.register_at_fork(after_in_child=_renew)
