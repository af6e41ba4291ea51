"""From events to the messages of a request: compiled writers, one per event, made when the first of it is sent.

The parameter of an event stream is any iterable of dictionaries with one
member of the stream's shape. Sources: as for ``event_stream_output``.
"""

from collections.abc import Callable, Mapping
from typing import Any

from ..components.errors import ParamValidationError
from ..components.event_body import EventBody
from ..components.event_frames import (
    BOOLEAN_FALSE,
    BOOLEAN_TRUE,
    BYTE,
    BYTES,
    CONTENT_TYPE,
    INTEGER,
    LONG,
    SHORT,
    STRING,
    TIMESTAMP,
    EventHeader,
    encode_frame,
    encode_headers,
)
from .serialize_scalars import as_datetime, blob_bytes
from .shapes import OperationModel, Shape, StructureShape
from .validation import compile_validator

__all__ = ["compile_event_input"]

_Build = Callable[[Mapping[str, Any]], dict[str, Any]]
_Document = Callable[[Any], bytes]
_Write = Callable[[Any], bytes]

_HEADER_TYPES = {
    "byte": BYTE, "short": SHORT, "integer": INTEGER, "long": LONG,
    "blob": BYTES, "string": STRING, "timestamp": TIMESTAMP,
}  # fmt: skip
_FAULTS = (TypeError, ValueError, AttributeError, LookupError, ArithmeticError, RecursionError)


def compile_event_input(operation: OperationModel, build: _Build) -> _Build:
    """Compile the serializer of an operation that sends events; ``build`` is the one for its other parameters.

    The request's body is an ``EventBody``. In the RPC protocols the other
    parameters are its first message, the initial request.
    """
    shape = operation.input_shape
    assert shape is not None
    name = shape.event_stream_name
    assert name is not None
    stream = shape.members[name]
    assert isinstance(stream, StructureShape)
    protocol = operation.service_model.resolved_protocol
    encode = _Encoder(operation, name, stream)
    is_rpc = not protocol.startswith("rest-")

    def serialize(params: Mapping[str, Any]) -> dict[str, Any]:
        request = build({key: value for key, value in params.items() if key != name})
        headers = request["headers"]
        initial = None
        if is_rpc:
            content_type = headers.get("Content-Type", "")
            initial = encode_frame(_event_headers("initial-request", content_type), request["body"])
        for field in [field for field in headers if field.lower() == "content-type"]:
            del headers[field]
        headers["Content-Type"] = CONTENT_TYPE
        events = params.get(name)
        request["body"] = EventBody(() if events is None else events, encode, initial)
        return request

    return serialize


def _event_headers(name: str, content_type: str) -> bytes:
    headers: list[EventHeader] = [(":message-type", STRING, "event"), (":event-type", STRING, name)]
    if content_type:
        headers.append((":content-type", STRING, content_type))
    return encode_headers(headers)


class _Encoder:
    """Checks events and makes their messages; kept with the operation's serializer, safe in threads."""

    def __init__(self, operation: OperationModel, name: str, shape: StructureShape) -> None:
        self._operation = operation
        self._name = name
        self._shape = shape
        self._known: dict[str, tuple[Callable[[Any], list[str]], _Write]] = {}

    def __call__(self, event: Any, number: int) -> bytes:
        """Return the message of an event; ``ParamValidationError`` says which one does not fit, and why."""
        where = f"event {number} of {self._name}"
        if not isinstance(event, dict) or len(event) != 1:
            kind = f"{len(event)} keys" if isinstance(event, dict) else f"a {type(event).__name__}"
            raise ParamValidationError(
                report=f"Invalid {where}: {kind} instead of a dictionary with one of these keys: {self._choices()}"
            )
        ((name, value),) = event.items()
        known = self._known.get(name)
        if known is None:
            member = self._shape.members.get(name)
            if not isinstance(member, StructureShape):
                raise ParamValidationError(
                    report=f'Unknown parameter in {where}: "{name}", must be one of: {self._choices()}'
                )
            known = self._known[name] = compile_validator(member), _compile_event(self._operation, name, member)
        faults_of, write = known
        faults = faults_of(value)
        if faults:
            raise ParamValidationError(report="\n".join(f"In {where} ({name}): {fault}" for fault in faults))
        try:
            return write(value)
        except _FAULTS as error:
            raise ParamValidationError(
                report=f"Cannot serialize {where} ({name}): {type(error).__name__}: {str(error)[:200]}"
            ) from error

    def _choices(self) -> str:
        return ", ".join(self._shape.members)


def _compile_event(operation: OperationModel, name: str, shape: StructureShape) -> _Write:
    in_headers: dict[str, Callable[[Any], EventHeader]] = {}
    payload: str | None = None
    for key, member in shape.members.items():
        if member.serialization.get("eventheader"):
            in_headers[key] = _header(key, member)
        elif member.serialization.get("eventpayload"):
            payload = key
    content_type, document = _document(operation, shape if payload is None else shape.members[payload])
    fixed = _event_headers(name, content_type)

    def write(value: Mapping[str, Any]) -> bytes:
        headers = fixed
        given = [in_headers[key](item) for key, item in value.items() if key in in_headers and item is not None]
        if given:
            headers += encode_headers(given)
        if payload is None:
            body = document({key: item for key, item in value.items() if key not in in_headers})
        else:
            content = value.get(payload)
            body = b"" if content is None else document(content)
        return encode_frame(headers, body)

    return write


def _header(name: str, shape: Shape) -> Callable[[Any], EventHeader]:
    kind = shape.type_name
    if kind == "boolean":
        return lambda value: (name, BOOLEAN_TRUE if value else BOOLEAN_FALSE, None)
    number = _HEADER_TYPES[kind]
    if kind == "timestamp":
        return lambda value: (name, number, as_datetime(value))
    if kind == "blob":
        return lambda value: (name, number, blob_bytes(value))
    return lambda value: (name, number, value)


def _document(operation: OperationModel, shape: Shape) -> tuple[str, _Document]:
    """Return the content type of a payload, and what writes it."""
    if shape.type_name == "blob":
        return "application/octet-stream", blob_bytes
    if shape.type_name == "string":
        return "text/plain", str.encode
    protocol = operation.service_model.resolved_protocol
    if protocol == "rest-xml":
        from .serialize_xml import XmlBodies

        return "application/xml", XmlBodies(operation.service_model).document(
            shape, shape.serialization.get("name", shape.name)
        )
    if protocol == "smithy-rpc-v2-cbor":
        from .serialize_cbor import compile_document

        return "application/cbor", compile_document(shape)
    from .serialize_json import JsonBodies, encode_json

    convert = JsonBodies().convert(shape)
    content_type = "application/json"
    if protocol == "json":
        content_type = f"application/x-amz-json-{operation.metadata['jsonVersion']}"
    return content_type, encode_json if convert is None else lambda value: encode_json(convert(value))
