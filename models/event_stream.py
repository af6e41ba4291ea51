"""The events of an answer, as the caller of an operation iterates over them."""

from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Any

from ..components.errors import (
    NoInitialResponseError,
    ParserError,
    ReadTimeoutError,
    ResponseParserError,
    ResponseStreamingError,
    UnsupportedPickleError,
)
from ..components.event_frames import CONTENT_TYPE, Frame, FrameDecoder
from ..components.transport_body import arriving

__all__ = ["INITIAL_RESPONSE", "EventStream", "ReadEvent"]

INITIAL_RESPONSE = "initial-response"

ReadEvent = Callable[[Frame], dict[str, Any] | None]
"""Makes an event of a message, ``None`` for one that the model does not know; raises what a service reports."""


class EventStream:
    """Events as they arrive, each a dictionary with one member of the stream's shape.

    An iterator and a context manager. At its end, after an error and by
    ``close`` the connection is given back, or dropped if something is left
    unread; iterating goes no further then. Iterating raises

    - ``EventStreamError``, when the service reports an error in the stream,
    - ``ParserError`` and its kinds (``ChecksumMismatch``) for a broken message,
      ``ResponseParserError`` for an event that is not what the model says,
    - ``ResponseStreamingError`` when the stream breaks off, ``ReadTimeoutError``
      when nothing comes for ``read_timeout`` seconds.

    For one thread at a time; another may call ``close``, which ends the wait of the first.
    """

    def __init__(self, raw_stream: Any, read_event: ReadEvent, operation_name: str, content_type: str = "") -> None:
        self._raw = raw_stream
        self._read_event = read_event
        self._operation = operation_name
        self._content_type = content_type
        self._decoder = FrameDecoder()
        self._pieces = arriving(raw_stream)
        self._first: Frame | None = None
        self._initial: Frame | None = None
        self._closed = False

    def __repr__(self) -> str:
        state = "closed" if self._closed else "open"
        return f"<EventStream of {self._operation}, {self._decoder.count} messages read, {state}>"

    def __reduce__(self) -> Any:
        raise UnsupportedPickleError(what="an event stream", reason="it reads from a connection: pickle its events")

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return self

    def __next__(self) -> dict[str, Any]:
        while (frame := self._take()) is not None:
            try:
                event = self._read_event(frame)
            except ResponseParserError as problem:
                self.close()
                kind = frame.headers.get(":event-type")
                where = f"{self._operation}, message {self._decoder.count} of the event stream ({kind})"
                raise ResponseParserError(reason=f"{where}: {problem.kwargs['reason']}") from problem
            except Exception:
                self.close()
                raise
            if event is not None:
                return event
        raise StopIteration

    def __enter__(self) -> "EventStream":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the stream: the connection goes back to its pool at the stream's end, and is dropped before it."""
        if not self._closed:
            self._closed = True
            self._first = None
            close = getattr(self._raw, "close", None)
            if close is not None:
                close()

    def peek(self) -> Frame | None:
        """Return the first message without taking it, ``None`` if the stream is empty; only before the first event."""
        if self._first is None:
            self._first = self._take()
        return self._first

    def get_initial_response(self) -> Frame:
        """Return the initial response, with ``headers`` and ``payload``; ``NoInitialResponseError`` if there is none.

        Waits for the first message. Operations of the RPC protocols have put
        its members into their result already.
        """
        if self._initial is None:
            first = self.peek() if self._first is not None or not self._decoder.count else None
            kind = None if first is None else first.headers.get(":event-type")
            if first is None or kind != INITIAL_RESPONSE:
                came = "nothing" if first is None else repr(kind)
                raise NoInitialResponseError(reason=f"{self._operation}: instead of an initial response came {came}")
            self._initial, self._first = first, None
        return self._initial

    def _take(self) -> Frame | None:
        """Return the next message, ``None`` at the end."""
        if self._closed:
            return None
        frame = self._first
        if frame is not None:
            self._first = None
            return frame
        decoder = self._decoder
        try:
            while (frame := decoder.next_frame()) is None:
                piece = next(self._pieces, b"")
                if not piece:
                    decoder.finish()
                    self.close()
                    return None
                decoder.feed(piece)
        except BaseException as problem:
            if self._closed and isinstance(problem, Exception):
                return None  # another thread has closed it under this one
            self.close()
            told = self._told(problem)
            if told is problem:
                raise
            raise told from problem
        return frame

    def _told(self, problem: BaseException) -> BaseException:
        """Return an error of the stream with what it lacks: which stream, and how far it came."""
        count = self._decoder.count
        if isinstance(problem, ParserError):
            if count or not self._content_type or CONTENT_TYPE in self._content_type:
                return problem
            reason = f"{problem.kwargs['reason']} (the answer's Content-Type is {self._content_type!r})"
            return type(problem)(reason=reason)
        where = f"the event stream of {self._operation}, after {count} messages"
        if isinstance(problem, ResponseStreamingError):
            return ResponseStreamingError(error=f"{where}: {problem.kwargs['error']}")
        if isinstance(problem, ReadTimeoutError):
            problem.add_note(f"In {where}.")
        return problem
