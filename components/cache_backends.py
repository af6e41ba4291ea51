"""The backends of the credential cache, by the names that the settings have for them."""

import os
from collections.abc import Mapping
from typing import Any, Literal

from .cache import CacheLog, CredentialCache

__all__ = ["open_cache"]


def open_cache(
    kind: Literal["file", "memory", "redis", "off"] = "file",
    location: str | os.PathLike[str] | None = None,
    *,
    environ: Mapping[str, str] | None = None,
    log: CacheLog | None = None,
    key_source: str = "file",
    keys: Any = None,
) -> CredentialCache:
    """Return the backend that the settings ``credential_cache`` and ``credential_cache_location`` ask for.

    ``location`` is the folder of the file backend, by default that of
    ``default_folder``. For ``redis`` it is a URL, and the folder is its option
    ``folder``. ``key_source`` and ``keys`` (a function or a ``KeySource``) say
    where its keys come from: ``open_keys``. Nothing is opened or made before
    the first use. Raises ``InvalidSettingError`` for an unknown kind, a URL
    that is no good and hosts without a common key;
    ``MissingDependencyException`` without redis-py.
    """
    if kind == "memory":
        from .cache_memory import process_cache

        return process_cache()
    if kind == "off":
        from .cache_memory import NoCache

        return NoCache()
    settings = os.environ if environ is None else environ
    if kind == "redis":
        return _open_redis(location, settings, log, key_source, keys)
    if kind == "file":
        from .cache_file import FileCache
        from .cache_folder import default_folder

        folder = default_folder(settings) if location is None else os.path.expanduser(location)
        if folder is None:
            from .cache_log import warn_of
            from .cache_memory import process_cache
            from .log_events import CACHE_DEGRADED

            tell = warn_of if log is None else log
            tell(CACHE_DEGRADED, {"reason": "there is no home folder: set credential_cache_location"})
            return process_cache()
        from .cache_key_source import open_keys
        from .cache_log import warn_of
        from .cache_memory import memory_of_folder
        from .private_folder import PrivateFolder

        private = PrivateFolder(folder)
        return FileCache(
            folder,
            environ=settings,
            keys=open_keys(private, settings, warn_of if log is None else log, source=key_source, given=keys),
            log=log,
            memory=memory_of_folder(private.path),
        )
    from .errors import InvalidSettingError

    raise InvalidSettingError(
        value=kind, name="credential_cache", source="the settings", reason="use 'file', 'memory', 'redis' or 'off'"
    )


def _open_redis(
    location: str | os.PathLike[str] | None,
    environ: Mapping[str, str],
    log: CacheLog | None,
    key_source: str,
    keys: Any,
) -> CredentialCache:
    from .cache_file import FileCache
    from .errors import InvalidSettingError, MissingDependencyException
    from .redis_location import parse_redis_location

    if location is None:
        raise InvalidSettingError(
            value="redis",
            name="credential_cache",
            source="the settings",
            reason="credential_cache_location must have its URL, such as rediss://cache.example.com:6379/0",
        )
    place = parse_redis_location(os.fspath(location))
    if keys is None and not environ.get("SOTALIA_CACHE_KEY") and key_source in ("file", "keyring"):
        # The key file of a host opens nothing that another one sealed: each would fetch for itself, unnoticed.
        raise InvalidSettingError(
            value="redis",
            name="credential_cache",
            source="the settings",
            reason="SOTALIA_CACHE_KEY, the file of credential_cache_key_source or the component credential_cache_keys "
            "must give one key for all hosts: what Redis is given is sealed with it",
        )
    from importlib.util import find_spec

    if find_spec("redis") is None:
        raise MissingDependencyException(msg="credential_cache = redis needs redis-py: pip install 'sotalia[redis]'")
    local = open_cache("file", place.folder, environ=environ, log=log, key_source=key_source, keys=keys)
    if not isinstance(local, FileCache):
        return local
    from .cache_log import warn_of
    from .cache_redis import RedisCache
    from .log_events import CACHE_DEGRADED
    from .redis_store import RedisStore
    from .secret import Secret

    password = environ.get("SOTALIA_CREDENTIAL_CACHE_PASSWORD")
    tell, shown = warn_of if log is None else log, str(place)
    store = RedisStore(
        place,
        password=Secret(password) if password else None,
        warn=lambda reason: tell(CACHE_DEGRADED, {"redis": shown, "reason": reason}),
    )
    return RedisCache(local, store, local.keys, log=log)
