"""One fetch for all: threads first, then processes, then the source.

The order of locks is fixed: the flight among threads, the lock of the entry
among processes, the network. After each wait the entry is read again. Every
wait has a deadline, which moves only while the machine is short of CPU time;
past it a caller goes to the source itself (fails open), unless it asked to fail
closed.
"""

import os
import time
from collections.abc import Callable, Mapping
from typing import Any, Final, Literal, NoReturn

from .after_fork import import_whole
from .cache import CacheLog, CredentialCache, Entry, EntryIdentity, ProcessLock
from .cache_log import warn_of
from .clock import Clock
from .flight import Flights
from .log_events import CACHE_DEGRADED, LOCK_TIMED_OUT
from .patience import Patience
from .shared_failure import describe_failure, rebuild_failure

__all__ = ["SharedFetch"]

_FIRST_POLL: Final = 0.002
_LAST_POLL: Final = 0.05  # with its jitter, two thirds of the 100 ms within which a waiter sees a new entry
_LAST_LOOK: Final = 0.5  # of those who hear when the lock is given back, in case that they do not
_FLIGHT_POLL: Final = 0.25  # threads are woken up; this is to see how late they are
_SHORTEST_FAILURE: Final = 1.0
_LONGEST_FAILURE: Final = 5.0
_FAILURE_LIMIT: Final = 900.0  # a failure that claims to last longer was written under another clock
_MOST_REJECTED: Final = 8
_DIRECT_GRACE: Final = 5.0

Usable = Callable[[Entry], bool]
Load = Callable[[], Mapping[str, Any]]


class _TimedOut(Exception):  # noqa: N818 - an outcome, caught here
    """The lock stayed with somebody else until the deadline, or cannot be had at all; the text says which."""

    def __init__(self, reason: str, event: str = LOCK_TIMED_OUT) -> None:
        super().__init__(reason)
        self.event = event


