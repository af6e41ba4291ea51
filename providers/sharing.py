"""What lets processes share a fetch, as refreshable credentials see it."""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from ..components.cache import Entry, EntryIdentity

__all__ = ["Sharing"]


class Sharing(Protocol):
    """What lets processes share a fetch: ``components.single_flight.SharedFetch``."""

    def fetch(
        self,
        identity: EntryIdentity,
        usable: Callable[[Entry], bool],
        load: Callable[[], Mapping[str, Any]],
        *,
        wait: float | None,
        reject: str | None = None,
    ) -> Entry | None:
        """Return a usable entry, loading it if nobody else has or does."""
