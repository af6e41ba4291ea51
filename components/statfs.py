"""The type of a file system as the kernel tells it by ``statfs(2)``: for where there is no table of mounts.

Sources: statfs(2) and ``linux/magic.h`` for the numbers of Linux, whose first
member is the type; ``sys/mount.h`` of macOS, which has the name at offset 72.
"""

import os
import sys
from collections.abc import Callable
from typing import Any, Final

from .after_fork import import_whole

__all__ = ["filesystem_by_statfs"]

_NAMES: Final = {
    0x01021994: "tmpfs",
    0x01021997: "9p",
    0x0BD00BD0: "lustre",
    0x00C36400: "ceph",
    0x2FC12FC1: "zfs",
    0x19830326: "fhgfs",
    0x47504653: "gpfs",
    0x517B: "smbfs",
    0x5346414F: "afs",
    0x58465342: "xfs",
    0x65735546: "fuse",
    0x6969: "nfs",
    0x73757245: "coda",
    0x7461636F: "ocfs2",
    0x794C7630: "overlay",
    0x858458F6: "ramfs",
    0x9123683E: "btrfs",
    0xAAD7AAEA: "panfs",
    0xCA451A4E: "bcachefs",
    0xEF53: "ext4",
    0xF2F52010: "f2fs",
    0xFE534D42: "smb2",
    0xFF534D42: "cifs",
    0x01161970: "gfs2",
}
_ROOM: Final = 4096  # bytes, more than the structure has anywhere
_NAME_AT: Final = 72
_NAME_LENGTH: Final = 16


def filesystem_by_statfs(
    path: str, *, platform: str = sys.platform, call: Callable[[bytes], bytes | None] | None = None
) -> str | None:
    """Return the type, such as ``nfs``; ``None`` where it cannot be told. ``call`` returns the kernel's structure."""
    if platform not in ("linux", "darwin") or os.uname().machine.startswith("s390"):  # there the type has 4 bytes
        return None
    found = (_statfs if call is None else call)(os.fsencode(path))
    if found is None:
        return None
    if platform == "darwin":
        name = found[_NAME_AT : _NAME_AT + _NAME_LENGTH].partition(b"\0")[0]
        return name.decode("ascii", "replace") or None
    import_whole("ctypes")
    from ctypes import c_ulong, sizeof

    return _NAMES.get(int.from_bytes(found[: sizeof(c_ulong)], sys.byteorder) & 0xFFFFFFFF)


def _statfs(path: bytes) -> bytes | None:
    import_whole("ctypes")
    import ctypes

    room = ctypes.create_string_buffer(_ROOM)
    try:
        library: Any = ctypes.CDLL(None, use_errno=True)
        function = getattr(library, "statfs$INODE64", None) or library.statfs
        return room.raw if function(path, room) == 0 else None
    except (OSError, AttributeError):
        return None
