"""What is wrong with parameters, in the lines that boto3's users know.

A value that the model calls sensitive, or that may hold one, is not shown.
"""

from typing import Any

from .serialize_scalars import as_datetime
from .shapes import ListShape, MapShape, Shape, StructureShape

__all__ = [
    "INTEGER_TYPES",
    "NUMBER_TYPES",
    "TEXT_TYPES",
    "describe_faults",
    "is_below",
    "is_blob",
    "is_document",
    "is_events",
    "is_json",
    "is_json_header",
    "is_number",
    "is_timestamp",
    "least_of",
]

TEXT_TYPES = frozenset({"string", "character"})
INTEGER_TYPES = frozenset({"integer", "long", "short", "byte", "biginteger"})
NUMBER_TYPES = frozenset({"float", "double", "bigdecimal"})

_DICT = "<class 'dict'>"
_LIST = "<class 'list'>, <class 'tuple'>"
_TEXT = "<class 'str'>"
_INTEGER = "<class 'int'>"
_NUMBER = "<class 'float'>, <class 'decimal.Decimal'>, <class 'int'>"
_BOOLEAN = "<class 'bool'>"
_BLOB = "<class 'bytes'>, <class 'bytearray'>, file-like object"
_TIME = "<class 'datetime.datetime'>, timestamp-string"
_EVENTS = "iterable of dictionaries, one for each event"
_DOCUMENT = "<class 'str'>, <class 'int'>, <class 'bool'>, <class 'float'>, <class 'list'>, <class 'dict'>"

_LONGEST_VALUE = 2000


def is_number(value: Any) -> bool:
    """Tell whether a value can be a float: also a whole number or a ``Decimal``."""
    if isinstance(value, float | int):
        return True
    from decimal import Decimal

    return isinstance(value, Decimal)


def is_below(value: Any, least: float) -> bool:
    """Tell whether a number is less than the least that is allowed; what is no number at all (NaN) is not."""
    try:
        return bool(value < least)
    except ArithmeticError:  # a ``Decimal`` NaN
        return False


def is_blob(value: Any) -> bool:
    """Tell whether a value can be a blob: bytes, text, or anything that can be read."""
    return isinstance(value, bytes | str | bytearray) or hasattr(value, "read")


def is_timestamp(value: Any) -> bool:
    """Tell whether a value can be a time: a ``datetime``, a number of seconds, or text."""
    try:
        as_datetime(value)
    except (ValueError, OverflowError):
        return False
    return True


def is_document(value: Any) -> bool:
    """Tell whether a value is free-form JSON."""
    if isinstance(value, dict):
        return all(_is_document_key(key) and is_document(item) for key, item in value.items())
    if isinstance(value, list):
        return all(map(is_document, value))
    return value is None or isinstance(value, str | int | float)


def is_events(value: Any) -> bool:
    """Tell whether a value can be a source of events, which are checked one by one when they are sent."""
    return hasattr(value, "__iter__") and not isinstance(value, str | bytes | bytearray | dict)


def is_json(value: Any) -> bool:
    """Tell whether a value can be written as JSON."""
    return not _json_fault(value)


def is_json_header(shape: Shape) -> bool:
    """Tell whether a string is a header that takes any value and sends it as JSON."""
    traits = shape.serialization
    return bool(traits.get("jsonvalue")) and traits.get("location") == "header"


def describe_faults(value: Any, shape: Shape) -> list[str]:
    """Return a line for every fault of a value, in the order in which they are found."""
    faults: list[str] = []
    _describe(value, shape, "", faults)
    return faults


def _describe(value: Any, shape: Shape, path: str, faults: list[str]) -> None:
    kind = shape.type_name
    if isinstance(shape, StructureShape):
        if shape.is_document_type:
            _describe_document(value, shape, path, faults)
        elif shape.serialization.get("eventstream"):
            _is_a(is_events(value), value, shape, path, _EVENTS, faults)
        elif _is_a(isinstance(value, dict), value, shape, path, _DICT, faults):
            _describe_structure(value, shape, path, faults)
    elif isinstance(shape, ListShape):
        if _is_a(isinstance(value, list | tuple), value, shape, path, _LIST, faults):
            _check_length(value, shape, path, faults)
            for index, item in enumerate(value):
                _describe(item, shape.member, f"{path}[{index}]", faults)
    elif isinstance(shape, MapShape):
        if _is_a(isinstance(value, dict), value, shape, path, _DICT, faults):
            for key, item in value.items():
                _describe(key, shape.key, f"{path} (key: {_text(key)})", faults)
                _describe(item, shape.value, f"{path}.{_text(key)}", faults)
    elif kind in TEXT_TYPES:
        if is_json_header(shape):
            fault = _json_fault(value)
            if fault:
                faults.append(f"Invalid parameter {_named(path)} must be json serializable: {fault}")
        elif _is_a(isinstance(value, str), value, shape, path, _TEXT, faults):
            _check_length(value, shape, path, faults)
    elif kind in INTEGER_TYPES:
        if _is_a(isinstance(value, int), value, shape, path, _INTEGER, faults):
            _check_range(value, shape, path, faults)
    elif kind in NUMBER_TYPES:
        if _is_a(is_number(value), value, shape, path, _NUMBER, faults):
            _check_range(value, shape, path, faults)
    elif kind == "boolean":
        _is_a(isinstance(value, bool), value, shape, path, _BOOLEAN, faults)
    elif kind == "blob":
        _is_a(is_blob(value), value, shape, path, _BLOB, faults)
    elif kind == "timestamp":
        _is_a(is_timestamp(value), value, shape, path, _TIME, faults)


