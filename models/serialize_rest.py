"""The ``rest-json`` and ``rest-xml`` protocols: labels, query, headers and the choice of a body.

Source: Smithy's HTTP binding traits, https://smithy.io/2.0/spec/http-bindings.html
"""

from collections.abc import Callable, Mapping
from io import TextIOBase
from math import inf
from typing import Any

from .serialize_bindings import (
    BODY,
    HEADER,
    HEADERS,
    LABEL,
    PAYLOAD,
    QUERY,
    Binding,
    Bindings,
    compile_path,
    printable,
)
from .serialize_scalars import Convert, Members, shortest_text
from .shapes import OperationModel, Shape, StructureShape

__all__ = ["compile_rest"]

_Serialize = Callable[[Mapping[str, Any]], dict[str, Any]]

_XML_WITHOUT_A_TYPE = frozenset({"CloudFront", "Route 53", "S3", "S3 Control"})
"""The public services of rest-xml, by service id: they have always been sent bodies without a ``Content-Type``."""


class _Body:
    """What an operation does with the parameters that are bound to its body."""

    __slots__ = ("absent", "compile_member", "content_type", "make", "renames", "skips_empty")

    def __init__(
        self,
        make: Callable[[Any], bytes] | None,
        compile_member: Callable[[Shape], Convert | None],
        absent: bytes = b"",
        content_type: str = "",
        renames: bool = False,
        skips_empty: bool = False,
    ) -> None:
        self.make = make  # None: no body is modelled, or it is a member as it was given
        self.compile_member = compile_member  # what converts a member, or the payload, for ``make``
        self.absent = absent  # what is sent where nothing is given
        self.content_type = content_type
        self.renames = renames  # members come to ``make`` under their names on the wire
        self.skips_empty = skips_empty  # a structure without members counts as nothing


def _json_body(operation: OperationModel, shape: StructureShape, payload: Shape | None, bindings: Bindings) -> _Body:
    if payload is None and not _has_body_members(shape):
        return _Body(None, bindings.whole)
    from .serialize_json import encode_json

    # An empty object would be a union without a member, which no service takes.
    union = isinstance(payload, StructureShape) and payload.is_tagged_union
    return _Body(encode_json, bindings.json(), b"" if union else b"{}", "application/json", renames=True)


def _xml_body(operation: OperationModel, shape: StructureShape, payload: Shape | None, bindings: Bindings) -> _Body:
    if payload is None and not _has_body_members(shape):
        return _Body(None, bindings.whole)
    from .serialize_xml import XmlBodies

    content_type = "" if operation.metadata.get("serviceId") in _XML_WITHOUT_A_TYPE else "application/xml"
    bodies = XmlBodies(operation.service_model)
    if payload is None:
        name = bodies.own_name(shape) or shape.serialization.get("name") or shape.name
        return _Body(bodies.document(shape, name), bindings.whole, content_type=content_type, skips_empty=True)
    name = bodies.payload_name(shape, shape.serialization["payload"], payload)
    return _Body(bodies.document(payload, name), bindings.whole, content_type=content_type)


def _has_body_members(shape: StructureShape) -> bool:
    return any("location" not in member.serialization for member in shape.members.values())


def compile_rest(operation: OperationModel, bindings: Bindings) -> _Serialize:
    """Compile the serializer of an operation of the ``rest-json`` or the ``rest-xml`` protocol."""
    http = operation.http
    method = http.get("method", "POST")
    url = http.get("requestUri", "/")
    shape = operation.input_shape
    if shape is None:
        return lambda params: {
            "url_path": url, "query_string": "", "method": method, "headers": {}, "body": b"",
        }  # fmt: skip
    payload_name = shape.serialization.get("payload")
    payload = None if payload_name is None else shape.members[payload_name]
    if payload is not None and payload.type_name in ("blob", "string"):
        body = _Body(None, bindings.whole, content_type=_type_of_raw(shape, payload, operation.metadata))
        raw = True
    else:
        body_of = _json_body if operation.service_model.resolved_protocol == "rest-json" else _xml_body
        body, raw = body_of(operation, shape, payload, bindings), False
    make, absent, content_type, skips_empty = body.make, body.absent, body.content_type, body.skips_empty

    def compile_member(name: str, member: Shape) -> Binding:
        if name == payload_name:
            return PAYLOAD, inf, "", body.compile_member(member)
        found = bindings.binding(name, member)
        if found is not None:
            return found
        wire_name = member.serialization.get("name", name) if body.renames else name
        return BODY, shortest_text(member), wire_name, body.compile_member(member)

    members = Members(shape, compile_member)
    fill_path = compile_path(shape, url)
    fill_auth_path = compile_path(shape, http["authPath"]) if "authPath" in http else None
    skips_none = bindings.skips_none

    def serialize(params: Mapping[str, Any]) -> dict[str, Any]:
        headers: dict[str, Any] = {}
        query: dict[str, Any] = {}
        labels: dict[str, str] = {}
        inside: dict[str, Any] = {}
        given: Any = None
        for key, value in params.items():
            kind, least, name, convert = members[key]
            if value.__class__ is str and len(value) >= least and value.isascii():
                pass
            elif value is None:
                if not skips_none:
                    raise TypeError(key)
                continue
            elif convert is not None:
                value = convert(value)
            if kind == LABEL:
                labels[name] = value
            elif kind == HEADER:
                if value is not None:
                    headers[name] = value if value.isprintable() else printable(key, value)
            elif kind == BODY:
                inside[name] = value
            elif kind == QUERY:
                query[name] = value
            elif kind == PAYLOAD:
                given = value
            elif kind == HEADERS:
                headers.update(value)
            else:
                for field, item in value.items():
                    query.setdefault(field, item)  # A member of its own comes before the map's.
        request = {
            "url_path": fill_path(labels), "query_string": query, "method": method, "headers": headers,
        }  # fmt: skip
        if raw:
            content = given if given.__class__ is bytes else _raw(given)
        elif make is None:
            content = b""
        else:
            found = inside if payload_name is None else given
            content = absent if found is None or (skips_empty and not found) else make(found)
        request["body"] = content
        if content_type and content and "content-type" not in [name.lower() for name in headers]:
            headers["Content-Type"] = content_type
        if fill_auth_path is not None:
            request["auth_path"] = fill_auth_path(labels)
        return request

    return serialize


def _raw(given: Any) -> Any:
    """Return a body that is a member; text, also of a file that is opened for text, is sent as UTF-8."""
    if isinstance(given, TextIOBase):
        given = given.read()
    if isinstance(given, str):
        return given.encode()
    if given is None or isinstance(given, bytes | bytearray | memoryview) or hasattr(given, "read"):
        return b"" if given is None else given
    raise TypeError(f"a body is bytes, text or a file, and no {type(given).__name__}")


def _type_of_raw(shape: StructureShape, payload: Shape, metadata: Mapping[str, Any]) -> str:
    """Return the type of a body that is one text; the caller knows what is in a blob, and behind his own headers."""
    if payload.type_name == "blob" or metadata.get("serviceId") in _XML_WITHOUT_A_TYPE:
        return ""
    own_headers = any(each.serialization.get("location") == "headers" for each in shape.members.values())
    return "" if own_headers else "text/plain"
