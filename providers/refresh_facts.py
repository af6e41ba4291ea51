"""What refreshable credentials tell about themselves: for people and logs, not for signing."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from .credentials import Credentials
from .refresh_view import RefreshState, View
from .sharing import Sharing

if TYPE_CHECKING:
    from .provenance import Provenance

__all__ = ["RefreshFacts"]


class RefreshFacts(Credentials):
    """The read-only side of refreshable credentials, over the view of this moment. Takes no lock."""

    _view: View
    _clock: Callable[[], float]
    _stable: bool
    _sharing: Sharing | None
    _asked_as: int | None

    @property
    def state(self) -> RefreshState:
        """``initial``, ``fresh``, ``advisory``, ``mandatory``, or ``stale`` for a set kept through an outage."""
        return self._view.state(self._clock(), self._stable)

    @property
    def expiry_time(self) -> datetime | None:
        """The end of the set in use, in UTC; ``None`` if nothing is loaded or it has no end."""
        expires = self._view.expires
        return None if expires is None else datetime.fromtimestamp(expires, UTC)

    @property
    def provenance(self) -> "Provenance":
        """Which source, when, by which process, from the cache or not, and what comes next; for diagnosis."""
        from .provenance import Provenance

        view = self._view
        loaded = view.frozen is not None
        hit = loaded and view.fetched_by != self._asked_as
        return Provenance(
            self.method,
            self.source,
            view.state(self._clock(), self._stable),
            view.expires,
            view.fetched_at if loaded else None,
            view.fetched_by if loaded else None,
            "off" if self._sharing is None else "hit" if hit else "miss",
            view.backoff_until,
        )

    def refresh_needed(self, refresh_in: float | None = None) -> bool:
        """Return whether the set ends within ``refresh_in`` seconds (by default: its advisory window has begun)."""
        view = self._view
        if view.frozen is None:
            return True
        if view.expires is None:
            return False
        return self._clock() >= (view.advisory_at if refresh_in is None else view.expires - refresh_in)

    def __repr__(self) -> str:
        frozen = self._view.frozen
        key = None if frozen is None else frozen.access_key
        return f"<{type(self).__name__} access_key={key!r} method={self.method!r} state={self.state}>"
