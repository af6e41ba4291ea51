"""Processes killed with SIGKILL at every step and at any moment: what they leave behind, and who comes next."""

import multiprocessing
import os
import random
import shutil
import signal

import pytest
from fleet_cache import CANARY, IDENTITY, die_at, hold_and_sleep, notes, proceed, value, write_for_ever
from sotalia.components.cache import Entry
from sotalia.components.cache_file import FileCache

FORK = multiprocessing.get_context("fork")
RANDOM_KILLS = int(os.environ.get("SOTALIA_KILLS", "40"))

OF_THE_FETCH = ["locked", "read-again", "loaded", "written", "released"]
OF_THE_WRITE = ["swept", "temporary-made", "half-written", "all-written", "file-synced", "closed", "replaced"]
OF_THE_KEY = [f"key-{name}" for name in (*OF_THE_WRITE, "folder-synced")]
STEPS = [*OF_THE_FETCH, "key-ready", "sealed", *OF_THE_WRITE, *OF_THE_KEY]


def run(target, *args, seconds=30):
    process = FORK.Process(target=target, args=args)
    process.start()
    process.join(seconds)
    alive = process.is_alive()
    if alive:
        process.kill()
        process.join()
    assert not alive
    return process.exitcode


def orphans(folder):
    return [path.name for path in folder.iterdir() if path.name.endswith(".tmp")]


def check_after_kill(folder, records):
    """No plain text, at most one orphan; and the next process proceeds soon, warns of nothing and sweeps."""
    for path in folder.iterdir():
        if path.is_file():  # not the bell, which a killed holder leaves behind
            assert CANARY.encode() not in path.read_bytes()
    assert len(orphans(folder)) <= 1
    assert run(proceed, folder, records) == 0
    assert orphans(folder) == []
    assert FileCache(folder, environ={}).read(IDENTITY).value["access_key"] == "NEXT"
    assert notes(records, "warnings") == []
    return notes(records, "proceeded")[-1]["took"]


@pytest.mark.parametrize("step", STEPS)
def test_killed_at_a_step_nothing_is_torn_and_the_next_one_proceeds(tmp_path, step):
    folder, records = tmp_path / "cache", tmp_path
    with_key = not step.startswith("key-") or step == "key-ready"
    if with_key:
        FileCache(folder, environ={}).write(IDENTITY, Entry(value("OLD"), 1.0, 1))
    assert run(die_at, folder, records, step, "NEW") == -signal.SIGKILL
    assert notes(records, "survived") == []
    entry = FileCache(folder, environ={}, log=lambda *record: pytest.fail(str(record))).read(IDENTITY)
    after = ["replaced", "written", "released"]
    if with_key:
        assert entry.value["access_key"] == ("NEW" if step in after else "OLD")
    assert check_after_kill(folder, records) < 1.0


def test_every_step_of_a_write_is_one_that_kills(tmp_path):
    assert run(die_at, tmp_path / "cache", tmp_path, "none", "NEW") == 0
    assert {line["name"] for line in notes(tmp_path, "steps")} == set(STEPS)


def test_killed_at_random_moments_nothing_is_torn_and_the_next_one_proceeds(tmp_path, capsys):
    folder, records, took = tmp_path / "cache", tmp_path, []
    for _ in range(RANDOM_KILLS):
        ready = FORK.Event()
        writer = FORK.Process(target=write_for_ever, args=(folder, records, ready))
        writer.start()
        assert ready.wait(30)
        writer.join(random.uniform(0, 0.02))
        writer.kill()
        writer.join()
        entry = FileCache(folder, environ={}, log=lambda *record: pytest.fail(str(record))).read(IDENTITY)
        assert entry.value == value()
        took.append(check_after_kill(folder, records))
    with capsys.disabled():
        print(f"\n{RANDOM_KILLS} random kills: the next one took at most {max(took) * 1e3:.0f} ms")
    assert max(took) < 1.0


@pytest.mark.parametrize("fork_child", [False, True])
def test_a_killed_holder_leaves_no_lock_even_if_a_forked_child_lives_on(tmp_path, fork_child):
    ready = FORK.Event()
    holder = FORK.Process(target=hold_and_sleep, args=(tmp_path / "cache", tmp_path, ready, fork_child))
    holder.start()
    try:
        assert ready.wait(30)
        holder.kill()
        holder.join()
        assert run(proceed, tmp_path / "cache", tmp_path) == 0
    finally:
        for line in notes(tmp_path, "children"):
            os.kill(line["child"], signal.SIGKILL)
    assert notes(tmp_path, "proceeded")[-1]["took"] < 1.0


def test_a_folder_that_is_removed_while_processes_write_is_made_again(tmp_path):
    ready = FORK.Event()
    writer = FORK.Process(target=write_for_ever, args=(tmp_path / "cache", tmp_path, ready))
    writer.start()
    try:
        assert ready.wait(30)
        for _ in range(10):
            writer.join(random.uniform(0, 0.02))
            shutil.rmtree(tmp_path / "cache", ignore_errors=True)
        assert writer.is_alive()
    finally:
        writer.kill()
        writer.join()
    assert run(proceed, tmp_path / "cache", tmp_path) == 0
