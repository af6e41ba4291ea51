"""Where downloads go: files, which are there whole or not at all, and file-like objects of the caller's."""

import os
import stat
import threading
from collections.abc import Callable
from typing import Any, Final, Protocol

from ..components.after_fork import import_whole
from ..components.body_slice import OpenFile

__all__ = ["FileTarget", "OrderedTarget", "SeekableTarget", "Target", "file_target", "object_target"]

_WRITE: Final = 262144
"""Bytes of a write at most.

Larger ones make file systems look for memory in pieces as large: on ext4, with
fragmented memory, writes of 1 MiB took three times the CPU time of a download.
"""


class Target(Protocol):
    """Takes the bytes of an object, by offset, from several threads at once; each part in its own order."""

    def begin(self, size: int) -> None:
        """Make ready for an object of ``size`` bytes."""

    def write(self, part: int, offset: int, data: memoryview) -> None:
        """Take bytes of a part; those that it has taken before are given again after a new beginning."""

    def part_done(self, part: int, check: Callable[[], object]) -> None:
        """End a part; may wait for others, asking ``check`` meanwhile."""

    def finish(self, size: int) -> None:
        """End the object, which has ``size`` bytes."""

    def discard(self) -> None:
        """Forget all of it."""


class FileTarget:
    """A file that appears under its name when it is whole: until then it is a temporary one in the same folder.

    A file that was there is replaced and gives its permissions to the new one;
    a new one has those that the umask leaves.
    """

    def __init__(self, path: str) -> None:
        self._path = path
        folder, name = os.path.split(path)
        short = name.encode("utf-8", "surrogateescape")[:200].decode("utf-8", "ignore")
        self._temporary = os.path.join(folder, f"{short}.{os.urandom(4).hex()}")
        self._file: OpenFile | None = None

    def begin(self, size: int) -> None:
        """Make the temporary file."""
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW
        self._file = OpenFile(os.open(self._temporary, flags, 0o666))
        try:
            mode = stat.S_IMODE(os.stat(self._path).st_mode)
        except OSError:
            pass  # it is a new one
        else:
            os.fchmod(self._file.fd, mode & 0o777)
        os.ftruncate(self._file.fd, size)

    def write(self, part: int, offset: int, data: memoryview) -> None:
        """Write where it belongs."""
        assert self._file is not None
        while data:
            written = os.pwrite(self._file.fd, data[:_WRITE], offset)
            data, offset = data[written:], offset + written

    def part_done(self, part: int, check: Callable[[], object]) -> None:
        """Nothing is left to do."""

    def finish(self, size: int) -> None:
        """Give the file its name."""
        assert self._file is not None
        os.ftruncate(self._file.fd, size)
        os.replace(self._temporary, self._path)

    def discard(self) -> None:
        """Remove the temporary file; it is closed when no part writes any more."""
        if self._file is not None:
            self._file = None
            try:
                os.unlink(self._temporary)
            except OSError:
                pass  # gone already


class SeekableTarget:
    """A file-like object that is written from where it stands, one thread at a time."""

    def __init__(self, fileobj: Any) -> None:
        self._fileobj = fileobj
        self._start = 0
        self._lock = threading.Lock()

    def begin(self, size: int) -> None:
        """Note where it stands."""
        self._start = self._fileobj.tell()

    def write(self, part: int, offset: int, data: memoryview) -> None:
        """Write where it belongs."""
        with self._lock:
            self._fileobj.seek(self._start + offset)
            _write_all(self._fileobj, bytes(data))  # it may keep what it is given

    def part_done(self, part: int, check: Callable[[], object]) -> None:
        """Nothing is left to do."""

    def finish(self, size: int) -> None:
        """Let it stand behind the object."""
        self._fileobj.seek(self._start + size)

    def discard(self) -> None:
        """What is written is written."""


class OrderedTarget:
    """A file-like object that takes bytes in their order alone.

    The part whose turn it is is written as it comes; the others are kept in
    memory, and end when they have been written: those that may be under way at
    once are the bound.
    """

    _LOOK = 0.05

    def __init__(self, fileobj: Any, close: Callable[[], object] | None = None) -> None:
        self._fileobj = fileobj
        self._close = close
        self._turn = 0
        self._changed = threading.Condition()
        self._kept: dict[int, list[bytes]] = {}
        self._reached: dict[int, int] = {}

    def begin(self, size: int) -> None:
        """Nothing is to be made ready."""

    def write(self, part: int, offset: int, data: memoryview) -> None:
        """Write, or keep for later; what came before is left out."""
        behind = self._reached.get(part, offset) - offset
        if behind > 0:
            data, offset = data[behind:], offset + behind
        if not data:
            return
        self._reached[part] = offset + len(data)
        piece = bytes(data)
        if part != self._turn:
            self._kept.setdefault(part, []).append(piece)
            return
        self._flush(part)
        _write_all(self._fileobj, piece)

    def part_done(self, part: int, check: Callable[[], object]) -> None:
        """Wait for the turn of the part, and write what was kept of it."""
        with self._changed:
            while part != self._turn:
                check()
                self._changed.wait(self._LOOK)
        self._flush(part)
        self._reached.pop(part, None)
        with self._changed:
            self._turn += 1
            self._changed.notify_all()

    def _flush(self, part: int) -> None:
        for piece in self._kept.pop(part, ()):
            _write_all(self._fileobj, piece)

    def finish(self, size: int) -> None:
        """Close what this opened."""
        if self._close is not None:
            self._close()

    def discard(self) -> None:
        """What is written is written; what this opened is closed."""
        if self._close is not None:
            self._close()


def _write_all(fileobj: Any, piece: bytes) -> None:
    view = memoryview(piece)
    while view:
        written = fileobj.write(view.obj if len(view) == len(piece) else bytes(view))
        if not isinstance(written, int) or written <= 0:
            return  # it does not say: all of it
        view = view[written:]


def file_target(path: str) -> Target:
    """Return the target of a path: a file, or a pipe or device that is there, which is written in order."""
    try:
        kind = os.stat(path).st_mode
    except OSError:
        return FileTarget(path)
    if stat.S_ISDIR(kind):
        raise IsADirectoryError(21, "Is a directory", path)
    if stat.S_ISREG(kind):
        return FileTarget(path)
    opened = open(path, "wb", buffering=0)  # noqa: SIM115 - the target closes it
    return OrderedTarget(opened, opened.close)


def object_target(fileobj: Any) -> Target:
    """Return the target of a file-like object; ``ValueError`` for what cannot be written."""
    if not hasattr(fileobj, "write"):
        raise ValueError("Fileobj must implement write")
    import_whole("io")
    import io

    if hasattr(fileobj, "seekable"):
        seekable = bool(fileobj.seekable()) and hasattr(fileobj, "tell")
    else:
        try:
            fileobj.seek(0, io.SEEK_CUR)
            seekable = hasattr(fileobj, "tell")
        except (AttributeError, OSError, ValueError, TypeError):
            seekable = False
    if seekable and "a" in str(getattr(fileobj, "mode", "")):
        seekable = False  # whatever the place, it is written at the end
    return SeekableTarget(fileobj) if seekable else OrderedTarget(fileobj)
