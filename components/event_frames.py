"""Frames of ``application/vnd.amazon.eventstream``: an encoder, and a decoder that is fed with pieces of any size.

A frame is a prelude (its length, that of its headers, a CRC32 of both), typed
headers, a payload and a CRC32 of the whole. Source: "Event stream encoding",
Amazon Transcribe developer guide; the same in Smithy's ``aws.protocols``.
"""

import struct
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any, Final
from zlib import crc32

from .errors import (
    ChecksumMismatch,
    DuplicateHeader,
    InvalidHeadersLength,
    InvalidPayloadLength,
    ParserError,
    ResponseStreamingError,
)

__all__ = [
    "BOOLEAN_FALSE",
    "BOOLEAN_TRUE",
    "BYTE",
    "BYTES",
    "CONTENT_TYPE",
    "INTEGER",
    "LONG",
    "MAX_HEADERS",
    "MAX_PAYLOAD",
    "SHORT",
    "STRING",
    "TIMESTAMP",
    "UUID",
    "EventHeader",
    "Frame",
    "FrameDecoder",
    "encode_frame",
    "encode_headers",
]

CONTENT_TYPE: Final = "application/vnd.amazon.eventstream"
MAX_HEADERS: Final = 128 * 1024
MAX_PAYLOAD: Final = 24 * 1024 * 1024

BOOLEAN_TRUE, BOOLEAN_FALSE, BYTE, SHORT, INTEGER, LONG, BYTES, STRING, TIMESTAMP, UUID = range(10)
"""The types of header values."""

EventHeader = tuple[str, int, Any]
"""A header to send: name, type, value (of ``TIMESTAMP`` an aware ``datetime``, or milliseconds since 1970)."""

_MAX_VALUE: Final = 32767  # bytes of a text or of bytes in a header
_KEPT: Final = 64  # header blocks that a decoder knows again
_KEPT_SIZE: Final = 512

_prelude = struct.Struct(">III")
_two = struct.Struct(">II")
_four = struct.Struct(">I")
_length = struct.Struct(">H")
_numbers: Final = {
    BYTE: struct.Struct(">b"),
    SHORT: struct.Struct(">h"),
    INTEGER: struct.Struct(">i"),
    LONG: struct.Struct(">q"),
    TIMESTAMP: struct.Struct(">q"),
}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


class Frame:
    """One message of an event stream: its headers by name, and its payload.

    A timestamp is milliseconds since 1970, a UUID 16 bytes, all else is what
    its type says. The headers are read-only.
    """

    __slots__ = ("headers", "payload")

    def __init__(self, headers: Mapping[str, Any], payload: bytes) -> None:
        self.headers = headers
        self.payload = payload

    def __repr__(self) -> str:
        kind = self.headers.get(":event-type") or self.headers.get(":exception-type") or "no type"
        return f"<Frame {kind}, {len(self.payload)} bytes>"


def encode_headers(headers: Iterable[EventHeader]) -> bytes:
    """Return the bytes of headers; ``ValueError`` for a value that its type, or the format, does not have."""
    block = bytearray()
    for name, kind, value in headers:
        encoded = name.encode()
        if not 0 < len(encoded) < 256:
            raise ValueError(f"the name of a header has {len(encoded)} bytes: it must have 1 to 255")
        block.append(len(encoded))
        block += encoded
        block.append(kind)
        number = _numbers.get(kind)
        if number is not None:
            if isinstance(value, datetime):
                value = (value - _EPOCH) // _MILLISECOND
            try:
                block += number.pack(value)
            except struct.error as problem:
                raise ValueError(f"the header {name}: {problem}") from None
        elif kind in (BYTES, STRING):
            content = value.encode() if isinstance(value, str) else bytes(value)
            if len(content) > _MAX_VALUE:
                raise ValueError(f"the header {name} has {len(content)} bytes: at most {_MAX_VALUE} can be sent")
            block += _length.pack(len(content))
            block += content
        elif kind == UUID:
            if len(value) != 16:
                raise ValueError(f"the header {name} is a UUID and has {len(value)} bytes instead of 16")
            block += value
        elif kind not in (BOOLEAN_TRUE, BOOLEAN_FALSE):
            raise ValueError(f"the header {name} has the type {kind}, which does not exist")
    return bytes(block)


def encode_frame(headers: bytes, payload: bytes) -> bytes:
    """Return a frame with headers, as ``encode_headers`` makes them; ``ValueError`` for more than a frame can hold."""
    if len(headers) > MAX_HEADERS:
        raise ValueError(f"the headers of a message have {len(headers)} bytes: at most {MAX_HEADERS} can be sent")
    if len(payload) > MAX_PAYLOAD:
        raise ValueError(f"the payload of a message has {len(payload)} bytes: at most {MAX_PAYLOAD} can be sent")
    lengths = _two.pack(16 + len(headers) + len(payload), len(headers))
    message = b"".join((lengths, _four.pack(crc32(lengths)), headers, payload))
    return message + _four.pack(crc32(message))


