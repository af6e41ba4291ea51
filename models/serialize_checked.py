"""Validation and serialization in one walk, for parameters that are good: nearly all.

Every value is looked at once: what is plainly good is written at once. At the
first fault, and for whatever is not plain, the walk ends, and the validator and
the serializer do their work one after the other: they say what is wrong. So a
walk has no effect but on what it makes; it does not read files.
"""

from datetime import datetime
from math import inf, isfinite
from typing import Any

from ..components.errors import ParamValidationError
from .serialize_scalars import Convert, as_it_is, number_text
from .shapes import Shape
from .validation import compile_validator
from .validation_report import INTEGER_TYPES, NUMBER_TYPES, is_json_header

__all__ = ["FAULTS", "Unusual", "accepted", "checked_scalar"]

FAULTS = (ParamValidationError, TypeError, ValueError, AttributeError, LookupError, ArithmeticError, RecursionError)
"""What ends a walk."""

_BYTES = (bytes, bytearray, str)


class Unusual(ValueError):  # noqa: N818 # no error: another way is taken
    """Something is not plain; which thing, the validator will say."""


def accepted(shape: Shape, to_wire: Convert | None = None) -> Convert:
    """Return what converts a value of any shape that the validator accepts."""
    faults_of = None

    def judged(value: Any) -> Any:
        nonlocal faults_of
        if faults_of is None:
            faults_of = compile_validator(shape)
        if faults_of(value):
            raise Unusual
        return value if to_wire is None else to_wire(value)

    return judged


def checked_scalar(shape: Shape, to_wire: Convert | None) -> Convert:
    """Return what validates and converts a scalar or a document; the validator itself judges all but the usual.

    Text in ASCII stays as it is, whatever ``to_wire`` does to other text.
    """
    kind = shape.type_name
    least = shape.metadata.get("min")
    judged = accepted(shape, to_wire)

    def text(value: Any) -> Any:
        return value if value.__class__ is str and len(value) >= shortest else judged(value)

    def ascii_text(value: Any) -> Any:
        return value if value.__class__ is str and len(value) >= shortest and value.isascii() else judged(value)

    def integer(value: Any) -> Any:
        if value.__class__ is int and value >= smallest:
            return value if keeps else to_wire(value)  # type: ignore[misc] # set where it does not keep
        return judged(value)

    def boolean(value: Any) -> Any:
        if value.__class__ is not bool:
            raise Unusual
        return value if to_wire is None else to_wire(value)

    def real(value: Any) -> Any:
        if value.__class__ is float and isfinite(value):
            return str(value) if to_wire is number_text else value
        return judged(value)

    def time(value: Any) -> Any:
        return to_wire(value) if value.__class__ is datetime else judged(value)  # type: ignore[misc] # times have one

    def blob(value: Any) -> Any:
        if not isinstance(value, _BYTES):
            raise Unusual  # A file is read once, when all else is known to be good.
        return judged(value)

    if kind == "string" and not is_json_header(shape):
        shortest = least or 0
        return text if to_wire is None else ascii_text
    if kind in INTEGER_TYPES:
        smallest = -inf if least is None else least
        keeps = to_wire is None or to_wire is as_it_is
        return integer
    if kind in NUMBER_TYPES and least is None:
        return real
    return {"boolean": boolean, "timestamp": time, "blob": blob}.get(kind, judged)
