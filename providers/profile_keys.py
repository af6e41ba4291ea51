"""What a profile of the AWS files holds: keys, or the wish to assume a role."""

from collections.abc import Mapping
from typing import Any

from ..components.errors import PartialCredentialsError
from .credentials import ReadOnlyCredentials

__all__ = ["assumes_role", "has_keys", "profiles_of", "read_keys"]

Profiles = Mapping[str, Mapping[str, Any]]


def profiles_of(config: Mapping[str, Any]) -> Profiles:
    """Return the profiles of a full configuration (``{"profiles": {...}}``)."""
    found: Profiles = config.get("profiles") or {}
    return found


def has_keys(profile: Mapping[str, Any]) -> bool:
    """Return whether the profile has an access key id."""
    return bool(profile.get("aws_access_key_id"))


def assumes_role(profile: Mapping[str, Any]) -> bool:
    """Return whether the profile assumes a role with other credentials (and not with a web identity)."""
    return bool(profile.get("role_arn")) and not profile.get("web_identity_token_file")


def read_keys(profile: Mapping[str, Any], provider: str) -> ReadOnlyCredentials | None:
    """Return the keys of a profile, or ``None``; raises ``PartialCredentialsError`` for an id without its secret."""
    access_key = profile.get("aws_access_key_id")
    if not access_key:
        return None
    secret_key = profile.get("aws_secret_access_key")
    if not secret_key:
        raise PartialCredentialsError(provider=provider, cred_var="aws_secret_access_key")
    token = profile.get("aws_session_token") or profile.get("aws_security_token") or None
    return ReadOnlyCredentials(access_key, secret_key, token, profile.get("aws_account_id") or None)
