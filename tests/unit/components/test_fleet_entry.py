"""What hosts tell each other of an entry."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sotalia.components.cache import Entry
from sotalia.components.fleet_entry import ANOTHER_HOST, LONGEST_SHARED_FAILURE, adopted, for_other_hosts

NOW = 1_700_000_000.0
THROTTLED = {"type": "ClientError", "response": {"Error": {"Code": "Throttling"}}, "operation": "AssumeRole"}


def iso(seconds):
    from datetime import UTC, datetime

    return datetime.fromtimestamp(NOW + seconds, UTC).isoformat().replace("+00:00", "Z")


def entry(key="A", ends=3600.0, fetched_at=NOW, **more):
    value = {} if key is None else {"access_key": key, "expiry_time": None if ends is None else iso(ends)}
    return Entry(value, fetched_at, 7, **more)


def told(given, random=0.5):
    return for_other_hosts(given, NOW, lambda: random)


@pytest.mark.parametrize(("ends", "seconds"), [(3600, 3600), (90_000, 43_200), (None, 60), (1, 1)])
def test_a_set_is_kept_until_its_end(ends, seconds):
    shown, lives = told(entry(ends=ends))
    assert lives == seconds
    assert shown.value["access_key"] == "A"
    assert shown.fetched_by == ANOTHER_HOST


@pytest.mark.parametrize("given", [entry(ends=0), entry(ends=-5), entry(None), entry(rejected=("A",))])
def test_what_nobody_can_use_is_not_told(given):
    assert told(given) is None


@pytest.mark.parametrize(
    "details",
    [
        THROTTLED,
        {"response": {"Error": {"Code": "X"}, "ResponseMetadata": {"HTTPStatusCode": 503}}},
        {"response": {"Error": {"Code": "X"}, "ResponseMetadata": {"HTTPStatusCode": 429}}},
    ],
)
def test_a_failure_of_the_source_is_told_for_some_seconds(details):
    shown, lives = told(entry(None, failure="down", failure_until=NOW + 500, failure_details=details))
    assert 1 <= lives <= LONGEST_SHARED_FAILURE
    assert shown.failure_until == NOW + lives
    shown, lives = told(entry("A", failure="down", failure_until=NOW + 500, failure_details=details))
    assert lives == 3600
    assert shown.failure_until <= NOW + LONGEST_SHARED_FAILURE


@pytest.mark.parametrize(
    "details",
    [None, {}, {"type": "ConnectTimeoutError", "kwargs": {}}, {"response": {"Error": {"Code": "AccessDenied"}}}],
)
def test_a_failure_that_may_be_of_the_host_is_not_told(details):
    assert told(entry("A", failure="down", failure_until=NOW + 500, failure_details=details)) is None


def test_the_set_that_ends_later_is_taken_over_whatever_the_clocks_say():
    mine, theirs = entry("A", 100, fetched_at=NOW + 900), entry("B", 3600, fetched_at=NOW - 900)
    assert adopted(mine, theirs, NOW).value["access_key"] == "B"
    assert adopted(theirs, mine, NOW) is None


def test_the_same_set_is_no_news():
    shown, _ = told(entry())
    assert adopted(entry(), shown, NOW) is None


def test_a_rejected_key_is_not_taken_over_and_stays_rejected():
    mine = entry("A", 100, rejected=("B",))
    assert adopted(mine, entry("B"), NOW) is None
    assert adopted(mine, entry("C"), NOW).rejected == ("B",)
    assert adopted(entry("A", rejected=("A",)), entry("C", 60), NOW).value["access_key"] == "C"


def test_a_failure_is_believed_for_some_seconds_and_leaves_the_set():
    theirs = entry(None, failure="down", failure_until=NOW + 4000, failure_details=THROTTLED)
    found = adopted(entry("A"), theirs, NOW)
    assert (found.value["access_key"], found.fetched_by) == ("A", 7)
    assert found.failure_until == NOW + LONGEST_SHARED_FAILURE
    longer = entry("A", failure="mine", failure_until=NOW + 400)
    assert adopted(longer, theirs, NOW) is None


entries = st.builds(
    entry,
    st.sampled_from([None, "A", "B", "C"]),
    st.sampled_from([-10.0, 5.0, 900.0, 3600.0, None]),
    st.floats(NOW - 100, NOW + 100),
    failure=st.sampled_from([None, "down"]),
    failure_until=st.none() | st.floats(NOW - 10, NOW + 2000),
    failure_details=st.sampled_from([None, THROTTLED]),
    rejected=st.sampled_from([(), ("A",), ("B", "C")]),
)


@given(st.none() | entries, entries)
def test_taking_over_never_serves_a_rejected_key_and_ends(mine, theirs):
    found = adopted(mine, theirs, NOW)
    if found is None:
        return
    key = found.value.get("access_key")
    kept = mine is not None and dict(found.value) == dict(mine.value)
    assert kept or key not in found.rejected
    assert set(found.rejected) >= set(() if mine is None else mine.rejected)
    assert found.failure_until is None or found.failure_until <= NOW + LONGEST_SHARED_FAILURE
    again = adopted(found, theirs, NOW)
    assert again is None or again == found
