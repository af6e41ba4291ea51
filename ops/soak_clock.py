"""The hour of a soak: it runs faster than the real one, and the host's clock can be set, for all of its processes.

Credentials that live an hour then live some seconds, and every window, backoff
and negative entry shrinks with them, so that their proportions are the real ones.
"""

import mmap
import struct
import time
from pathlib import Path

from ..components.clock import Clock

__all__ = ["FastClock", "HostClock"]

_CELL = struct.Struct("=d")


class FastClock(Clock):
    """The time of the services: seconds since the epoch, ``speed`` of them in a real one. Never set.

    ``origin`` is the moment of the real monotonic clock at which it showed
    ``epoch``. Waiting and deadlines stay real.
    """

    def __init__(self, origin: float, epoch: float, speed: float) -> None:
        self.origin = origin
        self.epoch = epoch
        self.speed = speed

    def time(self) -> float:
        """Return the time of the services."""
        return self.at(time.monotonic())

    def at(self, moment: float) -> float:
        """Return what it showed, or will show, at a moment of the real monotonic clock."""
        return self.epoch + (moment - self.origin) * self.speed

    def moment(self, shown: float) -> float:
        """Return the moment of the real monotonic clock at which it shows this."""
        return self.origin + (shown - self.epoch) / self.speed


class HostClock(FastClock):
    """The clock of the workers' host: the same, off by what is written in a file that all of them map."""

    def __init__(self, file: Path, origin: float, epoch: float, speed: float) -> None:
        super().__init__(origin, epoch, speed)
        if not file.exists():
            file.write_bytes(_CELL.pack(0.0))
        with file.open("r+b") as opened:
            self._cell = mmap.mmap(opened.fileno(), _CELL.size)

    def services(self) -> FastClock:
        """Return the clock of the services."""
        return FastClock(self.origin, self.epoch, self.speed)

    @property
    def offset(self) -> float:
        """How far it is ahead of the services, in seconds of theirs."""
        found: float = _CELL.unpack_from(self._cell)[0]
        return found

    def set(self, offset: float) -> None:
        """Set the clock of the host."""
        _CELL.pack_into(self._cell, 0, offset)

    def time(self) -> float:
        """Return the time of the host."""
        return super().time() + self.offset
