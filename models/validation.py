"""Parameter validation: a compiled yes or no for every call, and a report of every fault where it is no.

Calls with good parameters, nearly all, run closures that build no path and no
text. Only when one of them says no is the whole walked again for the report.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from ..components.errors import ParamValidationError
from .shapes import ListShape, MapShape, OperationModel, Shape, StructureShape
from .validation_report import (
    INTEGER_TYPES,
    NUMBER_TYPES,
    TEXT_TYPES,
    describe_faults,
    is_below,
    is_blob,
    is_document,
    is_events,
    is_json,
    is_json_header,
    is_number,
    is_timestamp,
    least_of,
)

__all__ = ["compile_operation_validator", "compile_validator", "validate_parameters"]

_Check = Callable[[Any], bool]


def compile_operation_validator(operation: OperationModel) -> Callable[[Any], None]:
    """Compile the validator of an operation's parameters.

    The result returns nothing, or raises ``ParamValidationError`` with a line
    for every fault, each with its path. It may be called from any thread.
    """
    shape = operation.input_shape
    if shape is None:
        return _accept_all
    faults_of = compile_validator(shape)

    def validate(params: Any) -> None:
        faults = faults_of(params)
        if faults:
            raise ParamValidationError(report="\n".join(faults))

    return validate


def compile_validator(shape: Shape) -> Callable[[Any], list[str]]:
    """Compile the validator of a shape: takes a value and returns a line for every fault, none if it is good."""
    check = _Compiler().check(shape)

    def faults_of(value: Any) -> list[str]:
        try:
            return [] if check(value) else describe_faults(value, shape)
        except RecursionError:
            return ["Invalid value for parameter input: it is nested too deeply, or holds itself"]

    return faults_of


def validate_parameters(params: Any, shape: Shape) -> None:
    """Check parameters once, by walking them; ``ParamValidationError`` if they do not fit."""
    faults = compile_validator(shape)(params)
    if faults:
        raise ParamValidationError(report="\n".join(faults))


def _accept_all(params: Any) -> None:
    """Accept the parameters of an operation that has no input: they are not sent."""


class _MemberChecks(dict[str, _Check]):
    """The checks of a structure's members, compiled when a member is first given."""

    __slots__ = ("_compiler", "_shape")

    def __init__(self, compiler: "_Compiler", shape: StructureShape) -> None:
        super().__init__()
        self._compiler = compiler
        self._shape = shape

    def __missing__(self, name: Any) -> _Check:
        member = self._shape.members.get(name)
        if member is None:
            return _never  # Not kept: callers could fill the table with names that do not exist.
        check = self[name] = self._compiler.check(member)
        return check


class _Compiler:
    """Compiles shapes to checks; a structure, list or map of one name once."""

    __slots__ = ("_known",)

    def __init__(self) -> None:
        self._known: dict[tuple[str, Any], _Check] = {}

    def check(self, shape: Shape) -> _Check:
        if not isinstance(shape, StructureShape | ListShape | MapShape):
            return _scalar_check(shape)
        if shape.serialization.get("eventstream"):
            return is_events
        key = (shape.name, shape.metadata.get("min"))
        found = self._known.get(key)
        if found is None:
            if isinstance(shape, StructureShape):
                found = is_document if shape.is_document_type else self._structure(shape)
            else:
                later = _Later()
                self._known[key] = later  # A shape may hold itself.
                found = self._list(shape) if isinstance(shape, ListShape) else self._map(shape)
                later.check = found
            self._known[key] = found
        return found

    def _structure(self, shape: StructureShape) -> _Check:
        required = tuple(shape.required_members)
        members = _MemberChecks(self, shape)

        def check(value: Any) -> bool:
            if not isinstance(value, dict):
                return False
            for name in required:
                if name not in value:
                    return False
            for name, item in value.items():  # noqa: SIM110 # a generator costs twice as much
                if not members[name](item):
                    return False
            return True

        if not shape.is_tagged_union:
            return check
        return lambda value: check(value) and len(value) == 1

    def _list(self, shape: ListShape) -> _Check:
        inner = self.check(shape.member)
        good = str if inner is _is_text else None  # nearly all of them: a comparison costs less than a call
        least = shape.metadata.get("min", 0)

        def check(value: Any) -> bool:
            if not isinstance(value, list | tuple) or len(value) < least:
                return False
            for item in value:  # noqa: SIM110 # a generator costs twice as much
                if item.__class__ is not good and not inner(item):
                    return False
            return True

        return check

    def _map(self, shape: MapShape) -> _Check:
        check_key, check_value = self.check(shape.key), self.check(shape.value)

        def check(value: Any) -> bool:
            if not isinstance(value, dict):
                return False
            for key, item in value.items():  # noqa: SIM110 # a generator costs twice as much
                if not (check_key(key) and check_value(item)):
                    return False
            return True

        return check


class _Later:
    """Stands for a list or map while its own items are compiled."""

    check: _Check

    def __call__(self, value: Any) -> bool:
        return self.check(value)


def _never(value: Any) -> bool:
    return False


def _always(value: Any) -> bool:
    return True


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_boolean(value: Any) -> bool:
    return value is True or value is False


def _is_integer(value: Any) -> bool:
    return isinstance(value, int)


def _is_time(value: Any) -> bool:
    if type(value) is datetime and (value.tzinfo is None or value.tzinfo is UTC):
        return True
    return is_timestamp(value)


def _scalar_check(shape: Shape) -> _Check:
    kind = shape.type_name
    least = least_of(shape)
    if kind in TEXT_TYPES:
        if is_json_header(shape):
            return is_json
        return _is_text if not least else lambda value: isinstance(value, str) and len(value) >= least
    if kind in INTEGER_TYPES:
        return _is_integer if least is None else lambda value: isinstance(value, int) and value >= least
    if kind in NUMBER_TYPES:
        return is_number if least is None else lambda value: is_number(value) and not is_below(value, least)
    return _OTHERS.get(kind, _always)


_OTHERS: Mapping[str, _Check] = {"boolean": _is_boolean, "timestamp": _is_time, "blob": is_blob}
