"""Tests of times on the wire."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sotalia.components.timestamps import format_epoch, format_iso8601, format_rfc822, parse_timestamp, to_datetime

MOMENT = datetime(2014, 4, 29, 18, 30, 38, tzinfo=UTC)
ANY_MOMENT = st.datetimes(timezones=st.just(UTC))


@pytest.mark.parametrize(
    "text",
    [
        "2014-04-29T18:30:38Z",
        "2014-04-29T18:30:38.000000000Z",
        "2014-04-29T18:30:38",
        "2014-04-29t18:30:38z",
        "2014-04-29 18:30:38 UTC",
        "2014-04-29 20:30:38 +0200",
        "2014-04-29T17:30:38-01:00",
        "20140429T183038Z",
        " 2014-04-29T18:30:38Z ",
        "Tue, 29 Apr 2014 18:30:38 GMT",
        "29 Apr 2014 18:30:38 GMT",
        "Tue, 29 Apr 2014 20:30:38 +0200",
        "Tuesday, 29-Apr-14 18:30:38 GMT",
        "Tue Apr 29 18:30:38 2014",
        "Tue Apr 29 18:30:38 UTC 2014",
        "1398796238",
        "1398796238.0",
        1398796238,
        1398796238.0,
        b"1398796238",
    ],
)
def test_every_form_of_one_moment_is_the_same_moment_in_utc(text):
    found = parse_timestamp(text)
    assert found == MOMENT
    assert found.tzinfo is UTC


@pytest.mark.parametrize(
    ("text", "microsecond"),
    [
        ("2014-04-29T18:30:38.123456789Z", 123456),
        ("Tue, 29 Apr 2014 18:30:38.456 GMT", 456000),
        ("1398796238.25", 250000),
        (1398796238.25, 250000),
    ],
)
def test_fractions_are_kept_to_the_microsecond(text, microsecond):
    assert parse_timestamp(text) == MOMENT.replace(microsecond=microsecond)


@pytest.mark.parametrize(
    "value",
    ["", "garbage", "nan", "inf", float("nan"), 1e20, -1e11, "2014-13-01T00:00:00Z", "Tue, 29 Foo 2014 18:30:38 GMT",
     "Tue, 29 Apr 2014 18:30:38 EST", "Tue, 29 Apr 2014", None, [], b"\xff", "0001-01-01T00:00:00+02:00", "-" * 5000],
)  # fmt: skip
def test_anything_else_is_a_value_error(value):
    with pytest.raises(ValueError, match="Invalid timestamp"):
        parse_timestamp(value)


@given(st.text(max_size=40) | st.floats() | st.integers() | st.binary(max_size=40))
def test_no_input_raises_anything_but_value_error(value):
    try:
        assert parse_timestamp(value).tzinfo is UTC
    except ValueError:
        pass


@given(ANY_MOMENT)
def test_iso8601_reads_what_it_writes(moment):
    assert parse_timestamp(format_iso8601(moment)) == moment


@given(ANY_MOMENT)
def test_http_dates_read_what_they_write_but_for_the_fraction(moment):
    assert parse_timestamp(format_rfc822(moment)) == moment.replace(microsecond=0)


@given(st.datetimes(datetime(1902, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC)))
def test_epoch_seconds_read_what_they_write(moment):
    assert parse_timestamp(format_epoch(moment)) == moment


def test_formats():
    assert format_iso8601(MOMENT) == "2014-04-29T18:30:38Z"
    assert format_iso8601(MOMENT.replace(microsecond=5)) == "2014-04-29T18:30:38.000005Z"
    assert format_iso8601(datetime(1, 1, 1, tzinfo=UTC)) == "0001-01-01T00:00:00Z"
    assert format_rfc822(MOMENT) == "Tue, 29 Apr 2014 18:30:38 GMT"
    assert format_epoch(MOMENT) == 1398796238
    assert isinstance(format_epoch(MOMENT), int)
    assert format_epoch(MOMENT.replace(microsecond=250000)) == 1398796238.25


def test_what_users_give_becomes_a_moment_in_utc():
    assert to_datetime(datetime(2014, 4, 29, 18, 30, 38)) == MOMENT
    assert to_datetime(datetime(2014, 4, 29, 20, 30, 38, tzinfo=timezone(timedelta(hours=2)))) == MOMENT
    assert to_datetime(date(2014, 4, 29)) == datetime(2014, 4, 29, tzinfo=UTC)
    assert to_datetime("2014-04-29T18:30:38Z") == MOMENT
    assert to_datetime(1398796238) == MOMENT
    with pytest.raises(ValueError, match="Invalid timestamp"):
        to_datetime({})


@given(ANY_MOMENT)
def test_a_date_of_a_server_reads_as_in_any_other_form(moment):
    text = format_rfc822(moment)
    assert parse_timestamp(text) == parse_timestamp(f" {text}") == moment.replace(microsecond=0)


@pytest.mark.parametrize(
    "text",
    [
        "Sat, 21 Nov 2026 25:00:00 GMT",
        "Sat, 21 Nox 2026 09:00:00 GMT",
        "Sat, 2x Nov 2026 09:00:00 GMT",
        "Sat, 21 Nov 2026 09:00:60 GMT",
        "xxxxxxxxxxxxxxxxxxxxxxxxx GMT",
    ],
)
def test_what_only_looks_like_a_date_of_a_server_is_refused(text):
    with pytest.raises(ValueError, match="Invalid timestamp"):
        parse_timestamp(text)
