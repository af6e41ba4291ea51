"""The cache that hosts share: the host's files first, and behind them a Redis that may be missing.

Readers read the file. Who is to fetch has the lock of the host, so one process
of a host talks to Redis: it takes over what another host published, or asks for
the lease, which only keeps hosts from fetching at once. Whether Redis answers,
forgets, or gives the lease to two, each host still does what it does alone.
"""

import os
import time
from collections.abc import Callable, Hashable
from typing import Final

from .after_fork import import_whole
from .cache import CacheLog, CredentialCache, Entry, EntryIdentity, ProcessLock
from .cache_file import FileCache
from .cache_format import open_entry, seal_entry
from .cache_keys import KeySource, KeysUnavailableError
from .cache_log import warn_of
from .fleet_entry import adopted, for_other_hosts
from .host_scope import may_leave_host
from .hostid import boot_id
from .lock import FileLock
from .log_events import CACHE_DEGRADED, CACHE_ENTRY_REJECTED
from .redis_store import HostsStore
from .sealing import SealError, UnknownKeyError

__all__ = ["LEASE_SECONDS", "RedisCache"]

#: How long a lease lasts at most, and how long a host waits for another one. Below what the processes of a host wait
#: for each other (13.5 s at least), so that a host goes to the source once, and not each of its processes.
LEASE_SECONDS: Final = 10.0

_POLL: Final = 0.03


class RedisCache:
    """The backend ``redis``: a cache of the host (``FileCache``) whose entries hosts share, where they may.

    As safe in threads, among processes and after a fork as that cache. ``keys``
    are those of all hosts: what Redis is given is sealed as a file is.
    """

    name = "redis"

    def __init__(
        self,
        local: CredentialCache,
        store: HostsStore,
        keys: KeySource,
        *,
        log: CacheLog | None = None,
        clock: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], object] = time.sleep,
        random: Callable[[], float] | None = None,
    ) -> None:
        self.local = local
        self.store = store
        self.monotonic = monotonic
        self.sleep = sleep
        self._keys = keys
        self._log: CacheLog = warn_of if log is None else log
        self._clock = clock
        self._random_source = random

    def read(self, identity: EntryIdentity) -> Entry | None:
        """Return the host's entry; Redis is asked by who holds the lock."""
        return self.local.read(identity)

    def version(self, identity: EntryIdentity) -> Hashable | None:
        """Return what tells the host's entry from the next."""
        return self.local.version(identity)

    def write(self, identity: EntryIdentity, entry: Entry) -> bool:
        """Replace the host's entry, then tell the other hosts what concerns them."""
        stored = self.local.write(identity, entry)
        if may_leave_host(identity, self.store.location.share):
            self._publish(identity, entry)
        return stored

    def remove(self, identity: EntryIdentity) -> None:
        """Forget the entry, here and for the hosts that have not taken it over."""
        self.local.remove(identity)
        if may_leave_host(identity, self.store.location.share):
            self.store.remove(identity.digest())
            self.store.rest()

    def lock(self, identity: EntryIdentity) -> ProcessLock:
        """Return the host's lock of the entry, and with it the lease for entries that hosts share."""
        lock = self.local.lock(identity)
        if not may_leave_host(identity, self.store.location.share):
            return lock
        return _LockWithLease(self, identity, lock)

    def prepare(self) -> None:
        """Prepare the host's cache: who waits for the lock does not talk to Redis."""
        self.local.prepare()

    def take_over(self, identity: EntryIdentity, sealed: bytes) -> None:
        """Write what another host published into the host's entry if it is news; the caller holds the lock."""
        try:
            theirs = self._open(identity, sealed)
        except (SealError, ValueError, RecursionError) as error:
            reason = str(error) if isinstance(error, SealError) else "no entry of this format"
            self._warn(CACHE_ENTRY_REJECTED, reason, entry=identity.digest()[:12])
            return
        except (OSError, KeysUnavailableError) as error:
            self._warn(CACHE_DEGRADED, _reason(error))
            return
        entry = adopted(self.local.read(identity), theirs, self._clock())
        if entry is not None:
            self.local.write(identity, entry)

    def random(self) -> float:
        """Return a number in [0, 1)."""
        if self._random_source is None:
            import_whole("random")
            from random import random

            self._random_source = random
        return self._random_source()

    def host(self, lock: ProcessLock) -> str:
        """Return what all processes that exclude each other by the host's lock have in common, and nobody else."""
        import_whole("hashlib")
        from hashlib import sha256

        named = [boot_id(), os.urandom(16).hex()]
        if isinstance(lock, FileLock) and isinstance(self.local, FileCache):
            try:
                found = os.stat(self.local.folder.path)
                named[1] = f"{found.st_dev} {found.st_ino}"
            except OSError:
                pass
        return sha256(" ".join(named).encode()).hexdigest()[:32] + ":"

    def _open(self, identity: EntryIdentity, sealed: bytes) -> Entry:
        ring = self._keys.ring(make=True)
        if ring is None:
            raise KeysUnavailableError("there is no key")
        try:
            return open_entry(ring, identity.digest(), sealed).entry
        except UnknownKeyError as error:
            again = self._keys.again(error.key_id)
            if again is None:
                raise
            return open_entry(again, identity.digest(), sealed).entry

    def _publish(self, identity: EntryIdentity, entry: Entry) -> None:
        told = for_other_hosts(entry, self._clock(), self.random)
        if told is None:
            return
        shown, seconds = told
        try:
            ring = self._keys.ring(make=False)
            if ring is not None:
                self.store.put(identity.digest(), seal_entry(ring, identity, shown), seconds, only_new=not shown.value)
        except (OSError, KeysUnavailableError, ValueError, TypeError) as error:
            self._warn(CACHE_DEGRADED, _reason(error))

    def _warn(self, event: str, reason: str, **fields: str) -> None:
        self._log(event, {"redis": str(self.store.location), "reason": reason, **fields})