def _describe_structure(value: dict[Any, Any], shape: StructureShape, path: str, faults: list[str]) -> None:
    members, name = shape.members, _named(path)
    if shape.is_tagged_union:
        if not value:
            faults.append(f"Must set one of the following keys for tagged unionstructure {name}: {', '.join(members)}.")
        elif len(value) > 1:
            faults.append(
                f"Invalid number of parameters set for tagged union structure {name}. "
                f"Can only set one of the following keys: {', '.join(members)}."
            )
    faults += [
        f'Missing required parameter in {name}: "{required}"'
        for required in shape.required_members
        if required not in value
    ]
    faults += [
        f'Unknown parameter in {name}: "{_text(key)}", must be one of: {", ".join(members)}'
        for key in value
        if key not in members
    ]
    for key, item in value.items():
        if key in members:
            _describe(item, members[key], f"{path}.{key}" if path else key, faults)


def _describe_document(value: Any, shape: Shape, path: str, faults: list[str]) -> None:
    if isinstance(value, dict):
        for key, item in value.items():
            if not _is_document_key(key):
                faults.append(_wrong_type("document parameter", key, shape, f"{path} (key: {_text(key)})", _DOCUMENT))
            _describe_document(item, shape, _text(key), faults)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            _describe_document(item, shape, f"{path}[{index}]", faults)
    elif value is not None and not isinstance(value, str | int | float):
        faults.append(_wrong_type("document parameter", value, shape, path, _DOCUMENT))


def _is_document_key(key: Any) -> bool:
    return key is None or isinstance(key, str | int | float)


def _is_a(good: bool, value: Any, shape: Shape, path: str, wanted: str, faults: list[str]) -> bool:
    if not good:
        faults.append(_wrong_type("parameter", value, shape, path, wanted))
    return good


def _wrong_type(what: str, value: Any, shape: Shape, path: str, wanted: str) -> str:
    return (
        f"Invalid type for {what} {_named(path)}, value: {_shown(value, shape)}, "
        f"type: {type(value)}, valid types: {wanted}"
    )


def least_of(shape: Shape) -> Any:
    """Return the least length or value, ``None`` for any; a label of a host is never empty."""
    return shape.metadata.get("min", 1 if shape.serialization.get("hostLabel") else None)


def _check_length(value: Any, shape: Shape, path: str, faults: list[str]) -> None:
    least = least_of(shape) or 0
    if len(value) < least:
        faults.append(f"Invalid length for parameter {_named(path)}, value: {len(value)}, valid min length: {least}")


def _check_range(value: Any, shape: Shape, path: str, faults: list[str]) -> None:
    least = least_of(shape)
    if least is not None and is_below(value, least):
        faults.append(
            f"Invalid value for parameter {_named(path)}, value: {_shown(value, shape)}, valid min value: {least}"
        )


def _json_fault(value: Any) -> str:
    from json import dumps

    try:
        dumps(value)
    except (TypeError, ValueError) as error:
        return str(error)
    return ""


def _named(path: str) -> str:
    return path or "input"


def _shown(value: Any, shape: Shape) -> str:
    return "<sensitive>" if _may_be_sensitive(shape, set()) else _text(value)


def _may_be_sensitive(shape: Shape, seen: set[str]) -> bool:
    if shape.metadata.get("sensitive"):
        return True
    if shape.name in seen:
        return False
    seen.add(shape.name)
    inner: list[Shape] = []
    if isinstance(shape, StructureShape):
        inner = list(shape.members.values())
    elif isinstance(shape, ListShape):
        inner = [shape.member]
    elif isinstance(shape, MapShape):
        inner = [shape.key, shape.value]
    return any(_may_be_sensitive(each, seen) for each in inner)


def _text(value: Any) -> str:
    try:
        text = str(value)
    except Exception:  # whatever a caller's class does, the report goes on
        return f"<{type(value).__name__}>"
    return text if len(text) <= _LONGEST_VALUE else f"{text[:_LONGEST_VALUE]}..."
