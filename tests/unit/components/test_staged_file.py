import os
import stat

import pytest
from sotalia.components.private_folder import FolderError, PrivateFolder, SharedFolder
from sotalia.components.staged_file import StagedFile, salvage


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "f").mkdir(mode=0o755)
    (tmp_path / "f" / "x").write_bytes(b"old")
    return SharedFolder(tmp_path / "f")


def names(folder):
    return sorted(os.listdir(folder.path))


def test_a_commit_puts_all_of_it_in_place_with_mode_0600(folder):
    steps = []
    with StagedFile(folder, "x", "m", steps.append) as file:
        assert names(folder) == [f".x.next.m.{os.getpid()}.tmp", "x"]
        file.commit(b"new")
    assert folder.read("x", 100) == b"new"
    assert stat.S_IMODE(os.stat(f"{folder.path}/x").st_mode) == 0o600
    assert steps == ["staged", "written", "synced", "replaced"]
    assert names(folder) == ["x"]


def test_more_than_was_made_room_for_is_written_too(folder):
    with StagedFile(folder, "x", "m", lambda step: None) as file:
        file.commit(b"y" * 50_000)
    assert folder.read("x", 1 << 20) == b"y" * 50_000


def test_without_a_commit_the_file_stays(folder):
    with pytest.raises(KeyError), StagedFile(folder, "x", "m", lambda step: None):
        raise KeyError
    assert folder.read("x", 100) == b"old"
    assert names(folder) == ["x"]


@pytest.mark.parametrize(
    ("mark", "content", "found"),
    [
        ("m", b"new", True),
        ("m", b"new" + bytes(100), True),  # the room that was left
        ("m", b"ne", False),
        ("m", bytes(100), False),
        ("other", b"new", False),
    ],
)
def test_what_a_killed_process_wrote_is_found(folder, mark, content, found):
    with open(f"{folder.path}/.x.next.{mark}.1.tmp", "wb") as file:
        file.write(content)
    assert salvage(folder, "x", "m", lambda data: data == b"new") is found
    assert folder.read("x", 100) == (b"new" if found else b"old")
    assert names(folder) == ["x"]


def test_a_shared_folder_takes_what_a_private_one_refuses(folder, tmp_path):
    with pytest.raises(FolderError):
        PrivateFolder(folder.path).read("x", 100)
    (tmp_path / "link").symlink_to(folder.path)
    assert SharedFolder(tmp_path / "link").read("x", 100) == b"old"
