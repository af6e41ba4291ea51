"""Which source the keys of the sealed cache come from, by settings and by what the program gave."""

import os
from collections.abc import Callable, Mapping
from typing import Any, Final

from .cache import CacheLog
from .cache_keys import EnvironmentKeys, KeyFile, KeySource
from .log_events import CACHE_DEGRADED
from .private_folder import PrivateFolder

__all__ = ["SETTING", "open_keys"]

SETTING: Final = "credential_cache_key_source"


def open_keys(
    folder: PrivateFolder,
    environ: Mapping[str, str],
    log: CacheLog,
    *,
    source: str = "file",
    given: Any = None,
    step: Callable[[str], object] = lambda name: None,
) -> KeySource:
    """Return the first of: what was ``given`` (a ``KeySource`` or a function), ``SOTALIA_CACHE_KEY``, ``source``.

    ``source`` is ``file``, the path of a key file, or ``keyring``. Nothing is
    opened or asked. Raises ``InvalidSettingError``, and
    ``MissingDependencyException`` if the package ``keyring`` is not there.
    """
    if given is not None:
        if hasattr(given, "ring"):
            return given  # type: ignore[no-any-return] # a KeySource
        from .cache_key_function import FunctionKeys

        return FunctionKeys(given)
    text = environ.get("SOTALIA_CACHE_KEY")
    if text:
        return EnvironmentKeys(text)
    file = KeyFile(folder, step=step)
    if source == "file":
        return file
    if source == "keyring":
        _require_keyring()
        from .cache_keyring import KeyringKeys

        return KeyringKeys(folder, file, lambda reason: log(CACHE_DEGRADED, {"folder": folder.path, "reason": reason}))
    path = os.path.expanduser(source)
    if not os.path.isabs(path) or path.endswith("/"):
        from .errors import InvalidSettingError

        raise InvalidSettingError(
            value=source, name=SETTING, source="the settings", reason="use 'file', 'keyring', or the path of a key file"
        )
    return KeyFile(PrivateFolder(os.path.dirname(path)), os.path.basename(path), step=step)


def _require_keyring() -> None:
    from importlib.util import find_spec

    if find_spec("keyring") is None:
        from .errors import MissingDependencyException

        raise MissingDependencyException(
            msg=f"{SETTING} = keyring needs the package 'keyring': pip install 'sotalia[keyring]'"
        )
