import gc
import threading
import time
import weakref

import pytest
from fake_source import Clock, Source
from sotalia.providers.keep_warm import Keeper, keeper
from sotalia.providers.refresh import DeferredRefreshableCredentials

PATIENCE = 20.0


@pytest.fixture
def clock():
    return Clock()


def until(condition):
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.001)


def credentials_of(source, clock, **options):
    return DeferredRefreshableCredentials(source, "iam-role", clock=clock, random=lambda: 0.0, **options)


def warm(source, clock, **options):
    credentials = credentials_of(source, clock, **options)
    credentials.get_frozen_credentials()
    credentials.keep_warm()
    return credentials


class Warmed:
    """Something to keep warm, that counts."""

    def __init__(self, seconds):
        self.seconds = seconds
        self.refreshed = threading.Event()

    def seconds_until_due(self):
        return self.seconds

    def refresh_when_due(self):
        self.seconds = None
        self.refreshed.set()


def test_what_is_due_is_refreshed_by_one_daemon_thread():
    keep, things = Keeper(), [Warmed(0.0) for _ in range(5)]
    before = set(threading.enumerate())
    for thing in things:
        assert keep.keep(thing)
        assert keep.keep(thing)
    for thing in things:
        assert thing.refreshed.wait(PATIENCE)
    (mine,) = [thread for thread in set(threading.enumerate()) - before if thread.name == "sotalia-warm"]
    assert mine.daemon


def test_the_thread_ends_with_the_last_that_it_keeps_and_begins_again():
    keep, thing = Keeper(), Warmed(None)
    gone = weakref.ref(thing)
    keep.keep(thing)
    assert keep.is_running
    del thing
    gc.collect()
    assert gone() is None
    until(lambda: not keep.is_running)
    again = Warmed(0.0)
    keep.keep(again)
    assert again.refreshed.wait(PATIENCE)


def test_a_child_has_no_thread_until_it_keeps_something():
    keep, thing = Keeper(), Warmed(None)
    keep.keep(thing)
    keep.renew()  # as in a forked child
    assert not keep.is_running
    keep.keep(thing)
    assert keep.is_running


def test_a_request_at_the_refresh_point_goes_on_while_the_thread_asks_the_source(clock):
    source, asked, answer = Source(clock), threading.Event(), threading.Event()
    credentials = warm(source, clock)

    def during():
        asked.set()
        assert answer.wait(PATIENCE)

    source.during = during
    clock.advance(3600 - 10 * 60)  # the advisory window
    assert credentials.get_frozen_credentials().access_key == "AKID1"
    assert asked.wait(PATIENCE)
    for _ in range(100):
        assert credentials.get_frozen_credentials().access_key == "AKID1"
    answer.set()
    until(lambda: credentials.get_frozen_credentials().access_key == "AKID2")
    assert source.fetches == 2


def test_a_dead_source_is_asked_once_and_then_left_alone_as_long_as_by_requests(clock):
    source = Source(clock)
    credentials = warm(source, clock)
    source.error = OSError("down")
    clock.advance(3600 - 10 * 60)
    assert credentials.get_frozen_credentials().access_key == "AKID1"
    until(lambda: credentials.provenance.backoff_until is not None)
    for _ in range(100):
        credentials.get_frozen_credentials()
    assert source.fetches == 2
    clock.advance(3600)  # past its end: served on, and the thread asks
    credentials.get_frozen_credentials()
    until(lambda: source.fetches == 3)
    assert credentials.get_frozen_credentials().access_key == "AKID1"
    assert credentials.state == "stale"


def test_in_the_last_minute_a_request_waits_as_it_always_does(clock):
    source = Source(clock)
    credentials = warm(source, clock)
    clock.advance(3600 - 30)
    assert credentials.get_frozen_credentials().access_key == "AKID2"


def test_a_set_that_may_not_outlive_its_end_is_not_left_to_the_thread_then(clock):
    source = Source(clock)
    credentials = warm(source, clock, static_stability=False)
    source.error = OSError("down")
    clock.advance(3601)
    with pytest.raises(OSError, match="down"):
        credentials.get_frozen_credentials()
    assert credentials.seconds_until_due() is None


def test_a_refused_key_is_replaced_by_the_request_itself(clock):
    source = Source(clock)
    credentials = warm(source, clock)
    credentials.invalidate("AKID1")
    assert credentials.seconds_until_due() is None
    assert credentials.get_frozen_credentials().access_key == "AKID2"


def test_the_first_request_of_a_child_starts_its_thread(clock):
    source = Source(clock)
    credentials = warm(source, clock)
    keeper().renew()
    credentials.renew()  # both as in a forked child
    assert not keeper().is_running
    assert credentials.get_frozen_credentials().access_key == "AKID1"
    assert keeper().is_running
    assert credentials.seconds_until_due() > 0
    assert source.fetches == 1


def test_nothing_runs_before_a_first_set_is_there(clock):
    keeper().renew()
    credentials = credentials_of(Source(clock), clock)
    credentials.keep_warm()
    assert not keeper().is_running
    credentials.get_frozen_credentials()
    assert keeper().is_running
