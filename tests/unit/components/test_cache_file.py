import base64
import os
import stat
import tempfile
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sotalia.components.cache import Entry, EntryIdentity
from sotalia.components.cache_file import FileCache
from sotalia.components.cache_folder import default_folder
from sotalia.components.cache_keys import KeyFile
from sotalia.components.filesystem import filesystem_of

ONE = EntryIdentity.of("iam-role", role="one")
OTHER = EntryIdentity.of("iam-role", role="other")
ENTRY = Entry({"access_key": "AKIA", "secret_key": "canary-secret", "token": "canary-token"}, 1000.0, 7)
KEY = base64.b64encode(b"k" * 32).decode()


class Log(list):
    def __call__(self, event, fields):
        self.append((event, fields["reason"]))


@pytest.fixture
def log():
    return Log()


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "cache"


def cache_in(folder, log=None, environ=None, **options):
    return FileCache(folder, environ=environ or {}, log=log, **options)


def file_of(folder, identity=ONE):
    return Path(folder) / f"{identity.digest()}.v2"


def test_another_cache_reads_what_one_wrote(folder, log):
    assert cache_in(folder, log).write(ONE, ENTRY)
    assert cache_in(folder, log).read(ONE) == ENTRY
    assert cache_in(folder, log).read(OTHER) is None
    assert log == []


def test_folder_and_files_are_private_whatever_the_umask(folder):
    before = os.umask(0)
    try:
        cache = cache_in(folder)
        lock = cache.lock(ONE)
        assert lock.acquire(0)
        cache.write(ONE, ENTRY)
        lock.release()
    finally:
        os.umask(before)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}


def test_no_secret_lies_in_the_folder(folder):
    cache_in(folder).write(ONE, ENTRY)
    for path in folder.iterdir():
        assert b"canary" not in path.read_bytes()


with tempfile.TemporaryDirectory() as _folder:
    _cache = FileCache(_folder, environ={"SOTALIA_CACHE_KEY": KEY})
    _cache.write(ONE, ENTRY)
    SEALED = file_of(_folder).read_bytes()


def read_raw(raw, environ):
    """Return what a cache reads three times from these bytes, and its warnings."""
    log = Log()
    with tempfile.TemporaryDirectory() as folder:
        file = file_of(folder)
        file.touch(0o600)
        file.write_bytes(raw)
        cache = cache_in(folder, log, environ)
        assert cache.read(ONE) is None
        assert cache.read(ONE) is None
        return log


@given(st.integers(0, len(SEALED) - 1), st.integers(1, 255))
@settings(max_examples=50)
def test_one_flipped_byte_is_a_miss_and_one_warning(position, change):
    changed = bytearray(SEALED)
    changed[position] ^= change
    assert [event for event, _ in read_raw(bytes(changed), {"SOTALIA_CACHE_KEY": KEY})] == ["cache_entry_rejected"]


@given(st.integers(0, len(SEALED) - 1))
@settings(max_examples=50)
def test_any_truncation_is_a_miss_and_one_warning(length):
    assert [event for event, _ in read_raw(SEALED[:length], {"SOTALIA_CACHE_KEY": KEY})] == ["cache_entry_rejected"]


@given(st.binary(max_size=200))
@settings(max_examples=30)
def test_foreign_bytes_are_a_miss_and_one_warning(raw):
    assert [event for event, _ in read_raw(raw, {"SOTALIA_CACHE_KEY": KEY})] == ["cache_entry_rejected"]


MEMBERS = ["value", "fetched_at", "fetched_by", "rejected", "failure", "failure_until", "failure_details"]


WRONG = st.sampled_from([None, "", "x", []]) | st.lists(st.integers(), min_size=1, max_size=2)


@given(st.dictionaries(st.sampled_from(MEMBERS), WRONG))
@settings(max_examples=50)
def test_a_sealed_document_of_the_wrong_shape_is_a_miss_and_one_warning(document):
    import json

    from sotalia.components.sealing import parse_keys

    raw = parse_keys(KEY).seal(json.dumps(document).encode(), ONE.canonical())
    assert [event for event, _ in read_raw(raw, {"SOTALIA_CACHE_KEY": KEY})] == ["cache_entry_rejected"]


def test_a_wrong_key_is_a_miss_and_one_warning():
    other = base64.b64encode(b"x" * 32).decode()
    assert read_raw(SEALED, {"SOTALIA_CACHE_KEY": other}) == [
        ("cache_entry_rejected", "sealed with a key that is not known here")
    ]


