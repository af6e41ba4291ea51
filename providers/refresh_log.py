"""What refreshable credentials tell the log: one warning per process when a source fails, one line when it is back."""

from ..components.cache import EntryIdentity
from ..components.log_events import CREDENTIALS_INVALIDATED, CREDENTIALS_REFRESH_FAILED, CREDENTIALS_REFRESHED
from ..components.logging import get_logger
from .credential_set import iso_of
from .refresh_view import RefreshState, View
from .resolver import describe_error

__all__ = ["note_failure", "note_rejection", "note_success"]

_log = get_logger("credentials")
_failing: set[tuple[str, str]] = set()


def _key(method: str, identity: EntryIdentity | None) -> tuple[str, str]:
    return method, "" if identity is None else identity.digest()


def note_failure(
    method: str, identity: EntryIdentity | None, error: Exception, kept: View, state: RefreshState
) -> None:
    """Warn that a refresh failed and until when nobody tries again: once per process and source, until it is back."""
    key = _key(method, identity)
    tell = _log.debug if key in _failing else _log.warning
    _failing.add(key)
    tell(
        CREDENTIALS_REFRESH_FAILED,
        method=method,
        state=state,
        expires=iso_of(kept.expires),
        next_try=iso_of(kept.backoff_until),
        reason=describe_error(error),
    )


def note_success(method: str, identity: EntryIdentity | None, view: View) -> None:
    """Say that a set was loaded, and arm the warning again."""
    if _failing:
        _failing.discard(_key(method, identity))
    _log.debug(CREDENTIALS_REFRESHED, method=method, expires=iso_of(view.expires), fetched_by=view.fetched_by)


def note_rejection(method: str, access_key: str) -> None:
    """Say that a service refused the set in use."""
    _log.info(CREDENTIALS_INVALIDATED, method=method, access_key_id=access_key)
