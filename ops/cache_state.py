"""The credential cache of a session in a few lines without a secret, for ``sotalia doctor``."""

from collections.abc import Iterator
from typing import Any

from ..components.cache_file import FileCache
from ..components.cache_keys import KeysUnavailableError
from ..components.cache_redis import RedisCache
from ..components.filesystem import filesystem_of

__all__ = ["keys_of", "state_of"]


def state_of(cache: Any) -> Iterator[str]:
    """Give the backend, its folder and file system, whether Redis answers, and the keys' source and ids."""
    yield f"backend: {getattr(cache, 'name', type(cache).__name__)}"
    if isinstance(cache, RedisCache):
        reachable = getattr(cache.store, "is_reachable", None)
        if reachable is not None:
            found = "answers" if reachable() else "does not answer: each host is alone"
            yield f"redis: {cache.store.location}, {found}"
        cache = cache.local
    if not isinstance(cache, FileCache):
        return
    yield f"folder: {cache.folder.path} ({filesystem_of(cache.folder.path) or 'unknown file system'})"
    keys = keys_of(cache)
    yield f"keys: {keys['key_source']}: {keys['problem'] or ', '.join(keys['keys']) or 'none yet'}"


def keys_of(cache: FileCache) -> dict[str, Any]:
    """Return where the keys come from and their ids, the one that seals first."""
    ids, problem = [], None
    try:
        ring = cache.keys.ring(make=False)
        ids = [] if ring is None else [key.key_id.hex() for key in ring.keys]
    except KeysUnavailableError as error:
        problem = str(error)
    except OSError as error:
        problem = error.strerror or type(error).__name__
    return {"key_source": getattr(cache.keys, "source", type(cache.keys).__name__), "keys": ids, "problem": problem}
