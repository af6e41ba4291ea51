"""An answer as its bytes arrive: ``httptools`` (llhttp) parses, this keeps what it finds, within limits.

RFC 9112 is read strictly: what could be taken for two answers by somebody else
(two lengths, a length with chunks, bare line feeds) is refused.
"""

from typing import Any, Final

from ..http import Headers
from .answer_fields import headers_of

__all__ = ["MAX_HEAD", "AnswerParser", "BrokenAnswerError"]

MAX_HEAD: Final = 262144
"""Bytes of a head, interim answers included."""

_MAX_INTERIM: Final = 16
_TOO_LONG: Final = f"its head has more than {MAX_HEAD} bytes"
_NO_CONTENT: Final = frozenset({204, 304})

_HttpResponseParser: Any = None


class BrokenAnswerError(Exception):
    """The bytes are no answer of HTTP/1.1, or one beyond the limits; the text says why, and nothing of them."""


def _parser_class() -> Any:
    global _HttpResponseParser
    if _HttpResponseParser is None:
        from ..after_fork import import_whole

        import_whole("httptools")
        from httptools import HttpResponseParser

        _HttpResponseParser = HttpResponseParser
    return _HttpResponseParser


class AnswerParser:
    """Takes bytes by ``feed`` and ends by ``done``; for one answer after the other, and one thread at a time.

    ``bodiless`` says that the request was HEAD. ``pieces`` are the body's bytes
    that arrived and were not yet taken. ``reusable`` tells, when it is done,
    whether another request may follow on the connection; ``begin`` makes the
    parser ready for its answer.
    """

    __slots__ = (
        "_bodiless",
        "_feed",
        "_fields",
        "_interim",
        "_parser",
        "_received",
        "_seen",
        "_trailers",
        "broken",
        "done",
        "head_done",
        "headers",
        "pieces",
        "reusable",
        "status",
    )

    def __init__(self, bodiless: bool) -> None:
        self._parser: Any = None
        self.begin(bodiless)

    def begin(self, bodiless: bool) -> None:
        """Make ready for an answer, the first one or one behind an answer that left the connection reusable."""
        if self._parser is None:
            self._renew()
        self._bodiless = bodiless
        self._seen = self._received = 0
        self.head_done = self.done = False

    def _renew(self) -> None:
        self._fields: list[tuple[bytes, bytes]] = []
        self._interim = 0
        self._trailers = 0
        self.broken: BrokenAnswerError | None = None
        self.reusable = False
        self.status = 0
        self.headers = Headers()
        self.pieces: list[bytes] = []
        self._parser = _parser_class()(self)
        self._feed = self._parser.feed_data

    @property
    def started(self) -> bool:
        """Whether a byte of the answer has arrived."""
        return self._seen > 0

    @property
    def continued(self) -> bool:
        """Whether the server has said 100: go on and send the body."""
        return self._interim > 0

    def feed(self, data: bytes) -> None:
        """Take bytes; raises ``BrokenAnswerError`` for a head, and keeps it in ``broken`` for a body."""
        self._seen += len(data)
        try:
            self._feed(data)
        except Exception as problem:
            self._refuse(problem)
        if not self.head_done and self._seen > MAX_HEAD:
            raise BrokenAnswerError(_TOO_LONG)

    def _refuse(self, problem: Exception) -> None:
        """Say what the parser does not take, if it is of the answer."""
        if self.done:  # what comes behind the answer is nobody's business, but ends the connection
            self.reusable = False
            self.drop()
            return
        context = problem.__context__
        broken = context if isinstance(context, BrokenAnswerError) else BrokenAnswerError(str(problem))
        if not self.head_done:
            raise broken from problem
        self.broken = broken  # what came before it can still be read

    def end(self) -> None:
        """Take the end of the connection: the end of a body whose length was not told, else an error."""
        if self.done:
            return
        if not self.head_done:
            raise BrokenAnswerError("the connection was closed in the middle of the answer")
        if "content-length" not in self.headers and "transfer-encoding" not in self.headers:
            self.done = True
            self.reusable = False
            return
        length = self.headers.get("content-length", "")
        if length.isdigit():
            received = self._received + sum(map(len, self.pieces))
            missing = int(length) - received
            raise BrokenAnswerError(f"the connection was closed ({received} bytes read, {missing} more expected)")
        raise BrokenAnswerError("the connection was closed in the middle of the answer")

    def drop(self) -> None:
        """Let the C parser go: it holds this object, and the two would wait for the collector of cycles."""
        self._parser = self._feed = None

    def take(self) -> bytes:
        """Return the body's bytes that have arrived."""
        piece = b"".join(self.pieces)  # no copy of a single one
        self.pieces.clear()
        self._received += len(piece)
        return piece

    def content(self) -> bytes:
        """Return the body of an answer that is done."""
        pieces = self.pieces
        return pieces.pop() if len(pieces) == 1 else self.take()

    def raw_left(self) -> int | None:
        """Return how many bytes of the body are still to come as they are; ``None`` if they need the parser.

        That is so once the head is there, for a body whose length was told and
        whose bytes that have arrived were taken.
        """
        length = self.headers.get("content-length", "")
        if not self.head_done or self.done or not length.isdigit() or "transfer-encoding" in self.headers:
            return None
        return int(length) - self._received

    def took_raw(self, count: int) -> None:
        """Count bytes of the body that were received around the parser."""
        self._received += count
        if self.raw_left() == 0:
            self._complete()

    # What the parser calls

    def on_message_begin(self) -> None:
        """Note that bytes follow an answer that is complete."""
        if self.done:
            self.reusable = False

    def on_header(self, name: bytes, value: bytes) -> None:
        """Keep a field of the head; those of a trailer are counted and not kept."""
        if not self.head_done:
            self._fields.append((name, value))
        elif not self.done:
            self._trailers += len(name) + len(value)
            if self._trailers > MAX_HEAD:
                raise BrokenAnswerError(_TOO_LONG)

    def on_headers_complete(self) -> None:
        """Keep the head; that of an interim answer is not kept."""
        if self.done:
            return
        fields = self._fields
        if self._seen > MAX_HEAD and sum([len(name) + len(value) for name, value in fields]) > MAX_HEAD:
            raise BrokenAnswerError(_TOO_LONG)
        status = self._parser.get_status_code()
        if 100 <= status < 200:
            return
        self.status = status
        self.headers = headers_of(fields)
        fields.clear()
        self.head_done = True
        if self._bodiless or status in _NO_CONTENT:
            self._complete()

    def on_body(self, piece: bytes) -> None:
        """Keep a piece of the body."""
        if self.done:
            self.reusable = False
        else:
            self.pieces.append(piece)

    def on_message_complete(self) -> None:
        """End the answer, unless it was an interim one."""
        if not self.head_done:
            self._interim += 1
            self._fields.clear()
            if self._parser.get_status_code() == 101 or self._interim > _MAX_INTERIM:
                raise BrokenAnswerError("it is an interim answer that nobody asked for")
        elif not self.done:
            self.done = True
            self.reusable = self._parser.should_keep_alive()
            if self._interim or self._trailers or not self.reusable:
                self.drop()  # it has counted; the next answer gets another

    def _complete(self) -> None:
        """End an answer whose end the C parser does not see: the next one gets another."""
        self.done = True
        parser = self._parser  # another thread may have closed the body meanwhile
        self.reusable = parser is not None and parser.should_keep_alive()
        self.drop()
