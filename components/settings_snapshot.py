"""The settings at one moment: each with the value that counts, and where it stands."""

from __future__ import annotations

from _collections_abc import Mapping  # collections.abc, without all that collections brings

from . import errors
from .configfile import FullConfig
from .near_matches import did_you_mean
from .settings_keys import nested, path_of, service_key

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, Final

    from .explanation import Explanation
    from .settings_keys import Key
    from .settings_table import Setting

__all__ = ["Snapshot", "unknown_setting"]

_NOTHING: Final[Mapping[str, Any]] = {}
_MISSING: Final = object()


class Snapshot:
    """The settings with the AWS files read at most once, and what was asked for kept. Safe in threads."""

    __slots__ = ("_files", "_full_config", "_known", "_profile", "_section", "derived", "overrides", "read", "table")

    def __init__(
        self,
        table: Mapping[str, Setting],
        overrides: Mapping[str, Any],
        read: Callable[[str], str | None],
        full_config: Callable[[], Mapping[str, Any]],
        profile: Callable[[], str | None] | None,
    ) -> None:
        self.table = table
        self.overrides = overrides
        self.read = read
        self._full_config = full_config
        self._profile = profile
        self._files: Mapping[str, Any] | None = None
        self._section: Mapping[str, Any] | None = None
        self._known: dict[str | tuple[str, ...], Any] = {}
        self.derived: dict[Any, Any] = {}
        """What the layers above work out from these settings and keep with them, by keys of their own."""

    def get(self, name: str) -> Any:
        """Return the value of a setting, as ``Settings.get`` does."""
        value = self._known.get(name, _MISSING)
        if value is _MISSING:
            value = self._known[name] = self._find(name)
        return value if value.__class__ is not dict else dict(value)

    def _find(self, name: str) -> Any:
        setting = self.table.get(name)
        if setting is None:
            raise unknown_setting(name, self.table)
        value = self.overrides.get(name)
        if value is not None:
            return self._convert(setting, value, "argument") if isinstance(value, str) else value
        if setting.parts:
            return self._compose(setting)
        for variable in setting.env:
            value = self.read(variable)
            if value:
                return self._convert(setting, value, variable)
        if setting.keys:
            section = self._section
            if section is None:
                section = self.profile_section()
            for key in setting.keys:
                value = section.get(key) if isinstance(key, str) else nested(section, key)
                if value:
                    return self._convert(setting, value, key)
        return setting.default

    def variable(self, name: str) -> str | None:
        """Return a variable of the environment that is no setting; it may change while the snapshot lives."""
        return self.read(name)

    def explain(self, name: str) -> Explanation:
        """Return the value of a setting with its origin, as ``Settings.explain`` does."""
        from .settings_explanation import explain  # few programs ask why

        return explain(self, name)

    def profile_section(self) -> Mapping[str, Any]:
        """Return the keys of the profile; none where no profile was asked for and there is no default one.

        Raises ProfileNotFound for a profile that was asked for.
        """
        section = self._section
        if section is None:
            name = self.profile_name()
            profiles = self.files().get("profiles", _NOTHING)
            if name is not None and name not in profiles:
                raise errors.ProfileNotFound(profile=name)
            section = profiles.get(name or "default", _NOTHING)
            self._section = section
        return section

    def profile_name(self) -> str | None:
        """Return the name of the profile that was asked for, by argument or variable."""
        name = self._profile() if self._profile is not None else self.get("profile")
        assert name is None or isinstance(name, str)
        return name

    def files(self) -> Mapping[str, Any]:
        """Return the contents of the AWS files."""
        if self._files is None:
            self._files = self._full_config()
        return self._files

    def endpoint_url(self, service_id: str) -> str | None:
        """Return the endpoint URL that is configured for a service, as ``Settings.endpoint_url`` does."""
        key = service_key(service_id)
        if self.get("ignore_configured_endpoint_urls"):
            return None
        value: str | None = (
            self.overrides.get("endpoint_url")
            or self.read(f"AWS_ENDPOINT_URL_{key.upper()}")
            or self.read("AWS_ENDPOINT_URL")
        )
        if value:
            return value
        value = self._known.get(("endpoint_url", key), _MISSING)
        if value is _MISSING:
            value = self._known["endpoint_url", key] = self._url_in_files(service_id)
        return value

    def _url_in_files(self, service_id: str) -> str | None:
        if self.get("services") is None and not self.profile_section().get("endpoint_url"):
            return None
        return self.explain_endpoint_url(service_id).value  # type: ignore[no-any-return] # the value of a setting

    def explain_endpoint_url(self, service_id: str) -> Explanation:
        """Return the endpoint URL of a service with its origin.

        In this order: ``AWS_ENDPOINT_URL_<SERVICE>``, ``AWS_ENDPOINT_URL``, the
        ``services`` section of the profile, ``endpoint_url`` of the profile;
        none of them under ``ignore_configured_endpoint_urls``.
        """
        from .settings_explanation import explain_endpoint_url

        return explain_endpoint_url(self, service_id)

    def _compose(self, setting: Setting) -> dict[str, Any] | None:
        # What the nested section has, with the known parts read and put in from wherever they are.
        (key,) = setting.keys
        section = self.profile_section()
        written = section.get(key) if isinstance(key, str) else None
        composed: dict[str, Any] = dict(written) if isinstance(written, Mapping) else {}
        for part in setting.parts:
            value = self.get(part)
            if value is not None:
                composed[part[len(setting.name) + 1 :]] = value
        return composed or None

    def where(self, kind: str, name: str, key: Key) -> str:
        """Return where a key of a section stands, as ``path:line`` if that is known."""
        files = self.files()
        path = path_of(key)
        place = files.where(kind, name, *path) if isinstance(files, FullConfig) else None
        return place or f"{kind} {name}: {'.'.join(path)}"

    def _convert(self, setting: Setting, value: Any, origin: Key) -> Any:
        try:
            return setting.convert(value)
        except ValueError as error:
            source = origin
            if origin in setting.keys:
                source = self.where("profiles", self.profile_name() or "default", origin)
            shown = value if isinstance(value, str) else "(nested keys)"
            raise errors.InvalidSettingError(value=shown, name=setting.name, source=source, reason=str(error)) from None


def unknown_setting(name: str, table: Mapping[str, Setting]) -> errors.UnknownSettingError:
    """Make the error that names what was probably meant."""
    return errors.UnknownSettingError(name=name, hint=did_you_mean(name, table))
