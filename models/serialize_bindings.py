"""Where ``rest-json`` and ``rest-xml`` put the members of an input: in the path, the query, a header or the body.

Source: Smithy's HTTP binding traits, https://smithy.io/2.0/spec/http-bindings.html
"""

from collections.abc import Callable, Mapping
from math import inf
from typing import Any

from ..components.errors import ParamValidationError
from ..components.percent import LABEL_SAFE, PATH_SAFE, percent_encode
from .serialize_scalars import (
    Convert,
    as_datetime,
    as_it_is,
    blob_text,
    boolean_text,
    number_text,
    shortest_text,
    timestamp_formatter,
)
from .shapes import ListShape, MapShape, Shape, StructureShape

__all__ = [
    "BODY", "HEADER", "HEADERS", "LABEL", "PAYLOAD", "QUERY", "QUERY_MAP", "Binding", "Bindings", "compile_path",
    "printable",
]  # fmt: skip

BODY, HEADER, QUERY, LABEL, HEADERS, QUERY_MAP, PAYLOAD = range(7)

Binding = tuple[int, float, str, Convert | None]
"""The place, how long text in ASCII has to be to go as it is, the name, and what converts all else if anything does."""

_EXCLUDE_EMPTY_TEXT = frozenset({"enum", "min", "pattern"})


class Bindings:
    """Compiles members to what puts them in their places."""

    skips_none = True
    """Whether a member that is ``None`` counts as not given; else it is a ``TypeError``."""

    def bound(self, shape: Shape, convert: Convert) -> Convert:
        """Return what converts a member outside of the body: ``convert``."""
        return convert

    def whole(self, shape: Shape) -> Convert | None:
        """Return what converts a value that is written later, as one whole; ``None`` where it goes as it is."""
        return None

    def json(self) -> Callable[[Shape], Convert | None]:
        """Return what compiles the members of a body in JSON."""
        from .serialize_json import JsonBodies

        return JsonBodies().convert

    def binding(self, name: str, member: Shape) -> Binding | None:
        """Return the binding of a member, ``None`` if it belongs into the body."""
        location = member.serialization.get("location")
        wire_name = _wire_name(name, member)
        if location == "uri":
            return LABEL, shortest_text(member), wire_name, self.bound(member, _text_converter(member, "iso8601"))
        if location == "header":
            return HEADER, shortest_text(member), wire_name, self.bound(member, _header_converter(member))
        if location == "querystring":
            if isinstance(member, MapShape):
                return QUERY_MAP, inf, "", self.bound(member, _each(_query_converter(member.value)))
            return QUERY, shortest_text(member), wire_name, self.bound(member, _query_converter(member))
        if location == "headers":
            prefix = member.serialization.get("name", "")
            value = member.value if isinstance(member, MapShape) else member
            return HEADERS, inf, "", self.bound(member, _fields(name, prefix, _text_converter(value, "rfc822")))
        return None


def compile_path(shape: StructureShape, template: str) -> Callable[[Mapping[str, str]], str]:
    """Compile a path whose ``{labels}`` are filled from texts; ``{label+}`` keeps its slashes."""
    pieces: list[tuple[str, str, bytes]] = []
    while template:
        literal, _, rest = template.partition("{")
        label, _, template = rest.partition("}")
        pieces.append((literal, label.rstrip("+"), PATH_SAFE if label.endswith("+") else LABEL_SAFE))
    last = pieces.pop()[0] if pieces and not pieces[-1][1] else ""

    def fill(labels: Mapping[str, str]) -> str:
        path = ""
        for literal, label, safe in pieces:
            text = labels.get(label)
            if text is None:
                missing = next((name for name, each in shape.members.items() if label == _wire_name(name, each)), label)
                raise ParamValidationError(report=f'Missing required parameter in input: "{missing}"')
            path += literal
            path += percent_encode(text, safe) if text.encode().rstrip(safe) else text
        return path + last

    return fill


def _wire_name(name: str, member: Shape) -> str:
    return member.serialization.get("name", name)  # type: ignore[no-any-return] # JSON edge


def printable(key: str, text: str) -> str:
    """Refuse what would end a header early; services and transports judge the rest."""
    if text.isprintable():
        return text
    if "\n" in text or "\r" in text or "\0" in text:
        raise ParamValidationError(
            report=f"Invalid value for parameter {key}: a header cannot hold line breaks or NUL."
        )
    text.encode()
    return text


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


def _each(convert: Convert) -> Convert:
    return lambda value: {field: convert(item) for field, item in value.items()}


def _fields(key: str, prefix: str, convert: Convert) -> Convert:
    """Return what makes header fields of a map."""

    def fields(value: Any) -> dict[str, str]:
        found = {}
        for suffix, item in value.items():
            field, text = f"{prefix}{suffix}", convert(item)
            if not (field.isprintable() and text.isprintable()):
                field, text = printable(key, field), printable(key, text)
            found[field] = text
        return found

    return fields


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
