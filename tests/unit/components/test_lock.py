import errno
import shutil

import filelock
import pytest
from sotalia.components.lock import FileLock
from sotalia.components.private_folder import PrivateFolder


@pytest.fixture
def folder(tmp_path):
    return PrivateFolder(tmp_path / "f")


class Time:
    def __init__(self):
        self.now = 0.0

    def monotonic(self):
        return self.now

    def sleep(self, seconds):
        self.now += seconds


def test_two_objects_exclude_each_other_and_the_file_stays(folder, tmp_path):
    one, other = FileLock(folder, "x.lock"), FileLock(folder, "x.lock")
    assert one.acquire(0)
    assert one.held
    assert not other.acquire(0)
    one.release()
    assert other.acquire(0)
    other.release()
    other.release()
    assert (tmp_path / "f" / "x.lock").exists()


def test_a_wait_ends_at_its_deadline(folder):
    time = Time()
    one = FileLock(folder, "x.lock")
    assert one.acquire(0)
    assert not FileLock(folder, "x.lock", monotonic=time.monotonic, sleep=time.sleep).acquire(3)
    assert 3 <= time.now < 3.05
    one.release()


def test_it_contends_with_the_lock_of_the_filelock_library(folder, tmp_path):
    one = FileLock(folder, "x.lock")
    assert one.acquire(0)
    with pytest.raises(filelock.Timeout):
        filelock.FileLock(tmp_path / "f" / "x.lock", fallback_to_soft=False).acquire(timeout=0)
    one.release()


def test_holding_it_twice_by_one_object_is_a_mistake(folder):
    one = FileLock(folder, "x.lock")
    assert one.acquire(0)
    with pytest.raises(RuntimeError, match="held already"):
        one.acquire(0)
    one.release()


def test_a_waiter_follows_when_the_folder_is_removed_and_made_again(folder, tmp_path):
    one, other, third = (FileLock(folder, "x.lock") for _ in range(3))
    assert one.acquire(0)
    assert not other.acquire(0)
    shutil.rmtree(tmp_path / "f")
    assert third.acquire(0)
    assert not other.acquire(0)
    one.release()
    assert not other.acquire(0)
    third.release()
    assert other.acquire(0)
    other.release()


def test_without_kernel_locks_it_raises_and_never_falls_back(folder, tmp_path, monkeypatch):
    def missing(fd, *, blocking):
        raise OSError(errno.ENOSYS, "no locks here")

    monkeypatch.setattr("filelock.lock_descriptor", missing)
    lock = FileLock(folder, "x.lock")
    with pytest.raises(OSError, match="no locks here"):
        lock.acquire(1)
    lock.release()
    assert [path.name for path in (tmp_path / "f").iterdir()] == ["x.lock"]
