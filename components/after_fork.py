"""Objects that must be renewed in a forked child: locks that a thread of the parent held, and the like."""

import os
from typing import Protocol
from weakref import WeakSet

__all__ = ["Renewable", "renew_in_child"]


class Renewable(Protocol):
    """What can make itself fit for a forked child."""

    def renew(self) -> None:
        """Replace what the fork may have copied in the middle of its use. Runs in the child's only thread."""
        ...


_objects: WeakSet[Renewable] = WeakSet()


def renew_in_child(target: Renewable) -> None:
    """Call ``target.renew()`` in every forked child, first thing, as long as the object lives."""
    _objects.add(target)


def _renew_all() -> None:
    for target in list(_objects):
        target.renew()


os.register_at_fork(after_in_child=_renew_all)
