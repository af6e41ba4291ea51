"""Validation and serialization in one walk, for parameters that are good: nearly all (``json`` protocol).

Most JSON parameters go to the encoder as they were given: what has to be done
is to look at every value once. So structures and lists are handed on unless
something in them (a blob, a time) becomes another value, and are copied only
then. Measured against two walks: a third off a DynamoDB item, half of what
both walks cost apart from encoding. At the first fault, and for whatever is
not plain, the walk ends, and the validator and the serializer do their work
one after the other: they say what is wrong.
"""

from collections.abc import Mapping
from datetime import datetime
from math import inf, isfinite
from typing import Any

from ..components.errors import ParamValidationError
from .serialize import Serializer
from .serialize_json import encode_json, json_headers
from .serialize_scalars import Convert, Members, blob_text, number, timestamp_formatter
from .shapes import ListShape, MapShape, OperationModel, Shape, StructureShape
from .validation import compile_validator
from .validation_report import INTEGER_TYPES, NUMBER_TYPES

__all__ = ["compile_checked_json"]

_Member = tuple[type | None, Convert, str]
"""A type whose every value goes as it is, what looks at all others, and the name on the wire."""

_FAULTS = (ParamValidationError, TypeError, ValueError, AttributeError, LookupError, ArithmeticError, RecursionError)


class _Unusual(ValueError):  # noqa: N818 # no error: another way is taken
    """Something is not plain; which thing, the validator will say."""


def compile_checked_json(operation: OperationModel, shape: StructureShape, one_by_one: Serializer) -> Serializer:
    """Compile one walk for an operation with this input, which ends in ``one_by_one`` if anything is unusual."""
    method = operation.http.get("method", "POST")
    headers = json_headers(operation)
    walk = _Compiler().structure(shape)

    def checked(params: Mapping[str, Any]) -> dict[str, Any]:
        try:
            body = encode_json(walk(params))
        except _FAULTS:
            return one_by_one(params)
        return {"url_path": "/", "query_string": "", "method": method, "headers": headers.copy(), "body": body}

    return checked


class _Compiler:
    """Compiles shapes to functions that return what is encoded in the place of a value, mostly itself."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, Any], Convert] = {}

    def convert(self, shape: Shape) -> Convert:
        if not isinstance(shape, StructureShape | ListShape | MapShape) or (
            isinstance(shape, StructureShape) and shape.is_document_type
        ):
            return _scalar(shape)
        key = (shape.name, shape.metadata.get("min"))
        found = self._known.get(key)
        if found is None:
            if isinstance(shape, StructureShape):
                found = self.structure(shape)
            else:
                found = self._list(shape) if isinstance(shape, ListShape) else self._map(shape)
            self._known[key] = found
        return found

    def structure(self, shape: StructureShape) -> Convert:
        required = tuple(shape.required_members)
        union = shape.is_tagged_union
        members = Members(shape, self._member)
        renamed = any(member.serialization.get("name", name) != name for name, member in shape.members.items())

        def structure(value: Any) -> Any:
            if value.__class__ is not dict or (union and len(value) != 1):
                raise _Unusual
            for name in required:
                if name not in value:
                    raise _Unusual
            made = value
            for name, item in value.items():
                good, convert, _ = members[name]
                if item.__class__ is not good:
                    other = convert(item)
                    if other is not item:
                        if made is value:
                            made = value.copy()
                        made[name] = other
            return made if not renamed else {members[name][2]: item for name, item in made.items()}

        return structure

    def _member(self, name: str, member: Shape) -> _Member:
        return _good_type(member), self.convert(member), member.serialization.get("name", name)

    def _list(self, shape: ListShape) -> Convert:
        member = shape.member
        least = shape.metadata.get("min", 0)
        good, convert = _good_type(member), None

        def sequence(value: Any) -> Any:
            nonlocal convert
            if convert is None:
                convert = self.convert(member)
            if value.__class__ is not list or len(value) < least:
                raise _Unusual
            made = value
            for index, item in enumerate(value):
                if item.__class__ is not good:
                    other = convert(item)
                    if other is not item:
                        if made is value:
                            made = value.copy()
                        made[index] = other
            return made

        return sequence

    def _map(self, shape: MapShape) -> Convert:
        key_shape, member = shape.key, shape.value
        convert_key = _scalar(key_shape)
        good, convert = _good_type(member), None

        def mapping(value: Any) -> Any:
            nonlocal convert
            if convert is None:
                convert = self.convert(member)
            if value.__class__ is not dict:
                raise _Unusual
            made = value
            for key, item in value.items():
                convert_key(key)
                if item.__class__ is not good:
                    other = convert(item)
                    if other is not item:
                        if made is value:
                            made = value.copy()
                        made[key] = other
            return made

        return mapping


def _good_type(shape: Shape) -> type | None:
    """Return the type whose every value is good and goes as it is, if there is one."""
    if shape.metadata.get("min"):
        return None
    kind = shape.type_name
    if kind in INTEGER_TYPES:
        return int if shape.metadata.get("min") is None else None
    return {"string": str, "boolean": bool}.get(kind)


def _scalar(shape: Shape) -> Convert:
    """Return what validates and converts a scalar or a document; the validator itself judges all but the usual."""
    kind = shape.type_name
    least = shape.metadata.get("min")
    faults_of = compile_validator(shape)
    to_wire: Convert | None = None
    if kind == "blob":
        to_wire = blob_text
    elif kind == "timestamp":
        to_wire = timestamp_formatter(shape, "unixTimestamp")
    elif kind in NUMBER_TYPES:
        to_wire = number

    def judged(value: Any) -> Any:
        if faults_of(value):
            raise _Unusual
        return value if to_wire is None else to_wire(value)

    def text(value: Any) -> Any:
        return value if value.__class__ is str and len(value) >= shortest else judged(value)

    def integer(value: Any) -> Any:
        return value if value.__class__ is int and value >= smallest else judged(value)

    def real(value: Any) -> Any:
        return value if value.__class__ is float and isfinite(value) else judged(value)

    def time(value: Any) -> Any:
        return to_wire(value) if value.__class__ is datetime else judged(value)  # type: ignore[misc] # set above

    if kind == "string":
        shortest = least or 0
        return text
    if kind in INTEGER_TYPES:
        smallest = -inf if least is None else least
        return integer
    if kind in NUMBER_TYPES and least is None:
        return real
    return time if kind == "timestamp" else judged
