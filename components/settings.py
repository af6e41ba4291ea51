"""The value of every setting, and where it came from."""

import os
from collections.abc import Callable, Mapping
from typing import Any

from .configfile import FullConfig, load_full_config
from .errors.base import BotoCoreError
from .settings_snapshot import Explanation, Shadowed, Snapshot, unknown_setting
from .settings_table import SETTINGS, Setting

__all__ = ["Explanation", "Settings", "Shadowed", "Snapshot"]


class Settings:
    """Looks settings up in arguments, environment and AWS files, in this order, each time that they are asked for.

    ``overrides`` are values given in code. ``environ`` defaults to the
    process's environment. ``full_config`` returns the contents of the AWS
    files, and ``profile`` the name of the profile or ``None`` for the default
    one; without them, both follow the settings ``config_file``,
    ``credentials_file`` and ``profile``.

    An empty value counts as none. Asking for one setting costs up to two
    ``stat`` calls; ``snapshot`` looks at the files once for many settings. Safe
    in threads.
    """

    def __init__(
        self,
        overrides: Mapping[str, Any] | None = None,
        environ: Mapping[str, str] | None = None,
        full_config: Callable[[], Mapping[str, Any]] | None = None,
        profile: Callable[[], str | None] | None = None,
    ) -> None:
        self._table = dict(SETTINGS)
        self._overrides: dict[str, Any] = {}
        self._environ = os.environ if environ is None else environ
        self._read, self._state = _readers(self._environ, _names(self._table))
        self._full_config = full_config or self.load_files
        self._profile = profile
        self._version = object()
        self._last: tuple[tuple[Any, ...], Snapshot] | None = None
        self._paths: tuple[tuple[str | None, ...], tuple[str, str]] | None = None
        for name, value in (overrides or {}).items():
            self.set_override(name, value)

    def get(self, name: str) -> Any:
        """Return the value of a setting.

        Raises UnknownSettingError, InvalidSettingError (with the source of the
        value), ProfileNotFound and ConfigParseError.
        """
        return self._look().get(name)

    def snapshot(self) -> Snapshot:
        """Return the settings of this moment, for asking for many of them.

        While nothing has changed it is the same object, which keeps what it
        was asked for (``python -m sotalia.ops.bench_settings`` measures it).
        """
        version = self._version
        view = self._look()
        try:
            files = view.files()
        except BotoCoreError:
            return view  # which raises it when a file is really needed
        profile = self._profile() if self._profile is not None else None
        state = (version, profile, self._state())
        last = self._last
        if last is not None and last[1].files() is files and last[0] == state:
            return last[1]
        self._last = (state, view)
        return view

    def _look(self) -> Snapshot:
        return Snapshot(self._table, self._overrides, self._read, self._full_config, self._profile)

    def explain(self, name: str) -> Explanation:
        """Return the value of a setting with its source and with what it shadows. Raises what ``get`` raises."""
        return self._look().explain(name)

    def endpoint_url(self, service_id: str) -> str | None:
        """Return the endpoint URL that is configured for a service (``"s3"``, ``"Elastic Beanstalk"``), if any."""
        return self._look().endpoint_url(service_id)

    def set_override(self, name: str, value: Any) -> None:
        """Give a setting a value that wins over all others; ``None`` takes it back."""
        if name not in self._table:
            raise unknown_setting(name, self._table)
        if value is None:
            self._overrides.pop(name, None)
        else:
            self._overrides[name] = value
        self._version = object()

    def define(self, setting: Setting) -> None:
        """Add a setting of the caller's own, or replace one, in this object alone."""
        self._table[setting.name] = setting
        self._read, self._state = _readers(self._environ, _names(self._table))
        self._version = object()

    def names(self) -> tuple[str, ...]:
        """Return the names of all settings."""
        return tuple(self._table)

    def load_files(self) -> FullConfig:
        """Return the contents of the AWS files, from memory while they are unchanged."""
        given = (
            self._overrides.get("config_file"),
            self._overrides.get("credentials_file"),
            self._read("AWS_CONFIG_FILE"),
            self._read("AWS_SHARED_CREDENTIALS_FILE"),
            self._read("HOME"),
        )
        paths = self._paths
        if paths is None or paths[0] != given:
            view = self._look()  # these two settings are in no file
            written = view.get("config_file"), view.get("credentials_file")
            paths = (given, (self.expand_path(written[0]), self.expand_path(written[1])))
            if not any("$" in path for path in written):
                self._paths = paths
        return load_full_config(*paths[1])

    def expand_path(self, path: str) -> str:
        """Return a path with ``~`` and ``$VARIABLES`` replaced from the environment of these settings."""
        if path[:2] == "~/" or path == "~":
            home = self._read("HOME")
            path = home.rstrip("/") + path[1:] if home else os.path.expanduser(path)
        elif path[:1] == "~":
            path = os.path.expanduser(path)
        if "$" in path:
            from string import Template  # at first use: rare

            path = Template(path).safe_substitute(self._environ)
        return path


def _names(table: Mapping[str, Setting]) -> tuple[str, ...]:
    return tuple({variable: None for setting in table.values() for variable in setting.env})


def _readers(
    environ: Mapping[str, str], names: tuple[str, ...]
) -> tuple[Callable[[str], str | None], Callable[[], tuple[object, ...]]]:
    """Return the quickest ways to ask for one variable, and for the state of all these variables."""
    # os.environ.get costs 1 µs for a variable that is not set, and most are not: look at the
    # bytes below it, where they are to be found (CPython on POSIX), which costs a tenth.
    below: Any = getattr(environ, "_data", None) if environ is os.environ else None
    if type(below) is not dict or not all(type(name) is bytes for name in below):
        return environ.get, lambda: tuple(map(environ.get, names))
    encoded = tuple(name.encode() for name in names)

    def read(name: str) -> str | None:
        value = below.get(name.encode())
        return None if value is None else os.fsdecode(value)

    return read, lambda: tuple(map(below.get, encoded))
