"""The ``rest-json`` and ``rest-xml`` protocols: labels, query, headers and the choice of a body.

Source: Smithy's HTTP binding traits, https://smithy.io/2.0/spec/http-bindings.html
"""

from collections.abc import Callable, Mapping
from io import TextIOBase
from typing import Any

from ..components.errors import ParamValidationError
from ..components.percent import LABEL_SAFE, PATH_SAFE, percent_encode
from .serialize_json import JsonBodies, encode_json
from .serialize_scalars import (
    Convert,
    Members,
    as_datetime,
    as_it_is,
    blob_bytes,
    blob_text,
    boolean_text,
    number_text,
    timestamp_formatter,
)
from .serialize_xml import XmlBodies
from .shapes import ListShape, MapShape, OperationModel, Shape, StructureShape

__all__ = ["compile_rest_json", "compile_rest_xml"]

_Serialize = Callable[[Mapping[str, Any]], dict[str, Any]]
_MakeBody = Callable[[Any], Any]

_BODY, _HEADER, _QUERY, _LABEL, _HEADERS, _QUERY_MAP, _PAYLOAD = range(7)

_XML_WITHOUT_A_TYPE = frozenset({"CloudFront", "Route 53", "S3", "S3 Control"})
"""The public services of rest-xml, by service id: they have always been sent bodies without a ``Content-Type``."""

_EXCLUDE_EMPTY_TEXT = frozenset({"enum", "min", "pattern"})


class _Body:
    """What an operation does with the parameters that are bound to its body."""

    __slots__ = ("absent", "content_type", "make", "skips_empty")

    def __init__(
        self, make: _MakeBody | None, absent: bytes = b"", content_type: str = "", skips_empty: bool = False
    ) -> None:
        self.make = make  # None: no body is modelled
        self.absent = absent  # what is sent where nothing is given
        self.content_type = content_type
        self.skips_empty = skips_empty  # a structure without members counts as nothing


def compile_rest_json(operation: OperationModel) -> _Serialize:
    """Compile the serializer of an operation of the ``rest-json`` protocol."""

    def body_of(shape: StructureShape, payload: Shape | None) -> _Body:
        bodies = JsonBodies()
        if payload is None:
            if not _has_body_members(shape):
                return _Body(None)
            structure = bodies.structure(shape)
            return _Body(lambda given: encode_json(structure(given)), b"{}", "application/json")
        convert = bodies.convert(payload)
        union = isinstance(payload, StructureShape) and payload.is_tagged_union
        make = encode_json if convert is None else lambda given: encode_json(convert(given))
        # An empty object would be a union without a member, which no service takes.
        return _Body(make, b"" if union else b"{}", "application/json")

    return _compile(operation, body_of)


def compile_rest_xml(operation: OperationModel) -> _Serialize:
    """Compile the serializer of an operation of the ``rest-xml`` protocol."""

    def body_of(shape: StructureShape, payload: Shape | None) -> _Body:
        if payload is None and not _has_body_members(shape):
            return _Body(None)
        bodies = XmlBodies(operation.service_model)
        if payload is None:
            name = bodies.own_name(shape) or shape.serialization.get("name") or shape.name
            return _Body(bodies.document(shape, name), b"", xml_type, skips_empty=True)
        name = bodies.payload_name(shape, shape.serialization["payload"], payload)
        return _Body(bodies.document(payload, name), b"", xml_type)

    xml_type = "" if operation.metadata.get("serviceId") in _XML_WITHOUT_A_TYPE else "application/xml"
    return _compile(operation, body_of)


def _has_body_members(shape: StructureShape) -> bool:
    return any("location" not in member.serialization for member in shape.members.values())


def _compile(operation: OperationModel, body_of: Callable[[StructureShape, Shape | None], _Body]) -> _Serialize:
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
        body, raw = _Body(None, content_type=_type_of_raw(shape, payload, operation.metadata)), True
    else:
        body, raw = body_of(shape, payload), False
    make, absent, content_type, skips_empty = body.make, body.absent, body.content_type, body.skips_empty
    bindings = Members(shape, lambda name, member: _binding(name, member, payload_name))
    fill_path = _Template(shape, url)
    fill_auth_path = _Template(shape, http["authPath"]) if "authPath" in http else None

    def serialize(params: Mapping[str, Any]) -> dict[str, Any]:
        headers: dict[str, Any] = {}
        query: dict[str, Any] = {}
        labels: dict[str, Any] = {}
        inside: dict[str, Any] = {}
        given: Any = None
        for key, value in params.items():
            if value is None:
                continue
            kind, name, convert = bindings[key]
            if kind == _LABEL:
                labels[name] = convert(value)
            elif kind == _HEADER:
                text = convert(value)
                if text is not None:
                    headers[name] = text if text.isprintable() else _checked(key, text)
            elif kind == _BODY:
                inside[key] = value
            elif kind == _QUERY:
                query[name] = convert(value)
            elif kind == _PAYLOAD:
                given = value
            elif kind == _HEADERS:
                for suffix, item in value.items():
                    field, text = f"{name}{suffix}", convert(item)
                    headers[_checked(key, field)] = _checked(key, text)
            else:
                for field, item in value.items():
                    query.setdefault(field, convert(item))  # A member of its own comes before the map's.
        request = {
            "url_path": fill_path(labels), "query_string": query, "method": method, "headers": headers,
        }  # fmt: skip
        if raw:
            content = given if type(given) is bytes else _raw(given)
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


