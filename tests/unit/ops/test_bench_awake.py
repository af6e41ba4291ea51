"""Cores that are kept awake, and are let go."""

import os
import sys
import time

import pytest
from sotalia.ops.bench_awake import awake
from sotalia.ops.processes import running


def children():
    with open(f"/proc/self/task/{os.getpid()}/children") as file:
        return [int(pid) for pid in file.read().split()]


@pytest.mark.skipif(sys.platform != "linux", reason="there is no /proc")
def test_a_process_for_each_core_in_the_lowest_class_and_none_afterwards():
    before = set(children())
    with awake():
        busy = set(children()) - before
        assert len(busy) == os.cpu_count()
        until = time.monotonic() + 30
        while {os.sched_getscheduler(pid) for pid in busy} != {os.SCHED_IDLE}:
            assert time.monotonic() < until
            time.sleep(0.01)
    assert not busy & set(children())


@pytest.mark.skipif(sys.platform != "linux", reason="there is no such class")
def test_it_ends_with_the_process_that_it_is_for():
    with running([sys.executable, "-m", "sotalia.ops.bench_awake", "1"]) as process:
        assert process.wait(60) == 0
