"""The cache that the processes of one user on one host share: a sealed file per entry.

In the folder (mode 0700) lie, each of mode 0600: ``<digest>.v2``, a sealed
entry; ``<digest>.lock``, its lock; ``keys`` and ``keys.lock``; for moments,
``.<digest>.bell``, a FIFO by which waiters hear that a lock is free, and
temporary files, which hold ciphertext or, of ``keys``, a new key. Whatever is
wrong with a file is a miss and one warning; whatever is wrong with the folder
makes the cache one of this process alone.
"""

import os
from collections.abc import Callable, Hashable, Mapping
from typing import Final

from .after_fork import import_whole
from .cache import CacheLog, Entry, EntryIdentity, ProcessLock
from .cache_format import ENTRY_LIMIT, bell_of, file_of, lock_of, open_entry, seal_entry
from .cache_key_source import open_keys
from .cache_keys import KeySource, KeysUnavailableError
from .cache_log import warn_of
from .cache_memory import MemoryCache
from .filesystem import filesystem_of, reach_of
from .lock import FileLock
from .log_events import CACHE_DEGRADED, CACHE_ENTRY_REJECTED
from .private_folder import FolderError, PrivateFolder
from .sealing import KeyRing, SealError, UnknownKeyError, prepare

__all__ = ["FileCache"]

_MOST_WARNINGS: Final = 64
_TRIES: Final = 8
_NOBODY: Final = EntryIdentity("nobody")


