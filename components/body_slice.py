"""Bodies that are slices of files or of memory: read where they are, by offset, and copied as little as can be."""

import os
from collections.abc import Callable
from typing import Any, Final

from .errors import S3UploadFailedError

__all__ = ["BodySlice", "OpenFile"]

_BLOCK: Final = 131072  # bytes: larger blocks do not stay in the cache of a core between reading and hashing


class OpenFile:
    """An open file descriptor that is closed when the last slice of it is gone, and not under one that still sends."""

    __slots__ = ("fd", "owned")

    def __init__(self, fd: int, owned: bool = True) -> None:
        self.fd = fd
        self.owned = owned

    @classmethod
    def read(cls, path: str | bytes) -> "OpenFile":
        """Open a file to read it."""
        return cls(os.open(path, os.O_RDONLY | os.O_CLOEXEC))

    def __del__(self) -> None:
        if self.owned and getattr(self, "fd", -1) >= 0:
            os.close(self.fd)


class BodySlice:
    """``count`` bytes of a source from ``start`` on, as a seekable body.

    Slices of one file may be read by many threads at once, one slice by one at
    a time. ``heard`` is told how many bytes more have been read, fewer than none
    after a rewind; ``pace`` is asked before each block, with its size, and may
    wait. ``block`` is how much is read at once at most. Digests are computed in
    one pass, all of ``digests`` together, and ``heard`` is not told of it.
    """

    __slots__ = ("_block", "_count", "_digests", "_heard", "_kept", "_pace", "_position", "_start", "_told", "source")

    def __init__(
        self,
        source: OpenFile | memoryview,
        start: int,
        count: int,
        *,
        heard: Callable[[int], object] | None = None,
        pace: Callable[[int], object] | None = None,
        block: int = 1 << 20,
        digests: tuple[str, ...] = (),
    ) -> None:
        self.source = source
        self._start = start
        self._count = count
        self._heard = heard
        self._pace = pace
        self._block = block
        self._digests = digests
        self._kept: dict[str, bytes] = {}
        self._position = self._told = 0

    def __repr__(self) -> str:
        return f"<BodySlice of {self._count} bytes from {self._start}>"

    def read(self, amt: int | None = None) -> bytes:
        """Read up to ``amt`` bytes, fewer where a block is smaller; all that is left for ``None``."""
        left = self._count - self._position
        if amt is None or amt < 0:
            pieces = []
            while left > 0:
                pieces.append(self.read(left))
                left = self._count - self._position
            return b"".join(pieces)
        size = self.next_block(min(amt, left))
        if size <= 0:
            return b""
        at = self._start + self._position
        source = self.source
        data = bytes(source[at : at + size]) if isinstance(source, memoryview) else os.pread(source.fd, size, at)
        if not data:
            raise self.too_short()
        self.advance(len(data))
        return data

    def tell(self) -> int:
        """Return how many bytes of the slice have been read."""
        return self._position

    def seekable(self) -> bool:
        """Whether it can be read again: always."""
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go to a place of the slice, to read from there."""
        base = (0, self._position, self._count)[whence]
        self._position = max(0, base + offset)
        return self._position

    def next_block(self, wanted: int) -> int:
        """Return how many of ``wanted`` bytes may be sent at once, after waiting for the leave to do so."""
        size = min(wanted, self._block)
        if self._pace is not None and size > 0:
            self._pace(size)
        return size

    def advance(self, count: int) -> None:
        """Count bytes as read: those that the kernel sent from the file."""
        self._position += count
        told, self._told = self._told, self._position
        if self._heard is not None and self._position != told:
            self._heard(self._position - told)

    @property
    def offset(self) -> int:
        """Where in the source the next byte is."""
        return self._start + self._position

    def too_short(self) -> Exception:
        """Return the error for a source that has fewer bytes than it had."""
        return S3UploadFailedError(
            f"the file ends before byte {self._start + self._count}, which it had when the upload began"
        )

    def digest(self, name: str) -> bytes:
        """Return a digest of the whole slice: ``crc32``, or a name that ``hashlib`` knows. Computed once."""
        if name not in self._kept:
            self._compute({name, *self._digests})
        return self._kept[name]

    def _compute(self, names: set[str]) -> None:
        import zlib
        from hashlib import new

        running: list[Any] = [new(name, usedforsecurity=False) for name in names if name != "crc32"]
        crc, wants_crc = 0, "crc32" in names
        for piece in self._pieces():
            if wants_crc:
                crc = zlib.crc32(piece, crc)
            for one in running:
                one.update(piece)
        self._kept = {one.name: one.digest() for one in running}
        if wants_crc:
            self._kept["crc32"] = crc.to_bytes(4, "big")

    def _pieces(self) -> Any:
        at, end = self._start, self._start + self._count
        source = self.source
        if isinstance(source, memoryview):
            while at < end:
                yield source[at : min(at + _BLOCK, end)]
                at += _BLOCK
            return
        room = memoryview(bytearray(min(_BLOCK, self._count)))
        while at < end:
            got = os.preadv(source.fd, [room[: min(_BLOCK, end - at)]], at)
            if not got:
                raise self.too_short()
            yield room[:got]
            at += got
