"""The value of every setting, and where it came from."""

from __future__ import annotations

import os

from . import errors
from .configfile import load_full_config
from .environment import bytes_below
from .settings_snapshot import Snapshot, unknown_setting
from .settings_table import SETTINGS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any, Final

    from .configfile import FullConfig
    from .explanation import Explanation
    from .settings_table import Setting

__all__ = ["Settings", "Snapshot"]


class Settings:
    """Looks settings up in arguments, environment and AWS files, in this order, each time that they are asked for.

    ``overrides`` are values given in code. ``environ`` defaults to the
    process's environment. ``full_config`` returns the contents of the AWS
    files, and ``profile`` the name of the profile or ``None`` for the default
    one; without them, both follow the settings ``config_file``,
    ``credentials_file`` and ``profile``. Overrides are kept in ``kept_in``,
    for who has them too, or in a dictionary of their own.

    An empty value counts as none. Asking for one setting costs up to two
    ``stat`` calls; ``snapshot`` looks at the files once for many settings. Safe
    in threads.
    """

    __slots__ = ("_given_files", "_last", "_overrides", "_profile", "_variables", "_version")

    def __init__(
        self,
        overrides: Mapping[str, Any] | None = None,
        environ: Mapping[str, str] | None = None,
        full_config: Callable[[], Mapping[str, Any]] | None = None,
        profile: Callable[[], str | None] | None = None,
        *,
        kept_in: dict[str, Any] | None = None,
    ) -> None:
        self._overrides = {} if kept_in is None else kept_in
        self._variables = _variables_of(os.environ if environ is None else environ, SETTINGS)
        self._given_files = full_config
        self._profile = profile
        self._version = self._version_of_overrides()
        self._last: tuple[tuple[Any, ...], Snapshot] | None = None
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
        was asked for (``python -m sotalia.ops.bench_settings`` measures it);
        settings with equal overrides over the same environment share it.
        """
        version = self._version
        variables = self._variables
        state = variables.state()
        try:
            files = self._files_at(state) if self._given_files is None else self._given_files()
        except errors.BotoCoreError:
            return self._look()  # which raises it when a file is really needed
        profile = self._profile() if self._profile is not None else None
        key = (version, profile, variables, state)
        last = self._last
        if last is not None and last[1].files() is files and last[0] == key:
            return last[1]
        entry = _snapshots.get(key)
        if entry is None or entry[1].files() is not files:
            reader = variables.reader_of(state)
            view = Snapshot(variables.table, dict(self._overrides), reader, lambda: files, self._profile)
            if len(_snapshots) >= _KEPT_SNAPSHOTS:
                _snapshots.clear()
            entry = _snapshots[key] = key, view
        self._last = entry
        return entry[1]

    def _version_of_overrides(self) -> object:
        """Return what is equal for settings that give equal answers, of any object where they may share one."""
        if self._given_files is not None or self._profile is not None:
            return object()
        try:
            key = tuple([(name, type(value), value) for name, value in sorted(self._overrides.items())])
            if len(_versions) >= _KEPT_SNAPSHOTS:
                _versions.clear()
            return _versions.setdefault(key, key)
        except TypeError:
            return object()

    def _look(self) -> Snapshot:
        variables = self._variables
        files = self._given_files or self.load_files
        return Snapshot(variables.table, self._overrides, variables.read, files, self._profile)

    def explain(self, name: str) -> Explanation:
        """Return the value of a setting with its source and with what it shadows. Raises what ``get`` raises."""
        return self._look().explain(name)

    def endpoint_url(self, service_id: str) -> str | None:
        """Return the endpoint URL that is configured for a service (``"s3"``, ``"Elastic Beanstalk"``), if any."""
        return self._look().endpoint_url(service_id)

    def set_override(self, name: str, value: Any) -> None:
        """Give a setting a value that wins over all others; ``None`` takes it back."""
        table = self._variables.table
        if name not in table:
            raise unknown_setting(name, table)
        if value is None:
            self._overrides.pop(name, None)
        else:
            self._overrides[name] = value
        self._version = self._version_of_overrides()

    def define(self, setting: Setting) -> None:
        """Add a setting of the caller's own, or replace one, in this object alone."""
        variables = self._variables
        self._variables = _variables_of(variables.environ, {**variables.table, setting.name: setting})
        self._version = self._version_of_overrides()

    def names(self) -> tuple[str, ...]:
        """Return the names of all settings."""
        return tuple(self._variables.table)

    def load_files(self) -> FullConfig:
        """Return the contents of the AWS files, from memory while they are unchanged."""
        return self._files_at(self._variables.state())

    def _files_at(self, state: tuple[object, ...]) -> FullConfig:
        overrides, variables = self._overrides, self._variables
        given = overrides.get("config_file"), overrides.get("credentials_file"), state
        paths = variables.paths
        if paths is None or paths[0] != given:
            view = self._look()  # these two settings are in no file
            written = view.get("config_file"), view.get("credentials_file")
            paths = (given, (self.expand_path(written[0]), self.expand_path(written[1])))
            if not any("$" in path for path in written):
                variables.paths = paths
        return load_full_config(*paths[1])

    def expand_path(self, path: str) -> str:
        """Return a path with ``~`` and ``$VARIABLES`` replaced from the environment of these settings."""
        if path[:2] == "~/" or path == "~":
            home = self._variables.read("HOME")
            path = home.rstrip("/") + path[1:] if home else os.path.expanduser(path)
        elif path[:1] == "~":
            path = os.path.expanduser(path)
        if "$" in path:
            from string import Template  # at first use: rare

            path = Template(path).safe_substitute(self._variables.environ)
        return path