def test_no_key_at_all_is_a_miss_and_makes_none():
    assert read_raw(SEALED, {}) == [("cache_entry_rejected", "there is no key to open it with")]


def test_a_bad_key_in_the_environment_is_one_warning_and_memory_only(folder, log):
    cache = cache_in(folder, log, {"SOTALIA_CACHE_KEY": "canary"})
    assert not cache.write(ONE, ENTRY)
    assert not cache.write(ONE, ENTRY)
    assert cache.read(ONE) == ENTRY
    assert log == [("cache_degraded", "SOTALIA_CACHE_KEY: key 1 is not base64")]


def test_swapped_files_are_both_misses(folder, log):
    cache = cache_in(folder, log)
    cache.write(ONE, ENTRY)
    cache.write(OTHER, ENTRY)
    one, other = file_of(folder), file_of(folder, OTHER)
    one.rename(folder / "x")
    other.rename(one)
    (folder / "x").rename(other)
    assert cache.read(ONE) is None
    assert cache.read(OTHER) is None
    assert log == [("cache_entry_rejected", "changed, or of another identity")] * 2


def test_an_entry_is_replaced_after_the_warning(folder, log):
    cache = cache_in(folder, log)
    cache.write(ONE, ENTRY)
    file_of(folder).write_bytes(b"garbage")
    assert cache.read(ONE) is None
    assert cache.write(ONE, ENTRY)
    assert cache.read(ONE) == ENTRY


def test_a_symlinked_folder_is_refused(tmp_path, log):
    (tmp_path / "real").mkdir(0o700)
    (tmp_path / "link").symlink_to("real")
    cache = cache_in(tmp_path / "link", log)
    assert not cache.write(ONE, ENTRY)
    assert cache.read(ONE) == ENTRY
    assert list((tmp_path / "real").iterdir()) == []
    assert log == [
        ("cache_degraded", "the folder is a symbolic link: name the real one"),
    ]


def test_a_symlinked_entry_is_refused_and_replaced(folder, tmp_path, log):
    cache = cache_in(folder, log)
    cache.write(ONE, ENTRY)
    moved = tmp_path / "elsewhere"
    file_of(folder).rename(moved)
    before = moved.read_bytes()
    file_of(folder).symlink_to(moved)
    assert cache.read(ONE) is None
    assert [event for event, _ in log] == ["cache_degraded"]
    assert cache.write(ONE, ENTRY)
    assert moved.read_bytes() == before
    assert not file_of(folder).is_symlink()
    assert cache.read(ONE) == ENTRY


def test_a_symlinked_key_file_is_refused(folder, tmp_path, log):
    cache_in(folder).write(ONE, ENTRY)
    (folder / "keys").rename(tmp_path / "keys")
    (folder / "keys").symlink_to(tmp_path / "keys")
    cache = cache_in(folder, log)
    assert cache.read(ONE) is None
    assert not cache.write(ONE, ENTRY)
    assert {reason for _, reason in log} == {"keys is a symbolic link: remove it"}
    assert (folder / "keys").is_symlink()


def test_a_symlinked_lock_file_is_refused(folder, tmp_path):
    cache = cache_in(folder)
    cache.write(ONE, ENTRY)
    (folder / f"{ONE.digest()}.lock").symlink_to(tmp_path / "x")
    with pytest.raises(OSError):
        cache.lock(ONE).acquire(0)
    assert not (tmp_path / "x").exists()


@pytest.mark.parametrize("mode", [0o755, 0o701, 0o777])
def test_a_folder_that_is_open_to_others_is_refused(folder, log, mode):
    folder.mkdir()
    folder.chmod(mode)
    assert not cache_in(folder, log).write(ONE, ENTRY)
    assert log == [
        ("cache_degraded", f"the folder is open to others (mode {mode:04o}): set its mode to 0700"),
    ]
    assert list(folder.iterdir()) == []


def test_an_entry_and_a_key_file_that_are_open_to_others_are_refused(folder, log):
    cache_in(folder).write(ONE, ENTRY)
    file_of(folder).chmod(0o640)
    assert cache_in(folder, log).read(ONE) is None
    file_of(folder).chmod(0o600)
    (folder / "keys").chmod(0o644)
    assert cache_in(folder, log).read(ONE) is None
    assert ["open to others" in reason for _, reason in log] == [True, True]


