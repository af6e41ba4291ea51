"""The ``smithy-rpc-v2-cbor`` protocol, with an encoder that knows the model's types.

A general CBOR encoder cannot be used: whether a number is written as an
integer, a single or a double is said by the shape and not by the value, and
the names of members are encoded once, when they are compiled. Sources: RFC
8949; https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html
"""

from collections.abc import Callable, Mapping
from math import isfinite
from struct import Struct
from typing import Any

from .serialize_scalars import FORMATTERS, Members, blob_bytes
from .shapes import ListShape, MapShape, OperationModel, Shape, StructureShape

__all__ = ["compile_cbor", "compile_document"]

_Write = Callable[[bytearray, Any], None]

_UNSIGNED, _NEGATIVE, _BYTES, _TEXT, _ARRAY, _MAP, _TAG = (major << 5 for major in range(7))
_EPOCH_TAG, _BIG_POSITIVE, _BIG_NEGATIVE = 0xC1, 0xC2, 0xC3
_HALF_NAN, _HALF_INFINITY, _HALF_MINUS_INFINITY = b"\xf9\x7e\x00", b"\xf9\x7c\x00", b"\xf9\xfc\x00"
_FALSE, _TRUE, _NULL = 0xF4, 0xF5, 0xF6
EVENT_STREAM = "application/vnd.amazon.eventstream"  # written out: the module of frames is for few operations
_LARGEST_SINGLE = 3.4028234663852886e38

_pack_2, _pack_4, _pack_8 = Struct(">BH").pack, Struct(">BI").pack, Struct(">BQ").pack
_pack_single, _pack_double = Struct(">Bf").pack, Struct(">Bd").pack


def compile_cbor(operation: OperationModel) -> Callable[[Mapping[str, Any]], dict[str, Any]]:
    """Compile the serializer of an operation of the ``smithy-rpc-v2-cbor`` protocol."""
    metadata = operation.metadata
    path = f"/service/{metadata['targetPrefix']}/operation/{operation.wire_name}"
    method = operation.http.get("method", "POST")
    headers = {"smithy-protocol": "rpc-v2-cbor"}
    if "awsQueryCompatible" in metadata:
        headers["x-amzn-query-mode"] = "true"
    headers["Accept"] = EVENT_STREAM if operation.has_event_stream_output else "application/cbor"
    write: _Write | None = None
    if operation.input_shape is not None:
        headers["Content-Type"] = "application/cbor"
        write = _Bodies().writer(operation.input_shape)

    def serialize(params: Mapping[str, Any]) -> dict[str, Any]:
        body = bytearray()
        if write is not None:
            write(body, params)
        return {"url_path": path, "query_string": "", "method": method, "headers": headers.copy(), "body": bytes(body)}

    return serialize


def compile_document(shape: Shape) -> Callable[[Any], bytes]:
    """Compile what makes a CBOR document of a value of the shape."""
    write = _Bodies().writer(shape)

    def document(value: Any) -> bytes:
        body = bytearray()
        write(body, value)
        return bytes(body)

    return document


class _Bodies:
    """Compiles shapes to functions that append a value to the body."""

    __slots__ = ("_known",)

    def __init__(self) -> None:
        self._known: dict[str, _Write] = {}

    def writer(self, shape: Shape) -> _Write:
        if not isinstance(shape, StructureShape | ListShape | MapShape):
            return _SCALARS.get(shape.type_name, _write_any)
        found = self._known.get(shape.name)
        if found is None:
            if isinstance(shape, StructureShape):
                found = _write_any if shape.is_document_type else self._structure(shape)
            else:
                later = _Later()
                self._known[shape.name] = later  # A shape may hold itself.
                found = self._list(shape) if isinstance(shape, ListShape) else self._map(shape)
                later.write = found
            self._known[shape.name] = found
        return found

    def _structure(self, shape: StructureShape) -> _Write:
        def compile_member(name: str, member: Shape) -> tuple[bytes, _Write]:
            encoded = bytearray()
            _write_text(encoded, member.serialization.get("name", name))
            return bytes(encoded), self.writer(member)

        members = Members(shape, compile_member)

        def write(body: bytearray, value: Any) -> None:
            given = [(key, item) for key, item in value.items() if item is not None]
            _write_head(body, _MAP, len(given))
            for key, item in given:
                name, inner = members[key]
                body += name
                inner(body, item)

        return write

    def _list(self, shape: ListShape) -> _Write:
        inner = self.writer(shape.member)

        def write(body: bytearray, value: Any) -> None:
            _write_head(body, _ARRAY, len(value))
            for item in value:
                if item is None:
                    body.append(_NULL)
                else:
                    inner(body, item)

        return write

    def _map(self, shape: MapShape) -> _Write:
        inner = self.writer(shape.value)

        def write(body: bytearray, value: Any) -> None:
            _write_head(body, _MAP, len(value))
            for key, item in value.items():
                _write_text(body, key)
                if item is None:
                    body.append(_NULL)
                else:
                    inner(body, item)

        return write