class FileCache:
    """The backend ``file``. Safe in threads, among processes and after a fork; opens nothing before its first use.

    ``keys`` gives the keys; by default the environment variable
    ``SOTALIA_CACHE_KEY``, else a key file in the folder. ``step`` is called
    with the name of each step of a write, for tests. ``memory`` keeps what
    cannot be written; by default it is this object's own.
    """

    name = "file"

    def __init__(
        self,
        folder: str | os.PathLike[str],
        *,
        environ: Mapping[str, str] | None = None,
        keys: KeySource | None = None,
        log: CacheLog | None = None,
        step: Callable[[str], object] | None = None,
        filesystem: Callable[[str], str | None] = filesystem_of,
        memory: MemoryCache | None = None,
    ) -> None:
        self.folder = PrivateFolder(folder)
        self._step: Callable[[str], object] = _ignore if step is None else step
        self._log: CacheLog = warn_of if log is None else log
        if keys is None:
            keys = open_keys(self.folder, os.environ if environ is None else environ, self._log, step=self._step)
        self.keys = keys
        self._filesystem = filesystem
        self._shared: bool | None = None
        self._memory = MemoryCache() if memory is None else memory
        self._warned: set[tuple[str, str]] = set()

    def read(self, identity: EntryIdentity) -> Entry | None:
        """Return the entry, taking no lock; damaged, foreign or unreadable means ``None`` and one warning."""
        mine = self._memory.read(identity)
        sealed: bytes | None = None
        seen: bytes | None = None
        while True:
            try:
                sealed = self.folder.read(file_of(identity), ENTRY_LIMIT)
                if sealed is None:
                    return mine
                found = self._open(sealed, identity)
            except (SealError, ValueError, RecursionError) as error:
                if sealed != seen:
                    seen = sealed  # it may have been replaced, and its key rotated away, while it was opened
                    continue
                reason = str(error) if isinstance(error, SealError) else "no entry of this format"
                self._warn(CACHE_ENTRY_REJECTED, reason, entry=identity.digest()[:12])
                return mine
            except (OSError, KeysUnavailableError) as error:
                self._warn(CACHE_DEGRADED, _reason(error))
                return mine
            # What is in memory could not be written to the file at the time.
            return found if mine is None or mine.fetched_at < found.fetched_at else mine

    def version(self, identity: EntryIdentity) -> Hashable | None:
        """Return inode, time and size of the entry's file (and the write in memory, where that had to do)."""
        file, mine = self.folder.version(file_of(identity)), self._memory.version(identity)
        return None if file is None and mine is None else (file, mine)

    def write(self, identity: EntryIdentity, entry: Entry) -> bool:
        """Replace the entry's file at once; if that fails, keep the entry for this process alone.

        A power cut may bring the entry before back, which is good or is fetched again: nobody waits for the disk.
        """
        try:
            if not self._is_shared():
                self._memory.write(identity, entry)
                return False
            ring = self._ring_to_seal()
            self._step("key-ready")
            for _ in range(_TRIES):
                sealed = seal_entry(ring, identity, entry)
                self._step("sealed")
                self.folder.replace(file_of(identity), sealed, step=self._step, durable=False)
                used, ring = ring, self._ring_to_seal()
                # A rotation meanwhile does not know of this entry, and may drop its key.
                if ring.keys[0].key_id == used.keys[0].key_id:
                    break
            else:
                raise KeysUnavailableError("the key is replaced as fast as it is used")
        except (OSError, KeysUnavailableError, ValueError, TypeError) as error:
            self._warn(CACHE_DEGRADED, _reason(error))
            self._memory.write(identity, entry)
            if entry.rejected:
                self._remove_file(identity)  # better no entry for the others than one of a rejected key
            return False
        self._memory.remove(identity)
        return True

    def remove(self, identity: EntryIdentity) -> None:
        """Forget the entry."""
        self._memory.remove(identity)
        self._remove_file(identity)

    def lock(self, identity: EntryIdentity) -> ProcessLock:
        """Return the entry's lock: of the file, or among threads where the folder cannot be shared."""
        try:
            if self._is_shared():
                return FileLock(self.folder, lock_of(identity), bell=bell_of(identity))
        except OSError as error:
            self._warn(CACHE_DEGRADED, _reason(error))
        return self._memory.lock(identity)

    def prepare(self) -> None:
        """Import the cipher, read the key and open an entry of no use: the first one costs twice what the next does.

        Who waits has the time for it, so that a published entry is opened in no time.
        """
        prepare()
        import_whole("json")
        try:
            ring = self.keys.ring(make=False)
        except (OSError, KeysUnavailableError):
            return  # whoever reads an entry says so
        if ring is not None:
            for _ in range(2):
                open_entry(ring, _NOBODY.digest(), seal_entry(ring, _NOBODY, Entry({}, 0.0, 0)))

    def _open(self, sealed: bytes, identity: EntryIdentity) -> Entry:
        ring = self.keys.ring(make=False)
        if ring is None:
            raise SealError("there is no key to open it with")
        try:
            return open_entry(ring, identity.digest(), sealed).entry
        except UnknownKeyError as error:
            again = self.keys.again(error.key_id)
            if again is None:
                raise
            return open_entry(again, identity.digest(), sealed).entry

    def _ring_to_seal(self) -> KeyRing:
        ring = self.keys.ring(make=True)
        if ring is None:
            raise KeysUnavailableError("there is no key")
        return ring

    def _is_shared(self) -> bool:
        """Return whether the folder is one that locks work in; raises ``OSError`` if it cannot be used at all."""
        os.close(self.folder.open(make=True))
        if self._shared is None:
            kind = self._filesystem(self.folder.path)
            reach = reach_of(kind)
            self._shared = reach == "local" or (reach == "unknown" and self._locks_exclude())
            if not self._shared:
                self._warn(
                    CACHE_DEGRADED,
                    f"no sure locks on a file system of type {kind or 'unknown'}: "
                    "set credential_cache_location to a local folder",
                )
        return self._shared

    def _locks_exclude(self) -> bool:
        name = f".probe.{os.getpid()}.{os.urandom(6).hex()}.tmp"
        one, other = FileLock(self.folder, name), FileLock(self.folder, name)
        try:
            return one.acquire(0) and not other.acquire(0)
        except OSError:
            return False
        finally:
            one.release()
            other.release()
            self.folder.remove(name)

    def _remove_file(self, identity: EntryIdentity) -> None:
        try:
            self.folder.remove(file_of(identity))
        except OSError:
            pass

    def _warn(self, event: str, reason: str, **fields: str) -> None:
        key = (event, fields.get("entry", reason))
        if key not in self._warned and len(self._warned) < _MOST_WARNINGS:
            self._warned.add(key)
            self._log(event, {"folder": self.folder.path, "reason": reason, **fields})


def _reason(error: Exception) -> str:
    if isinstance(error, FolderError):
        return str(error.strerror)
    if isinstance(error, OSError):
        return error.strerror or type(error).__name__
    return str(error) if isinstance(error, (KeysUnavailableError, ValueError)) else type(error).__name__


def _ignore(*_: object) -> None:
    return None
