"""What the rest protocols put outside of the body: header fields, prefixed header fields, the status code."""

from binascii import a2b_base64
from collections.abc import Callable, Mapping
from typing import Any

from ..components.errors import ResponseParserError
from ..components.timestamps import parse_timestamp
from .parse_json import decode_json
from .shapes import ListShape, Shape, StructureShape

__all__ = ["OUTSIDE_THE_BODY", "compile_headers"]

OUTSIDE_THE_BODY = frozenset({"header", "headers", "statusCode"})
"""Locations of members that are not in the body of an answer."""

ReadHeaders = Callable[[Mapping[str, Any], Any, int, dict[str, Any]], None]


def compile_headers(shape: StructureShape) -> ReadHeaders | None:
    """Return what fills in the members of a result that are not in the body; ``None`` if there are none.

    It takes the fields by lower-case name, the fields as they came, the status
    code and the result to fill. Fields that are absent leave no member, a
    prefix always gives a map. ``ResponseParserError`` names the field.
    """
    fields: dict[str, list[tuple[str, Callable[[str], Any] | None]]] = {}
    prefixes: list[tuple[str, str]] = []
    status_names: list[str] = []
    for name, member in shape.members.items():
        traits = member.serialization
        location = traits.get("location")
        if location == "header":
            fields.setdefault(traits.get("name", name).lower(), []).append((name, _converter(member)))
        elif location == "headers":
            prefixes.append((traits.get("name", "").lower(), name))
        elif location == "statusCode":
            status_names.append(name)
    if not (fields or prefixes or status_names):
        return None

    def read(lower: Mapping[str, Any], headers: Any, status: int, result: dict[str, Any]) -> None:
        # By what has come, not by what might have: S3 answers with 9 fields of 45.
        for wire, value in lower.items():
            if wire not in fields:
                continue
            for name, convert in fields[wire]:
                text = value
                if convert is not None:
                    try:
                        text = convert(text)
                    except (ValueError, TypeError, ArithmeticError, ResponseParserError):
                        kind = shape.members[name].type_name
                        reason = f"the header {wire} is no {kind} ({len(text)} characters)"
                        raise ResponseParserError(reason=reason) from None
                result[name] = text
        if prefixes:
            names = "\n".join(lower)  # most answers have none of them
            for prefix, name in prefixes:
                result[name] = _behind(prefix, headers) if prefix in names else {}
        for name in status_names:
            result[name] = status

    return read


def _behind(prefix: str, headers: Any) -> dict[str, Any]:
    """Return the fields whose names begin so, by what follows in their names as they came."""
    length = len(prefix)
    return {key[length:]: value for key, value in headers.items() if key.lower().startswith(prefix)}


def _converter(member: Shape) -> Callable[[str], Any] | None:
    if member.serialization.get("jsonvalue"):
        return lambda text: decode_json(a2b_base64(text))
    if isinstance(member, ListShape):
        convert = _SCALARS.get(member.member.type_name)
        split = _split_dates if member.member.type_name == "timestamp" else _split
        return split if convert is None else lambda text: [convert(item) for item in split(text)]
    return _SCALARS.get(member.type_name)


_SCALARS: dict[str, Callable[[str], Any]] = {
    "integer": int,
    "long": int,
    "short": int,
    "byte": int,
    "float": float,
    "double": float,
    "boolean": lambda text: text.lower() == "true",
    "timestamp": parse_timestamp,
    "blob": a2b_base64,
}


def _split(text: str) -> list[str]:
    """Split at commas; an item in quotation marks may hold commas, and ``\\"`` (RFC 9110, section 5.6.4)."""
    if '"' not in text:
        return [item.strip() for item in text.split(",")]
    items, item, quoted, escaped = [], "", False, False
    for letter in text:
        if escaped:
            item, escaped = item + letter, False
        elif letter == "\\" and quoted:
            escaped = True
        elif letter == '"':
            quoted = not quoted
        elif letter == "," and not quoted:
            items.append(item.strip())
            item = ""
        else:
            item += letter
    return [*items, item.strip()]


def _split_dates(text: str) -> list[str]:
    """Split at commas, but for the one behind the weekday of an HTTP date."""
    items: list[str] = []
    for part in text.split(","):
        if items and items[-1][:3].isalpha() and items[-1].isalpha():
            items[-1] += "," + part
        else:
            items.append(part.strip())
    return items
