"""The body of an answer that is still to come."""

from collections.abc import Callable, Iterator
from typing import NoReturn

from ..errors import ReadTimeoutError, ResponseStreamingError
from ..url_base import without_query
from .answer import AnswerParser, BrokenAnswerError
from .connection import Connection

__all__ = ["ConnectionBody"]


class ConnectionBody:
    """Reads as it is read; the connection goes back to its pool at the end, and is dropped before that.

    Raises ReadTimeoutError when the server is too slow and ResponseStreamingError
    when the body breaks off. For one thread at a time.
    """

    __slots__ = ("_connection", "_give_back", "_have", "_problem", "_url", "closed")

    def __init__(
        self, connection: Connection | None, give_back: Callable[[Connection, bool], None] | None, url: str
    ) -> None:
        self._connection = connection
        self._give_back = give_back
        self._url = url
        self._have = b""
        self._problem: Exception | None = None
        self.closed = False

    @classmethod
    def ended(cls, data: bytes, url: str) -> "ConnectionBody":
        """Return a body whose bytes have all arrived, and whose connection has gone back."""
        made = cls(None, None, url)
        made._have = data
        return made

    def __repr__(self) -> str:
        return f"<ConnectionBody of {without_query(self._url)}>"

    def read(self, amt: int | None = None) -> bytes:
        """Read up to ``amt`` bytes, all that is left for ``None``; ``b""`` at the end."""
        if self.closed:
            return b""
        wanted = None if amt is None or amt < 0 else amt
        if wanted is None and self._connection is None:  # all that is left is here
            data, self._have, self.closed = self._have, b"", True
            return data
        pieces, have = [self._have], len(self._have)
        while wanted is None or have < wanted:
            piece = self._next()
            if not piece:
                break
            pieces.append(piece)
            have += len(piece)
        data = pieces[0] if len(pieces) == 1 else b"".join(pieces)
        if wanted is not None and have > wanted:
            self._have = data[wanted:]
            return data[:wanted]
        self._have = b""
        if not data or wanted is None:
            self.closed = wanted != 0
        return data

    def read1(self, amt: int = 65536) -> bytes:
        """Read what has arrived, at least one byte and up to ``amt``; ``b""`` at the end."""
        if self.closed:
            return b""
        data = self._have or self._next()
        self._have = data[amt:]
        self.closed = not data
        return data[:amt]

    def readinto(self, view: memoryview) -> int:
        """Fill a buffer of bytes, straight from the connection where that can be; fewer at the end, 0 behind it.

        A body that breaks off gives the bytes that came before, and the error
        when it is asked again.
        """
        if self._problem is not None:
            self._fail(self._problem)
        filled = 0
        while filled < len(view) and not self.closed:
            connection = self._connection
            left = None if self._have or connection is None else _raw_left(connection.parser)
            if left is None or connection is None:
                data = self.read1(len(view) - filled)
                if not data:
                    break
                view[filled : filled + len(data)] = data
                filled += len(data)
                continue
            room = view[filled : filled + left]
            parser = connection.parser
            count, problem = connection.receive_into(room)
            parser.took_raw(count)
            filled += count
            if parser.done:
                self._release(parser.reusable and not connection.has_unread())
            elif problem is not None or count < len(room):
                self._problem = problem or _ended(parser)
                if filled:
                    break
                self._fail(self._problem)
        return filled

    def stream(self, amt: int = 65536) -> Iterator[bytes]:
        """Yield the body in pieces of up to ``amt`` bytes."""
        while piece := self.read(amt):
            yield piece

    def close(self) -> None:
        """Drop the connection if the body was not read to its end. Another thread that waits for it stops waiting."""
        self.closed = True
        self._have = b""
        self.wake()
        self._release(False)

    def set_timeout(self, seconds: float | None) -> None:
        """Set how long a read may wait from now on."""
        if self._connection is not None:
            self._connection.set_timeout(seconds)

    def wake(self) -> None:
        """End the wait of another thread that reads, which meets the end of the connection. From any thread."""
        connection = self._connection
        if connection is not None:
            connection.wake()

    def _fail(self, problem: Exception) -> NoReturn:
        """Say by the errors of this package what happened while receiving."""
        self.close()
        if isinstance(problem, TimeoutError):
            raise ReadTimeoutError(endpoint_url=without_query(self._url)) from problem
        raise ResponseStreamingError(error=str(problem)) from problem

    def _next(self) -> bytes:
        """Return the next bytes of the body, ``b""`` at its end."""
        connection = self._connection
        if connection is None:
            return b""
        parser = connection.parser
        while not (piece := parser.take()) and not parser.done:
            try:
                connection.receive()
            except (OSError, BrokenAnswerError) as problem:
                self._fail(problem)
        if parser.done:
            self._release(parser.reusable)
        return piece

    def _release(self, reusable: bool) -> None:
        connection, give_back = self._connection, self._give_back
        if connection is not None and give_back is not None:
            self._connection = None
            give_back(connection, reusable)


def _raw_left(parser: AnswerParser) -> int | None:
    return None if parser.pieces else parser.raw_left()


def _ended(parser: AnswerParser) -> Exception:
    """Return what the parser says of a connection that has ended."""
    try:
        parser.end()
    except BrokenAnswerError as problem:
        return problem
    raise AssertionError("a body of a known length does not end with its connection")
