"""What hosts tell each other of an entry: the set, and a failure of the source itself, for some seconds.

A failure that may be the fault of one host (no route, a name that it cannot
resolve, a request that is refused from its address) stays with that host, or
one broken host would keep the whole fleet from refreshing. Clocks of two hosts
differ, so of two sets the one that AWS lets live longer is the newer one.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from .cache import Entry
from .retry import THROTTLING_CODES, THROTTLING_STATUS

__all__ = ["ANOTHER_HOST", "LONGEST_SHARED_FAILURE", "adopted", "for_other_hosts"]

#: What stands in ``fetched_by`` for a process of another host.
ANOTHER_HOST: Final = 0

#: Seconds for which the hosts believe one of them that the source is overloaded.
LONGEST_SHARED_FAILURE: Final = 5.0
_SHORTEST_SHARED_FAILURE: Final = 1.0
_ENDLESS: Final = 60.0  # a set without an end is good for a fleet that starts at once, and no longer
_LONGEST_LIFE: Final = 43200.0  # of a session that STS gives out
_MOST_REJECTED: Final = 8


def for_other_hosts(entry: Entry, now: float, random: Callable[[], float]) -> tuple[Entry, float] | None:
    """Return the entry as other hosts may see it, and for how many seconds; ``None`` for nothing to tell."""
    value = entry.value if entry.value.get("access_key") not in entry.rejected else {}
    ends = _end_of(value)
    lives = 0.0 if not value else _ENDLESS if ends is None else min(ends - now, _LONGEST_LIFE)
    if lives <= 0:
        value = {}
    if entry.failure is None:
        return (_with(entry, value), lives) if value else None
    if not _is_of_source(entry.failure_details):
        return None
    spread = LONGEST_SHARED_FAILURE - _SHORTEST_SHARED_FAILURE
    lasts = min((entry.failure_until or now) - now, _SHORTEST_SHARED_FAILURE + spread * random())
    if lasts <= 0:
        return None
    return _with(entry, value, now + lasts), max(lives, lasts)


def adopted(mine: Entry | None, theirs: Entry, now: float) -> Entry | None:
    """Return the entry of this host with what another one knows; ``None`` if that is no news here."""
    known = () if mine is None else mine.rejected
    rejected = (*known, *(key for key in theirs.rejected if key not in known))[-_MOST_REJECTED:]
    left = 0.0 if theirs.failure_until is None else min(theirs.failure_until - now, LONGEST_SHARED_FAILURE)
    newer = bool(theirs.value) and theirs.value.get("access_key") not in rejected
    if newer and mine is not None and mine.value and mine.value.get("access_key") not in rejected:
        newer = _age_of(theirs) > _age_of(mine)
    fails = theirs.failure is not None and left > 0
    if mine is not None and not newer and now < (mine.failure_until or 0.0):
        fails = False  # this host knows of one itself
    if not newer and not fails:
        return None
    if newer:
        value, fetched_at, fetched_by = theirs.value, theirs.fetched_at, ANOTHER_HOST
    elif mine is not None:
        value, fetched_at, fetched_by = mine.value, mine.fetched_at, mine.fetched_by
    else:
        value, fetched_at, fetched_by = {}, theirs.fetched_at, ANOTHER_HOST
    return Entry(
        value,
        fetched_at,
        fetched_by,
        theirs.failure if fails else None,
        now + left if fails else None,
        rejected,
        theirs.failure_details if fails else None,
    )


def _with(entry: Entry, value: Mapping[str, Any], until: float | None = None) -> Entry:
    return Entry(
        value,
        entry.fetched_at,
        ANOTHER_HOST,
        None if until is None else entry.failure,
        until,
        entry.rejected,
        None if until is None else entry.failure_details,
    )


def _is_of_source(details: Mapping[str, Any] | None) -> bool:
    """Whether the source itself said that it is overloaded or out of order."""
    response = (details or {}).get("response")
    if not isinstance(response, dict):
        return False
    status = response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return (
        response.get("Error", {}).get("Code") in THROTTLING_CODES or status == THROTTLING_STATUS or 500 <= status <= 599
    )


def _end_of(value: Mapping[str, Any]) -> float | None:
    ends = value.get("expiry_time")
    if ends is None:
        return None
    from .timestamps import to_datetime

    try:
        return to_datetime(ends).timestamp()
    except (ValueError, TypeError):
        return 0.0


def _age_of(entry: Entry) -> tuple[float, float]:
    ends = _end_of(entry.value)
    return (float("inf") if ends is None else ends), entry.fetched_at
