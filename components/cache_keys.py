"""Where the keys of the sealed cache come from: the environment, or a file that the first process makes."""

from collections.abc import Callable
from typing import Final, Protocol

from .lock import FileLock
from .private_folder import FileVersion, PrivateFolder
from .sealing import KeyRing, SealingKey, parse_keys

__all__ = ["EnvironmentKeys", "KeyFile", "KeySource", "KeysUnavailableError"]

_FIRST_LINE: Final = b"sotalia-cache-keys 1"
_FILE: Final = "keys"
_LIMIT: Final = 4096
_MOST_KEYS: Final = 4
_LOCK_PATIENCE: Final = 2.0


class KeysUnavailableError(Exception):
    """There are no keys to be had; the text says why and what to do, never the key."""


class KeySource(Protocol):
    """Where a ring of keys comes from. Safe in threads; methods raise ``KeysUnavailableError`` or ``OSError``."""

    def ring(self, *, make: bool) -> KeyRing | None:
        """Return the keys; where there are none, make them or return ``None``."""
        ...


class EnvironmentKeys:
    """The keys of ``SOTALIA_CACHE_KEY``: base64, 32 bytes each; the first seals, those after a comma only open."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._ring: KeyRing | None = None

    def ring(self, *, make: bool) -> KeyRing:
        """Return the keys of the variable."""
        if self._ring is None:
            try:
                self._ring = parse_keys(self._text)
            except ValueError as error:
                raise KeysUnavailableError(f"SOTALIA_CACHE_KEY: {error}") from None
        return self._ring


class KeyFile:
    """The keys in the file ``keys`` of the cache folder: a first line with the format, then a key per line.

    The first key seals, the others open what was sealed before a rotation.
    The file is read again whenever it was replaced.
    """

    def __init__(self, folder: PrivateFolder, *, step: Callable[[str], object]) -> None:
        self._folder = folder
        self._step = step
        self._read: tuple[FileVersion, KeyRing] | None = None

    def ring(self, *, make: bool) -> KeyRing | None:
        """Return the keys of the file, making it with a new key if it is missing or was left empty by a crash."""
        found = self._load()
        if found is not None or not make:
            return found
        with_lock = FileLock(self._folder, f"{_FILE}.lock")
        try:
            if not with_lock.acquire(_LOCK_PATIENCE):
                raise KeysUnavailableError("another process has been making the key file for too long")
            found = self._load()
            return self._store([SealingKey.generate()]) if found is None else found
        finally:
            with_lock.release()

    def rotate(self, keep: int = 1) -> KeyRing:
        """Put a new key first and keep ``keep`` of those before it (at most 3) for reading; return the new ring."""
        lock = FileLock(self._folder, f"{_FILE}.lock")
        try:
            if not lock.acquire(_LOCK_PATIENCE):
                raise KeysUnavailableError("another process has been writing the key file for too long")
            old = self._load()
            kept = [] if old is None else list(old.keys[: min(keep, _MOST_KEYS - 1)])
            return self._store([SealingKey.generate(), *kept])
        finally:
            lock.release()

    def _store(self, keys: list[SealingKey]) -> KeyRing:
        from base64 import b64encode

        lines = [_FIRST_LINE, *(b64encode(key.reveal()) for key in keys), b"end\n"]
        self._folder.replace(_FILE, b"\n".join(lines), step=lambda name: self._step(f"key-{name}"))
        return KeyRing(keys)

    def _load(self) -> KeyRing | None:
        version = self._folder.version(_FILE)
        if version is None:
            return None
        known = self._read
        if known is not None and known[0] == version:
            return known[1]
        raw = self._folder.read(_FILE, _LIMIT)
        ring = None if raw is None else _parse(raw)
        if ring is not None:
            self._read = version, ring
        return ring


def _parse(raw: bytes) -> KeyRing | None:
    """Return the keys; ``None`` for what a crash can leave of our own file: nothing, zeros, the beginning of it."""
    raw = raw.rstrip(b"\0")
    if not raw:
        return None
    lines = raw.split(b"\n")
    if lines[0] != _FIRST_LINE:
        if len(lines) == 1 and _FIRST_LINE.startswith(lines[0]):
            return None
        raise KeysUnavailableError(
            "the file 'keys' has a format of another program or version: remove it to start anew"
        )
    if lines[-2:] != [b"end", b""]:
        return None
    try:
        return parse_keys(b",".join(lines[1:-2]).decode("ascii"))
    except ValueError:
        return None
