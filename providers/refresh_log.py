"""What refreshable credentials tell the log: one warning per process when a source fails, one line when it is back."""

from ..components.cache import EntryIdentity
from .credential_set import iso_of
from .refresh_view import RefreshState, View
from .resolver import describe_error

__all__ = ["note_failure", "note_success"]

_failing: set[tuple[str, str]] = set()


def _key(method: str, identity: EntryIdentity | None) -> tuple[str, str]:
    return method, "" if identity is None else identity.digest()


def note_failure(
    method: str, identity: EntryIdentity | None, error: Exception, kept: View, state: RefreshState
) -> None:
    """Warn that a refresh failed and until when nobody tries again: once per process and source, until it is back."""
    import logging

    key = _key(method, identity)
    level = logging.DEBUG if key in _failing else logging.WARNING
    _failing.add(key)
    logging.getLogger("sotalia.credentials").log(
        level,
        "credential_refresh_failed method=%s state=%s expires=%s next_try=%s reason=%s",
        method,
        state,
        iso_of(kept.expires),
        iso_of(kept.backoff_until),
        describe_error(error),
    )


def note_success(method: str, identity: EntryIdentity | None, view: View) -> None:
    """Say that a set was loaded, and arm the warning again."""
    if _failing:
        _failing.discard(_key(method, identity))
    from sys import modules

    if (logging := modules.get("logging")) is not None:
        logging.getLogger("sotalia.credentials").debug(
            "credentials_refreshed method=%s expires=%s fetched_by=%s", method, iso_of(view.expires), view.fetched_by
        )
