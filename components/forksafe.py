"""What a forked child finds in order, whatever other threads held meanwhile: a lock, and lazy attributes."""

from __future__ import annotations

from _thread import RLock

from .after_fork import renew_in_child

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from functools import cached_property as lazy  # to a type checker it is the same
    from typing import Any

__all__ = ["ForkSafeLock", "lazy"]


class ForkSafeLock(RLock):  # type: ignore[misc] # final for type checkers alone
    """A re-entrant lock that is renewed in the child of a fork.

    What it guards must be published in one step (build first, assign last), so
    that a child which was forked in the middle sees either the old or the new
    state. Safe in threads.
    """

    __slots__ = ()

    def __init__(self) -> None:
        renew_in_child(self)

    def renew(self) -> None:
        """Free the lock, whoever held it; called in a forked child."""
        self._at_fork_reinit()  # type: ignore[attr-defined] # as threading calls it


class _Lazy:
    """Decorate a method without parameters: its result becomes the object's attribute of that name.

    ``functools.cached_property`` of CPython 3.11 does that under one lock for
    all objects of the class, which a child forked in the middle never gets.
    Two threads that ask first at once may both work it out; all get the same
    result. The object needs a ``__dict__``.
    """

    def __init__(self, function: Callable[[Any], Any]) -> None:
        self._function = function
        self.__doc__ = function.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, instance: object | None, owner: type) -> Any:
        """Work it out; the attribute hides this from then on."""
        if instance is None:
            return self
        return instance.__dict__.setdefault(self._name, self._function(instance))


if not TYPE_CHECKING:
    lazy = _Lazy
