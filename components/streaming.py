"""The body of an answer as a stream that callers read."""

import io
from collections.abc import Callable, Iterator
from typing import Any, Final

from .errors import IncompleteReadError, ReadTimeoutError, ResponseStreamingError

__all__ = ["StreamingBody"]

CHUNK_SIZE: Final = 1024


class StreamingBody(io.IOBase):
    """A file-like view of a body, which is checked against the length that was promised.

    ``raw_stream`` has ``read`` and ``close``; ``content_length`` is the
    promised number of bytes (text or number), or ``None`` when nothing was
    promised. Reading raises IncompleteReadError when the body is shorter,
    ReadTimeoutError when the server is too slow, ResponseStreamingError when
    the connection breaks. For one thread at a time. Not seekable.
    """

    def __init__(self, raw_stream: Any, content_length: int | str | None) -> None:
        self._raw_stream = raw_stream
        self._content_length = _number(content_length)
        self._amount_read = 0

    def __repr__(self) -> str:
        return f"<StreamingBody {self._amount_read} of {self._content_length} bytes read>"

    def readable(self) -> bool:
        """Whether it can be read, until it is closed."""
        return not self.closed

    @property
    def closed(self) -> bool:
        """Whether the underlying stream is closed."""
        return bool(getattr(self._raw_stream, "closed", False))

    def set_socket_timeout(self, timeout: float | None) -> None:
        """Set how many seconds a read may wait from now on; nothing happens where there is no socket."""
        set_timeout = getattr(self._raw_stream, "set_timeout", None)
        if set_timeout is not None:
            set_timeout(timeout)

    def read(self, amt: int | None = None) -> bytes:
        """Read up to ``amt`` bytes, or everything that is left; ``b""`` at the end."""
        if amt is not None and amt < 0:
            amt = None
        chunk: bytes = self._asked(self._raw_stream.read, amt)
        self._amount_read += len(chunk)
        if amt is None or (not chunk and amt > 0):
            self._verify_length()
        return chunk

    def _asked(self, read: Callable[[Any], Any], amount: Any) -> Any:
        """Return what the stream says, or raise by the errors of this package what it raises."""
        try:
            return read(amount)
        except (ReadTimeoutError, ResponseStreamingError):
            raise
        except TimeoutError as problem:
            raise ReadTimeoutError(endpoint_url=getattr(self._raw_stream, "url", ""), error=str(problem)) from problem
        except OSError as problem:
            raise ResponseStreamingError(error=str(problem)) from problem

    def readinto(self, b: Any) -> int:
        """Read into a writable buffer; return the number of bytes, 0 at the end."""
        view = memoryview(b).cast("B")
        into = getattr(self._raw_stream, "readinto", None)
        if into is not None and type(self).read is StreamingBody.read:  # a subclass may look at what is read
            count: int = self._asked(into, view)
            self._amount_read += count
            if not count and len(view):
                self._verify_length()
            return count
        chunk = self.read(len(view))
        view[: len(chunk)] = chunk
        return len(chunk)

    def wake(self) -> None:
        """End the wait of another thread that reads; from any thread."""
        end = getattr(self._raw_stream, "wake", None) or getattr(self._raw_stream, "close", None)
        if end is not None:
            end()

    def readline(self, size: int | None = -1) -> bytes:
        """Read one line with its end, at most ``size`` bytes.

        Byte by byte, since nothing may be read beyond the line: ``iter_lines`` is the fast way.
        """
        limit = -1 if size is None else size
        line = bytearray()
        while limit < 0 or len(line) < limit:
            byte = self.read(1)
            line += byte
            if not byte or byte == b"\n":
                break
        return bytes(line)

    def readlines(self, hint: int | None = -1) -> list[bytes]:
        """Read the remaining lines with their ends, or as many as make ``hint`` bytes."""
        if hint is None or hint <= 0:
            return io.BytesIO(self.read()).readlines()
        lines: list[bytes] = []
        total = 0
        while total < hint and (line := self.readline()):
            lines.append(line)
            total += len(line)
        return lines

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        chunk = self.read(CHUNK_SIZE)
        if chunk:
            return chunk
        raise StopIteration

    next = __next__

    def iter_chunks(self, chunk_size: int = CHUNK_SIZE) -> Iterator[bytes]:
        """Yield the body in pieces of up to ``chunk_size`` bytes."""
        while chunk := self.read(chunk_size):
            yield chunk

    def iter_lines(self, chunk_size: int = CHUNK_SIZE, keepends: bool = False) -> Iterator[bytes]:
        """Yield the lines of the body, which is read in pieces of ``chunk_size`` bytes.

        A line ends at LF, CR or CR LF, as ``bytes.splitlines`` has it, also
        where CR and LF arrive in two pieces.
        """
        pending: list[bytes] = []
        complete = False  # whether what is pending ends a line: CR waits for the LF that may follow
        for chunk in self.iter_chunks(chunk_size):
            pending.append(chunk)
            if complete or b"\n" in chunk or b"\r" in chunk:
                *whole, last = b"".join(pending).splitlines(keepends=True)
                for line in whole:
                    yield line if keepends else line.rstrip(b"\r\n")
                pending = [last]
                complete = last.endswith((b"\n", b"\r"))
        if pending:
            line = b"".join(pending)
            yield line if keepends else line.rstrip(b"\r\n")

    def tell(self) -> int:
        """Return how many bytes have been read."""
        return self._amount_read

    def close(self) -> None:
        """Close the underlying stream: an unread rest is not fetched, its connection is dropped."""
        self._raw_stream.close()

    def _verify_length(self) -> None:
        expected = self._content_length
        if expected is not None and self._amount_read != expected:
            raise IncompleteReadError(actual_bytes=self._amount_read, expected_bytes=expected)


def _number(content_length: int | str | None) -> int | None:
    try:
        return None if content_length is None else int(content_length)
    except ValueError:
        return None  # a length that is no number promises nothing
