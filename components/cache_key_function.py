"""Keys that the program gives: a function, which may ask a key management service."""

import time
from collections.abc import Callable, Sequence
from threading import Lock, get_ident
from typing import Final

from .after_fork import renew_in_child
from .cache_keys import KeysUnavailableError
from .sealing import KEY_BYTES, KeyRing, SealingKey, parse_keys

__all__ = ["FunctionKeys", "KeyFunction"]

KeyFunction = Callable[[], str | bytes | Sequence[bytes]]
"""Gives the keys: 32 bytes, several such (the first seals), or text in the form of ``SOTALIA_CACHE_KEY``."""

_NAME: Final = "credential_cache_keys"
_ASK_AGAIN: Final = 60.0  # seconds: after a failure, and about one unknown key
_WAIT: Final = 30.0
_MOST_ASKED: Final = 64


class FunctionKeys:
    """The keys of a function, called once at first use, and again when an entry has a key that it did not give.

    Safe in threads, of which one calls it at a time, and across forks. The
    function brings its own time limits. If it fails, or gives no keys, the
    cache is one of this process alone, and it is not called for a minute.
    """

    source = f"the function {_NAME}"

    def __init__(self, function: KeyFunction, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._function = function
        self._monotonic = monotonic
        self._ring: KeyRing | None = None
        self._failed: tuple[float, str] | None = None
        self._asked: dict[bytes, float] = {}
        self.renew()
        renew_in_child(self)

    def renew(self) -> None:
        """Make a new lock (a forked child calls this)."""
        self._lock, self._caller = Lock(), 0

    def ring(self, *, make: bool) -> KeyRing:
        """Return the keys that the function gave."""
        return self._ring or self._ask(None)

    def again(self, key_id: bytes) -> KeyRing | None:
        """Call the function anew, once a minute for one unknown key."""
        now = self._monotonic()
        if now - self._asked.get(key_id, float("-inf")) < _ASK_AGAIN:
            return self._ring
        while len(self._asked) >= _MOST_ASKED:
            self._asked.pop(next(iter(self._asked)), None)
        self._asked[key_id] = now
        try:
            return self._ask(self._ring)
        except KeysUnavailableError:
            return self._ring  # what it gave before still opens what it opened

    def _ask(self, known: KeyRing | None) -> KeyRing:
        if self._caller == get_ident():
            raise KeysUnavailableError(f"the function {_NAME} needs the cache whose keys it gives")
        if not self._lock.acquire(timeout=_WAIT):
            raise KeysUnavailableError(f"the function {_NAME} has been running for {_WAIT:g} s in another thread")
        try:
            if self._ring is not None and self._ring is not known:
                return self._ring  # another thread has just asked
            if self._failed is not None and self._monotonic() - self._failed[0] < _ASK_AGAIN:
                raise KeysUnavailableError(self._failed[1])
            self._caller = get_ident()
            self._ring, self._failed = _read(self._function()), None
            return self._ring
        except KeysUnavailableError:
            raise
        except Exception as error:
            # Neither the text nor the cause: who knows what the function puts there.
            reason = f"the function {_NAME} failed: {type(error).__name__}"
            self._failed = self._monotonic(), reason
            raise KeysUnavailableError(reason) from None
        finally:
            self._caller = 0
            self._lock.release()


class _NotKeysError(Exception):
    """What the function gave is of no form that keys have."""


def _read(given: str | bytes | Sequence[bytes]) -> KeyRing:
    if isinstance(given, str):
        return parse_keys(given)
    keys = [given] if isinstance(given, (bytes, bytearray)) else list(given)
    if not keys or not all(isinstance(key, (bytes, bytearray)) and len(key) == KEY_BYTES for key in keys):
        raise _NotKeysError
    return KeyRing([SealingKey(bytes(key)) for key in keys])
