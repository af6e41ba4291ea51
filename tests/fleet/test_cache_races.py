"""Locks that never overlap, keys made and rotated under the eyes of readers, forks in the middle of everything."""

import json
import multiprocessing
import os
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import fleet_fork
import fresh
import pytest
from fleet_cache import (
    IDENTITY,
    hold_in_turns,
    identity_of,
    notes,
    read_until,
    rotate,
    value,
    write_own_entry,
)
from sotalia.components.cache import Entry
from sotalia.components.cache_file import FileCache

FORK = multiprocessing.get_context("fork")
FORKS = int(os.environ.get("SOTALIA_FORKS", "40"))


def run_all(*processes, seconds=60):
    try:
        for process in processes:
            process.start()
        for process in processes:
            process.join(seconds)
        assert [process.exitcode for process in processes] == [0] * len(processes)
    finally:
        for process in processes:
            if process.is_alive():
                process.kill()
                process.join()


def test_four_processes_hold_a_lock_fifty_times_each_and_never_together(tmp_path):
    barrier = FORK.Barrier(4)
    run_all(*[FORK.Process(target=hold_in_turns, args=(barrier, tmp_path / "f", tmp_path, 50)) for _ in range(4)])
    assert notes(tmp_path, "overlaps") == []
    assert (tmp_path / "counter").read_text() == "200"
    spans = sorted((line["began"], line["ended"]) for line in notes(tmp_path, "holds"))
    assert len(spans) == 200
    assert all(earlier[1] <= later[0] for earlier, later in pairwise(spans))


@pytest.mark.parametrize("round_", range(5))
def test_processes_that_all_make_the_key_agree_on_one(tmp_path, round_):
    folder, barrier = tmp_path / "cache", FORK.Barrier(8)
    run_all(*[FORK.Process(target=write_own_entry, args=(barrier, folder, tmp_path, n)) for n in range(8)])
    cache = FileCache(folder, environ={}, log=lambda *record: pytest.fail(str(record)))
    assert [cache.read(identity_of(n)).value["access_key"] for n in range(8)] == [f"KEY{n}" for n in range(8)]
    assert notes(tmp_path, "warnings") == []


def test_rotating_the_keys_under_readers_loses_no_entry(tmp_path):
    folder, stop = tmp_path / "cache", FORK.Event()
    FileCache(folder, environ={}).write(IDENTITY, Entry(value(), 1.0, 1))
    readers = [FORK.Process(target=read_until, args=(folder, tmp_path, stop)) for _ in range(8)]
    try:
        for reader in readers:
            reader.start()
        run_all(FORK.Process(target=rotate, args=(folder, tmp_path, 30)))
    finally:
        stop.set()
        for reader in readers:
            reader.join(30)
    assert notes(tmp_path, "misses") == []
    assert notes(tmp_path, "warnings") == []
    assert sum(line["count"] for line in notes(tmp_path, "reads")) > 100


def run_forking(folder, forks, mode):
    done = subprocess.run(
        [sys.executable, fleet_fork.__file__, folder, str(forks), mode],
        capture_output=True,
        text=True,
        timeout=240,
        env={**fresh.unmeasured(), "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["statuses"] == [0] * forks, done.stderr
    assert [child["locks"] for child in told["children"]] == [[]] * forks
    return [child["took"] for child in told["children"]]


def test_a_child_forked_while_threads_hold_every_lock_gets_through(tmp_path, capsys):
    took = run_forking(tmp_path / "cache", FORKS, "busy")
    with capsys.disabled():
        print(f"\n{FORKS} forks among busy threads: the slowest child took {max(took):.2f} s")
    assert max(took) < 30  # how long is printed; a child that hangs is killed after 60


def test_a_child_forked_in_the_middle_of_the_first_imports_gets_through(tmp_path, capsys):
    took = [run_forking(Path(tmp_path) / f"cache{n}", 1, "first")[0] for n in range(max(6, FORKS // 5))]
    with capsys.disabled():
        print(f"\n{len(took)} forks during the first use: the slowest child took {max(took):.2f} s")
    assert max(took) < 30
