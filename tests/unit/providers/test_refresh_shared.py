"""Refresh over the host's shared cache (in memory here: the files have tests of their own)."""

import pytest
from fake_source import Clock, Source
from sotalia.components.cache import EntryIdentity
from sotalia.components.cache_memory import MemoryCache
from sotalia.components.errors import ClientError, CredentialRetrievalError
from sotalia.components.single_flight import SharedFetch
from sotalia.providers.refresh import DeferredRefreshableCredentials

NAME = EntryIdentity.of("iam-role", endpoint="http://x/")


class Host:
    """One source, one cache, and as many "processes" as a test wants."""

    def __init__(self, lifetime=3600.0):
        self.clock = Clock()
        self.source = Source(self.clock, lifetime)
        self.cache = MemoryCache()

    def process(self, random=0.0, method="iam-role"):
        sharing = SharedFetch(self.cache, clock=self.clock, random=lambda: random, sleep=lambda _: None)
        return DeferredRefreshableCredentials(
            self.source, method, clock=self.clock, random=lambda: random, sharing=sharing, identity=NAME
        )


@pytest.fixture
def host():
    return Host()


def keys(processes):
    return [process.get_frozen_credentials().access_key for process in processes]


def test_one_fetch_for_all(host):
    processes = [host.process() for _ in range(64)]
    assert set(keys(processes)) == {"AKID1"}
    assert host.source.fetches == 1
    assert processes[1].provenance.shared


def test_one_fetch_at_the_refresh_point(host):
    processes = [host.process(random=number / 16) for number in range(16)]
    keys(processes)
    host.clock.advance(3600 - 15 * 60 + 61)
    assert set(keys(processes)) == {"AKID2"}
    assert host.source.fetches == 2


def test_refresh_points_are_spread_by_up_to_a_minute(host):
    early, late = host.process(random=0.0), host.process(random=0.99)
    keys([early, late])
    host.clock.advance(3600 - 15 * 60 + 1)
    assert late.get_frozen_credentials().access_key == "AKID1"
    assert early.get_frozen_credentials().access_key == "AKID2"
    assert host.source.fetches == 2
    host.clock.advance(60)
    assert late.get_frozen_credentials().access_key == "AKID2"
    assert host.source.fetches == 2


def test_windows_agree_however_late_a_process_reads_the_entry(host):
    first = host.process()
    keys([first])
    host.clock.advance(3600 - 14 * 60)
    late = host.process()
    assert late.get_frozen_credentials().access_key == "AKID1"
    assert late.state == first.state == "advisory"


def test_a_process_that_starts_in_the_last_minute_does_not_take_the_old_set(host):
    keys([host.process()])
    host.clock.advance(3600 - 30)
    assert keys([host.process()]) == ["AKID2"]


def test_a_source_that_gives_the_same_again_is_asked_once_per_backoff_of_the_host(host):
    processes = [host.process() for _ in range(8)]
    keys(processes)
    host.source.answer = host.source.set_of(1, host.clock() + 3600)
    host.clock.advance(3600 - 10 * 60)
    for _ in range(3):
        assert set(keys(processes)) == {"AKID1"}
    assert host.source.fetches == 2


def test_an_outage_is_survived_by_all_and_seen_by_newcomers(host):
    processes = [host.process() for _ in range(4)]
    keys(processes)
    host.source.error = OSError("down")
    host.clock.advance(3600 + 60)
    assert set(keys(processes)) == {"AKID1"}
    assert {process.state for process in processes} == {"stale"}
    assert host.source.fetches == 2
    assert keys([host.process()]) == ["AKID1"]  # the last good set, though it is past its end
    assert host.source.fetches == 2


def test_without_static_stability_newcomers_get_the_error(host):
    old = host.process(method="custom-process")
    keys([old])
    host.source.error = OSError("down")
    host.clock.advance(3600 + 60)
    for process in (old, host.process(method="custom-process")):
        with pytest.raises(Exception, match=r"down|OSError"):
            process.get_frozen_credentials()
    assert host.source.fetches == 2


def test_an_error_that_cannot_heal_is_shared(host):
    host.source.error = ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "AssumeRole")
    for process in [host.process(method="assume-role") for _ in range(8)]:
        with pytest.raises(ClientError, match="AccessDenied"):
            process.get_frozen_credentials()
    assert host.source.fetches == 1


def test_a_rejected_key_is_replaced_once_for_all(host):
    processes = [host.process() for _ in range(8)]
    keys(processes)
    for process in processes:
        process.invalidate("AKID1")
    assert set(keys(processes)) == {"AKID2"}
    assert host.source.fetches == 2
    assert keys([host.process()]) == ["AKID2"]


def test_a_rejected_key_is_not_served_to_newcomers_while_the_source_insists(host):
    process = host.process()
    keys([process])
    host.source.answer = host.source.set_of(1, host.clock() + 3600)
    process.invalidate("AKID1")
    for candidate in (process, host.process()):
        with pytest.raises(Exception, match="rejected"):
            candidate.get_frozen_credentials()


def test_somebody_else_holding_the_lock_costs_nothing_in_the_advisory_window(host):
    process = host.process()
    keys([process])
    host.clock.advance(3600 - 14 * 60)
    lock = host.cache.lock(NAME)
    assert lock.acquire(0)
    assert process.get_frozen_credentials().access_key == "AKID1"
    assert host.source.fetches == 1
    lock.release()
    host.clock.advance(1.1)
    assert process.get_frozen_credentials().access_key == "AKID2"


def test_a_refused_key_does_not_wait_for_the_patience_of_those_who_had_a_set(host):
    first, second = host.process(), host.process(random=0.5)
    keys([first, second])
    host.source.error = OSError("down")
    host.clock.advance(3500)
    assert keys([first, second]) == ["AKID1", "AKID1"]  # nobody asks again for minutes
    assert host.source.fetches == 2
    host.source.error = OSError("still down")
    for process in (first, second):
        process.invalidate("AKID1")
        with pytest.raises((OSError, CredentialRetrievalError)):
            process.get_frozen_credentials()
    assert host.source.fetches == 3  # once for the refusal, and then as seldom as any source without a set
    host.source.error = None
    host.clock.advance(6)
    assert keys([first, second]) == ["AKID2", "AKID2"]
    assert host.source.fetches == 4
