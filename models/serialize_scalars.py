"""Scalars on their way to the wire, and the tables that compile a structure's members when they are first used."""

from collections.abc import Callable, Mapping
from datetime import datetime
from math import inf, isfinite
from typing import Any, Generic, TypeVar

from ..components.errors import ParamValidationError
from ..components.timestamps import format_epoch, format_iso8601, format_rfc822, to_datetime
from .shapes import Shape, StructureShape

__all__ = [
    "FORMATTERS",
    "Convert",
    "Members",
    "Serializer",
    "as_datetime",
    "as_it_is",
    "blob_bytes",
    "blob_text",
    "boolean_text",
    "document_of",
    "finite_or_name",
    "number",
    "number_text",
    "shortest_text",
    "timestamp_formatter",
]

Serializer = Callable[[Mapping[str, Any]], dict[str, Any]]
"""Takes parameters and returns a fresh request dictionary."""


Convert = Callable[[Any], Any]
"""Turns a value that a user gave into one that an encoder takes."""

_Entry = TypeVar("_Entry")


class Members(dict[str, _Entry], Generic[_Entry]):
    """What is compiled of a structure's members, by name; a member is compiled when it is first given.

    So the compile step costs what the calls really use, and recursive shapes
    need no more than that each structure is compiled once. Two threads may
    compile one member at once; either result is as good.
    """

    __slots__ = ("_compile", "_shape")

    def __init__(self, shape: StructureShape, compile_member: Callable[[str, Shape], _Entry]) -> None:
        super().__init__()
        self._shape = shape
        self._compile = compile_member

    def __missing__(self, name: str) -> _Entry:
        shape = self._shape.members.get(name)
        if shape is None:
            raise ParamValidationError(
                report=f'Unknown parameter in {self._shape.name}: "{name}", '
                f"must be one of: {', '.join(self._shape.members)}"
            )
        entry = self[name] = self._compile(name, shape)
        return entry


def as_datetime(value: Any) -> datetime:
    """Return what a user gives as a time, a ``Decimal`` of seconds included; ``ValueError`` if it is none."""
    if isinstance(value, datetime | str | int | float):
        return to_datetime(value)
    if type(value).__name__ == "Decimal":
        return to_datetime(float(value))
    raise ValueError(f"a {type(value).__name__} is no time")


def _iso8601(value: Any) -> str:
    return format_iso8601(as_datetime(value))


def _rfc822(value: Any) -> str:
    return format_rfc822(as_datetime(value))


def _epoch(value: Any) -> int | float:
    return format_epoch(as_datetime(value))


FORMATTERS: Mapping[str, Convert] = {"iso8601": _iso8601, "rfc822": _rfc822, "unixtimestamp": _epoch}
"""The formats that a model may ask for with ``timestampFormat``, in lower case."""


def timestamp_formatter(shape: Shape, default: str) -> Convert:
    """Return what formats a timestamp: by its trait, or else by the protocol's ``default``."""
    return FORMATTERS[shape.serialization.get("timestampFormat", default).lower()]


def finite_or_name(value: Any) -> Any:
    """Return a number as it is, NaN and the infinities by the names that they have on the wire."""
    if isfinite(value):
        return value
    return "NaN" if value != value else ("Infinity" if value > 0 else "-Infinity")


def number(value: Any) -> Any:
    """Return a float as JSON writes it: special values by name, a ``Decimal`` as ``float``."""
    if not isfinite(value):
        return finite_or_name(value)
    return value if isinstance(value, int | float) else float(value)


def number_text(value: Any) -> str:
    """Return the text of a float in XML, headers, labels and query strings."""
    return str(finite_or_name(value))


def as_it_is(value: Any) -> Any:
    """Return a value that becomes text on its way out; what has no text, or a lone surrogate, fails already here."""
    if type(value) is not int:
        several = hasattr(value, "__len__") and not isinstance(value, str | bytes)  # a field for each item
        for each in value if several else (value,):
            str(each).encode()
    return value


def boolean_text(value: Any) -> str:
    """Return ``true`` or ``false``."""
    return "true" if value else "false"


def blob_bytes(value: Any) -> bytes:
    """Return the bytes of a blob: text is UTF-8, a file-like object is read to its end."""
    if isinstance(value, str):
        return value.encode()
    if isinstance(value, bytes):
        return value
    read = getattr(value, "read", None)
    if read is not None:
        value = read()
        return value.encode() if isinstance(value, str) else bytes(value)
    return bytes(memoryview(value))


def blob_text(value: Any) -> str:
    """Return a blob as base64."""
    from binascii import b2a_base64

    return b2a_base64(blob_bytes(value), newline=False).decode()


def document_of(shape: Shape) -> bool:
    """Tell whether a shape is a document, whose value is free-form and may be ``None``."""
    return isinstance(shape, StructureShape) and shape.is_document_type


def shortest_text(shape: Shape) -> float:
    """Return how long text in ASCII has to be to go as it is; none is long enough for what is no text."""
    if shape.type_name != "string" or shape.serialization.get("jsonvalue"):
        return inf
    return shape.metadata.get("min", 0)  # type: ignore[no-any-return] # JSON edge