class _Later:
    """Stands for a list or map while its own items are compiled."""

    write: _Write

    def __call__(self, body: bytearray, value: Any) -> None:
        self.write(body, value)


def _write_head(body: bytearray, major: int, number: int) -> None:
    if number < 24:
        body.append(major | number)
    elif number < 0x100:
        body.append(major | 24)
        body.append(number)
    elif number < 0x10000:
        body += _pack_2(major | 25, number)
    elif number < 0x100000000:
        body += _pack_4(major | 26, number)
    else:
        body += _pack_8(major | 27, number)


def _write_integer(body: bytearray, value: Any) -> None:
    value = int(value)
    major, number, tag = (_UNSIGNED, value, _BIG_POSITIVE) if value >= 0 else (_NEGATIVE, -1 - value, _BIG_NEGATIVE)
    if number < 0x10000000000000000:
        _write_head(body, major, number)
    else:
        body.append(tag)
        _write_bytes(body, number.to_bytes((number.bit_length() + 7) // 8, "big"))


def _write_double(body: bytearray, value: Any) -> None:
    value = float(value)
    if isfinite(value):
        body += _pack_double(0xFB, value)
    else:
        body += _HALF_NAN if value != value else (_HALF_INFINITY if value > 0 else _HALF_MINUS_INFINITY)


def _write_single(body: bytearray, value: Any) -> None:
    value = float(value)
    if -_LARGEST_SINGLE <= value <= _LARGEST_SINGLE:
        body += _pack_single(0xFA, value)
    else:
        _write_double(body, value)


def _write_text(body: bytearray, value: Any) -> None:
    encoded = value.encode()
    _write_head(body, _TEXT, len(encoded))
    body += encoded


def _write_bytes(body: bytearray, value: Any) -> None:
    encoded = blob_bytes(value)
    _write_head(body, _BYTES, len(encoded))
    body += encoded


def _write_boolean(body: bytearray, value: Any) -> None:
    body.append(_TRUE if value else _FALSE)


def _write_timestamp(body: bytearray, value: Any) -> None:
    body.append(_EPOCH_TAG)
    seconds = FORMATTERS["unixtimestamp"](value)
    if isinstance(seconds, int):
        _write_integer(body, seconds)
    else:
        _write_double(body, seconds)


def _write_any(body: bytearray, value: Any) -> None:
    """Write a value of a document by the type that it has."""
    if value is None:
        body.append(_NULL)
    elif isinstance(value, bool):
        _write_boolean(body, value)
    elif isinstance(value, int):
        _write_integer(body, value)
    elif isinstance(value, float):
        _write_double(body, value)
    elif isinstance(value, str):
        _write_text(body, value)
    elif isinstance(value, dict):
        _write_head(body, _MAP, len(value))
        for key, item in value.items():
            _write_text(body, str(key))
            _write_any(body, item)
    elif isinstance(value, list | tuple):
        _write_head(body, _ARRAY, len(value))
        for item in value:
            _write_any(body, item)
    else:
        _write_bytes(body, value)


_SCALARS: Mapping[str, _Write] = {
    "string": _write_text,
    "character": _write_text,
    "blob": _write_bytes,
    "boolean": _write_boolean,
    "byte": _write_integer,
    "short": _write_integer,
    "integer": _write_integer,
    "long": _write_integer,
    "biginteger": _write_integer,
    "float": _write_single,
    "double": _write_double,
    "bigdecimal": _write_double,
    "timestamp": _write_timestamp,
}
