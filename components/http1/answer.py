"""An answer as its bytes arrive: ``httptools`` (llhttp) parses, this keeps what it finds, within limits.

RFC 9112 is read strictly: what could be taken for two answers by somebody else
(two lengths, a length with chunks, bare line feeds) is refused.
"""

from typing import Any, Final

from ..http import Headers

__all__ = ["MAX_HEAD", "AnswerParser", "BrokenAnswerError"]

MAX_HEAD: Final = 262144
"""Bytes of a head, interim answers included."""

_MAX_INTERIM: Final = 16
_TOO_LONG: Final = f"its head has more than {MAX_HEAD} bytes"
_NO_CONTENT: Final = frozenset({204, 304})

_HttpResponseParser: Any = None


_names: Final[dict[bytes, tuple[str, str]]] = {}
"""Names of fields as text, and in lower case: servers send few, and always the same."""
_MOST_NAMES: Final = 1024
_LONGEST_NAME: Final = 64


def _new_name(raw: bytes) -> tuple[str, str]:
    name = raw.decode("latin-1")
    made = name, name.lower()
    if len(raw) <= _LONGEST_NAME:
        if len(_names) >= _MOST_NAMES:
            _names.clear()
        _names[raw] = made
    return made


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
    """Takes bytes by ``feed`` and ends by ``done``; for one answer, and one thread at a time.

    ``bodiless`` says that the request was HEAD. ``pieces`` are the body's bytes
    that arrived and were not yet taken. ``reusable`` tells, when it is done,
    whether another request may follow on the connection.
    """

    __slots__ = (
        "_bodiless",
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
        "started",
        "status",
    )

    def __init__(self, bodiless: bool) -> None:
        self._bodiless = bodiless
        self._fields: list[tuple[bytes, bytes]] = []
        self._interim = 0
        self._received = 0
        self._seen = 0
        self._trailers = 0
        self.broken: BrokenAnswerError | None = None
        self.started = False
        self.head_done = False
        self.done = False
        self.reusable = False
        self.status = 0
        self.headers = Headers.of_lower({})
        self.pieces: list[bytes] = []
        self._parser: Any = _parser_class()(self)

    @property
    def continued(self) -> bool:
        """Whether the server has said 100: go on and send the body."""
        return self._interim > 0

    def feed(self, data: bytes) -> None:
        """Take bytes; raises ``BrokenAnswerError`` for a head, and keeps it in ``broken`` for a body."""
        self.started = True
        if not self.head_done:
            self._seen += len(data)
        try:
            self._parser.feed_data(data)
        except Exception as problem:
            if self.done:  # what comes behind the answer is nobody's business, but ends the connection
                self.reusable = False
                self.drop()
                return
            context = problem.__context__
            broken = context if isinstance(context, BrokenAnswerError) else BrokenAnswerError(str(problem))
            if not self.head_done:
                raise broken from problem
            self.broken = broken  # what came before it can still be read
        if self.done:
            self.drop()
        if not self.head_done and self._seen > MAX_HEAD:
            raise BrokenAnswerError(_TOO_LONG)

    def end(self) -> None:
        """Take the end of the connection: the end of a body whose length was not told, else an error."""
        if self.done:
            return
        if self.head_done and "content-length" not in self.headers and "transfer-encoding" not in self.headers:
            self.done = True
            return
        length = self.headers.get("content-length", "")
        if length.isdigit():
            missing = int(length) - self._received
            raise BrokenAnswerError(f"the connection was closed ({self._received} bytes read, {missing} more expected)")
        raise BrokenAnswerError("the connection was closed in the middle of the answer")

    def drop(self) -> None:
        """Let the C parser go: it holds this object, and the two would wait for the collector of cycles."""
        self._parser = None

    def take(self) -> bytes:
        """Return the body's bytes that have arrived."""
        pieces = self.pieces
        if not pieces:
            return b""
        self.pieces = []
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    def raw_left(self) -> int | None:
        """Return how many bytes of the body are still to come as they are; ``None`` if they need the parser.

        That is so once the head is there, for a body whose length was told.
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
            self.drop()

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
        if self._seen > MAX_HEAD and sum([len(name) + len(value) for name, value in self._fields]) > MAX_HEAD:
            raise BrokenAnswerError(_TOO_LONG)
        status = self._parser.get_status_code()
        if 100 <= status < 200:
            return
        self.status = status
        fields: dict[str, tuple[str, str]] = {}
        for raw_name, raw_value in self._fields:
            name, lower = _names.get(raw_name) or _new_name(raw_name)
            value = raw_value.decode("latin-1")
            if lower in fields:
                name, before = fields[lower]
                value = f"{before}, {value}"
            fields[lower] = name, value
        self.headers = Headers.of_lower(fields)
        self._fields = []
        self.head_done = True
        if self._bodiless or status in _NO_CONTENT:
            self._complete()

    def on_body(self, piece: bytes) -> None:
        """Keep a piece of the body."""
        if self.done:
            self.reusable = False
        else:
            self._received += len(piece)
            self.pieces.append(piece)

    def on_message_complete(self) -> None:
        """End the answer, unless it was an interim one."""
        if self.head_done:
            if not self.done:
                self._complete()
            return
        self._interim += 1
        self._fields = []
        if self._parser.get_status_code() == 101 or self._interim > _MAX_INTERIM:
            raise BrokenAnswerError("it is an interim answer that nobody asked for")

    def _complete(self) -> None:
        self.done = True
        self.reusable = bool(self._parser.should_keep_alive())
