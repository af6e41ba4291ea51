"""Where uploads come from: files, file-like objects that have a size, and streams that tell theirs at the end."""

import os
import stat
from collections.abc import Callable, Iterator
from typing import Any

from ..components.body_slice import BodySlice, OpenFile
from .transfer_parts import growing_sizes, part_size, ranges

__all__ = ["Source", "file_source", "object_source"]


class Source:
    """What is to be uploaded: as one body, or cut into parts.

    ``made`` are keyword arguments of the bodies. Parts are cut as they are
    asked for, in one thread.
    """

    def __init__(
        self, opened: OpenFile | None, stream: Any, start: int, size: int | None, done: Callable[[], object] | None
    ) -> None:
        self._file = opened
        self._stream = stream
        self._start = start
        self.size = size
        self._done = done
        self._first: bytes | None = None

    def is_whole(self, threshold: int) -> bool:
        """Whether it is uploaded in one request: it has fewer bytes than ``threshold``, which a stream is read for."""
        if self.size is not None:
            return self.size < threshold
        self._first = _read(self._stream, threshold)
        return len(self._first) < threshold

    def whole(self, made: dict[str, Any]) -> BodySlice:
        """Return all of it as one body."""
        if self._file is not None and self.size is not None:
            return BodySlice(self._file, self._start, self.size, **made)
        data = self._first if self._first is not None else _read(self._stream, self.size or 0)
        return BodySlice(memoryview(data), 0, len(data), **made)

    def parts(self, wanted: int, made: dict[str, Any]) -> Iterator[BodySlice]:
        """Yield the bodies of the parts."""
        if self._file is not None and self.size is not None:
            for start, count in ranges(self.size, part_size(wanted, self.size)):
                yield BodySlice(self._file, self._start + start, count, **made)
            return
        sizes = growing_sizes(wanted) if self.size is None else iter([part_size(wanted, self.size)] * 10_000)
        for size in sizes:
            data = self._next(size)
            if not data:
                return
            yield BodySlice(memoryview(data), 0, len(data), **made)
            del data
        if self._next(1):
            raise ValueError("the stream has more bytes than 10,000 parts can hold: give it as a file")

    def _next(self, size: int) -> bytes:
        first, self._first = self._first, None
        if not first:
            return _read(self._stream, size)
        if len(first) > size:
            self._first = first[size:]
            return first[:size]
        return first + _read(self._stream, size - len(first)) if len(first) < size else first

    def done(self) -> None:
        """Leave a file-like object where reading it would have left it."""
        if self._done is not None:
            self._done()


def _read(stream: Any, size: int) -> bytes:
    """Read ``size`` bytes, fewer at the end alone."""
    pieces, left = [], size
    while left > 0:
        piece = stream.read(left)
        if piece is None:
            raise ValueError("the stream has nothing to read yet: uploads need one that waits")
        if not piece:
            break
        data = piece.encode() if isinstance(piece, str) else piece
        pieces.append(data)
        left -= len(data)
    return pieces[0] if len(pieces) == 1 and isinstance(pieces[0], bytes) else b"".join(pieces)


def file_source(path: str) -> Source:
    """Open a file; a pipe or a device is a stream. Raises ``OSError``."""
    opened = OpenFile.read(path)
    found = os.fstat(opened.fd)
    if stat.S_ISREG(found.st_mode):
        return Source(opened, None, 0, found.st_size, None)
    if stat.S_ISDIR(found.st_mode):
        raise IsADirectoryError(21, "Is a directory", path)
    return Source(None, open(os.dup(opened.fd), "rb", buffering=0), 0, None, None)


def object_source(fileobj: Any) -> Source:
    """Return the source of a file-like object, from where it stands; ``ValueError`` for what cannot be read."""
    if not hasattr(fileobj, "read"):
        raise ValueError("Fileobj must implement read")
    if hasattr(fileobj, "seekable") and not fileobj.seekable():
        return Source(None, fileobj, 0, None, None)
    try:
        start = fileobj.tell()
        end = fileobj.seek(0, os.SEEK_END)
        end = fileobj.tell() if end is None else end
        fileobj.seek(start)
    except (AttributeError, OSError, ValueError, TypeError):
        return Source(None, fileobj, 0, None, None)
    if hasattr(fileobj, "encoding"):  # text: its size in bytes is seen when it has been encoded
        return Source(None, fileobj, 0, None, None)
    number = _plain_file(fileobj)
    if number is None:
        return Source(None, fileobj, start, max(end - start, 0), None)
    return Source(OpenFile(number, owned=False), fileobj, start, max(end - start, 0), lambda: fileobj.seek(end))


def _plain_file(fileobj: Any) -> int | None:
    """Return the descriptor of an object that is a file as it is, without a layer that changes its bytes."""
    import io

    opened = getattr(fileobj, "file", fileobj) if type(fileobj).__module__ == "tempfile" else fileobj
    raw = opened.raw if type(opened) in (io.BufferedReader, io.BufferedRandom) else opened
    if type(raw) is not io.FileIO:
        return None
    if type(opened) is io.BufferedRandom:
        opened.flush()
    number = raw.fileno()
    return number if stat.S_ISREG(os.fstat(number).st_mode) else None
