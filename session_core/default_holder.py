"""Holds the default session, for those who look for it without knowing what a session is."""

from __future__ import annotations

from ..components.forksafe import ForkSafeLock

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

__all__ = ["current", "current_or_new", "hold", "made_by"]

_session: Any = None
_make: Callable[[], Any] | None = None
_lock = ForkSafeLock()


def current() -> Any:
    """Return the default session, ``None`` while there is none."""
    return _session


def current_or_new() -> Any:
    """Return the default session, made now if there is none. Safe in threads: one is made."""
    with _lock:
        if _session is None and _make is not None:
            hold(_make())
        return _session


def hold(session: Any) -> None:
    """Make this the default session."""
    global _session
    _session = session


def made_by(make: Callable[[], Any]) -> None:
    """Have default sessions made by ``make``."""
    global _make
    _make = make
