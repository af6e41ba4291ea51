"""The ``json`` protocol (AWS JSON 1.0 and 1.1), and the JSON bodies of ``rest-json``.

Source: Smithy's AWS JSON protocols, https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html
"""

from collections.abc import Callable, Mapping
from json import JSONEncoder, encoder
from typing import Any

from .serialize_scalars import Convert, Members, blob_text, document_of, number, timestamp_formatter
from .shapes import ListShape, MapShape, OperationModel, Shape, StructureShape

__all__ = ["JsonBodies", "compile_json", "encode_json", "json_headers"]


def _encoder() -> Callable[[Any], str]:
    """Return ``JSONEncoder().encode``, with the encoder in C made once and not for every text (half of the cost)."""
    plain = JSONEncoder()
    make: Any = getattr(encoder, "c_make_encoder", None)
    if make is None:  # not CPython
        return plain.encode
    chunks = make(None, plain.default, encoder.encode_basestring_ascii, None, ": ", ", ", False, False, True)

    def encode(value: Any) -> str:
        # Only containers: a value that holds itself ends in a RecursionError, as validation says.
        return "".join(chunks(value, 0)) if type(value) is dict else plain.encode(value)

    return encode


_encode = _encoder()


def encode_json(value: Any) -> bytes:
    """Encode plain values as JSON, in ASCII and with the separators that services have always been sent."""
    return _encode(value).encode()


class JsonBodies:
    """Compiles shapes to functions that make the plain values of a JSON body.

    One object serves one operation, so that every structure in it is compiled once.
    """

    __slots__ = ("_known",)

    def __init__(self) -> None:
        self._known: dict[str, Convert | None] = {}

    def convert(self, shape: Shape) -> Convert | None:
        """Return the function for a shape, ``None`` where a value goes as it is."""
        kind = shape.type_name
        if isinstance(shape, StructureShape | ListShape | MapShape):
            if document_of(shape):
                return None
            if shape.name in self._known:
                return self._known[shape.name]
            if isinstance(shape, StructureShape):
                found: Convert | None = self.structure(shape)
                self._known[shape.name] = found
                return found
            return self._collection(shape)
        if kind == "blob":
            return blob_text
        if kind == "timestamp":
            return timestamp_formatter(shape, "unixTimestamp")
        if kind in ("float", "double", "bigdecimal"):
            return number
        return None

    def structure(self, shape: StructureShape) -> Callable[[Mapping[str, Any]], dict[str, Any]]:
        """Return the function for a structure; members that are ``None`` are left out, documents aside."""

        def compile_member(name: str, member: Shape) -> tuple[str, Convert | None, bool]:
            return member.serialization.get("name", name), self.convert(member), document_of(member)

        members = Members(shape, compile_member)

        def structure(value: Mapping[str, Any]) -> dict[str, Any]:
            made: dict[str, Any] = {}
            for key, item in value.items():
                name, convert, nullable = members[key]
                if item is None:
                    if nullable:
                        made[name] = None
                elif convert is None:
                    made[name] = item
                else:
                    made[name] = convert(item)
            return made

        return structure

    def _collection(self, shape: ListShape | MapShape) -> Convert | None:
        inner: Convert | None = None

        def sequence(value: Any) -> list[Any]:
            return [item if item is None else inner(item) for item in value]  # type: ignore[misc] # set below

        def mapping(value: Any) -> dict[str, Any]:
            return {key: item if item is None else inner(item) for key, item in value.items()}  # type: ignore[misc]

        # Known before its items are compiled: a shape may hold itself.
        self._known[shape.name] = sequence if isinstance(shape, ListShape) else mapping
        inner = self.convert(shape.member if isinstance(shape, ListShape) else shape.value)
        if inner is None:
            self._known[shape.name] = None
        return self._known[shape.name]


def json_headers(operation: OperationModel) -> dict[str, str]:
    """Return the header fields of every request of an operation of the ``json`` protocol."""
    metadata = operation.metadata
    headers = {
        "X-Amz-Target": f"{metadata['targetPrefix']}.{operation.wire_name}",
        "Content-Type": f"application/x-amz-json-{metadata['jsonVersion']}",
    }
    if "awsQueryCompatible" in metadata:
        headers["x-amzn-query-mode"] = "true"
    return headers


def compile_json(operation: OperationModel) -> Callable[[Mapping[str, Any]], dict[str, Any]]:
    """Compile the serializer of an operation of the ``json`` protocol."""
    method = operation.http.get("method", "POST")
    headers = json_headers(operation)
    shape = operation.input_shape
    structure = None if shape is None else JsonBodies().structure(shape)

    def serialize(params: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "url_path": "/",
            "query_string": "",
            "method": method,
            "headers": headers.copy(),
            "body": b"{}" if structure is None else _encode(structure(params)).encode(),
        }

    return serialize
