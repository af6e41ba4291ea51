"""When to refresh, how long to wait after a failure, and which failures cannot heal. Pure functions."""

from typing import Final

from ..components.errors import (
    ClientError,
    InvalidConfigError,
    LoginInsufficientPermissions,
    LoginRefreshRequired,
    ProfileNotFound,
    RefreshWithMFAUnsupportedError,
    SSOTokenLoadError,
    TokenExpiredError,
    UnauthorizedSSOTokenError,
)

__all__ = [
    "ENDLESS_SHARED",
    "MANDATORY_WINDOW",
    "STATICALLY_STABLE",
    "advisory_window",
    "backoff",
    "error_memory",
    "is_non_recoverable",
    "refresh_jitter",
]

MANDATORY_WINDOW: Final = 60.0

#: For so many seconds a shared set without an end is good for those who start: enough for a fleet that starts at
#: once, and whoever starts later sees that the source was rotated.
ENDLESS_SHARED: Final = 60.0

#: Methods whose expired set keeps being served while the source is down.
STATICALLY_STABLE: Final = frozenset(
    {"assume-role", "assume-role-with-web-identity", "container-role", "iam-role", "login", "sso"}
)

# What STS says to a caller who may not, or cannot ever, do what it asked for.
_FINAL_CODES: Final = frozenset(
    {
        "AccessDenied",
        "AccessDeniedException",
        "ForbiddenException",
        "MalformedPolicyDocument",
        "PackedPolicyTooLarge",
        "RegionDisabledException",
        "UnauthorizedException",
        "ValidationError",
    }
)
_FINAL_ERRORS: Final = (
    InvalidConfigError,
    LoginInsufficientPermissions,
    LoginRefreshRequired,
    ProfileNotFound,
    RefreshWithMFAUnsupportedError,
    SSOTokenLoadError,
    TokenExpiredError,
    UnauthorizedSSOTokenError,
)


def advisory_window(lifetime: float) -> float:
    """Return how many seconds before its end a set that lives so many seconds is refreshed.

    Up to 20 min of life: 5 min; under 90 min: 15 min; else 60 min (the
    refresh behaviour that the AWS SDKs share since 2026).
    """
    if lifetime <= 20 * 60:
        return 5 * 60.0
    if lifetime < 90 * 60:
        return 15 * 60.0
    return 60 * 60.0


def refresh_jitter(window: float, random: float) -> float:
    """Return how many seconds into its window this process waits: up to a tenth of it, at most a minute.

    ``random`` is in [0, 1). Only sets that processes share are spread.
    """
    return min(60.0, window * 0.1) * random


def backoff(random: float) -> float:
    """Return the seconds without another try after a failed refresh: 300 to 600. ``random`` is in [0, 1)."""
    return 300.0 + 300.0 * random


def error_memory(random: float) -> float:
    """Return the seconds for which an error is raised again without asking: 1 to 5. ``random`` is in [0, 1)."""
    return 1.0 + 4.0 * random


def is_non_recoverable(error: BaseException) -> bool:
    """Return whether asking again cannot help: access denied, session over, configuration wrong.

    A source can also decide itself, by an attribute ``non_recoverable``.
    """
    marked = getattr(error, "non_recoverable", None)
    if marked is not None:
        return bool(marked)
    if isinstance(error, ClientError):
        return error.response.get("Error", {}).get("Code") in _FINAL_CODES
    return isinstance(error, _FINAL_ERRORS)
