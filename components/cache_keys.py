"""The keys of the sealed cache, and two places that they come from: the environment, and a file of this user.

Others are the keyring of the operating system (``cache_keyring.py``) and a
function of the program (``cache_key_function.py``).
"""

from collections.abc import Callable, Collection
from typing import Final, Protocol

from .lock import FileLock
from .private_folder import FileVersion, PrivateFolder
from .sealing import KeyRing, SealingKey, format_keys, parse_keys

__all__ = [
    "KEY_FILE",
    "MOST_KEYS",
    "EnvironmentKeys",
    "KeyFile",
    "KeySource",
    "KeysUnavailableError",
    "RotatingKeys",
    "locked_keys",
]

KEY_FILE: Final = "keys"
MOST_KEYS: Final = 4
"""Keys that a source which rotates keeps at most."""

_FIRST_LINE: Final = b"sotalia-cache-keys 1"
_LIMIT: Final = 4096
_LOCK_PATIENCE: Final = 2.0


class KeysUnavailableError(Exception):
    """There are no keys to be had; the text says why and what to do, never the key."""


class KeySource(Protocol):
    """Where a ring of keys comes from. Safe in threads; methods raise ``KeysUnavailableError`` or ``OSError``."""

    @property
    def source(self) -> str:
        """What to call it: the variable, the file, or what else it is."""
        ...

    def ring(self, *, make: bool) -> KeyRing | None:
        """Return the keys; where there are none, make them or return ``None``."""
        ...

    def again(self, key_id: bytes) -> KeyRing | None:
        """Return the keys as they are now: somebody has sealed with one that ``ring()`` lacked."""
        ...


class RotatingKeys(KeySource, Protocol):
    """A source whose keys this program may change itself."""

    def rotate(self, keep: int = 1) -> KeyRing:
        """Put a new key first and keep ``keep`` of those before it (at most 3) for reading; return the new ring."""
        ...

    def retire(self, needed: Collection[bytes]) -> KeyRing:
        """Drop the keys behind the first whose ids are not ``needed`` any more; return the ring that is left."""
        ...


class EnvironmentKeys:
    """The keys of ``SOTALIA_CACHE_KEY``: base64, 32 bytes each; the first seals, those after a comma only open."""

    source = "SOTALIA_CACHE_KEY"

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

    def again(self, key_id: bytes) -> KeyRing:
        """Return the same keys: an environment does not change."""
        return self.ring(make=False)


class locked_keys:  # noqa: N801 - used as a context manager, like a function
    """Hold the lock of the keys while they are made or changed; ``KeysUnavailableError`` if it cannot be had."""

    def __init__(self, folder: PrivateFolder, name: str = KEY_FILE, seconds: float = _LOCK_PATIENCE) -> None:
        self._lock = FileLock(folder, f"{name}.lock")
        self._seconds = seconds

    def __enter__(self) -> None:
        try:
            held = self._lock.acquire(self._seconds)
        except BaseException:
            self._lock.release()
            raise
        if not held:
            self._lock.release()
            raise KeysUnavailableError("another process has been making or changing the keys for too long")

    def __exit__(self, *_: object) -> None:
        self._lock.release()


class KeyFile:
    """The keys in a file of a private folder: a first line with the format, then a key per line, then ``end``.

    The first key seals, the others open what was sealed before a rotation.
    The file is read again whenever it was replaced.
    """

    def __init__(self, folder: PrivateFolder, name: str = KEY_FILE, *, step: Callable[[str], object]) -> None:
        self._folder = folder
        self._name = name
        self._step = step
        self._read: tuple[FileVersion, KeyRing] | None = None

    @property
    def source(self) -> str:
        """The path of the file."""
        return f"{self._folder.path}/{self._name}"

    def ring(self, *, make: bool) -> KeyRing | None:
        """Return the keys of the file, making it with a new key if it is missing or was left empty by a crash."""
        found = self._load()
        if found is not None or not make:
            return found
        with locked_keys(self._folder, self._name):
            found = self._load()
            return self._store([SealingKey.generate()]) if found is None else found

    def again(self, key_id: bytes) -> KeyRing | None:
        """Read the file, whatever it looks like from outside: an inode may be another file's by now."""
        self._read = None
        return self._load()

    def rotate(self, keep: int = 1) -> KeyRing:
        """Put a new key first and keep ``keep`` of those before it (at most 3) for reading; return the new ring."""
        with locked_keys(self._folder, self._name):
            old = self._load()
            kept = [] if old is None else list(old.keys[: min(keep, MOST_KEYS - 1)])
            return self._store([SealingKey.generate(), *kept])

    def retire(self, needed: Collection[bytes]) -> KeyRing:
        """Drop the keys behind the first whose ids are not ``needed`` any more; return the ring that is left."""
        with locked_keys(self._folder, self._name):
            ring = self._load()
            if ring is None:
                raise KeysUnavailableError("the key file was removed")
            return self._store([ring.keys[0], *(key for key in ring.keys[1:] if key.key_id in needed)])

    def _store(self, keys: list[SealingKey]) -> KeyRing:
        lines = [_FIRST_LINE, *(format_keys([key]).encode() for key in keys), b"end\n"]
        self._folder.replace(self._name, b"\n".join(lines), step=lambda name: self._step(f"key-{name}"))
        return KeyRing(keys)

    def _load(self) -> KeyRing | None:
        version = self._folder.version(self._name)
        if version is None:
            return None
        known = self._read
        if known is not None and known[0] == version:
            return known[1]
        raw = self._folder.read(self._name, _LIMIT)
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