def test_files_of_another_user_are_refused(folder, log, monkeypatch):
    cache_in(folder).write(ONE, ENTRY)
    owner, others = os.geteuid(), []
    if owner == 0:  # only root can give files away
        others = [lambda: os.chown(file_of(folder), 12345, 12345), lambda: os.chown(folder, 12345, 12345)]
    others.append(lambda: monkeypatch.setattr(os, "geteuid", lambda: 54321))
    for happens in others:
        happens()
        assert cache_in(folder, log).read(ONE) is None
        if owner == 0:
            os.chown(file_of(folder), 0, 0)
    assert ["belongs to user" in reason for _, reason in log] == [True] * len(others)


def test_a_folder_that_cannot_be_made_means_memory_only_and_one_warning(tmp_path, log):
    (tmp_path / "file").touch()
    cache = cache_in(tmp_path / "file" / "cache", log)
    for _ in range(3):
        lock = cache.lock(ONE)
        assert lock.acquire(0)
        assert not cache.lock(ONE).acquire(0)
        assert not cache.write(ONE, ENTRY)
        assert cache.read(ONE) == ENTRY
        assert cache.version(ONE) is not None
        lock.release()
    assert [event for event, _ in log] == ["cache_degraded"]


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir])
def test_what_is_no_file_is_a_miss_and_does_not_hang(folder, log, make):
    cache = cache_in(folder, log)
    cache.write(OTHER, ENTRY)
    make(file_of(folder), 0o700)
    assert cache.read(ONE) is None
    assert [event for event, _ in log] == ["cache_degraded"]


def test_a_huge_file_is_not_read(folder, log):
    cache = cache_in(folder, log)
    cache.write(ONE, ENTRY)
    os.truncate(file_of(folder), 1 << 40)
    assert cache.read(ONE) is None
    assert "more than 65536 bytes" in log[0][1]


def test_a_huge_entry_is_not_written(folder, log):
    cache = cache_in(folder, log)
    assert not cache.write(ONE, Entry({"x": "y" * 70000}, 1.0, 1))
    assert log == [("cache_degraded", "the entry is longer than 65536 bytes")]


def test_a_value_that_is_no_json_is_not_written(folder, log):
    cache = cache_in(folder, log)
    assert not cache.write(ONE, Entry({"x": object()}, 1.0, 1))
    assert log == [("cache_degraded", "TypeError")]


def test_a_folder_that_was_removed_is_made_again(folder):
    import shutil

    cache = cache_in(folder)
    cache.write(ONE, ENTRY)
    lock = cache.lock(ONE)
    assert lock.acquire(0)
    shutil.rmtree(folder)
    assert cache.read(ONE) is None
    assert cache.version(ONE) is None
    again = cache.lock(ONE)
    assert again.acquire(0)
    assert cache.write(ONE, ENTRY)
    assert cache_in(folder).read(ONE) == ENTRY
    lock.release()
    again.release()


@pytest.mark.parametrize("step", ["temporary-made", "half-written", "all-written", "file-synced", "closed"])
def test_a_full_disk_keeps_the_old_entry_and_leaves_nothing_behind(folder, log, step):
    cache_in(folder).write(ONE, ENTRY)
    before = sorted(folder.iterdir())

    def full(name):
        if name == step:
            raise OSError(28, "No space left on device")

    cache = cache_in(folder, log, step=full)
    newer = Entry({"access_key": "NEW"}, 2000.0, 7)
    assert not cache.write(ONE, newer)
    assert sorted(folder.iterdir()) == before
    assert cache_in(folder).read(ONE) == ENTRY
    assert cache.read(ONE) == newer  # this process keeps the newer one for itself
    assert log == [("cache_degraded", "No space left on device")]


def test_a_rejected_key_does_not_stay_on_a_full_disk(folder, log):
    cache_in(folder).write(ONE, ENTRY)

    def full(name):
        if name == "half-written":
            raise OSError(28, "No space left on device")

    cache = cache_in(folder, log, step=full)
    assert not cache.write(ONE, Entry({"access_key": "NEW"}, 2000.0, 7, rejected=("AKIA",)))
    assert cache_in(folder).read(ONE) is None


def test_a_newer_entry_of_another_process_beats_the_one_in_memory(folder):
    cache = cache_in(folder)
    cache._memory.write(ONE, ENTRY)
    newer = Entry({"access_key": "NEW"}, 2000.0, 8)
    cache_in(folder).write(ONE, newer)
    assert cache.read(ONE) == newer


def test_orphans_of_the_same_name_are_swept_by_the_next_write_and_old_ones_of_others(folder):
    cache = cache_in(folder)
    cache.write(ONE, ENTRY)
    mine, young, old = (folder / f".{name}.1.x.tmp" for name in (file_of(folder).name, "young", "old"))
    for path in (mine, young, old):
        path.touch()
    os.utime(old, (1, 1))
    cache.write(ONE, ENTRY)
    assert (mine.exists(), young.exists(), old.exists()) == (False, True, False)


