"""Attacks on the folder and what lies in it: what is not this user's alone is refused, and nothing hangs."""

import os
import shutil
import socket
import stat
import threading
from pathlib import Path

import pytest
import unprivileged
from sotalia.components import private_folder, trusted_path
from sotalia.components.cache import Entry, EntryIdentity
from sotalia.components.cache_file import FileCache
from sotalia.components.lock import FileLock
from sotalia.components.private_folder import FolderError, PrivateFolder, SharedFolder

ROOT = os.geteuid() == 0
only_root = pytest.mark.skipif(not ROOT, reason="only root can give files away")
IDENTITY = EntryIdentity.of("iam-role", role="one")
ENTRY = Entry({"access_key": "AKIA", "secret_key": "s", "token": "t"}, 1000.0, 7)
FILES = {"entry": f"{IDENTITY.digest()}.v2", "lock": f"{IDENTITY.digest()}.lock", "keys": "keys"}


def quiet(name):
    return None


@pytest.fixture
def folder(tmp_path):
    made = PrivateFolder(tmp_path / "f")
    made.replace("x", b"content", step=quiet)
    return made


def reach(folder, name):
    """Reach for a file as its kind is used."""
    if name.endswith(".lock"):
        lock = FileLock(folder, name)
        try:
            return lock.acquire(0)
        finally:
            lock.release()
    return folder.read(name, 100)


def fifo(path):
    os.mkfifo(path, 0o600)


def unix_socket(path):
    listener = socket.socket(socket.AF_UNIX)
    here = os.getcwd()
    os.chdir(path.parent)  # the path may be too long for a socket
    try:
        listener.bind(path.name)
    finally:
        os.chdir(here)
        listener.close()


def device(path):
    os.mknod(path, 0o600 | stat.S_IFCHR, os.makedev(1, 5))  # /dev/zero


def symbolic_link(path):
    (path.parent / "target").write_bytes(b"content")
    (path.parent / "target").chmod(0o600)
    path.symlink_to("target")


def dangling_link(path):
    path.symlink_to("nowhere")


def hard_link(path):
    (path.parent / "other").write_bytes(b"content")
    (path.parent / "other").chmod(0o600)
    os.link(path.parent / "other", path)


def readable_by_others(path):
    path.write_bytes(b"content")
    path.chmod(0o604)


def writable_by_the_group(path):
    path.write_bytes(b"content")
    path.chmod(0o620)


WRONG = {
    fifo: "no regular file",
    unix_socket: "no regular file",
    Path.mkdir: "no regular file",
    symbolic_link: "is a symbolic link",
    dangling_link: "is a symbolic link",
    hard_link: "second name",
    readable_by_others: "open to others",
    writable_by_the_group: "open to others",
}


@pytest.mark.parametrize("name", FILES.values(), ids=FILES)
@pytest.mark.parametrize("make", WRONG, ids=lambda make: make.__name__)
def test_what_is_no_private_file_is_refused_in_words_and_left_alone(folder, name, make):
    path = Path(folder.path, name)
    make(path)
    before = os.stat(path, follow_symlinks=False)
    with pytest.raises(FolderError, match=WRONG[make]):
        reach(folder, name)
    assert os.stat(path, follow_symlinks=False) == before
    assert not Path(folder.path, "nowhere").exists()


@only_root
@pytest.mark.parametrize("name", FILES.values(), ids=FILES)
def test_a_device_is_refused(folder, name):
    try:
        device(Path(folder.path, name))
    except PermissionError:
        pytest.skip("this root may make no devices")
    with pytest.raises(OSError):
        reach(folder, name)


@only_root
@pytest.mark.parametrize("name", FILES.values(), ids=FILES)
def test_a_file_of_another_user_is_refused(folder, name):
    path = Path(folder.path, name)
    path.touch(0o600)
    os.chown(path, 12345, 12345)
    with pytest.raises(FolderError, match="belongs to user 12345, not to user 0"):
        reach(folder, name)


@only_root
@pytest.mark.parametrize("name", FILES.values(), ids=FILES)
def test_a_file_that_root_left_in_the_folder_of_another_user_is_refused(name):
    with unprivileged.open_folder() as shared:
        (shared / "f").mkdir(0o700)
        (shared / "f" / name).touch()
        (shared / "f" / name).chmod(0o666)
        os.chown(shared / "f", unprivileged.NOBODY, unprivileged.NOBODY)

        def work():
            try:
                reach(PrivateFolder(shared / "f"), name)
            except FolderError as error:
                return error.strerror
            return "reached"

        assert unprivileged.unprivileged(work) == f"{name} belongs to user 0, not to user {unprivileged.NOBODY}"


