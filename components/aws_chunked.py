"""The content coding ``aws-chunked``: a body in chunks, with its checksum behind it, framed while it is sent.

Source: "Signature calculations for the Authorization header: transferring
payload in multiple chunks", Amazon S3 API reference.
"""

from collections.abc import Iterator, Mapping
from io import UnsupportedOperation
from typing import Any, Final, Protocol

from .checksums.algorithms import new_checksum, text_of
from .errors import RequestBodyError
from .request_body import blocks_of, position_of, rewind

__all__ = ["CHUNK_SIZE", "ChunkedBody", "Framing"]

CHUNK_SIZE: Final = 1 << 20
"""Bytes in a chunk, but for the last one; S3 takes no chunk of less than 8 KiB but the last."""

_JOIN: Final = 1 << 14


class Framing(Protocol):
    """How chunks are written: plainly, or each with a signature (``signers.chunks.ChunkSigner``)."""

    def head(self, chunk: bytes) -> bytes:
        """Return the line that goes before a chunk; a line end goes behind it."""
        ...

    def end(self, trailer: Mapping[str, str] | None = None) -> bytes:
        """Return the last, empty chunk with the trailing headers."""
        ...


class _Plain:
    """Chunks without signatures."""

    __slots__ = ()

    def head(self, chunk: bytes) -> bytes:
        return b"%x\r\n" % len(chunk)

    def end(self, trailer: Mapping[str, str] | None = None) -> bytes:
        lines = "".join([f"{name}:{value}\r\n" for name, value in (trailer or {}).items()])
        return f"0\r\n{lines}\r\n".encode()


_PLAIN: Final = _Plain()


class ChunkedBody:
    """A body as it is sent in chunks, from where it stands now.

    ``source`` is bytes, a file, a stream or an iterable of bytes; ``length``
    how many bytes it has, ``None`` if nobody knows: fewer or more raise
    RequestBodyError while it is sent. ``algorithm`` is the checksum that goes
    into the trailer, ``None`` for none. ``signed`` asks the signer of the
    request to put its ``framing`` here, anew for each attempt.

    It is read as a file or iterated over, once; ``seek(0)`` begins anew, if the
    source can. For one thread at a time.
    """

    __slots__ = ("_algorithm", "_chunk_size", "_frames", "_have", "_source", "_start", "framing", "length", "signed")

    def __init__(
        self,
        source: Any,
        length: int | None,
        algorithm: str | None,
        *,
        signed: bool = False,
        chunk_size: int = CHUNK_SIZE,
    ) -> None:
        self._source = source
        self._start = position_of(source)
        self._algorithm = algorithm
        self._chunk_size = chunk_size
        self._frames: Iterator[bytes] | None = None
        self._have = b""
        self.length = length
        self.signed = signed
        self.framing: Framing = _PLAIN

    def __repr__(self) -> str:
        return f"<ChunkedBody of {self.length} bytes, {self._algorithm or 'no checksum'}>"

    @property
    def trailer(self) -> str | None:
        """The name of the trailing header."""
        return None if self._algorithm is None else f"x-amz-checksum-{self._algorithm}"

    def signed_length(self) -> int | None:
        """Return how many bytes the body has in signed chunks, ``None`` if nobody knows."""
        if self.length is None:
            return None
        from .signers.chunks import encoded_length  # few bodies are signed by the chunk

        trailer = None if self.trailer is None else {self.trailer: text_of(new_checksum(self._algorithm or ""))}
        return encoded_length(self.length, self._chunk_size, trailer)

    def __iter__(self) -> Iterator[bytes]:
        self._frames = self._framed()
        return self._frames

    def read(self, amt: int | None = None) -> bytes:
        """Read up to ``amt`` bytes of the framed body, all of it for ``None``; ``b""`` at the end."""
        frames = self._frames
        if frames is None:
            frames = iter(self)
        pieces, have = [self._have], len(self._have)
        while amt is None or amt < 0 or have < amt:
            piece = next(frames, None)
            if piece is None:
                break
            pieces.append(piece)
            have += len(piece)
        data = b"".join(pieces)
        cut = have if amt is None or amt < 0 else amt
        self._have = data[cut:]
        return data[:cut]

    def tell(self) -> int:
        """Return 0, where it is sent from; io.UnsupportedOperation if it can be sent only once."""
        if self._start is None:
            raise UnsupportedOperation("the body can be read only once")
        return 0

    def seek(self, offset: int, whence: int = 0) -> int:
        """Go back to the beginning, the one place that there is to go to."""
        if offset != 0 or whence != 0:
            raise UnsupportedOperation("a body in chunks can be put back to its beginning alone")
        if self._frames is not None and not rewind(self._source, self._start):
            raise UnsupportedOperation("the body can be read only once")
        self._frames, self._have = None, b""
        return 0

    def _framed(self) -> Iterator[bytes]:
        head, end = self.framing.head, self.framing.end
        checksum = None if self._algorithm is None else new_checksum(self._algorithm)
        taken, line_end = 0, b""
        for chunk in self._chunks():
            taken += len(chunk)
            if self.length is not None and taken > self.length:
                raise RequestBodyError(error=f"it has more than the {self.length} bytes that were announced")
            if checksum is not None:
                checksum.update(chunk)
            if len(chunk) > _JOIN:  # handed on as it is: copies of it would cost more than its checksum
                yield line_end + head(chunk)
                yield chunk
                line_end = b"\r\n"
            else:
                yield line_end + head(chunk) + chunk + b"\r\n"
                line_end = b""
        if self.length is not None and taken < self.length:
            short = self.length - taken
            raise RequestBodyError(error=f"it ended {short} bytes before the {self.length} that were announced")
        trailer = None if checksum is None else {f"x-amz-checksum-{self._algorithm}": text_of(checksum)}
        yield line_end + end(trailer)

    def _chunks(self) -> Iterator[bytes]:
        """Yield the source in chunks of one size, but for the last: what a stream gives at a time may be less."""
        size, source = self._chunk_size, self._source
        if isinstance(source, bytes | bytearray | memoryview):
            view = memoryview(source).cast("B")
            for start in range(0, len(view), size):
                yield bytes(view[start : start + size])
            return
        pieces: list[bytes] = []
        have = 0
        for block in blocks_of(source, size):
            if not pieces and len(block) == size:
                yield block
                continue
            pieces.append(block)
            have += len(block)
            while have >= size:
                data = b"".join(pieces)
                yield data[:size]
                have -= size
                pieces = [data[size:]] if have else []
        if have:
            yield b"".join(pieces)
