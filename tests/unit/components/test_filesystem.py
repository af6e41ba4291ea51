import sys

import pytest
from sotalia.components.filesystem import filesystem_of, reach_of
from sotalia.components.statfs import filesystem_by_statfs

MOUNTS = r"""
24 1 253:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
30 24 0:25 / /home rw - nfs4 server:/home rw,vers=4.2
31 30 0:26 / /home/me/with\040space rw - tmpfs tmpfs rw
32 24 0:27 / /mnt rw - xfs /dev/vdb rw
33 32 0:28 / /mnt rw - fuse.sshfs me@there:/ rw
broken line
"""


def test_the_longest_mount_point_wins_and_the_last_on_top(tmp_path):
    mounts = tmp_path / "mountinfo"
    mounts.write_text(MOUNTS)
    assert filesystem_of("/srv/x", str(mounts)) == "ext4"
    assert filesystem_of("/home/me/.aws", str(mounts)) == "nfs4"
    assert filesystem_of("/homestead", str(mounts)) == "ext4"
    assert filesystem_of("/home/me/with space/x", str(mounts)) == "tmpfs"
    assert filesystem_of("/mnt/x", str(mounts)) == "fuse.sshfs"


def test_without_a_table_of_mounts_the_kernel_is_asked(tmp_path):
    missing = str(tmp_path / "missing")
    assert filesystem_of("/x", missing, lambda path: f"of {path}") == "of /x"
    assert filesystem_of("/x", missing, lambda path: None) is None


FAMILIES = {"ext2": "ext4", "ext3": "ext4", "nfs4": "nfs", "smb3": "smb2"}


@pytest.mark.skipif(sys.platform != "linux", reason="compares two ways to ask Linux")
@pytest.mark.parametrize("path", ["/", "/tmp", "/dev/shm", "/proc", "/run"])
def test_the_table_of_mounts_and_the_kernel_agree(path):
    table, kernel = filesystem_of(path), filesystem_by_statfs(path)
    if kernel is not None and table is not None:
        assert kernel == FAMILIES.get(table, table.partition(".")[0])
    assert filesystem_by_statfs("/nowhere/at/all") is None


def number(magic):
    return magic.to_bytes(8, sys.byteorder) + bytes(100)


@pytest.mark.parametrize(
    ("magic", "kind", "reach"),
    [
        (0x6969, "nfs", "network"), (0xFF534D42, "cifs", "network"), (0xFE534D42, "smb2", "network"),
        (0x0BD00BD0, "lustre", "network"), (0x01021997, "9p", "network"), (0x65735546, "fuse", "unknown"),
        (0xEF53, "ext4", "local"), (0x58465342, "xfs", "local"), (0x01021994, "tmpfs", "local"),
        (0xDEAD, None, "unknown"),
    ],
)  # fmt: skip
def test_the_numbers_of_the_kernel_have_names(magic, kind, reach):
    found = filesystem_by_statfs("/", platform="linux", call=lambda path: number(magic))
    assert (found, reach_of(found)) == (kind, reach)


def test_macos_tells_the_name_itself():
    def call(path):
        return bytes(72) + b"smbfs".ljust(16, b"\0") + bytes(200)

    assert filesystem_by_statfs("/", platform="darwin", call=call) == "smbfs"
    assert filesystem_by_statfs("/", platform="darwin", call=lambda path: bytes(200)) is None
    assert filesystem_by_statfs("/", platform="sunos5") is None


def test_types_are_local_shared_between_hosts_or_unknown():
    assert [reach_of(kind) for kind in ("ext4", "tmpfs", "overlay")] == ["local"] * 3
    assert [reach_of(kind) for kind in ("nfs4", "cifs", "fuse.sshfs", "9p")] == ["network"] * 4
    assert [reach_of(kind) for kind in ("fuse.something", "newfs", None)] == ["unknown"] * 3
