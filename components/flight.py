"""Single flight among threads: of those that want the same thing at once, one works and the others wait for it."""

import threading
from collections.abc import Hashable
from typing import Any

from .after_fork import renew_in_child

__all__ = ["Flight", "Flights"]


class Flight:
    """One piece of work in progress. ``result`` and ``error`` are set before ``done``."""

    __slots__ = ("done", "error", "result")

    def __init__(self) -> None:
        self.done = threading.Event()
        self.result: Any = None
        self.error: Exception | None = None


class Flights:
    """The work in progress of this process, by key.

    Safe in threads. In a forked child the flights of the parent do not exist:
    whoever comes first there leads a new one.
    """

    def __init__(self) -> None:
        self.renew()
        renew_in_child(self)

    def renew(self) -> None:
        """Forget all flights (a forked child calls this)."""
        self._table: dict[Hashable, Flight] = {}
        self._lock = threading.Lock()

    def join(self, key: Hashable) -> tuple[Flight, bool]:
        """Return the flight of ``key`` and whether the caller leads it; a leader must call ``land``."""
        with self._lock:
            flight = self._table.get(key)
            if flight is not None:
                return flight, False
            flight = self._table[key] = Flight()
            return flight, True

    def land(self, key: Hashable, flight: Flight) -> None:
        """End the flight: the next one to come leads a new one, and those who wait go on."""
        with self._lock:
            if self._table.get(key) is flight:
                del self._table[key]
        flight.done.set()
