"""A fleet of warm processes at a refresh point, and one whose key a service refuses: one source call for all."""

import multiprocessing
from contextlib import ExitStack

import pytest
from fleet_cache import notes
from refresh_fleet import call_sts, cross
from sotalia.ops.processes import fake_service, stats_of

FORK = multiprocessing.get_context("fork")
PROCESSES = 16
SIX_HOURS = 21600
FIRST, SECOND = "ASIAFAKE00000001", "ASIAFAKE00000002"

pytestmark = pytest.mark.timeout(300)


@pytest.fixture
def stack():
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def new_imds(stack, monkeypatch):
    """Start a metadata service and let sessions find it."""

    def start(*options):
        url = fake_service(stack, "imds", "--latency", "0.02", "--lifetime", str(SIX_HOURS), *options)
        monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "false")
        monkeypatch.setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", url)
        return url

    return start


@pytest.fixture
def sts(stack, monkeypatch):
    """An STS that refuses the first set of the metadata service as expired."""
    url = fake_service(stack, "sts", "--refuse", FIRST)
    monkeypatch.setenv("AWS_ENDPOINT_URL_STS", url)
    return url


def reap(processes, seconds=120):
    try:
        for process in processes:
            process.join(seconds)
        assert [process.exitcode for process in processes] == [0] * len(processes)
    finally:
        for process in processes:
            if process.is_alive():
                process.kill()
                process.join()


# A set of six hours has an advisory window of one hour, and every process waits up to a minute more.
@pytest.mark.parametrize(("point", "ahead"), [("advisory", SIX_HOURS - 3500), ("mandatory", SIX_HOURS - 50)])
def test_processes_that_cross_a_refresh_point_ask_the_source_once(tmp_path, capsys, new_imds, point, ahead):
    imds = new_imds("--rotate-every", "0")
    barrier, offset = FORK.Barrier(PROCESSES + 1), FORK.Value("d", 0.0)
    processes = [FORK.Process(target=cross, args=(barrier, tmp_path, offset)) for _ in range(PROCESSES)]
    for process in processes:
        process.start()
    try:
        barrier.wait(100)
        warm = stats_of(imds)
        offset.value = ahead
        barrier.wait(100)
    finally:
        reap(processes)
    results, stats = notes(tmp_path, "results"), stats_of(imds)
    slowest = max(result["slowest"] for result in results)
    with capsys.disabled():
        print(
            f"\n{point}: {PROCESSES} processes, {stats['credentials'] - warm['credentials']} fetch, "
            f"{stats['requests'] - warm['requests']} requests; the longest that any of them waited: {slowest:.2f} s"
        )
    assert {(result["first"], result["then"]) for result in results} == {(FIRST, SECOND)}
    assert (warm["credentials"], warm["requests"]) == (1, 3)
    assert stats["credentials"] == 2
    assert stats["requests"] <= 6


def test_a_refused_key_costs_each_call_one_more_attempt_and_the_fleet_one_fetch(tmp_path, capsys, new_imds, sts):
    imds = new_imds("--rotate-every", "0")
    barrier = FORK.Barrier(PROCESSES)
    processes = [FORK.Process(target=call_sts, args=(barrier, tmp_path)) for _ in range(PROCESSES)]
    for process in processes:
        process.start()
    reap(processes)
    results, calls, stats = notes(tmp_path, "results"), stats_of(sts), stats_of(imds)
    with capsys.disabled():
        print(f"\n{PROCESSES} processes with a refused key: {calls['requests']} calls, {stats['credentials']} fetches")
    assert [result["error"] for result in results] == [None] * PROCESSES
    assert {(result["first"], result["key"], result["attempts"]) for result in results} == {(FIRST, SECOND, 2)}
    assert calls["requests"] == 2 * PROCESSES
    assert calls["refused"] == PROCESSES
    assert stats["credentials"] == 2
    # A process that comes later never sees the refused key.
    reap([start_one(tmp_path)])
    (later,) = notes(tmp_path, "later")
    assert (later["key"], later["attempts"], later["error"]) == (SECOND, 1, None)
    assert stats_of(sts)["refused"] == PROCESSES


def test_a_refused_key_that_the_source_gives_again_is_not_sent_again(tmp_path, new_imds, sts):
    new_imds("--rotate-every", str(SIX_HOURS))
    for _ in range(3):
        reap([start_one(tmp_path)])
    results = notes(tmp_path, "later")
    assert [result["attempts"] for result in results] == [1, 0, 0]
    assert all("rejected" in result["error"] for result in results), results
    assert stats_of(sts)["requests"] == 1


def start_one(records):
    process = FORK.Process(target=call_sts, args=(None, records, "later"))
    process.start()
    return process
