"""Times on the wire: ISO 8601, HTTP dates and epoch seconds, in both directions.

Everything read is an aware ``datetime`` in UTC. The usual forms take one call
into C; only the rare ones are taken apart here, without regular expressions.
"""

from datetime import UTC, date, datetime, timedelta, timezone

__all__ = ["format_epoch", "format_iso8601", "format_rfc822", "parse_timestamp", "to_datetime"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = timedelta(seconds=1)
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MONTH_NUMBERS = {name.lower(): number for number, name in enumerate(_MONTHS, 1)}
_MONTH_DIGITS = {name: f"{number:02}" for name, number in _MONTH_NUMBERS.items()}
_UTC_NAMES = frozenset({"GMT", "UTC", "UT", "Z"})

_from_epoch = datetime.fromtimestamp
_from_iso = datetime.fromisoformat


def parse_timestamp(value: str | int | float | bytes) -> datetime:
    """Read a time as a service sends it, as an aware ``datetime`` in UTC.

    Takes epoch seconds (a number, or its text), ISO 8601 / RFC 3339, the HTTP
    dates of RFC 9110 (also with fractions of a second), RFC 850 and asctime
    dates. A time without a zone is taken as UTC; digits below a microsecond
    are cut off. ``ValueError`` for anything else and for years that
    ``datetime`` does not have. Safe in threads.
    """
    if isinstance(value, str):
        if value[4:5] == "-":
            try:
                found = _from_iso(value)
            except ValueError:
                return _from_unusual_text(value)
            zone = found.tzinfo
            if zone is UTC:
                return found
            return found.replace(tzinfo=UTC) if zone is None else _in_utc(found)
        if value[25:] == " GMT" and len(value) == 29:
            try:
                return _from_fixed_date(value)
            except (ValueError, KeyError):
                pass
        return _from_unusual_text(value)
    if isinstance(value, int | float):
        return _from_number(value)
    if isinstance(value, bytes | bytearray):
        return _from_unusual_text(value.decode("ascii", "replace"))
    raise ValueError(f"Invalid timestamp: a {type(value).__name__} is no time; give text or a number")


def to_datetime(value: datetime | date | str | int | float) -> datetime:
    """Return what a user gives as a time as an aware ``datetime`` in UTC.

    A ``datetime`` without a zone is taken as UTC, as boto3 does; a ``date`` is
    its midnight in UTC; text and numbers are read by ``parse_timestamp``.
    ``ValueError`` for anything else.
    """
    if isinstance(value, datetime):
        zone = value.tzinfo
        if zone is UTC:
            return value
        return value.replace(tzinfo=UTC) if zone is None else _in_utc(value)
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, tzinfo=UTC)
    return parse_timestamp(value)


def format_iso8601(value: datetime) -> str:
    """Write ``2014-04-29T18:30:38Z``, with six digits of a fraction where there is one."""
    return to_datetime(value).replace(tzinfo=None).isoformat() + "Z"


def format_rfc822(value: datetime) -> str:
    """Write the HTTP date ``Tue, 29 Apr 2014 18:30:38 GMT``; the fraction is dropped."""
    value = to_datetime(value)
    return (
        f"{_DAYS[value.weekday()]}, {value.day:02} {_MONTHS[value.month - 1]} {value.year:04} "
        f"{value.hour:02}:{value.minute:02}:{value.second:02} GMT"
    )


def format_epoch(value: datetime) -> int | float:
    """Return the seconds since 1970 in UTC: an ``int``, or a ``float`` where there is a fraction."""
    value = to_datetime(value)
    return value.timestamp() if value.microsecond else (value - _EPOCH) // _SECOND


def _in_utc(value: datetime) -> datetime:
    try:
        return value.astimezone(UTC)
    except OverflowError as error:
        raise ValueError(f"Invalid timestamp {value.isoformat()}: out of range in UTC") from error


def _from_number(value: float) -> datetime:
    try:
        return _from_epoch(value, UTC)
    except (OverflowError, OSError, ValueError):
        # The C library's range is smaller than datetime's on some platforms.
        try:
            return _EPOCH + timedelta(seconds=value)
        except (OverflowError, ValueError) as error:
            raise ValueError(f"Invalid timestamp {value!r}: {error}") from error


def _from_fixed_date(text: str) -> datetime:
    """Read the one form in which HTTP servers write dates: a sixth of the time of looking for any form."""
    if text[16] != " " or text[19] != ":" or text[22] != ":" or not text[:3].isalpha():
        raise ValueError(text)
    return _from_iso(f"{text[12:16]}-{_MONTH_DIGITS[text[8:11].lower()]}-{text[5:7]}T{text[17:25]}+00:00")


def _from_unusual_text(text: str) -> datetime:
    try:
        return _from_number(float(text))
    except ValueError:
        pass
    cleaned = " ".join(text[:80].replace(",", " ").split())
    for read in (_from_dressed_iso, _from_http_date):
        try:
            return read(cleaned)
        except (ValueError, KeyError, IndexError):
            continue
    raise ValueError(f"Invalid timestamp {text[:80]!r}: neither ISO 8601, nor an HTTP date, nor epoch seconds")


def _from_dressed_iso(text: str) -> datetime:
    """Read ISO 8601 with a named zone, a space before the zone, or lower-case letters."""
    text = text.upper()
    stem, _, name = text.rpartition(" ")
    if name in _UTC_NAMES:
        text = stem
    elif name[:1] in ("+", "-"):
        text = stem + name
    return to_datetime(_from_iso(text))


def _from_http_date(text: str) -> datetime:
    words = text.split(" ")
    if words[0][:3].title() in _DAYS:
        del words[0]
    if words[0].isalpha():  # asctime: Apr 29 18:30:38 [UTC] 2014
        month, day, clock, *zone, year = words
    else:
        if words[0].count("-") == 2:  # RFC 850: 29-Apr-14 18:30:38 GMT
            words[:1] = words[0].split("-")
        day, month, year, clock, *zone = words
    number = int(year)
    if len(year) == 2:
        number += 2000 if number < 69 else 1900  # as POSIX reads two digits
    hour, minute, second = clock.split(":")
    whole, _, fraction = second.partition(".")
    found = datetime(
        number,
        _MONTH_NUMBERS[month[:3].lower()],
        int(day),
        int(hour),
        int(minute),
        int(whole),
        int(f"{fraction:0<6.6}"),
        tzinfo=_zone(zone),
    )
    return _in_utc(found)


def _zone(words: list[str]) -> timezone:
    if len(words) > 1:
        raise ValueError("more than one zone")
    if not words or words[0].upper() in _UTC_NAMES:
        return UTC
    sign, digits = words[0][0], words[0][1:].replace(":", "")
    if sign not in "+-" or len(digits) != 4:
        raise ValueError("unknown zone")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-offset if sign == "-" else offset)
