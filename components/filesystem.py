"""What kind of file system a folder is on: locks and atomic replacement are only sure on some."""

import os
from collections.abc import Callable
from typing import Final, Literal

from .statfs import filesystem_by_statfs

__all__ = ["filesystem_of", "reach_of"]

_LOCAL: Final = frozenset(
    """
    apfs bcachefs btrfs ext2 ext3 ext4 f2fs hfs jfs nilfs2 overlay ramfs reiserfs rootfs tmpfs ufs xfs zfs
    """.split()  # noqa: SIM905 - a table to read
)

# Other hosts see these too, with caches and locks of their own that promise less than one kernel does.
_NETWORK: Final = frozenset(
    """
    9p acfs afpfs afs aufs-nfs beegfs ceph cifs coda davfs fhgfs gfs gfs2 glusterfs gpfs lustre ncpfs nfs nfs4 ocfs2
    orangefs panfs pvfs2 smb smb2 smb3 smbfs vboxsf vmhgfs webdav
    """.split()  # noqa: SIM905 - a table to read
)
_NETWORK_FUSE: Final = frozenset(
    """
    ceph davfs gcsfuse glusterfs goofys juicefs mount-s3 rclone s3fs s3ql sshfs vmhgfs-fuse weed
    """.split()  # noqa: SIM905 - a table to read
)


def filesystem_of(
    path: str,
    mounts: str = "/proc/self/mountinfo",
    otherwise: Callable[[str], str | None] = filesystem_by_statfs,
) -> str | None:
    """Return the type of the file system that ``path`` is on, such as ``ext4``; ``None`` where it cannot be told.

    Source: proc(5), ``/proc/pid/mountinfo``, which tells one FUSE file system
    from another; without it (macOS, a jail without ``/proc``) ``otherwise`` is
    asked. A path that does not exist yet is on the file system of its nearest
    parent.
    """
    try:
        with open(mounts, "rb") as file:
            lines = file.read().splitlines()
    except OSError:
        return otherwise(path)
    target = os.fsencode(os.path.realpath(path))
    best, found = -1, None
    for line in lines:
        fields, separator, rest = line.partition(b" - ")
        parts = fields.split(b" ")
        if not separator or len(parts) < 5:
            continue
        point = _unescape(parts[4])
        inside = target == point or target.startswith(point.rstrip(b"/") + b"/")
        if inside and len(point) >= best:  # the last of several mounts at one point is the one on top
            best, found = len(point), rest.split(b" ", 1)[0].decode("ascii", "replace")
    return found


def _unescape(point: bytes) -> bytes:
    for escaped, plain in ((b"\\040", b" "), (b"\\011", b"\t"), (b"\\012", b"\n"), (b"\\134", b"\\")):
        point = point.replace(escaped, plain)
    return point


def reach_of(kind: str | None) -> Literal["local", "network", "unknown"]:
    """Return whether a file system of this type belongs to one kernel, is shared between hosts, or who knows."""
    if kind is None:
        return "unknown"
    if kind in _LOCAL:
        return "local"
    if kind in _NETWORK or (kind.startswith("fuse.") and kind.removeprefix("fuse.") in _NETWORK_FUSE):
        return "network"
    return "unknown"