class _Template:
    """A path whose ``{labels}`` are filled from members; ``{label+}`` keeps its slashes."""

    __slots__ = ("_pieces", "_shape")

    def __init__(self, shape: StructureShape, template: str) -> None:
        self._shape = shape
        self._pieces: list[tuple[str, str, bytes]] = []
        while template:
            literal, _, rest = template.partition("{")
            label, _, template = rest.partition("}")
            greedy = label.endswith("+")
            self._pieces.append((literal, label.rstrip("+"), PATH_SAFE if greedy else LABEL_SAFE))

    def __call__(self, labels: Mapping[str, Any]) -> str:
        path = ""
        try:
            for literal, label, safe in self._pieces:
                path += literal
                if label:
                    path += percent_encode(labels[label], safe)
        except KeyError as error:
            missing = next(
                (name for name, member in self._shape.members.items() if error.args[0] == _wire_name(name, member)),
                error.args[0],
            )
            raise ParamValidationError(report=f'Missing required parameter in input: "{missing}"') from None
        return path


def _wire_name(name: str, member: Shape) -> str:
    return member.serialization.get("name", name)  # type: ignore[no-any-return] # JSON edge


def _checked(key: str, text: str) -> str:
    """Refuse what would end a header early; services and transports judge the rest."""
    if "\n" in text or "\r" in text or "\0" in text:
        raise ParamValidationError(
            report=f"Invalid value for parameter {key}: a header cannot hold line breaks or NUL."
        )
    text.encode()
    return text


def _binding(name: str, member: Shape, payload_name: str | None) -> tuple[int, str, Convert]:
    location = member.serialization.get("location")
    wire_name = _wire_name(name, member)
    if name == payload_name:
        return _PAYLOAD, "", blob_bytes
    if location == "uri":
        return _LABEL, wire_name, _text_converter(member, "iso8601")
    if location == "header":
        return _HEADER, wire_name, _header_converter(member)
    if location == "querystring":
        if isinstance(member, MapShape):
            return _QUERY_MAP, "", _query_converter(member.value)
        return _QUERY, wire_name, _query_converter(member)
    if location == "headers":
        value = member.value if isinstance(member, MapShape) else member
        return _HEADERS, member.serialization.get("name", ""), _text_converter(value, "rfc822")
    return _BODY, wire_name, blob_bytes


def _text_converter(shape: Shape, timestamp_format: str) -> Convert:
    kind = shape.type_name
    if kind == "string":
        return _text
    if kind == "boolean":
        return boolean_text
    if kind in ("float", "double", "bigdecimal"):
        return number_text
    if kind == "blob":
        return blob_text
    if kind == "timestamp":
        formatter = timestamp_formatter(shape, timestamp_format)
        return lambda value: str(formatter(value))
    return str


def _text(value: Any) -> str:
    text = value if type(value) is str else str(value)
    if not text.isascii():
        text.encode()  # A lone surrogate is found here, not on the way out.
    return text


def _query_converter(shape: Shape) -> Convert:
    if isinstance(shape, ListShape):
        item = _query_converter(shape.member)
        return lambda value: [item(each) for each in value if each is not None]
    if shape.type_name in ("integer", "long", "short", "byte", "biginteger"):
        return as_it_is
    if shape.type_name == "timestamp":
        return timestamp_formatter(shape, "iso8601")
    return _text_converter(shape, "iso8601")


def _header_converter(shape: Shape) -> Convert:
    if shape.serialization.get("jsonvalue"):
        return _json_text
    if isinstance(shape, ListShape):
        item = _header_converter(shape.member)
        quoted = shape.member.type_name == "string"
        # An empty field is one empty item where items may be empty; no public service has a list of such items.
        nothing = "" if quoted and not _EXCLUDE_EMPTY_TEXT.intersection(shape.member.metadata) else None

        def join(value: Any) -> str | None:
            texts = [item(each) for each in value if each is not None]
            return ",".join([_quoted(text) for text in texts] if quoted else texts) if texts else nothing

        return join
    if shape.type_name == "timestamp":
        formatter = timestamp_formatter(shape, "rfc822")
        # Headers have whole seconds: the fraction is cut off before it is written.
        return lambda value: str(formatter(_whole_seconds(value)))
    return _text_converter(shape, "rfc822")


def _whole_seconds(value: Any) -> Any:
    return as_datetime(value).replace(microsecond=0)


def _quoted(text: str) -> str:
    if "," in text or '"' in text:
        return '"' + text.replace('"', '\\"') + '"'
    return text


def _json_text(value: Any) -> str:
    from json import dumps

    return blob_text(dumps(value, separators=(",", ":")))
