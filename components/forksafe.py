"""A lock that a child process finds open, whoever held it when the parent forked."""

import threading

from .after_fork import renew_in_child

__all__ = ["ForkSafeLock"]


class ForkSafeLock:
    """A re-entrant lock that is renewed in the child of a fork.

    What it guards must be published in one step (build first, assign last), so
    that a child which was forked in the middle sees either the old or the new
    state. Safe in threads.
    """

    __slots__ = ("__weakref__", "_lock")

    def __init__(self) -> None:
        self._lock = threading.RLock()
        renew_in_child(self)

    def __enter__(self) -> bool:
        return self._lock.acquire()

    def __exit__(self, *_: object) -> None:
        self._lock.release()

    def renew(self) -> None:
        """Replace the lock; called in a forked child."""
        self._lock = threading.RLock()
