"""What a fork in the middle of anything needs: locks renewed in the child, and steps that it may not cut in two.

``fork`` copies the locks that other threads hold and never gives them back in
the child. Objects with locks register for ``renew()``. Where a thread must not
be caught halfway, it enters ``no_fork``, and a fork in another thread waits.
"""

import os
import threading
from types import TracebackType
from typing import Final, Protocol
from weakref import WeakSet

__all__ = ["Renewable", "import_whole", "no_fork", "renew_in_child"]

_FORK_PATIENCE: Final = 5.0  # rather a fork in the middle than one that never happens


class Renewable(Protocol):
    """What can make itself fit for a forked child."""

    def renew(self) -> None:
        """Replace what the fork may have copied in the middle of its use. Runs in the child's only thread."""
        ...


class _NoFork:
    """A section that a fork in another thread does not cut; re-entrant, one thread at a time; keep it short."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._passed: dict[int, bool] = {}

    def __enter__(self) -> None:
        self._lock.acquire()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        try:
            self._lock.release()
        except RuntimeError:  # the section itself forked, and this is the child
            pass

    def before(self) -> None:
        self._passed[threading.get_ident()] = self._lock.acquire(timeout=_FORK_PATIENCE)

    def after_in_parent(self) -> None:
        if self._passed.pop(threading.get_ident(), False):
            self._lock.release()

    def after_in_child(self) -> None:
        self._lock = threading.RLock()
        self._passed.clear()


no_fork = _NoFork()
_objects: WeakSet[Renewable] = WeakSet()
_imported: set[str] = set()


def renew_in_child(target: Renewable) -> None:
    """Call ``target.renew()`` in every forked child, first thing, as long as the object lives."""
    _objects.add(target)


def import_whole(*names: str) -> None:
    """Import modules in one piece: a fork in another thread waits until they are there.

    A module whose import a fork cuts in two can never be imported in the
    child: the import lock of the module stays with a thread that is not there
    (seen with CPython 3.11 to 3.13). For imports at first use; costs a set
    look-up afterwards.
    """
    for name in names:
        if name not in _imported:
            with no_fork:
                __import__(name)
                _imported.add(name)


def _renew_all() -> None:
    no_fork.after_in_child()
    for target in list(_objects):
        target.renew()


os.register_at_fork(before=no_fork.before, after_in_parent=no_fork.after_in_parent, after_in_child=_renew_all)
