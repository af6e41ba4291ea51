"""What surrounds the workers of a soak: a source of credentials, a service that judges them, and a cache to break."""

import json
import os
import shutil
import threading
import time
from pathlib import Path
from typing import Any, NamedTuple

from ..components.cache import EntryIdentity
from ..components.cache_file import FileCache
from ..components.cache_format import file_of
from ..components.hostid import host_attributes
from ..components.lock import FileLock
from ..components.private_folder import PrivateFolder
from ..components.timestamps import to_datetime
from .soak_clock import FastClock
from .testkit.imds import FakeIMDS
from .testkit.script import Reply
from .testkit.sts import FakeSTS

__all__ = ["LIFETIME", "CacheFolder", "Issued", "Judge", "Source"]

_ANY_TIME = 1e9  # on a busy machine a request takes minutes of the fast clock

LIFETIME = 3600.0
"""Seconds that a set lives, by the clock of the soak."""


class Issued(NamedTuple):
    """A set that the source gave out: at which moment, its key, and its end by the clock of the services."""

    at: float
    key: str
    expires: float


class Source(FakeIMDS):
    """A metadata service that gives a new set each time it is asked, and writes down when."""

    def __init__(self, clock: FastClock, latency: float) -> None:
        super().__init__(lifetime=LIFETIME, rotate_every=0.0, latency=latency, clock=clock.time)
        self.issued: list[Issued] = []
        self.asked_while_down: list[float] = []

    def handle(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Reply:
        """Answer a request."""
        if self.down is not None:
            self.asked_while_down.append(time.monotonic())
        return super().handle(method, path, headers, body)

    def credentials(self, kind: str, **more: str) -> Reply:
        """Give out a set."""
        reply = super().credentials(kind, **more)
        document: dict[str, Any] = json.loads(reply.body)
        expires = to_datetime(document["Expiration"]).timestamp()
        self.issued.append(Issued(time.monotonic(), document["AccessKeyId"], expires))
        return reply


class _Ended:
    """The keys that are not valid, or not any more."""

    def __init__(self, source: Source, clock: FastClock) -> None:
        self._source = source
        self._clock = clock
        self._ends: dict[str, float] = {}
        self._lock = threading.Lock()

    def __contains__(self, key: object) -> bool:
        with self._lock:
            for one in self._source.issued[len(self._ends) :]:
                self._ends[one.key] = one.expires
            return self._clock.time() >= self._ends.get(str(key), float("-inf"))


class Judge(FakeSTS):
    """A service that answers who signs with a set that has not ended, and refuses everybody else as expired."""

    def __init__(self, source: Source, clock: FastClock) -> None:
        super().__init__(clock=clock.time, tolerance=_ANY_TIME)
        self.refused = _Ended(source, clock)


class CacheFolder:
    """The shared folder of the workers: how it is broken and mended, and what must be right with it at any time."""

    def __init__(self, path: Path, source: Source) -> None:
        self.path = path
        self._aside = path.with_name(f"{path.name}.aside")
        self._identity = EntryIdentity.of("iam-role", endpoint=f"{source.url}/", **host_attributes())
        self.found: list[str] = []

    def remove(self) -> None:
        """Remove the folder with all that is in it."""
        shutil.rmtree(self.path, ignore_errors=True)

    def replace(self) -> None:
        """Put a file in the place of the folder, which goes aside."""
        try:
            self.path.rename(self._aside)
        except FileNotFoundError:
            return
        try:
            self.path.write_bytes(b"")
        except OSError:
            pass  # a worker has just made it again

    def mend(self) -> None:
        """Undo ``replace``."""
        if not self._aside.exists():
            return
        if self.path.is_dir():
            shutil.rmtree(self._aside, ignore_errors=True)
            return
        self.path.unlink(missing_ok=True)
        try:
            self._aside.rename(self.path)
        except OSError:
            shutil.rmtree(self._aside, ignore_errors=True)

    def garble(self, position: float) -> None:
        """Flip a byte of the entry, as a bad disk does; ``position`` is in [0, 1)."""
        entry = self.path / file_of(self._identity)
        try:
            content = bytearray(entry.read_bytes())
            content[int(position * len(content))] ^= 0xFF
            entry.write_bytes(content)
        except (OSError, IndexError):
            pass  # somebody replaces or removes it just now

    def check(self) -> list[str]:
        """Read the entry as a new worker would, and return what is wrong with it."""
        troubles: list[str] = []
        if self.path.is_dir():
            cache = FileCache(self.path, environ={}, log=lambda event, fields: troubles.append(f"{event} {fields}"))
            cache.read(self._identity)
        return troubles

    def lock_comes_free(self, seconds: float) -> bool:
        """Whether the entry's lock can be had within so many seconds."""
        if not self.path.is_dir():
            return True
        lock = FileLock(PrivateFolder(self.path), f"{self._identity.digest()}.lock")
        try:
            return bool(lock.acquire(seconds))
        except OSError:
            return True  # the folder was broken meanwhile
        finally:
            lock.release()

    def lock_is_stale(self) -> bool:
        """Whether the entry's lock is held for a process that is not there any more (proc(5), ``/proc/locks``)."""
        try:
            inode = os.stat(self.path / f"{self._identity.digest()}.lock").st_ino
            with open("/proc/locks", encoding="ascii") as locks:
                held = [line.split() for line in locks if "FLOCK" in line and "->" not in line]
        except OSError:
            return False
        owners = [int(fields[4]) for fields in held if int(fields[5].rpartition(":")[2]) == inode]
        return any(not os.path.exists(f"/proc/{owner}") for owner in owners)

    def orphans(self) -> list[str]:
        """Return the names of temporary files."""
        return [name for name in os.listdir(self.path) if name.endswith(".tmp")] if self.path.is_dir() else []
