"""Credentials that refresh themselves: one fetch at a time, and the last good set through an outage.

The states and windows are those of ``refresh_policy``. A state is one immutable
``View``; readers take no lock. Locks, in their order: the gate (one thread
refreshes), then whatever the shared fetch takes, then the network.
"""

import os
import threading
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from ..components.after_fork import renew_in_child
from ..components.cache import Entry, EntryIdentity
from ..components.errors import CredentialRetrievalError
from .credential_set import CredentialSet, epoch_of, iso_of, read_metadata
from .credentials import ReadOnlyCredentials
from .refresh_log import note_failure, note_rejection, note_success
from .refresh_policy import (
    ENDLESS_SHARED,
    MANDATORY_WINDOW,
    STATICALLY_STABLE,
    backoff,
    error_memory,
    is_non_recoverable,
    refresh_jitter,
)
from .refresh_view import INITIAL, View, Windows, view_of
from .refresh_warm import KeptWarm
from .sharing import Sharing

__all__ = ["DeferredRefreshableCredentials", "RefreshableCredentials", "Sharing"]

Metadata = Mapping[str, Any]

_THREAD_WAIT: Final = 60.0
_PROCESS_WAIT: Final = 15.0
_HAND_OVER: Final = 5.0
_LOOK_AGAIN: Final = 1.0
_MOST_REJECTED: Final = 16


