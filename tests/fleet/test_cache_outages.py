"""A cache folder that fails in every way while processes have valid credentials: no call may notice."""

import errno
import os
import resource
import shutil
import subprocess
from contextlib import contextmanager

import pytest
import unprivileged
from sotalia.components import private_folder
from sotalia.components.cache import EntryIdentity
from sotalia.components.cache_file import FileCache
from sotalia.components.errors import MetadataRetrievalError
from sotalia.components.single_flight import SharedFetch
from sotalia.providers.refresh import DeferredRefreshableCredentials

IDENTITY = EntryIdentity("iam-role", (("role", "outage"),))
HOUR = 3600.0
STEPS = ["swept", "temporary-made", "half-written", "all-written", "file-synced", "closed", "replaced"]

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="mounts a file system")


class World:
    """A source, a clock, and processes (as far as the cache can tell) that share a folder."""

    def __init__(self, folder, step=None):
        self.folder, self.step = folder, step
        self.now, self.sets, self.down = 1e9, 0, False
        self.warnings = []

    def time(self):
        return self.now

    def fetch(self):
        if self.down:
            raise MetadataRetrievalError(error_msg="the source is down")
        self.sets += 1
        number = self.sets
        return {"access_key": f"K{number}", "secret_key": "s", "token": "t", "expiry_time": self.now + HOUR}

    def process(self):
        log = lambda event, fields: self.warnings.append((event, fields["reason"]))  # noqa: E731
        cache = FileCache(self.folder, environ={}, log=log, step=self.step)
        sharing = SharedFetch(cache, clock=self.time, log=log)
        return DeferredRefreshableCredentials(
            self.fetch, "iam-role", sharing=sharing, identity=IDENTITY, clock=self.time, random=lambda: 0.5
        )


def live_through(world, outage):
    """Go through both refresh points, an outage of the source, and a start, while the folder is out of order."""
    worker, other = world.process(), world.process()
    assert {worker.get_frozen_credentials().access_key, other.get_frozen_credentials().access_key} == {"K1"}
    outage()
    keys = []
    for ahead in (HOUR - 800, HOUR - 30):
        world.now += ahead  # the advisory window, then the mandatory one of what was fetched there
        keys += [worker.get_frozen_credentials().access_key, other.get_frozen_credentials().access_key]
    world.down = True
    world.now += HOUR - 600
    assert worker.get_frozen_credentials().access_key == keys[-2]
    world.now += 590
    assert worker.get_frozen_credentials().access_key == keys[-2]
    world.now, world.down = world.now + 3600, False
    assert world.process().get_frozen_credentials().access_key == f"K{world.sets}"
    return keys


def check(world, outage):
    keys = live_through(world, outage)
    assert "K1" not in keys[2:]  # it has ended
    assert {event for event, _ in world.warnings} <= {"cache_degraded", "cache_entry_rejected", "lock_timed_out"}
    return world.warnings


@contextmanager
def mounted(path, options):
    path.mkdir()
    mount = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "none", path], capture_output=True, check=False)
    if mount.returncode:
        pytest.skip("this container may not mount anything")
    try:
        yield path
    finally:
        subprocess.run(["umount", "-l", path], check=True)


@needs_root
def test_a_full_disk(tmp_path):
    with mounted(tmp_path / "small", "size=64k,mode=700") as disk:

        def fill():
            with pytest.raises(OSError, match="No space"):
                (disk / "ballast").write_bytes(bytes(1 << 20))

        warnings = check(World(disk / "cache"), fill)
        assert any("No space" in reason for _, reason in warnings)
        assert not list((disk / "cache").glob(".*.tmp"))


@needs_root
def test_a_file_system_that_becomes_read_only(tmp_path):
    with mounted(tmp_path / "disk", "mode=700") as disk:
        remount = ["mount", "-o", "remount,ro", disk]
        assert check(World(disk / "cache"), lambda: subprocess.run(remount, check=True))


def test_a_folder_that_becomes_read_only_for_its_user(tmp_path):
    World(tmp_path).process().get_frozen_credentials()  # imports what nobody may not be able to read
    with unprivileged.open_folder() as home:
        home.chmod(0o1777)  # as /tmp is: a folder above that others can change would be refused
        folder = home / "cache"

        def work():
            check(World(folder), lambda: folder.chmod(0o500))
            folder.chmod(0o700)
            return "through"

        assert unprivileged.unprivileged(work) == "through"


def test_files_that_may_not_grow(tmp_path):
    def work():
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        check(World(tmp_path / "cache"), lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (16, hard)))
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        return "through"

    child = os.fork()
    if child == 0:
        try:
            os._exit(0 if work() == "through" else 1)
        finally:
            os._exit(2)
    assert os.waitpid(child, 0)[1] == 0


@pytest.mark.parametrize("code", [errno.EDQUOT, errno.ENOSPC, errno.EIO, errno.EROFS])
def test_writes_that_fail(tmp_path, monkeypatch, code):
    def fail(*_):
        raise OSError(code, os.strerror(code))

    warnings = check(World(tmp_path / "cache"), lambda: monkeypatch.setattr(private_folder, "write_all", fail))
    assert {reason for _, reason in warnings} == {os.strerror(code)}
    assert not list((tmp_path / "cache").glob(".*.tmp"))


@pytest.mark.parametrize("code", [errno.EDQUOT, errno.EIO])
@pytest.mark.parametrize("step", STEPS)
def test_every_step_of_a_write_that_fails(tmp_path, code, step):
    broken = []

    def fail(name):
        if name == step and broken:
            raise OSError(code, os.strerror(code))

    check(World(tmp_path / "cache", fail), lambda: broken.append(1))


@pytest.mark.parametrize("step", ["locked", "key-ready", *STEPS])
def test_a_folder_that_is_removed_at_any_step(tmp_path, step):
    broken = []

    def remove(name):
        if name == step and broken:
            shutil.rmtree(tmp_path / "cache", ignore_errors=True)

    world = World(tmp_path / "cache", remove)
    check(world, lambda: (broken.append(1), shutil.rmtree(tmp_path / "cache")))


def test_a_folder_that_becomes_a_file(tmp_path):
    def replace():
        shutil.rmtree(tmp_path / "cache")
        (tmp_path / "cache").write_text("not a folder")

    assert check(World(tmp_path / "cache"), replace)


@pytest.mark.parametrize("back", [60.0, 2 * HOUR, 400 * 86400.0])
def test_a_clock_that_is_set_back(tmp_path, back):
    world = World(tmp_path / "cache")
    worker = world.process()
    assert worker.get_frozen_credentials().access_key == "K1"
    world.now -= back
    assert worker.get_frozen_credentials().access_key == "K1"
    assert world.process().get_frozen_credentials().access_key == "K1"
    world.down = True
    world.now += back + HOUR - 600
    assert worker.get_frozen_credentials().access_key == "K1"  # and the failure is shared
    world.now -= back
    assert world.process().get_frozen_credentials().access_key == "K1"
    world.down = False
    world.now += back + HOUR
    assert world.process().get_frozen_credentials().access_key == "K2"
    assert world.warnings == []


def test_a_failure_that_was_shared_under_a_clock_since_set_back_stops_nobody(tmp_path):
    world = World(tmp_path / "cache")
    world.down = True
    with pytest.raises(MetadataRetrievalError):
        world.process().get_frozen_credentials()
    world.now -= 86400
    world.down = False
    assert world.process().get_frozen_credentials().access_key == "K1"