class FrameDecoder:
    """Takes bytes as they arrive and gives the frames in them, whole and checked.

    ``feed`` adds bytes, ``frames`` gives what is complete. A frame that is
    broken raises a ``ParserError``, which says where, behind all that was good,
    and again on every later use. Lengths are checked before anything is kept
    for them: at most one frame of the largest size is held. Time is linear in
    the bytes. For one thread at a time.
    """

    __slots__ = ("_buffer", "_error", "_known", "_needed", "count", "offset")

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._needed = 0  # bytes of the frame that is arriving, once its prelude was read
        self._error: ParserError | None = None
        self._known: dict[bytes, Mapping[str, Any]] = {}
        self.count = 0
        """Frames given so far."""
        self.offset = 0
        """Bytes of these frames."""

    def __repr__(self) -> str:
        return f"<FrameDecoder after {self.count} frames>"

    def feed(self, data: bytes) -> None:
        """Add the next bytes."""
        if self._error is None:
            self._buffer += data

    def frames(self) -> Iterator[Frame]:
        """Give the frames that are complete; ask again after the next ``feed``."""
        while (frame := self.next_frame()) is not None:
            yield frame

    def next_frame(self) -> Frame | None:
        """Return the next frame, ``None`` as long as it is not complete."""
        if self._error is not None:
            raise self._error
        buffer = self._buffer
        needed = self._needed
        if not needed:
            if len(buffer) < 12:
                return None
            needed = self._needed = self._read_prelude()
        if len(buffer) < needed:
            return None
        (expected,) = _four.unpack_from(buffer, needed - 4)
        with memoryview(buffer) as view:
            found = crc32(view[: needed - 4])
        if found != expected:
            raise self._broken(ChecksumMismatch, _mismatch("message", expected, found))
        (headers_length,) = _four.unpack_from(buffer, 4)
        end = 12 + headers_length
        headers = self._read_headers(bytes(buffer[12:end]))
        payload = bytes(buffer[end : needed - 4])
        del buffer[:needed]
        self._needed = 0
        self.count += 1
        self.offset += needed
        return Frame(headers, payload)

    def finish(self) -> None:
        """Say that no more bytes come; ``ResponseStreamingError`` if they end within a frame."""
        if self._error is not None:
            raise self._error
        held = len(self._buffer)
        if held:
            whole = f" of its {self._needed}" if self._needed else ""
            raise ResponseStreamingError(error=f"it ends within message {self.count + 1}, after {held}{whole} bytes")

    def _read_prelude(self) -> int:
        total, headers, expected = _prelude.unpack_from(self._buffer)
        found = crc32(self._buffer[:8])
        if found != expected:
            raise self._broken(ChecksumMismatch, _mismatch("prelude", expected, found))
        if headers > MAX_HEADERS:
            raise self._broken(InvalidHeadersLength, f"headers of {headers} bytes, where {MAX_HEADERS} are allowed")
        payload = total - headers - 16
        if payload < 0:
            raise self._broken(InvalidHeadersLength, f"headers of {headers} bytes in a message of {total}")
        if payload > MAX_PAYLOAD:
            raise self._broken(InvalidPayloadLength, f"a payload of {payload} bytes, where {MAX_PAYLOAD} are allowed")
        return int(total)

    def _read_headers(self, block: bytes) -> Mapping[str, Any]:
        # A stream repeats a few blocks: knowing them again takes a tenth of the time of reading them.
        headers = self._known.get(block)
        if headers is None:
            try:
                headers = MappingProxyType(_decode_headers(block))
            except DuplicateHeader as problem:
                raise self._broken(DuplicateHeader, problem.kwargs["reason"]) from None
            except ValueError as problem:
                raise self._broken(ParserError, str(problem)) from None
            if len(block) <= _KEPT_SIZE and len(self._known) < _KEPT:
                self._known[block] = headers
        return headers

    def _broken(self, kind: Callable[..., ParserError], what: str) -> ParserError:
        """Return the error of the frame that is arriving, and forget its bytes."""
        self._error = kind(reason=f"message {self.count + 1} of the event stream, at byte {self.offset}: {what}")
        self._buffer = bytearray()
        return self._error


def _mismatch(what: str, expected: int, found: int) -> str:
    return f"the checksum of the {what} should be 0x{expected:08x} and is 0x{found:08x}"


def _decode_headers(block: bytes) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    position, end = 0, len(block)
    try:
        while position < end:
            start = position + 1
            position = start + block[position]
            name = block[start:position].decode()
            kind = block[position]
            position += 1
            value: Any
            number = _numbers.get(kind)
            if number is not None:
                (value,) = number.unpack_from(block, position)
                position += number.size
            elif kind in (BYTES, STRING):
                start = position + 2
                (length,) = _length.unpack_from(block, position)
                position = start + length
                value = block[start:position]
                if kind == STRING:
                    value = value.decode()
            elif kind == UUID:
                value = block[position : position + 16]
                position += 16
            elif kind in (BOOLEAN_TRUE, BOOLEAN_FALSE):
                value = kind == BOOLEAN_TRUE
            else:
                raise ValueError(f"the header {name!r} has the type {kind}, which does not exist")
            if name in headers:
                raise DuplicateHeader(reason=f"the header {name!r} is there twice")
            headers[name] = value
    except UnicodeDecodeError:
        raise ValueError("a header is no UTF-8") from None
    except (IndexError, struct.error):
        position = end + 1
    if position != end:
        raise ValueError(f"a header ends behind the {end} bytes of the headers")
    return headers
