"""A request body made of events while it is sent: one message for each, signed where the request is."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from .request_body import BodySourceError

__all__ = ["EventBody", "EventSourceError"]

SignMessage = Callable[[bytes], bytes]


class EventSourceError(BodySourceError):
    """Ends the sending of a request whose events cannot be had; ``EventBody.failure`` is the reason."""


class EventBody:
    """Iterates over messages made of a caller's events; ``initial`` is a message to send first.

    ``encode`` makes the message of an event and its number. ``sign`` is set
    for each attempt: it wraps a message, and an empty one ends the stream.
    Events are taken one by one, when the connection takes them. What the
    caller's iterator, or ``encode``, raises is kept in ``failure``: a transport
    would take an ``OSError`` of theirs for one of its own.
    """

    __slots__ = ("_encode", "_events", "_initial", "_once", "failure", "sign", "taken")

    def __init__(
        self, events: Iterable[Any], encode: Callable[[Any, int], bytes], initial: bytes | None = None
    ) -> None:
        self._events = events
        self._encode = encode
        self._initial = initial
        self._once = iter(events) is events
        self.failure: Exception | None = None
        self.sign: SignMessage | None = None
        self.taken = 0
        """Events taken in this attempt."""

    def __repr__(self) -> str:
        return f"<EventBody, {self.taken} events taken>"

    @property
    def spent(self) -> bool:
        """Whether it cannot be sent again: its events come from an iterator that has given some."""
        return self._once and self.taken > 0

    def __iter__(self) -> Iterator[bytes]:
        sign = self.sign or _unsigned
        self.taken = 0
        if self._initial is not None:
            yield sign(self._initial)
        events = iter(self._events)
        while True:
            try:
                try:
                    event = next(events)
                except StopIteration:
                    break
                self.taken += 1
                message = self._encode(event, self.taken)
            except Exception as problem:
                self.failure = problem
                raise EventSourceError from problem
            yield sign(message)
        if self.sign is not None:
            yield sign(b"")


def _unsigned(message: bytes) -> bytes:
    return message
