"""From the messages of an event stream to events: compiled readers, one per event, made when the first of it comes.

Sources: Smithy's event streams, https://smithy.io/2.0/spec/streaming.html, and
https://smithy.io/2.0/aws/amazon-eventstream.html; what boto3 makes of unusual messages.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, cast

from ..components.errors import EventStreamError, NoInitialResponseError, ResponseParserError
from ..components.event_frames import Frame
from ..components.timestamps import parse_timestamp
from .event_stream import INITIAL_RESPONSE, EventStream, ReadEvent
from .parse_answer import Answer, Codec, EventCodec, ReadOutput
from .parse_headers import compile_headers
from .shapes import OperationModel, Shape, StructureShape

__all__ = ["compile_event_output"]

_ReadMembers = Callable[[Frame], dict[str, Any]]


def compile_event_output(operation: OperationModel, codec: Codec) -> ReadOutput:
    """Compile what reads the answer of an operation with an event stream.

    The result has the stream under its member's name. The other members are
    those of the header fields, or, in the RPC protocols, those of the initial
    response, which is waited for. A service that sends events at once instead
    has said nothing of them; one that reports an error at once has it raised.
    """
    shape = operation.output_shape
    assert shape is not None
    name = shape.event_stream_name
    assert name is not None
    events = _Events(operation, cast("StructureShape", shape.members[name]), cast("EventCodec", codec))
    fill_headers = compile_headers(shape)
    read_initial = None if operation.service_model.resolved_protocol.startswith("rest-") else events.body(shape)

    def read(answer: Answer) -> dict[str, Any]:
        content_type = str(answer.lower.get("content-type", ""))
        stream = EventStream(answer.body, events.reader(answer.metadata), operation.name, content_type)
        result: dict[str, Any] = {}
        try:
            if read_initial is not None:
                initial = _initial_response(stream)
                if initial is not None:
                    result.update(read_initial(initial.payload))
            if fill_headers is not None:
                fill_headers(answer.lower, answer.headers, answer.status, result)
        except BaseException:
            stream.close()
            raise
        result[name] = stream
        return result

    return read


def _initial_response(stream: EventStream) -> Frame | None:
    """Return the initial response, ``None`` if events come at once; raise what the service reports instead."""
    first = stream.peek()
    if first is None:
        raise NoInitialResponseError(reason="the event stream ended before its first message")
    if first.headers.get(":message-type") in ("exception", "error"):
        next(stream)
    if first.headers.get(":event-type") != INITIAL_RESPONSE:
        return None
    return stream.get_initial_response()


class _Events:
    """The readers of one stream's events; kept with the operation's parser, safe in threads."""

    def __init__(self, operation: OperationModel, shape: StructureShape, codec: EventCodec) -> None:
        self._operation = operation.name
        self._shape = shape
        self._codec = codec
        self._readers: dict[Any, _ReadMembers] = {}

    def body(self, shape: StructureShape) -> Callable[[bytes], dict[str, Any]]:
        """Return what reads the members of a document."""
        return self._codec.read_body(shape)

    def reader(self, metadata: dict[str, Any]) -> ReadEvent:
        """Return what makes events of the messages of one answer."""
        readers = self._readers

        def read_event(frame: Frame) -> dict[str, Any] | None:
            headers = frame.headers
            kind = headers.get(":message-type")
            if kind == "exception" or kind == "error":  # one comparison after the other: half the time of a set
                raise self._error(frame, kind, metadata)
            name: Any = headers.get(":event-type")
            read = readers.get(name) or self._compile(name)
            return None if read is None else {name: read(frame)}

        return read_event

    def _compile(self, name: Any) -> _ReadMembers | None:
        shape = self._shape.members.get(name)
        if not isinstance(shape, StructureShape):
            return None  # not kept: a service could fill the table with names that do not exist
        found = self._readers[name] = _compile_event(shape, self._codec)
        return found

    def _error(self, frame: Frame, kind: str, metadata: dict[str, Any]) -> EventStreamError:
        headers = frame.headers
        members: dict[str, Any] = {}
        if kind == "error":
            error = {"Code": headers.get(":error-code", ""), "Message": headers.get(":error-message", "")}
        else:
            code = headers.get(":exception-type", "")
            content = self._codec.untyped(frame.payload)
            fields = content if isinstance(content, dict) else {}
            error = {"Code": code, "Message": fields.get("message", fields.get("Message", ""))}
            shape = self._shape.members.get(code)
            if isinstance(shape, StructureShape):
                try:
                    members = _compile_event(shape, self._codec)(frame)
                except ResponseParserError:
                    pass  # the service's report counts for more than a member that cannot be read
        return EventStreamError({**members, "Error": error, "ResponseMetadata": metadata}, self._operation)


def _compile_event(shape: StructureShape, codec: EventCodec) -> _ReadMembers:
    """Compile what reads one event: members of its headers, and its payload, which is one member or all others."""
    in_headers: list[tuple[str, Callable[[Any], Any] | None]] = []
    others = False
    payload: tuple[str, Callable[[bytes], Any], Any] | None = None
    for name, member in shape.members.items():
        traits = member.serialization
        if traits.get("eventheader"):
            in_headers.append((name, _milliseconds if member.type_name == "timestamp" else None))
        elif traits.get("eventpayload"):
            payload = name, *_payload(member, codec)
        else:
            others = True
    read_body = codec.read_body(shape) if others and payload is None else None

    def read(frame: Frame) -> dict[str, Any]:
        event: dict[str, Any] = {}
        body = frame.payload
        if read_body is not None:
            if body:
                event = read_body(body)
        elif payload is not None:
            name, read_payload, empty = payload
            event[name] = read_payload(body) if body else empty
        headers = frame.headers
        for name, convert in in_headers:
            if name in headers:
                event[name] = headers[name] if convert is None else convert(headers[name])
        return event

    return read


def _payload(member: Shape, codec: EventCodec) -> tuple[Callable[[bytes], Any], Any]:
    """Return what reads a payload that is one member, and what an empty one is."""
    if member.type_name == "blob":
        return bytes, b""
    if member.type_name == "string":
        return _text, ""
    return codec.read_payload(member), {}


def _text(payload: bytes) -> str:
    try:
        return payload.decode()
    except UnicodeDecodeError as error:
        raise ResponseParserError(reason=f"the payload is no UTF-8 at byte {error.start}") from None


def _milliseconds(value: Any) -> datetime:
    try:
        return parse_timestamp(value / 1000)
    except (TypeError, ValueError, ArithmeticError):
        raise ResponseParserError(reason="a header is no timestamp") from None
