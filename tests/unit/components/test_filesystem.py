from sotalia.components.filesystem import filesystem_of, reach_of

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


def test_without_a_table_of_mounts_the_type_is_unknown(tmp_path):
    assert filesystem_of("/", str(tmp_path / "missing")) is None


def test_types_are_local_shared_between_hosts_or_unknown():
    assert [reach_of(kind) for kind in ("ext4", "tmpfs", "overlay")] == ["local"] * 3
    assert [reach_of(kind) for kind in ("nfs4", "cifs", "fuse.sshfs", "9p")] == ["network"] * 4
    assert [reach_of(kind) for kind in ("fuse.something", "newfs", None)] == ["unknown"] * 3
