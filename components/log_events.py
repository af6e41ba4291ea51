"""The names of all log events, in one table: facts in the past tense, told apart by their key-values.

A name is stable: operators filter and alert on it. Keys never carry secrets,
bodies or parameter values.
"""

from typing import Final

__all__ = [
    "CACHE_DEGRADED",
    "CACHE_ENTRY_REJECTED",
    "CONFIG_OPTION_IGNORED",
    "CREDENTIALS_INVALIDATED",
    "CREDENTIALS_LOADED",
    "CREDENTIALS_NOT_FOUND",
    "CREDENTIALS_REFRESHED",
    "CREDENTIALS_REFRESH_FAILED",
    "ENDPOINT_DISCOVERY_FAILED",
    "LOCK_TIMED_OUT",
    "PROVIDER_FAILED",
    "PROVIDER_NOT_USABLE",
    "REQUEST_FAILED",
    "REQUEST_RETRIED",
    "TOKEN_REFRESHED",
    "TOKEN_REFRESH_FAILED",
]

# configuration
CONFIG_OPTION_IGNORED: Final = "config_option_ignored"

# credentials
PROVIDER_FAILED: Final = "provider_failed"
PROVIDER_NOT_USABLE: Final = "provider_not_usable"
CREDENTIALS_LOADED: Final = "credentials_loaded"
CREDENTIALS_NOT_FOUND: Final = "credentials_not_found"
CREDENTIALS_REFRESHED: Final = "credentials_refreshed"
CREDENTIALS_REFRESH_FAILED: Final = "credentials_refresh_failed"
CREDENTIALS_INVALIDATED: Final = "credentials_invalidated"
TOKEN_REFRESHED: Final = "token_refreshed"  # noqa: S105 - the name of an event
TOKEN_REFRESH_FAILED: Final = "token_refresh_failed"  # noqa: S105 - the name of an event

# the fleet's cache
CACHE_ENTRY_REJECTED: Final = "cache_entry_rejected"
CACHE_DEGRADED: Final = "cache_degraded"
LOCK_TIMED_OUT: Final = "lock_timed_out"

# endpoints
ENDPOINT_DISCOVERY_FAILED: Final = "endpoint_discovery_failed"

# the call
REQUEST_RETRIED: Final = "request_retried"
REQUEST_FAILED: Final = "request_failed"
