"""The cache inside one process, and the cache that keeps nothing."""

import threading
from collections.abc import Hashable
from itertools import count
from typing import Final

from .after_fork import renew_in_child
from .cache import Entry, EntryIdentity, ProcessLock

__all__ = ["MemoryCache", "NoCache", "memory_of_folder", "process_cache"]

_MOST_ENTRIES: Final = 1024


class _ThreadLock:
    """A lock of one identity among the threads of this process; in a forked child it is nobody's."""

    __slots__ = ("_held", "_lock")

    def __init__(self, lock: threading.Lock) -> None:
        self._lock = lock
        self._held = False

    def acquire(self, timeout: float) -> bool:
        """Wait at most ``timeout`` seconds; true when the lock is held."""
        self._held = self._lock.acquire(timeout=timeout) if timeout > 0 else self._lock.acquire(blocking=False)
        return self._held

    def release(self) -> None:
        """Give the lock back if it is held."""
        if self._held:
            self._held = False
            try:
                self._lock.release()
            except RuntimeError:  # a fork renewed it in between
                pass


class MemoryCache:
    """Entries of this process alone: the backend ``memory``, and what the file backend falls back to.

    Safe in threads. A forked child starts with the entries of its parent and
    with locks of its own. At most 1024 entries are kept, the oldest go first.
    """

    name = "memory"

    def __init__(self) -> None:
        self._entries: dict[EntryIdentity, tuple[int, Entry]] = {}
        self._writes = count(1)
        self.renew()
        renew_in_child(self)

    def renew(self) -> None:
        """Make new locks (a forked child calls this)."""
        self._guard = threading.Lock()
        self._locks: dict[EntryIdentity, threading.Lock] = {}

    def read(self, identity: EntryIdentity) -> Entry | None:
        """Return the entry or ``None``."""
        found = self._entries.get(identity)
        return None if found is None else found[1]

    def version(self, identity: EntryIdentity) -> Hashable | None:
        """Return the number of the write that the entry came from."""
        found = self._entries.get(identity)
        return None if found is None else found[0]

    def write(self, identity: EntryIdentity, entry: Entry) -> bool:
        """Keep the entry; always true."""
        # One assignment in a dict is atomic, so readers need no lock; the order is that of the last write.
        self._entries.pop(identity, None)
        self._entries[identity] = (next(self._writes), entry)
        while len(self._entries) > _MOST_ENTRIES:
            try:
                self._entries.pop(next(iter(self._entries)), None)
            except (StopIteration, RuntimeError):  # another thread changed the dict: it made room, or will
                break
        return True

    def remove(self, identity: EntryIdentity) -> None:
        """Forget the entry."""
        self._entries.pop(identity, None)

    def lock(self, identity: EntryIdentity) -> ProcessLock:
        """Return the lock of the identity among this process's threads."""
        with self._guard:
            if len(self._locks) > _MOST_ENTRIES:
                self._locks = {key: lock for key, lock in self._locks.items() if lock.locked()}
            return _ThreadLock(self._locks.setdefault(identity, threading.Lock()))

    def prepare(self) -> None:
        """Do nothing: memory is ready."""


class _FreeLock:
    __slots__ = ()

    def acquire(self, timeout: float) -> bool:
        return True

    def release(self) -> None:
        return None


class NoCache:
    """The backend ``off``: nothing is kept, nobody waits; threads of one ``SharedFetch`` still share a load."""

    name = "off"

    def read(self, identity: EntryIdentity) -> Entry | None:
        """Return ``None``."""
        return None

    def version(self, identity: EntryIdentity) -> Hashable | None:
        """Return ``None``."""
        return None

    def write(self, identity: EntryIdentity, entry: Entry) -> bool:
        """Store nothing; false."""
        return False

    def remove(self, identity: EntryIdentity) -> None:
        """Do nothing."""

    def lock(self, identity: EntryIdentity) -> ProcessLock:
        """Return a lock that everybody gets at once."""
        return _FreeLock()

    def prepare(self) -> None:
        """Do nothing."""


_process_cache = MemoryCache()


def process_cache() -> MemoryCache:
    """Return the one memory cache that all sessions of this process share."""
    return _process_cache


_of_folders: dict[str, MemoryCache] = {}


def memory_of_folder(folder: str) -> MemoryCache:
    """Return what keeps, for all sessions of this process, the entries that cannot be written to a folder."""
    return _of_folders.setdefault(folder, MemoryCache())
