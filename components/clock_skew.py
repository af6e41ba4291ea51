"""A clock that learns from refused signatures how wrong this host's clock is."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

__all__ = ["CLOCK_SKEW_CODES", "SkewedClock", "http_date"]

# The first three say that the clock is wrong; the others may, and are believed if the times differ.
CLOCK_SKEW_CODES: Final = frozenset(
    {
        "RequestExpired",
        "RequestInTheFuture",
        "RequestTimeTooSkewed",
        "AuthFailure",
        "InvalidSignatureException",
        "SignatureDoesNotMatch",
    }
)

_TOLERANCE: Final = timedelta(minutes=4)  # services refuse from five minutes on


def _system_clock() -> datetime:
    return datetime.now(UTC)


class SkewedClock:
    """Tell the time as the service sees it; one per client, safe in threads.

    ``clock`` returns this host's time, aware, in UTC.
    """

    __slots__ = ("_clock", "_offset")

    def __init__(self, clock: Callable[[], datetime] = _system_clock) -> None:
        self._clock = clock
        self._offset: timedelta | None = None

    def __repr__(self) -> str:
        return f"<SkewedClock {self.offset.total_seconds():+.0f} s>"

    @property
    def offset(self) -> timedelta:
        """What is added to this host's time."""
        return self._offset or timedelta(0)

    def now(self) -> datetime:
        """Return the time to sign with."""
        offset = self._offset
        return self._clock() if offset is None else self._clock() + offset

    def learn(self, error_code: str | None, headers: Mapping[str, Any], signed_at: datetime) -> bool:
        """Correct the clock after a refused signature; ``True`` if that makes another attempt worth while.

        ``headers`` are the answer's, compared without regard to case;
        ``signed_at`` is the time that the refused request was signed with.
        """
        if error_code not in CLOCK_SKEW_CODES:
            return False
        theirs = http_date(headers.get("Date"))
        if theirs is None or abs(theirs - signed_at) <= _TOLERANCE:
            return False
        self._offset = theirs - self._clock()
        return True


def http_date(field: Any) -> datetime | None:
    """Return the time of a ``Date`` header, ``None`` if there is none or it makes no sense."""
    if field is None:
        return None
    from email.utils import parsedate_to_datetime  # only a refused signature pays for it

    try:
        date = parsedate_to_datetime(str(field))
    except (TypeError, ValueError):
        return None
    return date.replace(tzinfo=UTC) if date.tzinfo is None else date