def test_a_network_file_system_means_memory_only_and_one_warning(folder, log):
    cache = cache_in(folder, log, filesystem=lambda path: "nfs4")
    assert not cache.write(ONE, ENTRY)
    assert not cache.write(ONE, ENTRY)
    assert cache.read(ONE) == ENTRY
    assert log == [
        (
            "cache_degraded",
            "no sure locks on a file system of type nfs4: set credential_cache_location to a local folder",
        )
    ]


def test_an_unknown_file_system_is_used_if_its_locks_exclude(folder, log):
    cache = cache_in(folder, log, filesystem=lambda path: None)
    assert cache.write(ONE, ENTRY)
    assert log == []
    assert not [path for path in folder.iterdir() if path.name.startswith(".")]


def test_removing_forgets_the_entry(folder):
    cache = cache_in(folder)
    cache.write(ONE, ENTRY)
    cache.remove(ONE)
    cache.remove(OTHER)
    assert cache.read(ONE) is None


def test_the_version_differs_after_every_write(folder):
    cache, before = cache_in(folder), None
    assert cache.version(ONE) is None
    for _ in range(20):
        cache.write(ONE, ENTRY)
        assert cache.version(ONE) != before
        before = cache.version(ONE)


def test_after_a_rotation_a_running_cache_reads_old_and_new_entries(folder, log):
    cache = cache_in(folder, log)
    cache.write(ONE, ENTRY)
    KeyFile(cache.folder, step=lambda name: None).rotate()
    cache_in(folder).write(OTHER, ENTRY)
    assert cache.read(ONE) == ENTRY
    assert cache.read(OTHER) == ENTRY
    assert log == []


def test_the_default_folder_is_the_runtime_folder_if_it_is_private(tmp_path):
    runtime = tmp_path / "run"
    runtime.mkdir(0o700)
    environ = {"XDG_RUNTIME_DIR": str(runtime), "HOME": str(tmp_path)}
    assert default_folder(environ) == f"{runtime}/sotalia"
    runtime.chmod(0o755)
    assert default_folder(environ) == f"{tmp_path}/.aws/sotalia/cache"
    assert default_folder({"HOME": str(tmp_path / "missing")}) is None
    assert default_folder({"XDG_RUNTIME_DIR": "relative", "HOME": "relative"}) is None


def test_on_macos_it_is_among_the_caches_that_no_backup_has(tmp_path):
    environ = {"HOME": str(tmp_path)}
    assert default_folder(environ, "darwin") == f"{tmp_path}/.aws/sotalia/cache"
    (tmp_path / "Library" / "Caches").mkdir(parents=True)
    assert default_folder(environ, "darwin") == f"{tmp_path}/Library/Caches/sotalia"
    assert default_folder(environ, "linux") == f"{tmp_path}/.aws/sotalia/cache"


MOUNTED = [
    ("ext4", True), ("tmpfs", True), ("nfs4", False), ("nfs", False), ("cifs", False), ("fuse.sshfs", False),
    ("9p", False), ("lustre", False), ("fuse.something", True),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "shared"), MOUNTED)
def test_where_the_folder_is_mounted_decides_whether_it_is_shared(folder, tmp_path, log, kind, shared):
    table = tmp_path / "mountinfo"
    table.write_text(f"24 1 8:1 / / rw - ext4 /dev/sda rw\n25 24 0:9 / {folder.parent} rw - {kind} where rw\n")
    cache = cache_in(folder, log, filesystem=partial(filesystem_of, mounts=str(table)))
    assert cache.write(ONE, ENTRY) is shared
    assert cache.read(ONE) == ENTRY
    one, other = cache.lock(ONE), cache.lock(ONE)
    assert one.acquire(0)
    assert not other.acquire(0)  # among threads at least
    one.release()
    assert bool(list(folder.glob("*.v2"))) is shared
    assert [f"type {kind}:" in reason for _, reason in log] == ([] if shared else [True])


def test_without_a_log_of_its_own_one_warning_per_process_goes_to_the_cache_logger(tmp_path, caplog):
    (tmp_path / "file").touch()
    for _ in range(3):
        assert not FileCache(tmp_path / "file" / "cache", environ={}).write(ONE, ENTRY)
    assert [(record.name, record.levelname) for record in caplog.records] == [("sotalia.cache", "WARNING")]
    assert "cache_degraded" in caplog.text
    assert "canary" not in caplog.text
