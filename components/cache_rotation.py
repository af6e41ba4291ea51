"""A new key for the sealed cache, while any number of processes read and write it.

The new key is put first, the old ones stay for reading. Then every entry is
sealed anew, under its lock, and when none needs the old keys any more, they are
dropped. A writer that began with an old key sees that it has changed and seals
again (``FileCache.write``); a reader that meets a key it does not have reads
the keys, and then the entry, again.
"""

from typing import Final, NamedTuple

from .cache_file import FileCache
from .cache_format import ENTRY_LIMIT, SUFFIX, digest_of
from .cache_keys import KeysUnavailableError, RotatingKeys, locked_keys
from .lock import FileLock
from .sealing import KeyRing, SealError, key_id_of

__all__ = ["Rotation", "rotate_keys", "rotating"]

_TURNS: Final = "rotation"
_MOST_OLD: Final = 3
_PATIENCE: Final = 30.0  # seconds for one entry: its holder may be asking a source


class Rotation(NamedTuple):
    """What a rotation did: ids of keys in hex, numbers of entries, and why entries were left as they are."""

    new: str
    dropped: tuple[str, ...]
    kept: tuple[str, ...]
    sealed_anew: int
    left: tuple[tuple[str, str], ...]


def rotate_keys(cache: FileCache, keys: RotatingKeys, *, patience: float = _PATIENCE) -> Rotation:
    """Seal everything in the cache with a new key; ``patience`` is how long to wait for an entry's lock, in seconds.

    An entry whose lock cannot be had keeps its key alive, to be read until the
    next rotation. One that no key opens is left alone. Rotations take turns.
    Raises ``KeysUnavailableError`` and ``OSError``; if it is killed, the next
    one goes on, and all entries can be read at any moment.
    """
    with locked_keys(cache.folder, _TURNS, patience):
        before = keys.ring(make=False)
        keys.rotate(_MOST_OLD)
        ring = keys.ring(make=False)
        if ring is None:
            raise KeysUnavailableError("the keys were removed while they were changed")
        # Listed after the new key is in place: who comes later seals with that.
        digests = sorted({found[0] for name in cache.folder.names() if (found := digest_of(name))})
        sealed_anew, left, needed = 0, [], set()
        for digest in digests:
            try:
                sealed_anew += _seal_anew(cache, ring, digest, patience)
            except _LeftError as error:
                left.append((digest, error.reason))
                needed.add(error.key_id)
        keys.retire(needed)
        after = keys.ring(make=False) or ring
    old = tuple(key.key_id.hex() for key in after.keys[1:])
    gone = {key.key_id for key in (() if before is None else before.keys)} - {key.key_id for key in after.keys}
    dropped = tuple(sorted(key_id.hex() for key_id in gone))
    return Rotation(after.keys[0].key_id.hex(), dropped, old, sealed_anew, tuple(left))


class _LeftError(Exception):
    """An entry stays sealed with the key that it has."""

    def __init__(self, reason: str, key_id: bytes) -> None:
        super().__init__(reason)
        self.reason = reason
        self.key_id = key_id


def _seal_anew(cache: FileCache, ring: KeyRing, digest: str, patience: float) -> bool:
    """Return whether the entry had to be sealed anew; raises ``_LeftError`` if it cannot be."""
    key_id = b""
    lock = FileLock(cache.folder, f"{digest}.lock")
    try:
        sealed = cache.folder.read(digest + SUFFIX, ENTRY_LIMIT)
        key_id = b"" if sealed is None else key_id_of(sealed) or b""
        held = lock.acquire(patience)  # also where there is no entry: somebody may be writing the first one
        sealed = cache.folder.read(digest + SUFFIX, ENTRY_LIMIT)
        key_id = b"" if sealed is None else key_id_of(sealed) or b""
        if sealed is None or key_id == ring.keys[0].key_id:
            return False
        if not held:
            raise _LeftError("its lock is held", key_id)
        sealed = ring.seal(ring.open(sealed, digest.encode()), digest.encode())
        cache.folder.replace(digest + SUFFIX, sealed, step=lambda name: None)
        return True
    except SealError as error:
        raise _LeftError(str(error), key_id) from None
    except OSError as error:
        raise _LeftError(error.strerror or type(error).__name__, key_id) from None
    finally:
        lock.release()


def rotating(keys: object) -> RotatingKeys:
    """Return the source if its keys can be changed here; ``KeysUnavailableError`` says how else."""
    if hasattr(keys, "rotate") and hasattr(keys, "retire"):
        return keys  # type: ignore[return-value] # a RotatingKeys
    source = getattr(keys, "source", type(keys).__name__)
    raise KeysUnavailableError(
        f"the keys come from {source}: put a new one in front of the old one there, "
        "and take the old one out when all workers have the new one"
    )
