"""Transfers from several processes at once, and in children that were forked in the middle of others."""

import hashlib
import multiprocessing
import threading
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
import transfer_fleet
from object_server import Objects, object_server
from sotalia.s3.transfer import S3Transfer

DATA = bytes(range(251)) * 200


@pytest.fixture
def objects() -> Iterator[Objects]:
    with object_server() as made:
        made.held["shared"] = DATA
        yield made


def test_processes_do_not_disturb_each_other_even_at_one_destination(objects, tmp_path: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(3) as pool:
        work = [(objects.url, number, str(tmp_path)) for number in range(3)]
        found = pool.starmap_async(transfer_fleet.there_and_back, work).get(90)
    assert set(found) == {hashlib.sha256(DATA).hexdigest()}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["own-0", "own-1", "own-2", "shared"]
    assert not objects.uploads


def test_a_manager_works_in_children_forked_while_it_is_busy(objects, tmp_path: Path) -> None:
    manager = S3Transfer(transfer_fleet.client(objects.url), transfer_fleet.CONFIG)
    ended = threading.Event()

    def keep_busy(name: str) -> None:
        while not ended.is_set():
            manager.download_file("bucket", "shared", str(tmp_path / name))

    threads = [threading.Thread(target=keep_busy, args=(f"thread-{number}",)) for number in range(3)]
    for thread in threads:
        thread.start()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter(
                "ignore", DeprecationWarning
            )  # of newer Pythons: threads and fork, which is the point
            ends = [transfer_fleet.in_a_child(manager, str(tmp_path / f"child-{number}")) for number in range(5)]
    finally:
        ended.set()
        for thread in threads:
            thread.join(60)
    assert ends == [0] * 5
    assert {path.read_bytes() for path in tmp_path.iterdir() if path.name.startswith("child")} == {DATA}
