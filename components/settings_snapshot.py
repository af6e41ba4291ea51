"""The settings at one moment: each with the value that counts, and where it stands."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from .configfile import FullConfig
from .errors.settings import InvalidConfigError, InvalidSettingError, ProfileNotFound, UnknownSettingError
from .explanation import Explanation, Shadowed
from .near_matches import did_you_mean
from .settings_table import Key, Setting

__all__ = ["Snapshot", "unknown_setting"]

_NOTHING: Final[Mapping[str, Any]] = {}
_MISSING: Final = object()


class Snapshot:
    """The settings with the AWS files read at most once, and what was asked for kept. Safe in threads."""

    __slots__ = ("_files", "_full_config", "_known", "_overrides", "_profile", "_read", "_section", "_table", "derived")

    def __init__(
        self,
        table: Mapping[str, Setting],
        overrides: Mapping[str, Any],
        read: Callable[[str], str | None],
        full_config: Callable[[], Mapping[str, Any]],
        profile: Callable[[], str | None] | None,
    ) -> None:
        self._table = table
        self._overrides = overrides
        self._read = read
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
        setting = self._table.get(name)
        if setting is None:
            raise unknown_setting(name, self._table)
        value = self._overrides.get(name)
        if value is not None:
            return self._convert(setting, value, "argument") if isinstance(value, str) else value
        if setting.parts:
            return self._compose(setting)
        for variable in setting.env:
            value = self._read(variable)
            if value:
                return self._convert(setting, value, variable)
        if setting.keys:
            section = self._section
            if section is None:
                section = self.profile_section()
            for key in setting.keys:
                value = section.get(key) if isinstance(key, str) else _nested(section, key)
                if value:
                    return self._convert(setting, value, key)
        return setting.default

    def variable(self, name: str) -> str | None:
        """Return a variable of the environment that is no setting; it may change while the snapshot lives."""
        return self._read(name)

    def explain(self, name: str) -> Explanation:
        """Return the value of a setting with its origin, as ``Settings.explain`` does."""
        value = self.get(name)
        setting = self._table[name]
        if setting.parts and name not in self._overrides:
            parts = tuple(self.explain(part) for part in setting.parts)
            source, where = ("default", "default") if value is None else ("composed", "composed")
            return Explanation(name, value, source, where, (), tuple(part for part in parts if part.value is not None))
        given = [candidate for candidate in self._candidates(setting) if candidate.source != "default"]
        winner = next((candidate for candidate in given if candidate.value not in ("", None)), None)
        if winner is None:
            return Explanation(name, value, "default", "default", tuple(given))
        shadowed = tuple(candidate for candidate in given if candidate is not winner)
        return Explanation(name, value, winner.source, winner.where, shadowed)

    def profile_section(self) -> Mapping[str, Any]:
        """Return the keys of the profile; none where no profile was asked for and there is no default one.

        Raises ProfileNotFound for a profile that was asked for.
        """
        section = self._section
        if section is None:
            name = self.profile_name()
            profiles = self.files().get("profiles", _NOTHING)
            if name is not None and name not in profiles:
                raise ProfileNotFound(profile=name)
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
        key = _service_key(service_id)
        if self.get("ignore_configured_endpoint_urls"):
            return None
        value: str | None = (
            self._overrides.get("endpoint_url")
            or self._read(f"AWS_ENDPOINT_URL_{key.upper()}")
            or self._read("AWS_ENDPOINT_URL")
        )
        if value:
            return value
        value = self._known.get(("endpoint_url", key), _MISSING)
        if value is _MISSING:
            value = self._known["endpoint_url", key] = self.explain_endpoint_url(service_id).value
        return value

    def explain_endpoint_url(self, service_id: str) -> Explanation:
        """Return the endpoint URL of a service with its origin.

        In this order: ``AWS_ENDPOINT_URL_<SERVICE>``, ``AWS_ENDPOINT_URL``, the
        ``services`` section of the profile, ``endpoint_url`` of the profile;
        none of them under ``ignore_configured_endpoint_urls``.
        """
        ignore = self.explain("ignore_configured_endpoint_urls")
        if ignore.value:
            return Explanation("endpoint_url", None, ignore.source, ignore.where)
        key = _service_key(service_id)
        found = []
        for variable in (f"AWS_ENDPOINT_URL_{key.upper()}", "AWS_ENDPOINT_URL"):
            value = self._read(variable)
            if value is not None:
                found.append(Shadowed("environment", variable, value))
        found.extend(self._service_candidates(key))
        found.extend(c for c in self._candidates(self._table["endpoint_url"]) if c.source == "file")
        override = self._overrides.get("endpoint_url")
        if override is not None:
            found.insert(0, Shadowed("argument", "argument", override))
        winner = next((candidate for candidate in found if candidate.value), None)
        if winner is None:
            return Explanation("endpoint_url", None, "default", "default", tuple(found))
        if not isinstance(winner.value, str):
            raise InvalidSettingError(
                value="(nested keys)", name="endpoint_url", source=winner.where, reason="expected a URL"
            )
        shadowed = tuple(candidate for candidate in found if candidate is not winner)
        return Explanation("endpoint_url", winner.value, winner.source, winner.where, shadowed)

    def _service_candidates(self, key: str) -> Iterator[Shadowed]:
        name = self.get("services")
        if name is None:
            return
        services = self.files().get("services", _NOTHING)
        if name not in services:
            where = self.explain("services").where
            raise InvalidConfigError(
                error_msg=f"The profile wants the section [services {name}] ({where}), which does not exist."
                f"{did_you_mean(name, services)}"
            )
        service = services[name].get(key, _NOTHING)
        if isinstance(service, str):
            raise InvalidConfigError(
                error_msg=f"Invalid value for {key} in [services {name}] ({self._where('services', name, key)}): "
                "expected nested keys, such as endpoint_url, one to an indented line."
            )
        value = service.get("endpoint_url")
        if value is not None:
            yield Shadowed("file", self._where("services", name, (key, "endpoint_url")), value)

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

    def _candidates(self, setting: Setting) -> Iterator[Shadowed]:
        override = self._overrides.get(setting.name)
        if override is not None:
            yield Shadowed("argument", "argument", override)
        for variable in setting.env:
            value: Any = self._read(variable)
            if value is not None:
                yield Shadowed("environment", variable, value)
        if setting.keys:
            try:
                section = self.profile_section()
            except ProfileNotFound:  # it did not stop what was found before it
                section = _NOTHING
            profile = self.profile_name() or "default"
            files = self.files()
            for key in setting.keys:
                value = section.get(key) if isinstance(key, str) else _nested(section, key)
                if value is None:
                    continue
                if isinstance(files, FullConfig):
                    for where, written in files.written("profiles", profile, *_path_of(key)):
                        yield Shadowed("file", where, written)
                else:
                    yield Shadowed("file", self._where("profiles", profile, key), value)

    def _where(self, kind: str, name: str, key: Key) -> str:
        files = self.files()
        path = _path_of(key)
        place = files.where(kind, name, *path) if isinstance(files, FullConfig) else None
        return place or f"{kind} {name}: {'.'.join(path)}"

    def _convert(self, setting: Setting, value: Any, origin: Key) -> Any:
        try:
            return setting.convert(value)
        except ValueError as error:
            source = origin
            if origin in setting.keys:
                source = self._where("profiles", self.profile_name() or "default", origin)
            shown = value if isinstance(value, str) else "(nested keys)"
            raise InvalidSettingError(value=shown, name=setting.name, source=source, reason=str(error)) from None


def _service_key(service_id: str) -> str:
    return service_id.replace(" ", "_").replace("-", "_").lower()


def _path_of(key: Key) -> tuple[str] | tuple[str, str]:
    return (key,) if isinstance(key, str) else key


def _nested(section: Mapping[str, Any], key: tuple[str, str]) -> Any:
    outer = section.get(key[0])
    return outer.get(key[1]) if isinstance(outer, Mapping) else None


def unknown_setting(name: str, table: Mapping[str, Setting]) -> UnknownSettingError:
    """Make the error that names what was probably meant."""
    return UnknownSettingError(name=name, hint=did_you_mean(name, table))
