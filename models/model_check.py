"""The check of a service model that somebody else wrote: broken in form is said at once, with the place."""

from collections.abc import Iterator, Mapping
from typing import Any

from ..components.errors import InvalidModelError

__all__ = ["SHAPE_TYPES", "check_model"]

SHAPE_TYPES = frozenset(
    {
        *("structure", "list", "map", "string", "blob", "boolean", "timestamp"),
        *("byte", "short", "integer", "long", "biginteger", "float", "double", "bigdecimal", "character"),
    }
)
"""The types that a shape may have."""

_Fault = tuple[str, str]


def check_model(model: Mapping[str, Any], path: str) -> None:
    """Check the form of a model; ``InvalidModelError`` names the first fault with its JSON pointer.

    A reference to a shape that does not exist is found later, by who needs it.
    """
    for pointer, reason in _faults(model):
        raise InvalidModelError(path=path, pointer=pointer, reason=reason)


def _faults(model: Mapping[str, Any]) -> Iterator[_Fault]:
    for section in ("metadata", "operations", "shapes"):
        if section in model or section == "metadata":
            yield from _object(model.get(section), f"/{section}")
    for name, record in model.get("operations", {}).items():
        pointer = f"/operations/{_escape(name)}"
        yield from _object(record, pointer)
        for side in ("input", "output"):
            if side in record:
                yield from _reference(record[side], f"{pointer}/{side}")
        for position, error in enumerate(record.get("errors", ())):
            yield from _reference(error, f"{pointer}/errors/{position}")
    for name, record in model.get("shapes", {}).items():
        yield from _shape(record, f"/shapes/{_escape(name)}")


def _shape(record: Any, pointer: str) -> Iterator[_Fault]:
    yield from _object(record, pointer)
    kind = record.get("type")
    if not isinstance(kind, str) or kind not in SHAPE_TYPES:
        yield f"{pointer}/type", f"{kind!r} is no type of a shape; known types: {', '.join(sorted(SHAPE_TYPES))}"
    members = record.get("members", {})
    yield from _object(members, f"{pointer}/members")
    for name, reference in members.items():
        yield from _reference(reference, f"{pointer}/members/{_escape(name)}")
    for part in {"list": ("member",), "map": ("key", "value")}.get(kind, ()):
        yield from _reference(record.get(part), f"{pointer}/{part}")


def _reference(value: Any, pointer: str) -> Iterator[_Fault]:
    yield from _object(value, pointer)
    if not isinstance(value.get("shape"), str):
        yield f"{pointer}/shape", "a reference must name its shape"


def _object(value: Any, pointer: str) -> Iterator[_Fault]:
    if value is None:
        yield pointer, "it is missing"
    elif not isinstance(value, dict):
        yield pointer, f"expected an object, found {type(value).__name__}"


def _escape(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")