class RefreshableCredentials(KeptWarm):
    """Temporary credentials that replace themselves before they end.

    ``expiry_time`` is a ``datetime``, ISO 8601 text or epoch seconds (``None``:
    never ends); ``refresh_using()`` returns a mapping with ``access_key``,
    ``secret_key``, ``token``, ``expiry_time`` and perhaps ``account_id``.
    ``advisory_timeout`` and ``mandatory_timeout`` are the windows in seconds.
    ``static_stability`` keeps an expired set in service while its source is
    down; by default the method decides. ``time_fetcher`` returns the time as a
    ``datetime``, ``clock`` as epoch seconds; ``random`` returns [0, 1).
    ``identify`` gives the identity anew before each fetch, for a source that
    may come to stand for somebody else. ``longest_fetch`` is how many seconds
    a fetch may take by design (a person, a program): others wait for longer.

    Safe in threads and across ``fork``.
    """

    def __init__(
        self,
        access_key: str | None,
        secret_key: str | None,
        token: str | None,
        expiry_time: Any,
        refresh_using: Callable[[], Metadata],
        method: str,
        time_fetcher: Callable[[], datetime] | None = None,
        advisory_timeout: float | None = None,
        mandatory_timeout: float | None = None,
        account_id: str | None = None,
        *,
        static_stability: bool | None = None,
        clock: Callable[[], float] = time.time,
        random: Callable[[], float] | None = None,
        sharing: Sharing | None = None,
        identity: EntryIdentity | None = None,
        identify: Callable[[], EntryIdentity | None] | None = None,
        longest_fetch: float = 0.0,
    ) -> None:
        self.method = method
        self.cache_identity = identity
        self._refresh_using = refresh_using
        self._clock = clock if time_fetcher is None else (lambda: time_fetcher().timestamp())
        self._random_source = random
        self._stable = method in STATICALLY_STABLE if static_stability is None else static_stability
        self._windows = Windows(advisory_timeout, MANDATORY_WINDOW if mandatory_timeout is None else mandatory_timeout)
        self._sharing = sharing if identity is not None else None
        self._identify = identify
        self._process_wait = max(_PROCESS_WAIT, longest_fetch + _HAND_OVER)
        self._thread_wait = max(_THREAD_WAIT, 2 * self._process_wait)
        self._rejected: tuple[str, ...] = ()
        self._asked_as: int | None = None
        self._view = INITIAL
        if access_key is not None and secret_key is not None:
            now = self._clock()
            frozen = ReadOnlyCredentials(access_key, secret_key, token, account_id)
            self._asked_as = os.getpid()
            self._view = view_of(CredentialSet(frozen, epoch_of(expiry_time), now, self._asked_as), self._windows)
        self.renew()
        renew_in_child(self)

    @classmethod
    def create_from_metadata(
        cls,
        metadata: Metadata,
        refresh_using: Callable[[], Metadata],
        method: str,
        advisory_timeout: float | None = None,
        mandatory_timeout: float | None = None,
        **options: Any,
    ) -> "RefreshableCredentials":
        """Make credentials of a set that a source has just given, and of the function that gets the next.

        ``options`` are the keyword-only ones of the constructor. Raises
        ``CredentialRetrievalError`` for a set that lacks keys or has no proper end.
        """
        frozen, expires = read_metadata(metadata, method)
        return cls(
            frozen.access_key,
            frozen.secret_key,
            frozen.token,
            expires,
            refresh_using,
            method,
            advisory_timeout=advisory_timeout,
            mandatory_timeout=mandatory_timeout,
            account_id=frozen.account_id,
            **options,
        )

    def renew(self) -> None:
        """Take new locks: a forked child calls this first thing, for a thread of the parent may hold the old ones."""
        self._gate = threading.Lock()
        self._swap_lock = threading.Lock()
        self.park()

    def share(self, sharing: Sharing, identity: EntryIdentity) -> None:
        """Let all processes that use this identity share every later fetch."""
        self._sharing, self.cache_identity = sharing, identity

    def renewed_identity(self) -> EntryIdentity | None:
        """Return the identity of this moment, which may have changed since the last fetch."""
        if self._identify is not None and self._sharing is not None:
            self.cache_identity = self._identify()
        return self.cache_identity  # type: ignore[no-any-return] # Credentials know no caches

    # Reading

    def get_frozen_credentials(self) -> ReadOnlyCredentials:
        """Return the set to sign one attempt with, refreshing as the state asks for.

        In the fresh state this takes no lock. Raises what the source raised
        when there is no set that may be served.
        """
        view = self._view
        if self._clock() < view.check_at:
            return view.frozen  # type: ignore[return-value] # only a view with a set has a later check
        return self._renewed()

    def at_hand(self) -> ReadOnlyCredentials | None:
        """Return that set while it is fresh, else ``None``; takes no lock, never waits.

        ``None`` as well where a program has put its own in the place of ``get_frozen_credentials``.
        """
        ask: Any = self.get_frozen_credentials
        if getattr(ask, "__func__", None) is not RefreshableCredentials.get_frozen_credentials:
            return None
        view = self._view
        return view.frozen if self._clock() < view.check_at else None

    # Writing

    def invalidate(self, access_key: str) -> bool:
        """Drop the set in use if it still has this key, which a service refused; never serve that key again.

        Returns ``True``: there is, or will be loaded, another set to sign with.
        Takes no lock that is held during a fetch.
        """
        with self._swap_lock:
            if access_key not in self._rejected:
                self._rejected = (*self._rejected, access_key)[-_MOST_REJECTED:]
            frozen = self._view.frozen
            dropped = frozen is not None and frozen.access_key == access_key
            if dropped:
                self._view = INITIAL
        if dropped:
            note_rejection(self.method, access_key)
        return True

    def _renewed(self) -> ReadOnlyCredentials:
        if self._resume_at is not None:
            self.resume()
        while True:
            view, now = self._view, self._clock()
            if view.frozen is not None and now < view.check_at:
                return view.frozen
            if view.error is not None and now < view.error_until:
                raise _copy_of(view.error)
            if self._keeper is not None and self._is_left_to_keeper(view, now) and self._keeper.keep(self):
                return view.frozen  # type: ignore[return-value] # left to it only with a set
            pressing = view.frozen is None or now >= view.mandatory_at
            gate = self._gate
            if gate.acquire(pressing, self._thread_wait if pressing else -1):
                try:
                    found = self._attempt(view, pressing) if self._view is view else None
                finally:
                    gate.release()
            elif view.frozen is not None and (not pressing or self._may_serve(view)):
                return view.frozen
            else:
                found = self._attempt(view, pressing)  # the refreshing thread hangs: fail open
            if found is not None:
                return found

    def _attempt(self, view: View, pressing: bool) -> ReadOnlyCredentials | None:
        """Try once to replace the view; ``None`` means that it was replaced from elsewhere: look again."""
        try:
            found = self._fetch(view, self._process_wait if pressing else None)
        except Exception as error:
            return self._failed(view, error)
        if found is None:  # another process refreshes
            later = min(self._clock() + _LOOK_AGAIN, view.mandatory_at)
            return view.frozen if self._swap(view, view._replace(check_at=later)) else None
        new = self._adopted(view_of(found, self._windows))
        with self._swap_lock:
            adopted = found.frozen.access_key not in self._rejected
            if adopted:
                self._view = new
        if not adopted:
            return self._failed(self._view, self._refusal("the source gave a key that a service has just rejected"))
        note_success(self.method, self.cache_identity, new)
        if self._keeper is not None:
            self._keeper.keep(self)
        return found.frozen

    def _failed(self, view: View, error: Exception) -> ReadOnlyCredentials | None:
        """Keep the set and back off, or, where none may be served, remember the error and raise it."""
        now = self._clock()
        if view.frozen is None or is_non_recoverable(error) or not self._may_serve(view):
            until = now + error_memory(self._random())
            remembered = view._replace(error=_copy_of(error), error_until=until, check_at=INITIAL.check_at)
            self._swap(view, remembered)
            raise error
        until = now + self._patience(view, now, error)
        kept = view._replace(check_at=until, backoff_until=until, error=None)
        if not self._swap(view, kept):
            return None
        note_failure(self.method, self.cache_identity, error, kept, view.state(now, self._stable))
        return view.frozen

    def _fetch(self, view: View, wait: float | None) -> CredentialSet | None:
        sharing, identity = self._sharing, self.renewed_identity()
        if sharing is None or identity is None:
            frozen, expires = self._ask(view)
            return CredentialSet(frozen, expires, self._clock(), os.getpid())

        def load() -> Metadata:
            try:
                frozen, expires = self._ask(view)
            except Exception as error:
                self._tell_patience(view, error)
                raise
            return {**frozen._asdict(), "expiry_time": iso_of(expires)}

        reject = self._rejected[-1] if self._rejected else None
        entry = sharing.fetch(identity, lambda entry: self._usable(view, entry), load, wait=wait, reject=reject)
        if entry is None:
            return None
        frozen, expires = read_metadata(entry.value, self.method)
        return CredentialSet(frozen, expires, entry.fetched_at, entry.fetched_by)

    def _ask(self, view: View) -> tuple[ReadOnlyCredentials, float | None]:
        """Ask the source; an answer that is no progress is a failure."""
        self._asked_as = os.getpid()
        frozen, expires = read_metadata(self._refresh_using(), self.method)
        if frozen.access_key in self._rejected:
            raise self._refusal("the source gave the key again that a service had rejected")
        later = expires is None or (view.expires is not None and expires > view.expires)
        if view.frozen is not None and not later and frozen == view.frozen:
            ends = "" if expires is None else f", which end at {iso_of(expires)}"
            raise self._refusal(f"the source gave the same credentials again{ends}")
        expired = expires is not None and expires <= self._clock()
        if expired and not (self._stable and (view.frozen is None or later)):
            raise self._refusal("the source gave credentials that are past their end")
        return frozen, expires

    def _usable(self, view: View, entry: Entry) -> bool:
        """Judge what another process published."""
        try:
            frozen, expires = read_metadata(entry.value, self.method)
        except CredentialRetrievalError:
            return False
        if frozen.access_key in self._rejected:
            return False
        now = self._clock()
        if expires is None and now - entry.fetched_at > ENDLESS_SHARED:
            return False
        other = view_of(CredentialSet(frozen, expires, entry.fetched_at, entry.fetched_by), self._windows)
        if view.frozen is None:
            outage = self._stable and entry.failure_until is not None and now < entry.failure_until
            return now < other.mandatory_at or outage
        if frozen == view.frozen:
            return False
        return now < (other.mandatory_at if now >= view.mandatory_at else other.advisory_at)

    # Small parts

    def _adopted(self, view: View) -> View:
        """Fix when this process looks next: spread where sets are shared, a backoff for a set past its end."""
        now = self._clock()
        if view.has_expired(now):
            until = now + backoff(self._random())
            return view._replace(check_at=until, backoff_until=until)
        if view.expires is None or (self._sharing is None and self._keeper is None):
            return view
        spread = refresh_jitter(view.expires - view.advisory_at, self._random())
        return view._replace(check_at=min(view.advisory_at + spread, view.mandatory_at))

    def _may_serve(self, view: View) -> bool:
        return self._stable or not view.has_expired(self._clock())

    def _patience(self, view: View, now: float, error: Exception | None = None) -> float:
        """Return the seconds until the next try; a set that may not outlive its end is tried again then."""
        given = None if self._sharing is None else getattr(error, "retry_after", None)  # by _tell_patience
        seconds = given if isinstance(given, float) else backoff(self._random())
        return seconds if self._stable or view.expires is None else max(0.0, min(seconds, view.expires - now))

    def _tell_patience(self, view: View, error: Exception) -> None:
        """Tell the shared fetch how long nobody should ask again: as long as this process will not."""
        if view.frozen is None or is_non_recoverable(error) or not self._may_serve(view):
            return
        try:
            error.retry_after = self._patience(view, self._clock())  # type: ignore[attr-defined] # read by SharedFetch
        except AttributeError:
            pass

    def _swap(self, view: View, new: View) -> bool:
        with self._swap_lock:
            if self._view is not view:
                return False
            self._view = new
            return True

    def _refusal(self, reason: str) -> CredentialRetrievalError:
        return CredentialRetrievalError(provider=self.method, error_msg=reason)

    def _random(self) -> float:
        if self._random_source is None:
            from random import random  # imports hashlib: not for those who never refresh

            self._random_source = random
        return self._random_source()


class DeferredRefreshableCredentials(RefreshableCredentials):
    """Credentials of which the first set, too, is fetched when somebody needs it."""

    def __init__(
        self,
        refresh_using: Callable[[], Metadata],
        method: str,
        time_fetcher: Callable[[], datetime] | None = None,
        **options: Any,
    ) -> None:
        super().__init__(None, None, None, None, refresh_using, method, time_fetcher, **options)


def _copy_of(error: Exception) -> Exception:
    """Return the error without its traceback, whose frames would be kept alive, and hold secrets."""
    from copy import copy

    try:
        twin = copy(error)
    except Exception:
        return error.with_traceback(None)
    return twin.with_traceback(None)
