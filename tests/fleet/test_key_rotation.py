"""Rotations of the keys under readers and writers: no error, no warning, no fetch that was not needed."""

import multiprocessing
import os

import fleet_rotation
import pytest
from fleet_cache import notes
from sotalia.components.cache_rotation import rotate_keys
from sotalia.ops.command_line import main

FORK = multiprocessing.get_context("fork")
READERS = {"file": 32, "keyring": 8}
WRITERS = 4
ROTATIONS = int(os.environ.get("SOTALIA_ROTATIONS", "6"))


@pytest.mark.parametrize("source", READERS)
def test_readers_and_writers_notice_nothing_of_rotations(tmp_path, source, capsys):
    folder, readers = tmp_path / "cache", READERS[source]
    keyring = None if source == "file" else str(tmp_path / "keyring")
    fleet_rotation.fill(folder, tmp_path, keyring)
    barrier, stop = FORK.Barrier(readers + WRITERS + 1), FORK.Event()
    rest = (barrier, stop, folder, tmp_path, keyring)
    processes = [FORK.Process(target=fleet_rotation.read_all, args=rest) for _ in range(readers)]
    processes += [FORK.Process(target=fleet_rotation.write_all, args=rest) for _ in range(WRITERS)]
    cache = fleet_rotation.cache_of(folder, tmp_path, keyring)
    done = []
    try:
        for process in processes:
            process.start()
        barrier.wait(60)
        for _ in range(ROTATIONS):
            done.append(rotate_keys(cache, cache.keys))
        stop.set()
        for process in processes:
            process.join(60)
        assert [process.exitcode for process in processes] == [0] * len(processes)
    finally:
        stop.set()
        for process in processes:
            if process.is_alive():
                process.kill()
                process.join()
    assert notes(tmp_path, "extra_fetches") == []
    assert notes(tmp_path, "misses") == []
    assert notes(tmp_path, "warnings") == []
    assert len({rotation.new for rotation in done}) == ROTATIONS
    assert [rotation.left for rotation in done] == [()] * ROTATIONS
    assert len(cache.keys.ring(make=False).keys) == 1
    with capsys.disabled():
        reads, writes = (sum(line["count"] for line in notes(tmp_path, name)) for name in ("reads", "writes"))
        anew = sum(rotation.sealed_anew for rotation in done)
        print(f"\n{source}: {ROTATIONS} rotations, {anew} entries sealed anew, under {reads} reads and {writes} writes")


def test_the_command_rotates_while_processes_read(tmp_path, capsys):
    folder = tmp_path / "cache"
    fleet_rotation.fill(folder, tmp_path, None)
    barrier, stop = FORK.Barrier(5), FORK.Event()
    rest = (barrier, stop, folder, tmp_path, None)
    readers = [FORK.Process(target=fleet_rotation.read_all, args=rest) for _ in range(4)]
    try:
        for reader in readers:
            reader.start()
        barrier.wait(60)
        for _ in range(3):
            assert main(["cache", "rotate-key", "--location", str(folder)]) == 0
    finally:
        stop.set()
        for reader in readers:
            reader.join(30)
    assert [reader.exitcode for reader in readers] == [0] * 4
    assert notes(tmp_path, "extra_fetches") == notes(tmp_path, "warnings") == []
    printed = capsys.readouterr().out
    assert printed.count("6 entries sealed anew") == 3
    assert printed.count("Dropped ") == 3


def test_a_rotation_that_was_killed_is_finished_by_the_next(tmp_path):
    folder = tmp_path / "cache"
    fleet_rotation.fill(folder, tmp_path, None)
    cache = fleet_rotation.cache_of(folder, tmp_path, None)

    def rotate_and_die():
        own = fleet_rotation.cache_of(folder, tmp_path, None)
        real, calls = own.folder.replace, []

        def replace(name, data, *, step):
            calls.append(name)
            if len(calls) == 4:  # the keys, two entries
                os._exit(9)
            real(name, data, step=step)

        own.folder.replace = replace
        own.keys._folder.replace = replace
        rotate_keys(own, own.keys)

    process = FORK.Process(target=rotate_and_die)
    process.start()
    process.join(30)
    assert process.exitcode == 9
    assert len(cache.keys.ring(make=False).keys) == 2
    assert all(cache.read(fleet_rotation.identity_of(n)) for n in range(fleet_rotation.IDENTITIES))
    done = rotate_keys(cache, cache.keys)
    assert done.sealed_anew == fleet_rotation.IDENTITIES
    assert len(done.dropped) == 2
    assert len(cache.keys.ring(make=False).keys) == 1
    assert all(cache.read(fleet_rotation.identity_of(n)) for n in range(fleet_rotation.IDENTITIES))
    assert notes(tmp_path, "warnings") == []


def test_an_entry_whose_lock_is_held_keeps_its_key(tmp_path):
    folder = tmp_path / "cache"
    fleet_rotation.fill(folder, tmp_path, None)
    cache = fleet_rotation.cache_of(folder, tmp_path, None)
    lock = cache.lock(fleet_rotation.identity_of(0))
    assert lock.acquire(0)
    done = rotate_keys(cache, cache.keys, patience=0.01)
    lock.release()
    assert [reason for _, reason in done.left] == ["its lock is held"]
    assert len(done.kept) == 1
    assert cache.read(fleet_rotation.identity_of(0)) is not None
    assert rotate_keys(cache, cache.keys).kept == ()
    assert notes(tmp_path, "warnings") == []
