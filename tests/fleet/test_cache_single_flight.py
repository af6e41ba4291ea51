"""Many processes that want one value at once: one load, the others see it soon."""

import multiprocessing
import os
import signal
import time

import pytest
from fleet_cache import CANARY, IDENTITY, fetch_once, notes, proceed
from sotalia.components.cache_file import FileCache

PROCESSES = 64


def run_together(method, count, cache_folder, records, load_seconds, wait, outcome="works"):
    """Start ``count`` processes, let them go at a barrier, and wait for all of them."""
    context = multiprocessing.get_context(method)
    barrier = context.Barrier(count)
    processes = [
        context.Process(target=fetch_once, args=(barrier, cache_folder, records, load_seconds, wait, outcome))
        for _ in range(count)
    ]
    try:
        for process in processes:
            process.start()
        for process in processes:
            process.join(90)
        assert [process.exitcode for process in processes] == [0] * count
    finally:
        for process in processes:
            if process.is_alive():
                process.kill()
                process.join()
    return notes(records, "results")


@pytest.mark.parametrize(("method", "load_seconds"), [("fork", 0.02), ("fork", 0.2), ("spawn", 0.2)])
def test_one_load_for_all_and_waiters_see_it_soon(tmp_path, capsys, method, load_seconds):
    results = run_together(method, PROCESSES, tmp_path / "cache", tmp_path, load_seconds, 30)
    assert [result["got"] for result in results] == ["AKIA"] * PROCESSES
    assert len(notes(tmp_path, "loads")) == 1
    assert notes(tmp_path, "warnings") == []
    (published,) = notes(tmp_path, "published")[-1:]
    waits = [result["polled"] for result in results if result["polled"]]
    # Those who began to wait after publication see it at their first look.
    late = sorted(wait["ended"] - max(published["at"], wait["began"]) for wait in waits)
    with capsys.disabled():
        print(
            f"\n{method}, load {load_seconds * 1e3:.0f} ms: {len(late)} of {PROCESSES} waited; seconds after "
            f"publication: median {late[len(late) // 2]:.3f}, worst {late[-1]:.3f}"
        )
    assert late[len(late) // 2] < 1.0  # on a machine of one's own all are below 0.1; those of CI are noisy
    assert late[-1] < 5.0


def test_waiting_costs_little(tmp_path, capsys):
    results = run_together("fork", PROCESSES, tmp_path / "cache", tmp_path, 3.0, 30)
    polled = [result["polled"] for result in results if result["polled"]]
    share = sum(wait["cpu"] for wait in polled) / max(wait["ended"] - wait["began"] for wait in polled)
    with capsys.disabled():
        print(f"\n{len(polled)} waiters together use {share * 100:.1f} % of one CPU")
    assert len(notes(tmp_path, "loads")) == 1
    assert share < 0.6


def test_in_the_advisory_window_one_loads_and_nobody_waits(tmp_path):
    results = run_together("fork", 32, tmp_path / "cache", tmp_path, 1.5, None)
    assert len(notes(tmp_path, "loads")) == 1
    assert sorted(str(result["got"]) for result in results) == ["AKIA"] + ["None"] * 31
    assert sorted(result["took"] for result in results)[-2] < 1.0


def test_a_failure_of_the_source_is_shared(tmp_path):
    results = run_together("fork", 32, tmp_path / "cache", tmp_path, 0.1, 30, "fails")
    assert len(notes(tmp_path, "loads")) == 1
    assert {result["error"] for result in results} == {"Error retrieving metadata: the source is down"}


def test_a_stopped_holder_does_not_stop_the_others(tmp_path, capsys):
    """The holder is stopped, not dead: the kernel keeps its lock. The others fail open at the deadline."""
    context = multiprocessing.get_context("fork")
    barrier = context.Barrier(1)
    holder = context.Process(target=fetch_once, args=(barrier, tmp_path / "cache", tmp_path / "..", 30, 30, "works"))
    holder.start()
    try:
        while not (tmp_path / ".." / "loads").exists():
            time.sleep(0.01)
        os.kill(holder.pid, signal.SIGSTOP)
        results = run_together("fork", 16, tmp_path / "cache", tmp_path, 0.05, 1.0)
    finally:
        os.kill(holder.pid, signal.SIGCONT)
        holder.kill()
        holder.join()
    assert [result["got"] for result in results] == ["AKIA"] * 16
    loads = len(notes(tmp_path, "loads"))
    with capsys.disabled():
        print(f"\n16 waiters behind a stopped holder: {loads} direct loads")
    assert max(result["took"] for result in results) < 3
    assert loads <= 16


def test_the_entry_of_the_fleet_is_sealed(tmp_path):
    run_together("fork", 4, tmp_path / "cache", tmp_path, 0.02, 30)
    context = multiprocessing.get_context("fork")
    process = context.Process(target=proceed, args=(tmp_path / "cache", tmp_path))
    process.start()
    process.join(30)
    for path in (tmp_path / "cache").iterdir():
        if path.is_file():  # not the bell
            assert CANARY.encode() not in path.read_bytes()
    assert FileCache(tmp_path / "cache", environ={}).read(IDENTITY).value["access_key"] == "NEXT"
