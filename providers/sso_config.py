"""The single sign-on settings of a profile, in both forms, read and checked.

``sso_session = NAME`` with a section ``[sso-session NAME]``, or all four keys
in the profile (the legacy form). Source: AWS SDKs and Tools reference guide,
"IAM Identity Center credential provider".
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from ..components.errors import InvalidConfigError
from ..components.near_matches import did_you_mean
from .profile_keys import profiles_of

__all__ = ["SSOConfig", "SSOSession", "login_command", "read_sso", "read_sso_session", "sso_session_named"]

_ROLE_KEYS = ("sso_account_id", "sso_role_name")
_SESSION_KEYS = ("sso_start_url", "sso_region")


class SSOSession(NamedTuple):
    """Where somebody signs in; ``name`` is ``None`` in the legacy form."""

    name: str | None
    start_url: str
    region: str
    scopes: tuple[str, ...] = ()

    @property
    def cache_name(self) -> str:
        """The text whose SHA-1 names the token file."""
        return self.start_url if self.name is None else self.name


class SSOConfig(NamedTuple):
    """A role of a profile, and the session that gives it."""

    profile: str
    session: SSOSession
    account_id: str
    role_name: str


def login_command(profile: str) -> str:
    """Return the command that signs in again."""
    return f"sotalia sso login --profile {profile}"


def read_sso(name: str, config: Mapping[str, Any]) -> SSOConfig | None:
    """Return the role of a profile; ``None`` for a profile that names neither an account nor a role.

    Raises ``InvalidConfigError`` for missing keys, an unknown session, and
    values that differ between profile and session.
    """
    profile = profiles_of(config).get(name) or {}
    if not any(profile.get(key) for key in _ROLE_KEYS):
        return None
    session = _section_of(name, profile, config)
    merged = {**profile, **session}
    missing = [key for key in (*_ROLE_KEYS, *_SESSION_KEYS) if not merged.get(key)]
    if missing:
        raise _missing(f"The profile {name!r}", missing)
    return SSOConfig(name, _session(profile, merged), str(merged["sso_account_id"]), str(merged["sso_role_name"]))


def read_sso_session(name: str, config: Mapping[str, Any], *, legacy: bool = False) -> SSOSession | None:
    """Return the session of a profile, whether it names a role or not; ``None`` if it has none.

    Without ``legacy`` only ``sso_session`` counts. Raises as ``read_sso`` does.
    """
    profile = profiles_of(config).get(name) or {}
    if not profile.get("sso_session") and not (legacy and any(profile.get(key) for key in _SESSION_KEYS)):
        return None
    merged = {**profile, **_section_of(name, profile, config)}
    missing = [key for key in _SESSION_KEYS if not merged.get(key)]
    if missing:
        raise _missing(f"The profile {name!r}", missing)
    return _session(profile, merged)


def sso_session_named(session: str, config: Mapping[str, Any]) -> SSOSession:
    """Return the session of a section ``[sso-session NAME]``; raises ``InvalidConfigError``."""
    section = _section(session, config, "was asked for")
    missing = [key for key in _SESSION_KEYS if not section.get(key)]
    if missing:
        raise _missing(f"The section [sso-session {session}]", missing)
    return _session({"sso_session": session}, section)


def _session(profile: Mapping[str, Any], merged: Mapping[str, Any]) -> SSOSession:
    scopes = str(merged.get("sso_registration_scopes") or "").replace(",", " ").split()
    name = profile.get("sso_session") or None
    return SSOSession(name, str(merged["sso_start_url"]), str(merged["sso_region"]), tuple(scopes))


def _section_of(name: str, profile: Mapping[str, Any], config: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the section that a profile's ``sso_session`` names, empty for the legacy form."""
    session = profile.get("sso_session")
    if not session:
        return {}
    section = _section(str(session), config, f"is named by the profile {name!r}")
    for key in _SESSION_KEYS:
        mine, theirs = profile.get(key), section.get(key)
        if mine and theirs and mine != theirs:
            raise InvalidConfigError(
                error_msg=f"{key} is {mine} in the profile {name!r} and {theirs} in [sso-session {session}]: "
                "remove it from the profile."
            )
    return section


def _section(session: str, config: Mapping[str, Any], why: str) -> Mapping[str, Any]:
    sessions: Mapping[str, Mapping[str, Any]] = config.get("sso_sessions") or {}
    if session not in sessions:
        near = did_you_mean(session, sessions)
        raise InvalidConfigError(error_msg=f"The section [sso-session {session}], which {why}, does not exist.{near}")
    return sessions[session]


def _missing(what: str, keys: list[str]) -> InvalidConfigError:
    return InvalidConfigError(error_msg=f"{what} is set up for single sign-on, but lacks {', '.join(keys)}.")