@pytest.mark.parametrize("mode", [0o770, 0o707, 0o711, 0o750, 0o777, 0o1777])
def test_a_folder_that_is_open_to_others_is_refused(folder, mode):
    os.chmod(folder.path, mode)
    for use in (lambda: folder.read("x", 100), lambda: folder.replace("x", b"y", step=quiet), folder.names):
        with pytest.raises(FolderError, match=r"the folder is open to others .*: set its mode to 0700"):
            use()


def test_a_folder_of_another_user_is_refused():
    with unprivileged.open_folder() as shared:
        (shared / "f").mkdir(0o777)
        (shared / "f").chmod(0o700 if ROOT else 0o755)

        def work():
            try:
                FileLock(PrivateFolder(shared / "f"), "x.lock").acquire(0)
            except OSError as error:
                return error.strerror
            return "locked"

        assert unprivileged.unprivileged(work) in ("Permission denied", "the folder is open to others (mode 0755): "
                                                   "set its mode to 0700")  # fmt: skip
        if ROOT:
            os.chown(shared / "f", unprivileged.NOBODY, unprivileged.NOBODY)
            with pytest.raises(FolderError, match="the folder belongs to user 65534, not to user 0"):
                PrivateFolder(shared / "f").names()


def test_nobody_works_in_a_folder_of_its_own_below_a_sticky_one():
    with unprivileged.open_folder() as shared:
        shared.chmod(0o1777)

        def work():
            cache = FileCache(shared / "f", environ={}, log=lambda *record: pytest.fail(str(record)))
            cache.prepare()
            assert cache.write(IDENTITY, ENTRY)
            assert cache.read(IDENTITY) == ENTRY
            return sorted(Path(name).suffix for name in cache.folder.names())

        FileCache(shared / "warm", environ={}).write(IDENTITY, ENTRY)  # imports what the child may not be able to
        assert unprivileged.unprivileged(work) == "['', '.lock', '.v2']"


@pytest.mark.parametrize(
    ("mode", "safe"), [(0o755, True), (0o700, True), (0o1777, True), (0o777, False), (0o757, False)]
)
def test_a_folder_above_that_others_may_write_in_is_refused(tmp_path, mode, safe):
    inner = PrivateFolder(tmp_path / "above" / "between" / "f")
    inner.replace("x", b"1", step=quiet)
    (tmp_path / "above").chmod(mode)
    if safe:
        assert inner.read("x", 10) == b"1"
    else:
        for use in (lambda: inner.read("x", 10), lambda: FileLock(inner, "l").acquire(0)):
            with pytest.raises(FolderError, match=r"others can write in .*/above \(mode"):
                use()


def test_a_folder_above_that_somebody_made_first_is_seen_before_anything_is_written(tmp_path, monkeypatch):
    made = private_folder._make

    def beaten(path):
        (tmp_path / "above").mkdir()
        (tmp_path / "above").chmod(0o777)
        made(path)

    monkeypatch.setattr(private_folder, "_make", beaten)
    with pytest.raises(FolderError, match=r"others can write in .*/above \(mode 0777\)"):
        PrivateFolder(tmp_path / "above" / "f").replace("x", b"1", step=quiet)
    assert list((tmp_path / "above" / "f").iterdir()) == []


@pytest.mark.parametrize("members", [["me"], ["me", "somebody"], []])
@pytest.mark.parametrize("name", ["me", "staff"])
def test_a_group_above_is_trusted_if_it_is_the_users_own(tmp_path, monkeypatch, members, name):
    import grp
    import pwd

    (tmp_path / "above").mkdir()
    (tmp_path / "above").chmod(0o775)
    gid = os.stat(tmp_path / "above").st_gid
    monkeypatch.setattr(trusted_path, "_ROOT", -1 if gid == 0 else 0)
    monkeypatch.setattr(grp, "getgrgid", lambda gid: grp.struct_group((name, "x", gid, members)))
    monkeypatch.setattr(pwd, "getpwuid", lambda uid: pwd.struct_passwd(("me", "x", uid, gid, "", "/", "/bin/sh")))
    reason = trusted_path.why_unsafe(str(tmp_path / "above" / "f"))
    monkeypatch.undo()
    assert (reason is None) == (name == "me" and "somebody" not in members)