class _Variables:
    """The quickest ways to ask an environment for one variable, and for all those that settings may come from."""

    __slots__ = ("_names", "environ", "paths", "read", "state", "table")

    read: Callable[[str], str | None]
    state: Callable[[], tuple[object, ...]]

    def __init__(self, environ: Mapping[str, str], table: Mapping[str, Setting]) -> None:
        self.environ = environ
        self.table = table
        self.paths: tuple[tuple[object, ...], tuple[str, str]] | None = None
        """What the paths of the AWS files were last made of, and the paths."""
        named = {variable: None for setting in table.values() for variable in setting.env}
        names = self._names = (*named, "HOME")  # below which the files are
        below = bytes_below(environ)
        if below is None:
            self.read = environ.get
            self.state = lambda: tuple(map(environ.get, names))
            return
        encoded = tuple(map(str.encode, names))

        def read(name: str) -> str | None:
            value = below.get(name.encode())
            return None if value is None else os.fsdecode(value)

        self.read = read
        self.state = lambda: tuple(map(below.get, encoded))

    def reader_of(self, state: tuple[Any, ...]) -> Callable[[str], str | None]:
        """Return what reads these variables as they were at a moment, and all others as they are."""
        values, now = dict(zip(self._names, state, strict=True)), self.read

        def read(name: str) -> str | None:
            if name not in values:
                return now(name)
            value = values[name]
            return os.fsdecode(value) if type(value) is bytes else value

        return read


_KEPT_SNAPSHOTS: Final = 64
_snapshots: dict[tuple[object, ...], tuple[tuple[object, ...], Snapshot]] = {}
_versions: dict[tuple[object, ...], tuple[object, ...]] = {}
"""Overrides in use, so that settings with equal ones keep the same object."""
_of_process: list[_Variables] = []


def _variables_of(environ: Mapping[str, str], table: Mapping[str, Setting]) -> _Variables:
    """Return the variables of an environment; for the usual settings of the process's own always the same object."""
    if environ is not os.environ or table is not SETTINGS:
        return _Variables(environ, table)
    for known in _of_process:
        if known.environ is environ:
            return known
    _of_process[:] = [_Variables(environ, table)]
    return _of_process[0]
