from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from sotalia.components.clock_skew import SkewedClock
from sotalia.components.http import Headers

HERE = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def clock() -> SkewedClock:
    return SkewedClock(lambda: HERE)


def headers(ahead: timedelta) -> Headers:
    return Headers({"date": format_datetime(HERE + ahead, usegmt=True)})


@pytest.mark.parametrize("hours", [-1, 1])
@pytest.mark.parametrize("code", ["RequestTimeTooSkewed", "SignatureDoesNotMatch"])
def test_wrong_clock_is_corrected_once(hours: int, code: str) -> None:
    skewed = clock()
    ahead = timedelta(hours=hours)
    assert skewed.learn(code, headers(ahead), skewed.now())
    assert skewed.now() == HERE + ahead
    assert not skewed.learn(code, headers(ahead), skewed.now())
    assert repr(skewed) == f"<SkewedClock {hours * 3600:+d} s>"


def test_signature_refused_for_another_reason_changes_nothing() -> None:
    skewed = clock()
    assert not skewed.learn("SignatureDoesNotMatch", headers(timedelta(minutes=3)), skewed.now())
    assert not skewed.learn("AccessDenied", headers(timedelta(hours=3)), skewed.now())
    assert not skewed.learn(None, headers(timedelta(hours=3)), skewed.now())
    assert skewed.now() == HERE


@pytest.mark.parametrize("date", [None, "", "nonsense", "Fri, 99 Foo 2026 03:04:05 GMT"])
def test_unreadable_date_changes_nothing(date: str | None) -> None:
    skewed = clock()
    assert not skewed.learn("RequestExpired", Headers({} if date is None else {"Date": date}), skewed.now())


def test_default_clock_is_the_hosts() -> None:
    assert abs(SkewedClock().now() - datetime.now(UTC)) < timedelta(seconds=5)