def test_what_is_above_the_target_of_a_link_counts_too(tmp_path):
    (tmp_path / "open" / "real").mkdir(parents=True)
    (tmp_path / "open").chmod(0o777)
    (tmp_path / "link").symlink_to("open/real")
    with pytest.raises(FolderError, match=r"others can write in .*/open "):
        PrivateFolder(tmp_path / "link" / "f").replace("x", b"1", step=quiet)


@only_root
def test_a_folder_next_above_of_another_user_is_refused(tmp_path):
    (tmp_path / "above").mkdir(0o755)
    os.chown(tmp_path / "above", 12345, 12345)
    with pytest.raises(FolderError, match="above belongs to user 12345"):
        PrivateFolder(tmp_path / "above" / "f").replace("x", b"1", step=quiet)


def test_a_folder_of_other_programs_is_taken_as_it_is(tmp_path):
    (tmp_path / "above").mkdir()
    (tmp_path / "above").chmod(0o777)
    shared = SharedFolder(tmp_path / "above")
    shared.replace("x", b"1", step=quiet)
    assert shared.read("x", 10) == b"1"


def test_what_somebody_else_swept_is_written_again(folder):
    swept = []

    def sweep(name):
        if name == "closed" and len(swept) < 2:
            (found,) = Path(folder.path).glob(".x.*.tmp")
            found.unlink()
            swept.append(found)

    folder.replace("x", b"new", step=sweep)
    assert len(swept) == 2
    assert folder.read("x", 100) == b"new"
    assert folder.names() == ["x"]


def test_what_is_swept_for_ever_is_an_error_and_keeps_the_old_content(folder):
    def sweep(name):
        if name == "closed":
            for found in Path(folder.path).glob(".x.*.tmp"):
                found.unlink()

    with pytest.raises(FolderError, match="swept away"):
        folder.replace("x", b"new", step=sweep)
    assert folder.read("x", 100) == b"content"


def test_a_folder_that_turns_into_a_link_under_a_writer_gets_nothing_elsewhere(tmp_path):
    """An attacker swaps the folder for a link to one of theirs and back, as fast as they can, while others work."""
    mine, aside, theirs = tmp_path / "f", tmp_path / "aside", tmp_path / "theirs"
    theirs.mkdir(0o700)
    log, stop = [], threading.Event()
    cache = FileCache(mine, environ={}, log=lambda event, fields: log.append(fields["reason"]))
    assert cache.write(IDENTITY, ENTRY)

    def swap():
        while not stop.is_set():
            try:
                mine.rename(aside)
                mine.symlink_to(theirs)
                mine.unlink()
                aside.rename(mine)
            except OSError:  # the writer has made the folder anew in between: theirs to lose
                if aside.exists() and not mine.exists():
                    continue
                shutil.rmtree(aside, ignore_errors=True)
                if mine.is_symlink():
                    mine.unlink()

    attacker = threading.Thread(target=swap)
    attacker.start()
    try:
        for _ in range(60):
            cache.write(IDENTITY, ENTRY)
            assert cache.read(IDENTITY) in (ENTRY, None)
            lock = cache.lock(IDENTITY)
            try:
                lock.acquire(0)
            except OSError:
                pass
            finally:
                lock.release()
    finally:
        stop.set()
        attacker.join(30)
    assert list(theirs.iterdir()) == []
    assert not [path for path in tmp_path.rglob("*.tmp") if path.parent == theirs]


@pytest.mark.parametrize("name", [FILES["entry"], FILES["keys"]])
def test_a_file_that_turns_into_a_link_under_a_reader_is_never_followed(folder, name):
    path, secret = Path(folder.path, name), Path(folder.path).parent / "secret"
    secret.write_bytes(b"secret of another place")
    secret.chmod(0o600)
    folder.replace(name, b"content", step=quiet)
    stop = threading.Event()

    def swap():
        while not stop.is_set():
            path.unlink(missing_ok=True)
            path.symlink_to(secret)
            path.unlink()
            path.touch(0o600)

    attacker = threading.Thread(target=swap)
    attacker.start()
    found = set()
    try:
        for _ in range(1500):
            try:
                found.add(folder.read(name, 100))
            except OSError:
                found.add("refused")
    finally:
        stop.set()
        attacker.join(30)
    assert found <= {None, b"", b"content", "refused"}


def test_opening_never_waits_and_never_becomes_a_terminals():
    assert private_folder._OPEN & os.O_NOFOLLOW
    assert private_folder._OPEN & os.O_NOCTTY
    assert private_folder._OPEN & os.O_CLOEXEC
