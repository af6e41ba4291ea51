"""Holds the default session, for those who look for it without knowing what a session is."""

from typing import Any

__all__ = ["current", "hold"]

_session: Any = None


def current() -> Any:
    """Return the default session, ``None`` while there is none."""
    return _session


def hold(session: Any) -> None:
    """Make this the default session."""
    global _session
    _session = session