class _LockWithLease:
    """The host's lock, held while the lease is asked for; whether that is granted matters for some seconds only."""

    __slots__ = ("_ask_at", "_cache", "_held", "_host", "_identity", "_lock", "_pid", "_token", "_until")

    def __init__(self, cache: RedisCache, identity: EntryIdentity, lock: ProcessLock) -> None:
        self._cache = cache
        self._identity = identity
        self._lock = lock
        self._held = False
        self._host = self._token = ""
        self._pid = 0
        self._ask_at = self._until = 0.0

    def acquire(self, timeout: float) -> bool:
        """Take the lock, then the lease, or what the holder of the lease published; see ``ProcessLock``."""
        cache = self._cache
        deadline = cache.monotonic() + timeout
        if not self._held:
            if not self._lock.acquire(timeout):
                return False
            self._held, self._pid = True, os.getpid()
            self._host = self._host or cache.host(self._lock)
            self._until = cache.monotonic() + LEASE_SECONDS * (1.0 - 0.2 * cache.random())
            self._ask_at = 0.0
        while not self._claim():
            left = deadline - cache.monotonic()
            if left <= 0:
                return False
            cache.sleep(min(left, _POLL))
        return True

    def listen(self) -> bool:
        """Begin to listen for the host's lock; one that is held waits for the lease, which nobody hears."""
        listen = None if self._held else getattr(self._lock, "listen", None)
        return listen is not None and bool(listen())

    def wait(self, seconds: float) -> bool:
        """Wait for the host's lock to be given back, or for a look at the lease."""
        if self._held:
            self._cache.sleep(min(seconds, _POLL))
            return False
        return bool(self._lock.wait(seconds))  # type: ignore[attr-defined] # of a lock that can be listened to

    def release(self) -> None:
        """Give both back, the lease first."""
        held, self._held = self._held, False
        token, self._token = self._token, ""
        if held and self._pid == os.getpid():
            if token:
                self._cache.store.release(self._identity.digest(), self._host, token)
            self._cache.store.rest()
        self._lock.release()

    def _claim(self) -> bool:
        cache = self._cache
        now = cache.monotonic()
        if now >= self._until:
            return True  # the holder is slow, or gone: this host fetches by itself
        if now < self._ask_at:
            return False
        self._ask_at = now + _POLL * (0.75 + 0.5 * cache.random())
        token = os.urandom(8).hex()
        claim = cache.store.claim(self._identity.digest(), self._host, token, LEASE_SECONDS)
        if claim.granted:
            self._token = token
        if claim.sealed is not None:
            cache.take_over(self._identity, claim.sealed)
        return claim.granted


def _reason(error: Exception) -> str:
    if isinstance(error, OSError):
        return error.strerror or type(error).__name__
    return str(error) if isinstance(error, (KeysUnavailableError, ValueError)) else type(error).__name__
