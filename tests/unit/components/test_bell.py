import multiprocessing
import os
import signal
import threading
import time

import pytest
from sotalia.components.bell import Bell
from sotalia.components.cache import Entry, EntryIdentity
from sotalia.components.cache_file import FileCache
from sotalia.components.lock import FileLock
from sotalia.components.private_folder import PrivateFolder
from sotalia.components.single_flight import SharedFetch

FORK = multiprocessing.get_context("fork")
LONG = 20.0
IDENTITY = EntryIdentity("iam-role")


@pytest.fixture
def folder(tmp_path):
    return PrivateFolder(tmp_path / "f")


@pytest.fixture
def lock(folder):
    """Make locks with one bell; all are given back at the end."""
    made = []

    def make():
        made.append(FileLock(folder, "x.lock", bell=".x.bell"))
        return made[-1]

    yield make
    for one in made:
        one.release()


def hold(folder, ready):
    lock = FileLock(folder, "x.lock", bell=".x.bell")
    assert lock.acquire(5)
    ready.set()
    time.sleep(60)


def test_whoever_listens_hears_that_the_lock_is_given_back_and_finds_it_free(lock, tmp_path):
    holder, waiter, found = lock(), lock(), []
    assert holder.acquire(0)
    assert waiter.listen()
    assert not waiter.acquire(0)

    def wait():
        found.append((waiter.wait(LONG), waiter.acquire(0)))

    thread = threading.Thread(target=wait)
    thread.start()
    holder.release()
    thread.join(LONG)
    assert found == [(True, True)]
    waiter.release()
    assert not (tmp_path / "f" / ".x.bell").exists()


def test_all_who_listen_hear_it(lock):
    holder, waiters = lock(), [lock() for _ in range(20)]
    assert holder.acquire(0)
    assert all(waiter.listen() for waiter in waiters)
    holder.release()
    assert all(waiter.wait(LONG) for waiter in waiters)


def test_nothing_rings_while_the_lock_is_held(lock):
    holder, waiter = lock(), lock()
    assert holder.acquire(0)
    assert waiter.listen()
    assert not waiter.wait(0.01)
    assert waiter.listen()


def test_whoever_listens_before_there_is_a_holder_hears_that_one(lock):
    holder, waiter = lock(), lock()
    assert waiter.listen()
    assert not waiter.wait(0.001)
    assert holder.acquire(0)
    holder.release()
    assert waiter.wait(LONG)


def test_it_rings_once_for_each_holder(lock):
    holder, waiter = lock(), lock()
    for _ in range(3):
        assert holder.acquire(0)
        assert waiter.listen()
        holder.release()
        assert waiter.wait(LONG)
        assert waiter.listen()
        assert not waiter.wait(0.001)


def test_a_killed_holder_rings(folder, lock):
    ready = FORK.Event()
    holder = FORK.Process(target=hold, args=(folder, ready))
    holder.start()
    assert ready.wait(LONG)
    waiter = lock()
    assert waiter.listen()
    os.kill(holder.pid, signal.SIGKILL)
    assert waiter.wait(LONG)
    assert waiter.acquire(5)
    holder.join()


def test_a_child_that_lives_on_does_not_keep_it_silent(lock):
    holder, waiter = lock(), lock()
    assert holder.acquire(0)
    child = FORK.Process(target=time.sleep, args=(60,))
    child.start()
    try:
        assert waiter.listen()
        holder.release()
        assert waiter.wait(LONG)
    finally:
        child.kill()
        child.join()


def test_in_a_child_a_lock_listens_anew(lock):
    waiter = lock()
    assert waiter.listen()

    def in_child():
        os._exit(0 if waiter.listen() and not waiter.wait(0.001) and waiter.acquire(0) else 1)

    child = FORK.Process(target=in_child)
    child.start()
    child.join()
    assert child.exitcode == 0


@pytest.mark.parametrize("make", ["file", "link", "folder"])
def test_anything_else_in_its_place_is_no_bell(lock, tmp_path, make):
    (tmp_path / "f").mkdir(0o700)
    place = tmp_path / "f" / ".x.bell"
    if make == "file":
        place.write_text("mine")
    elif make == "link":
        os.mkfifo(tmp_path / "other")
        place.symlink_to(tmp_path / "other")
    else:
        place.mkdir()
    holder = lock()
    assert holder.acquire(0)
    assert not lock().listen()
    holder.release()
    assert os.path.lexists(place)


def test_without_a_bell_waiters_look_for_themselves(tmp_path):
    (tmp_path / "f").mkdir(0o700)
    cache = FileCache(tmp_path / "f", environ={})
    (tmp_path / "f" / f".{IDENTITY.digest()}.bell").mkdir()
    lock = cache.lock(IDENTITY)
    assert lock.acquire(0)

    def publish():
        time.sleep(0.05)
        cache.write(IDENTITY, Entry({"access_key": "A"}, 1.0, 1))

    thread = threading.Thread(target=publish)
    thread.start()
    found = SharedFetch(cache).fetch(IDENTITY, lambda entry: True, dict, wait=LONG)
    thread.join()
    lock.release()
    assert found is not None
    assert found.value["access_key"] == "A"


def test_a_folder_that_cannot_be_had_has_no_bell(tmp_path):
    (tmp_path / "file").write_text("")
    bell = Bell(PrivateFolder(tmp_path / "file" / "f"), "b", lambda fd: None, lambda fd: None)
    assert not bell.listen()
    bell.hang()
    bell.take_down()
    bell.close()
