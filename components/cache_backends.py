"""The backends of the credential cache, by the names that the settings have for them."""

import os
from collections.abc import Mapping
from typing import Any, Literal

from .cache import CacheLog, CredentialCache

__all__ = ["open_cache"]


def open_cache(
    kind: Literal["file", "memory", "off"] = "file",
    location: str | os.PathLike[str] | None = None,
    *,
    environ: Mapping[str, str] | None = None,
    log: CacheLog | None = None,
    key_source: str = "file",
    keys: Any = None,
) -> CredentialCache:
    """Return the backend that the settings ``credential_cache`` and ``credential_cache_location`` ask for.

    ``location`` is the folder of the file backend, by default that of
    ``default_folder``. ``key_source`` and ``keys`` (a function or a
    ``KeySource``) say where its keys come from: ``open_keys``. Nothing is opened or made before the first use.
    Raises ``InvalidSettingError`` for an unknown kind.
    """
    if kind == "memory":
        from .cache_memory import process_cache

        return process_cache()
    if kind == "off":
        from .cache_memory import NoCache

        return NoCache()
    if kind == "file":
        from .cache_file import FileCache
        from .cache_folder import default_folder

        settings = os.environ if environ is None else environ
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
        value=kind, name="credential_cache", source="the settings", reason="use 'file', 'memory' or 'off'"
    )
