"""Where credentials came from, for those who ask why."""

from datetime import UTC, datetime
from typing import Literal, NamedTuple

__all__ = ["CacheUse", "Provenance"]

CacheUse = Literal["off", "miss", "hit"]
"""``hit``: another process of the host, or an earlier one, fetched the set; ``miss``: this one did, and shared it."""


class Provenance(NamedTuple):
    """Which provider and source, when, by which process, and what comes next: no secret in it.

    ``source`` says what was read (variables, file and profile, URL, role).
    ``state`` is that of ``RefreshableCredentials``, or ``static`` for keys that
    do not end. Times are in epoch seconds; ``fetched_by`` is a process id.
    ``str()`` gives one line of text.
    """

    method: str
    source: str | None = None
    state: str = "static"
    expires: float | None = None
    fetched_at: float | None = None
    fetched_by: int | None = None
    cache: CacheUse = "off"
    backoff_until: float | None = None

    @property
    def shared(self) -> bool:
        """Whether the processes of the host share these credentials."""
        return self.cache != "off"

    def __str__(self) -> str:
        parts = [self.method if self.source is None else f"{self.method} ({self.source})", self.state]
        if self.fetched_at is not None:
            parts.append(f"fetched at {_time(self.fetched_at)} by process {self.fetched_by}")
        if self.expires is not None:
            parts.append(f"ends at {_time(self.expires)}")
        if self.shared:
            parts.append(f"cache {self.cache}")
        if self.backoff_until is not None:
            parts.append(f"next try at {_time(self.backoff_until)}")
        return ", ".join(parts)


def _time(epoch: float) -> str:
    return datetime.fromtimestamp(epoch, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
