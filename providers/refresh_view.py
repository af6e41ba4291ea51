"""The state of refreshable credentials as one immutable value, replaced as a whole."""

from typing import Final, Literal, NamedTuple

from .credential_set import CredentialSet
from .credentials import ReadOnlyCredentials
from .refresh_policy import advisory_window

__all__ = ["INITIAL", "RefreshState", "View", "Windows", "view_of"]

#: ``stale``: past its end and still served, because its source is down (static stability).
RefreshState = Literal["initial", "fresh", "advisory", "mandatory", "stale"]

_NEVER: Final = float("inf")
_ALWAYS: Final = float("-inf")


class Windows(NamedTuple):
    """The two refresh windows in seconds; ``advisory`` ``None`` means by the lifetime of each set."""

    advisory: float | None
    mandatory: float


class View(NamedTuple):
    """A set with its times (epoch seconds) and what the last failure left behind.

    Before ``check_at`` the set is served without a further look. ``error`` is
    raised again until ``error_until``; ``backoff_until`` is set while a failed
    refresh waits for its next try.
    """

    frozen: ReadOnlyCredentials | None = None
    check_at: float = _ALWAYS
    expires: float | None = None
    advisory_at: float = _NEVER
    mandatory_at: float = _NEVER
    fetched_at: float = 0.0
    fetched_by: int = 0
    backoff_until: float | None = None
    error: Exception | None = None
    error_until: float = _ALWAYS

    def __repr__(self) -> str:
        return f"<View of {self.frozen!r} until {self.expires}>"

    def has_expired(self, now: float) -> bool:
        """Return whether the set is past its end."""
        return self.expires is not None and now >= self.expires

    def state(self, now: float, statically_stable: bool) -> RefreshState:
        """Return the name of the state at this time."""
        if self.frozen is None:
            return "initial"
        if statically_stable and self.has_expired(now) and self.backoff_until is not None:
            return "stale"
        if now >= self.mandatory_at:
            return "mandatory"
        return "advisory" if now >= self.advisory_at else "fresh"


#: Nothing loaded.
INITIAL: Final = View()


def view_of(found: CredentialSet, windows: Windows) -> View:
    """Return the state that a set begins with.

    The windows are fixed here, from the lifetime that the set had when its
    source gave it out, so that all processes that share it agree. A set that
    lives shorter than a window (but for this it would be refreshed at every
    call) waits for half of its life, and is pressing in the last quarter.
    """
    expires = found.expires
    if expires is None:
        return View(found.frozen, _NEVER, fetched_at=found.fetched_at, fetched_by=found.fetched_by)
    lifetime = expires - found.fetched_at
    window = advisory_window(lifetime) if windows.advisory is None else windows.advisory
    if window >= lifetime:
        window = max(0.0, lifetime / 2)
    mandatory = windows.mandatory if windows.mandatory < lifetime else max(0.0, lifetime / 4)
    mandatory_at = expires - mandatory
    advisory_at = min(expires - window, mandatory_at)
    return View(found.frozen, advisory_at, expires, advisory_at, mandatory_at, found.fetched_at, found.fetched_by)
