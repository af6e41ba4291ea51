"""Keys that lie in the keyring of the operating system (extra ``[keyring]``)."""

import time
from collections.abc import Callable, Collection
from functools import partial
from threading import Event, Lock
from typing import Any, Final, Protocol

from .after_fork import import_whole, renew_in_child
from .cache_keys import MOST_KEYS, KeySource, KeysUnavailableError, locked_keys
from .private_folder import FileVersion, PrivateFolder
from .sealing import KeyRing, SealingKey, format_keys, parse_keys
from .side_threads import run_beside

__all__ = ["Keyring", "KeyringKeys", "system_keyring"]

SERVICE: Final = "sotalia"
USER: Final = "credential-cache-keys"
_CHANGES: Final = "keyring"  # a file without content: another one after every change of the keys
_PATIENCE: Final = 3.0  # seconds for one answer: a keyring that is locked asks a person, who may not be there
_ASK_AGAIN: Final = 60.0
_MOST_ASKED: Final = 64


class Keyring(Protocol):
    """What is used of a backend of the package ``keyring``."""

    def get_password(self, service: str, username: str) -> str | None:
        """Return what is stored."""
        ...

    def set_password(self, service: str, username: str, password: str) -> None:
        """Store it."""
        ...


def system_keyring() -> Keyring:
    """Return the keyring that the package ``keyring`` chose for this system."""
    import_whole("keyring")
    from keyring import get_keyring

    found: Any = get_keyring()
    chosen: Keyring = found
    return chosen


class KeyringKeys:
    """Keys of the system's keyring; where it cannot be used, of ``fallback``, with one warning.

    No call waits for it longer than 3 seconds; after a failure nobody asks it
    for a minute. What ``fallback`` has opens entries, too: another process of
    this user, a service without a session, may have sealed them. Processes
    that make or change the keys take turns by a lock in ``folder``, and tell
    the others by the file ``keyring`` there, so that nobody asks in vain.
    """

    source = "the keyring of the operating system"

    def __init__(
        self,
        folder: PrivateFolder,
        fallback: KeySource,
        warn: Callable[[str], object],
        *,
        keyring: Callable[[], Keyring] = system_keyring,
        beside: Callable[[Callable[[], object]], object] | None = None,
        monotonic: Callable[[], float] = time.monotonic,
        patience: float = _PATIENCE,
    ) -> None:
        self._folder = folder
        self._fallback = fallback
        self._warn = warn
        self._keyring = keyring
        self._beside = run_beside if beside is None else beside
        self._monotonic = monotonic
        self._patience = patience
        self._known: tuple[FileVersion | None, KeyRing] | None = None
        self._failed_at = float("-inf")
        self._warned = False
        self._asked: dict[bytes, float] = {}
        self.renew()
        renew_in_child(self)

    def renew(self) -> None:
        """Make a new lock, and wait for no answer (a forked child calls this)."""
        self._lock = Lock()
        self._late: Event | None = None

    def ring(self, *, make: bool) -> KeyRing | None:
        """Return the keys of the keyring, made if there are none; else those of the fallback."""
        try:
            own = self._current(make)
        except KeysUnavailableError as error:
            if not self._warned:
                self._warned = True
                self._warn(f"{error}; using {self._fallback.source}")
            return self._fallback.ring(make=make)
        try:
            other = self._fallback.ring(make=False)
        except (OSError, KeysUnavailableError):
            other = None
        if own is None or other is None:
            return own or other
        return KeyRing([*own.keys, *other.keys])

    def again(self, key_id: bytes) -> KeyRing | None:
        """Ask the keyring anew, once a minute for one unknown key."""
        now = self._monotonic()
        if now - self._asked.get(key_id, float("-inf")) >= _ASK_AGAIN:
            while len(self._asked) >= _MOST_ASKED:
                self._asked.pop(next(iter(self._asked)), None)
            self._asked[key_id] = now
            known, self._known = self._known, None
            try:
                self._current(make=False)
            except KeysUnavailableError:
                self._known = known  # what is known still opens what it opened
        return self.ring(make=False)

    def rotate(self, keep: int = 1) -> KeyRing:
        """Put a new key first and keep ``keep`` of those before it (at most 3) for reading; return the new ring."""
        with locked_keys(self._folder):
            old = self._load()
            kept = [] if old is None else list(old.keys[: min(keep, MOST_KEYS - 1)])
            return self._store([SealingKey.generate(), *kept])

    def retire(self, needed: Collection[bytes]) -> KeyRing:
        """Drop the keys behind the first whose ids are not ``needed`` any more; return the ring that is left."""
        with locked_keys(self._folder):
            ring = self._load()
            if ring is None:
                raise KeysUnavailableError("the keyring has lost the keys")
            return self._store([ring.keys[0], *(key for key in ring.keys[1:] if key.key_id in needed)])

    def _current(self, make: bool) -> KeyRing | None:
        """Return the keys of the keyring, asked for once, and again when somebody has changed them."""
        known = self._known
        if known is not None and known[0] == self._folder.version(_CHANGES):
            return known[1]
        with self._lock:
            known = self._known
            version = self._folder.version(_CHANGES)  # before the keys are read: a change in between is seen next time
            if known is not None and known[0] == version:
                return known[1]
            if self._monotonic() - self._failed_at < _ASK_AGAIN:
                raise KeysUnavailableError("the keyring could not be used a moment ago")
            ring = self._load()
            if ring is None and make:
                with locked_keys(self._folder):
                    ring = self._load() or self._store([SealingKey.generate()])
            self._known = None if ring is None else (version, ring)
            return ring

    def _load(self) -> KeyRing | None:
        text = self._answer(lambda: self._keyring().get_password(SERVICE, USER))
        if text is None:
            return None
        try:
            return parse_keys(text)
        except ValueError as error:
            raise KeysUnavailableError(f"what the keyring has for {SERVICE!r}, {USER!r} is no key: {error}") from None

    def _store(self, keys: list[SealingKey]) -> KeyRing:
        self._answer(lambda: self._keyring().set_password(SERVICE, USER, format_keys(keys)))
        self._folder.replace(_CHANGES, b"", step=lambda name: None)
        return KeyRing(keys)

    def _answer(self, ask: Callable[[], Any]) -> Any:
        """Return what the keyring says, asked in another thread; ``KeysUnavailableError`` if it fails or is late."""
        if self._late is not None and not self._late.is_set():  # one thread may hang there, not one each minute
            raise KeysUnavailableError("the keyring has not answered yet")
        answered, answer = Event(), _Answer()
        self._beside(partial(_ask, ask, answer, answered))
        if not answered.wait(self._patience):
            self._failed_at, self._late = self._monotonic(), answered
            raise KeysUnavailableError(f"the keyring has not answered for {self._patience:g} s")
        if answer.failure is not None:
            self._failed_at = self._monotonic()
            raise KeysUnavailableError(f"the keyring cannot be used ({answer.failure})")
        return answer.value


class _Answer:
    __slots__ = ("failure", "value")

    def __init__(self) -> None:
        self.value: Any = None
        self.failure: str | None = None


def _ask(ask: Callable[[], Any], answer: _Answer, answered: Event) -> None:
    try:
        answer.value = ask()
    except BaseException as error:
        answer.failure = type(error).__name__  # not its text: backends quote what they like
    finally:
        answered.set()
