"""Where a decoded value is not what its shape says: run only after a parser has failed, to name the place."""

from typing import Any

from .parse_json import JsonCompiler
from .shapes import ListShape, MapShape, Shape, StructureShape

__all__ = ["locate"]

_LONGEST = 200
_FAULTS = (AttributeError, TypeError, ValueError, ArithmeticError, LookupError)


def locate(shape: Shape, value: Any, compiler: JsonCompiler, skip: frozenset[str] = frozenset()) -> str | None:
    """Return the place of the first fault (``Items[3].Size is no integer but a string``), ``None`` without one.

    Members named in ``skip`` are left out at the top. Values are never shown;
    of a long place the end is.
    """
    try:
        found = _locate(shape, value, compiler, "", skip)
    except RecursionError:
        return "values are nested too deeply"
    return found if found is None or len(found) <= _LONGEST else f"...{found[-_LONGEST:]}"


def _locate(shape: Shape, value: Any, compiler: JsonCompiler, path: str, skip: frozenset[str]) -> str | None:
    if value is None and path:
        return None
    if isinstance(shape, StructureShape) and not shape.is_document_type:
        if not isinstance(value, dict):
            return _fault(path, shape, value)
        for name, member in shape.members.items():
            wire = compiler.wire_name(name, member)
            if wire in value and name not in skip:
                found = _locate(member, value[wire], compiler, f"{path}.{name}" if path else name, frozenset())
                if found:
                    return found
        if not shape.is_tagged_union:
            return None
    elif isinstance(shape, ListShape):
        if not isinstance(value, list):
            return _fault(path, shape, value)
        places = (_locate(shape.member, item, compiler, f"{path}[{i}]", skip) for i, item in enumerate(value))
        return next(filter(None, places), None)
    elif isinstance(shape, MapShape):
        if not isinstance(value, dict):
            return _fault(path, shape, value)
        places = (_locate(shape.value, item, compiler, f"{path}.*", skip) for item in value.values())
        return next(filter(None, places), None)
    convert = compiler.convert(shape)
    try:
        if convert is not None:
            convert(value)
    except _FAULTS as error:
        if isinstance(shape, StructureShape):
            return f"{path or 'the body'}: {error}"
        return _fault(path, shape, value)
    return None


def _fault(path: str, shape: Shape, value: Any) -> str:
    names = {dict: "an object", list: "an array", str: "a string", bool: "a boolean", type(None): "null"}
    return f"{path or 'the body'} is no {shape.type_name} but {names.get(type(value), 'a ' + type(value).__name__)}"
