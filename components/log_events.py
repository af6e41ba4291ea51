"""The names of all log events, in one table: facts in the past tense, told apart by their key-values.

A name is stable: operators filter and alert on it. Keys never carry secrets,
bodies or parameter values.
"""

from typing import Final

__all__ = [
    "CACHE_DEGRADED",
    "CACHE_ENTRY_READ",
    "CACHE_ENTRY_REJECTED",
    "CACHE_ENTRY_WRITTEN",
    "CLIENT_CREATED",
    "CONFIG_OPTION_IGNORED",
    "CREDENTIALS_INVALIDATED",
    "CREDENTIALS_LOADED",
    "CREDENTIALS_NOT_FOUND",
    "CREDENTIALS_REFRESHED",
    "CREDENTIALS_REFRESH_FAILED",
    "ENDPOINT_RESOLVED",
    "LOCK_ACQUIRED",
    "LOCK_TIMED_OUT",
    "METADATA_REQUEST_FAILED",
    "PROVIDER_FAILED",
    "PROVIDER_SKIPPED",
    "REQUEST_FAILED",
    "REQUEST_RETRIED",
    "REQUEST_SENT",
    "RESPONSE_RECEIVED",
    "SESSION_CREATED",
]

# session
SESSION_CREATED: Final = "session_created"
CLIENT_CREATED: Final = "client_created"
CONFIG_OPTION_IGNORED: Final = "config_option_ignored"

# credentials
PROVIDER_SKIPPED: Final = "provider_skipped"
PROVIDER_FAILED: Final = "provider_failed"
CREDENTIALS_LOADED: Final = "credentials_loaded"
CREDENTIALS_NOT_FOUND: Final = "credentials_not_found"
CREDENTIALS_REFRESHED: Final = "credentials_refreshed"
CREDENTIALS_REFRESH_FAILED: Final = "credentials_refresh_failed"
CREDENTIALS_INVALIDATED: Final = "credentials_invalidated"
METADATA_REQUEST_FAILED: Final = "metadata_request_failed"

# the fleet's cache
CACHE_ENTRY_READ: Final = "cache_entry_read"
CACHE_ENTRY_WRITTEN: Final = "cache_entry_written"
CACHE_ENTRY_REJECTED: Final = "cache_entry_rejected"
CACHE_DEGRADED: Final = "cache_degraded"
LOCK_ACQUIRED: Final = "lock_acquired"
LOCK_TIMED_OUT: Final = "lock_timed_out"

# the call
ENDPOINT_RESOLVED: Final = "endpoint_resolved"
REQUEST_SENT: Final = "request_sent"
REQUEST_RETRIED: Final = "request_retried"
REQUEST_FAILED: Final = "request_failed"
RESPONSE_RECEIVED: Final = "response_received"
