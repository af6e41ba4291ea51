"""The reader of compiled model files: a mapped file with lines, packed documents and hash tables.

``build_store.py`` writes these files and describes their layout. A file is
mapped read-only, so all processes of a host share its pages, and only the
pages that are looked at are read. Its records are decoded one by one.
"""

from __future__ import annotations

import mmap
import os
import struct
import zlib

from ..components import errors
from ..components.json_scanner import scan

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = ["DOCS_MAGIC", "FORMAT", "STORE_MAGIC", "StoreFile", "Table"]

FORMAT = 2
"""The version of the layout that this reader reads."""

STORE_MAGIC = b"SOTSTORE"
DOCS_MAGIC = b"SOTADOCS"

REMEDY = (
    "Install sotalia again, or in a checkout run 'pip install -e .'; "
    "a store of your own is compiled with compile_models() of sotalia.models.compile"
)

_PREFIX = struct.Struct("<8sIIQII")
_pair = struct.Struct("<II").unpack_from
_position = struct.Struct("<H").unpack_from
_pairs = struct.Struct("<II").iter_unpack
_MARK = 0x80000000
_TEXT = bytes(code for code in range(256) if code >= 32)
_DAMAGE = (ValueError, IndexError, KeyError, TypeError, StopIteration, struct.error, zlib.error)
"""What decoding of damaged bytes raises (UnicodeDecodeError is a ValueError)."""

Table = tuple[int, int, int, int, int]
"""Where a table is: its order, the number of names, its slots, their number, the end of its names (0 if apart)."""


class StoreFile:
    """A mapped file. Immutable; any thread may use it, and a forked child shares it.

    Every method raises ``StoreError`` when it meets bytes that cannot be right.
    """

    __slots__ = ("_data", "_tokens", "index", "path")

    def __init__(self, path: str, magic: bytes) -> None:
        self.path = path
        self._data = _map(path)
        self.index: dict[str, Any] = self._read_index(magic)
        tokens = self.index["tokens"]
        codes = [code for code in range(1, 32) if code != 10]
        self._tokens = {code: (bytes((code,)), token.encode()) for code, token in zip(codes, tokens, strict=False)}

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.path}>"

    def __len__(self) -> int:
        return len(self._data)

    def _read_index(self, magic: bytes) -> dict[str, Any]:
        data = self._data
        if len(data) < _PREFIX.size or data[:8] != magic:
            raise self.error("it is no compiled model file")
        _, layout, length, total, checksum, _ = _PREFIX.unpack_from(data)
        if layout != FORMAT:
            raise self.error(f"it has format {layout}, this version reads format {FORMAT}")
        if total != len(data):
            raise self.error(f"it has {len(data)} of {total} bytes")
        packed = data[total - length : total]
        if zlib.crc32(packed) != checksum:
            raise self.error("its index is damaged")
        index, _ = scan(packed.decode(), 0)
        return index  # type: ignore[no-any-return] # JSON edge

    def error(self, reason: str) -> errors.StoreError:
        """Return the error to raise, for a reason."""
        return errors.StoreError(path=self.path, reason=reason, remedy=REMEDY)

    def verify(self) -> None:
        """Read all of the file and compare its checksum (about 10 ms); ``StoreError`` if it differs."""
        data = self._data
        *_, length, total, _, checksum = _PREFIX.unpack_from(data)
        with memoryview(data) as view:
            if zlib.crc32(view[_PREFIX.size : total - length]) != checksum:
                raise self.error("its content does not match its checksum")

    def find(self, table: Table, name: str) -> int:
        """Return the offset of the record ``name`` of a table; ``KeyError`` if there is none."""
        data = self._data
        key = name.encode("utf-8", "replace")
        order, _, slots, size, _ = table
        line = key + b"\n"
        length = len(line)
        slot = zlib.crc32(key) % size
        try:
            for _ in range(size):
                (position,) = _position(data, slots + 2 * slot)
                if not position:
                    break
                start, offset = _pair(data, order + 8 * position - 8)
                if data[start : start + length] == line:
                    return int(offset) & ~_MARK
                slot = (slot + 1) % size
        except struct.error as error:
            raise self.error(f"the table that holds {name!r} is damaged") from error
        raise KeyError(name)

    def names(self, table: Table) -> list[str]:
        """Return the names of a table, in the model's order."""
        data = self._data
        order, count, _, _, end = table
        if not count:
            return []
        try:
            if end:
                start, _ = _pair(data, order)
                found = data[start : end - 1].decode().split("\n")
                if len(found) != count:
                    raise ValueError(f"{len(found)} names instead of {count}")
                return found
            return [self._line(start).decode() for start, _ in _pairs(data[order : order + 8 * count])]
        except _DAMAGE as error:
            raise self.error(f"a table of names is damaged ({error})") from error

    def marked(self, table: Table) -> list[str]:
        """Return the names of the records that the compiler marked (error shapes), in the model's order."""
        order, count, *_ = table
        try:
            pairs = _pairs(self._data[order : order + 8 * count])
            return [self._line(start).decode() for start, offset in pairs if offset & _MARK]
        except _DAMAGE as error:
            raise self.error(f"a table of names is damaged ({error})") from error

    def record(self, offset: int) -> Any:
        """Decode the record at an offset; a new value every time."""
        try:
            data = self._data
            line = data[offset : data.find(b"\n", offset)]
            tokens = self._tokens
            for code in set(line.translate(None, _TEXT)):
                line = line.replace(*tokens[code])
            value, _ = scan(line.decode(), 0)
        except _DAMAGE as error:
            raise self.error(f"the record at byte {offset} is damaged ({error})") from error
        return value

    def records(self, table: Table) -> dict[str, Any]:
        """Decode all records of a table."""
        order, count, *_ = table
        try:
            pairs = list(_pairs(self._data[order : order + 8 * count]))
            return {self._line(start).decode(): self.record(offset & ~_MARK) for start, offset in pairs}
        except _DAMAGE as error:
            raise self.error(f"a table is damaged ({error})") from error

    def document(self, place: list[int]) -> Any:
        """Unpack and decode a document; a new value every time."""
        try:
            offset, length = place
            value, _ = scan(zlib.decompress(self._data[offset : offset + length]).decode("utf-8", "surrogatepass"), 0)
        except _DAMAGE as error:
            raise self.error(f"the document at {place} is damaged ({error})") from error
        return value

    def _line(self, offset: int) -> bytes:
        data = self._data
        end = data.find(b"\n", offset)
        if end < 0:
            raise ValueError(f"no line at byte {offset}")
        return data[offset:end]


def _map(path: str) -> mmap.mmap:
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0))
        try:
            return mmap.mmap(descriptor, 0, access=mmap.ACCESS_READ)
        finally:
            os.close(descriptor)
    except ValueError:
        raise errors.StoreError(path=path, reason="it is empty", remedy=REMEDY) from None
    except OSError as error:
        raise errors.StoreError(path=path, reason=error.strerror or str(error), remedy=REMEDY) from error