class SharedFetch:
    """Fetch a value once for all threads and processes that share ``cache``.

    Safe in threads and across ``fork``. ``clock`` gives epoch seconds,
    ``monotonic`` the time that deadlines are measured with, ``random`` numbers
    in [0, 1); all are injectable for tests, as is ``step``, which is called
    with the name of every stage.
    """

    def __init__(
        self,
        cache: CredentialCache,
        *,
        clock: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], object] = time.sleep,
        random: Callable[[], float] | None = None,
        log: CacheLog | None = None,
        step: Callable[[str], object] | None = None,
    ) -> None:
        self.cache = cache
        self._clock = clock
        self._monotonic = monotonic
        self._sleep = sleep
        # A sleep that is not the system's is a test's: then nobody waits for what the kernel tells.
        self._listens = sleep is time.sleep or getattr(sleep, "__func__", None) is Clock.sleep
        self._random_source = random
        self._log: CacheLog = warn_of if log is None else log
        self._step: Callable[[str], object] = _ignore if step is None else step
        self._flights = Flights()
        self._direct_flights = Flights()

    def peek(self, identity: EntryIdentity) -> Entry | None:
        """Return what is cached now, usable or not: no lock, no wait, no load."""
        return self.cache.read(identity)

    def fetch(
        self,
        identity: EntryIdentity,
        usable: Usable,
        load: Load,
        *,
        wait: float | None,
        on_timeout: Literal["direct", "raise"] = "direct",
        reject: str | None = None,
    ) -> Entry | None:
        """Return a usable entry, loading it if nobody else has or does.

        ``usable`` judges an entry; one whose ``access_key`` was rejected is
        never asked about. ``load`` asks the source; what it returns is
        published and returned as it is, so it must raise for an answer that is
        no good. Its exception is published too, for 1 to 5 s (jittered) or the
        seconds in the exception's attribute ``retry_after`` (0: not at all),
        and raised by everybody who asks meanwhile.

        ``wait`` is how many seconds to wait for somebody else's load; ``None``
        or 0 only tries, and returns ``None`` if somebody else is loading. After
        that, ``on_timeout`` decides: ``direct`` calls ``load`` without the
        lock, ``raise`` raises ``CredentialRetrievalError``. ``reject`` is an
        access key id that a service refused: it is recorded, and served to
        nobody again.
        """
        entry = self.cache.read(identity)
        if self._accepts(entry, usable, reject):
            return entry
        self._raise_if_failing(identity, entry, reject)
        # Not one moment for all that started together: the first to lose patience publishes for the others.
        patience = Patience(wait, self._monotonic, 0.1 * self._random()) if wait else None
        try:
            return self._in_flight(identity, usable, load, patience, reject)
        except _TimedOut as timeout:
            if on_timeout == "raise":
                self._raise_timeout(identity, str(timeout))
            self._log(timeout.event, {"entry": identity.digest()[:12], "kind": identity.kind, "reason": str(timeout)})
            return self._load_directly(identity, usable, load, reject)

    def _in_flight(
        self, identity: EntryIdentity, usable: Usable, load: Load, patience: Patience | None, reject: str | None
    ) -> Entry | None:
        while True:
            flight, leads = self._flights.join(identity)
            if leads:
                try:
                    flight.result = entry = self._lead(identity, usable, load, patience, reject)
                    return entry
                except _TimedOut:
                    raise
                except Exception as error:
                    flight.error = error
                    raise
                finally:
                    self._flights.land(identity, flight)
            if patience is None:
                return None
            while not patience.pause(flight.done.wait, min(patience.left(), _FLIGHT_POLL)):
                if not patience.left():
                    raise _TimedOut(f"another thread has been loading for {patience.seconds:g} s")
            if flight.error is not None:
                raise flight.error
            if self._accepts(flight.result, usable, reject):
                return flight.result  # type: ignore[no-any-return] # an Entry, by _accepts

    def _lead(
        self, identity: EntryIdentity, usable: Usable, load: Load, patience: Patience | None, reject: str | None
    ) -> Entry | None:
        lock = self.cache.lock(identity)
        try:
            try:
                held, published = self._acquire(lock, identity, usable, patience, reject)
            except OSError as error:
                raise _TimedOut(f"no lock can be had: {error.strerror}", CACHE_DEGRADED) from None
            if not held:
                return published
            self._step("locked")
            entry = self.cache.read(identity)
            self._step("read-again")
            if self._accepts(entry, usable, reject):
                return entry
            self._raise_if_failing(identity, entry, reject)
            # With a rejection to record the source is asked although it failed: who waited had a set to wait with.
            return self._load(identity, load, entry, reject)
        finally:
            lock.release()
            self._step("released")

    def _acquire(
        self,
        lock: ProcessLock,
        identity: EntryIdentity,
        usable: Usable,
        patience: Patience | None,
        reject: str | None,
    ) -> tuple[bool, Entry | None]:
        """Return whether the lock is held, or else the entry that was published while waiting for it."""
        if lock.acquire(0):
            return True, None
        if patience is None:
            return False, None
        self._step("waiting")
        self.cache.prepare()
        self._step("polling")
        interval, seen, rang = _FIRST_POLL, None, False
        listen, wait = self._ears(lock)
        while True:
            hears = not rang and listen()  # before the look, so that nothing after the look is missed
            version = self.cache.version(identity)
            if version != seen:
                seen = version
                entry = self.cache.read(identity)
                if self._accepts(entry, usable, reject):
                    return False, entry
                self._raise_if_failing(identity, entry, reject)
            if lock.acquire(0):
                return True, None
            if rang:  # for somebody else, as it turns out
                rang = False
                continue
            left = patience.left()
            if not left:
                raise _TimedOut(f"another process has held the lock for {patience.seconds:g} s")
            if hears:
                interval = max(interval, _LAST_POLL)
            # Jittered, so that waiters who started together do not poll together.
            pause = min(left, interval * (0.75 + 0.5 * self._random()))
            rang = bool(patience.pause(wait if hears else self._sleep, pause)) and hears
            interval = min(interval * 1.6, _LAST_LOOK if hears else _LAST_POLL)

    def _ears(self, lock: ProcessLock) -> tuple[Callable[[], bool], Callable[[float], bool]]:
        """Return the lock's ``listen`` and ``wait``, if it has them and time is not a test's."""
        listen = getattr(lock, "listen", None) if self._listens else None
        return (_deaf, _deaf) if listen is None else (listen, lock.wait)  # type: ignore[attr-defined] # they come together

    def _load(
        self,
        identity: EntryIdentity,
        load: Load,
        previous: Entry | None,
        reject: str | None,
        without_lock: Usable | None = None,
    ) -> Entry:
        """Ask the source and publish; without the lock, what another process has published meanwhile goes first."""
        rejected = _add(() if previous is None else previous.rejected, reject)
        try:
            value = load()
            self._step("loaded")
            if rejected and value.get("access_key") in rejected:
                from .errors import CredentialRetrievalError

                raise CredentialRetrievalError(
                    provider=identity.kind, error_msg="the source gave an access key again that a service had rejected"
                )
        except Exception as error:
            if without_lock is not None:
                newer = self.cache.read(identity)
                if newer is not None and self._accepts(newer, without_lock, reject):
                    return newer  # and no failure of ours in its place
                previous = newer or previous
            self._publish_failure(identity, previous, rejected, error)
            raise
        entry = Entry(value, self._clock(), os.getpid(), rejected=rejected)
        if not self.cache.write(identity, entry) and reject is not None:
            self.cache.remove(identity)  # better no entry than the rejected one
        self._step("written")
        return entry

    def _load_directly(self, identity: EntryIdentity, usable: Usable, load: Load, reject: str | None) -> Entry:
        """Load without the lock of the processes, once among the threads; publish, since that is atomic anyway."""
        while True:
            flight, leads = self._direct_flights.join(identity)
            if leads:
                try:
                    entry = self.cache.read(identity)
                    if entry is None or not self._accepts(entry, usable, reject):
                        entry = self._load(identity, load, entry, reject, usable)
                    flight.result = entry
                    return entry
                except Exception as error:
                    flight.error = error
                    raise
                finally:
                    self._direct_flights.land(identity, flight)
            if not flight.done.wait(_DIRECT_GRACE):
                return self._load(identity, load, self.cache.read(identity), reject, usable)
            if flight.error is not None:
                raise flight.error
            if self._accepts(flight.result, usable, reject):
                return flight.result  # type: ignore[no-any-return] # an Entry, by _accepts

    def _accepts(self, entry: Entry | None, usable: Usable, reject: str | None) -> bool:
        if entry is None or not entry.value:
            return False
        key = entry.value.get("access_key")
        if key is not None and (key == reject or key in entry.rejected):
            return False
        return usable(entry)

    def _failing_for(self, entry: Entry) -> float:
        """Return for how many seconds the entry's failure still counts, 0 if it has none."""
        left = 0.0 if entry.failure_until is None else entry.failure_until - self._clock()
        return left if 0 < left <= _FAILURE_LIMIT else 0.0

    def _raise_if_failing(self, identity: EntryIdentity, entry: Entry | None, reject: str | None) -> None:
        if entry is None or entry.failure is None or not self._failing_for(entry):
            return
        if reject is not None and entry.value.get("access_key") == reject and reject not in entry.rejected:
            return  # to be recorded, under the lock, by asking again
        raise rebuild_failure(identity.kind, entry.failure, entry.failure_details)

    def _publish_failure(
        self, identity: EntryIdentity, previous: Entry | None, rejected: tuple[str, ...], error: Exception
    ) -> None:
        lasts = getattr(error, "retry_after", None)
        if not isinstance(lasts, (int, float)) or lasts < 0:
            lasts = _SHORTEST_FAILURE + (_LONGEST_FAILURE - _SHORTEST_FAILURE) * self._random()
        if not lasts:
            return
        text, details = describe_failure(error)
        # The last good value stays with the failure: others may still be able to use it.
        value, fetched_at, fetched_by = ({}, self._clock(), os.getpid()) if previous is None else (
            previous.value, previous.fetched_at, previous.fetched_by
        )  # fmt: skip
        until = self._clock() + min(float(lasts), _FAILURE_LIMIT)
        self.cache.write(identity, Entry(value, fetched_at, fetched_by, text, until, rejected, details))
        self._step("failure-written")

    def _raise_timeout(self, identity: EntryIdentity, reason: str) -> NoReturn:
        from .errors import CredentialRetrievalError

        raise CredentialRetrievalError(provider=identity.kind, error_msg=reason) from None

    def _random(self) -> float:
        if self._random_source is None:
            import_whole("random")  # which imports hashlib
            from random import random

            self._random_source = random
        return self._random_source()


def _add(rejected: tuple[str, ...], reject: str | None) -> tuple[str, ...]:
    return rejected if reject is None or reject in rejected else (*rejected, reject)[-_MOST_REJECTED:]


def _deaf(*_: object) -> bool:
    return False


def _ignore(*_: object) -> None:
    return None
