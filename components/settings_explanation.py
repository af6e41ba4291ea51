"""Why a setting has its value: where it stands, and what it shadows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final, Protocol

from .configfile import FullConfig
from .errors.settings import InvalidConfigError, InvalidSettingError, ProfileNotFound
from .explanation import Explanation, Shadowed
from .near_matches import did_you_mean
from .settings_keys import nested, path_of, service_key

if TYPE_CHECKING:
    from .settings_keys import Key
    from .settings_table import Setting

__all__ = ["explain", "explain_endpoint_url"]

_NOTHING: Final[Mapping[str, Any]] = {}


class Settings(Protocol):
    """The settings of one moment, as they are explained: a ``Snapshot``."""

    table: Mapping[str, Setting]
    overrides: Mapping[str, Any]
    read: Callable[[str], str | None]

    def get(self, name: str) -> Any:
        """Return the value that counts."""
        ...

    def profile_section(self) -> Mapping[str, Any]:
        """Return the keys of the profile."""
        ...

    def profile_name(self) -> str | None:
        """Return the name of the profile that was asked for."""
        ...

    def files(self) -> Mapping[str, Any]:
        """Return the contents of the AWS files."""
        ...

    def where(self, kind: str, name: str, key: Key) -> str:
        """Return where a key of a section stands."""
        ...


def explain(settings: Settings, name: str) -> Explanation:
    """Return the value of a setting with its origin; raises what ``Settings.get`` raises."""
    value = settings.get(name)
    setting = settings.table[name]
    if setting.parts and name not in settings.overrides:
        parts = tuple(explain(settings, part) for part in setting.parts)
        source, where = ("default", "default") if value is None else ("composed", "composed")
        return Explanation(name, value, source, where, (), tuple(part for part in parts if part.value is not None))
    given = [candidate for candidate in _candidates(settings, setting) if candidate.source != "default"]
    winner = next((candidate for candidate in given if candidate.value not in ("", None)), None)
    if winner is None:
        return Explanation(name, value, "default", "default", tuple(given))
    shadowed = tuple(candidate for candidate in given if candidate is not winner)
    return Explanation(name, value, winner.source, winner.where, shadowed)


def explain_endpoint_url(settings: Settings, service_id: str) -> Explanation:
    """Return the endpoint URL of a service with its origin."""
    ignore = explain(settings, "ignore_configured_endpoint_urls")
    if ignore.value:
        return Explanation("endpoint_url", None, ignore.source, ignore.where)
    key = service_key(service_id)
    found = []
    for variable in (f"AWS_ENDPOINT_URL_{key.upper()}", "AWS_ENDPOINT_URL"):
        value = settings.read(variable)
        if value is not None:
            found.append(Shadowed("environment", variable, value))
    found.extend(_of_service(settings, key))
    found.extend(c for c in _candidates(settings, settings.table["endpoint_url"]) if c.source == "file")
    override = settings.overrides.get("endpoint_url")
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


def _of_service(settings: Settings, key: str) -> Iterator[Shadowed]:
    name = settings.get("services")
    if name is None:
        return
    services = settings.files().get("services", _NOTHING)
    if name not in services:
        where = explain(settings, "services").where
        raise InvalidConfigError(
            error_msg=f"The profile wants the section [services {name}] ({where}), which does not exist."
            f"{did_you_mean(name, services)}"
        )
    service = services[name].get(key, _NOTHING)
    if isinstance(service, str):
        raise InvalidConfigError(
            error_msg=f"Invalid value for {key} in [services {name}] ({settings.where('services', name, key)}): "
            "expected nested keys, such as endpoint_url, one to an indented line."
        )
    value = service.get("endpoint_url")
    if value is not None:
        yield Shadowed("file", settings.where("services", name, (key, "endpoint_url")), value)


def _candidates(settings: Settings, setting: Setting) -> Iterator[Shadowed]:
    override = settings.overrides.get(setting.name)
    if override is not None:
        yield Shadowed("argument", "argument", override)
    for variable in setting.env:
        value: Any = settings.read(variable)
        if value is not None:
            yield Shadowed("environment", variable, value)
    if setting.keys:
        try:
            section = settings.profile_section()
        except ProfileNotFound:  # it did not stop what was found before it
            section = _NOTHING
        profile = settings.profile_name() or "default"
        files = settings.files()
        for key in setting.keys:
            value = section.get(key) if isinstance(key, str) else nested(section, key)
            if value is None:
                continue
            if isinstance(files, FullConfig):
                for where, written in files.written("profiles", profile, *path_of(key)):
                    yield Shadowed("file", where, written)
            else:
                yield Shadowed("file", settings.where("profiles", profile, key), value)
