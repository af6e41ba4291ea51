"""The settings of a profile that assumes a role, read and checked."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from ..components.errors import InvalidConfigError, PartialCredentialsError
from ..components.settings_table import SETTINGS

__all__ = ["RoleConfig", "read_role"]


class RoleConfig(NamedTuple):
    """What a profile says about the role; exactly one of ``source_profile`` and ``credential_source`` is set."""

    profile: str
    role_arn: str
    source_profile: str | None
    credential_source: str | None
    role_session_name: str | None
    external_id: str | None
    duration_seconds: int | None
    mfa_serial: str | None

    def __repr__(self) -> str:
        return f"<RoleConfig of profile {self.profile!r}: {self.role_arn}>"


def read_role(name: str, profile: Mapping[str, Any]) -> RoleConfig:
    """Return the role settings of a profile.

    Raises ``InvalidConfigError`` for two sources and for a duration that STS
    cannot grant, ``PartialCredentialsError`` for no source.
    """
    source_profile = profile.get("source_profile") or None
    credential_source = profile.get("credential_source") or None
    if source_profile and credential_source:
        raise InvalidConfigError(
            error_msg=f"The profile {name!r} has both source_profile and credential_source: remove one of them."
        )
    if not source_profile and not credential_source:
        raise PartialCredentialsError(provider="assume-role", cred_var="source_profile or credential_source")
    return RoleConfig(
        name,
        str(profile["role_arn"]),
        source_profile,
        credential_source,
        profile.get("role_session_name") or None,
        profile.get("external_id") or None,
        _duration(name, profile.get("duration_seconds") or None),
        profile.get("mfa_serial") or None,
    )


def _duration(profile: str, written: Any) -> int | None:
    if written is None:
        return None
    try:
        found: int = SETTINGS["duration_seconds"].convert(written)
    except ValueError as error:
        raise InvalidConfigError(
            error_msg=f"duration_seconds of the profile {profile!r} is {written!r}: {error}."
        ) from None
    return found
