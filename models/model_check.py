"""The check of a service model that somebody else wrote: broken in form is said at once, with the place."""

from collections.abc import Iterator, Mapping
from typing import Any

from .model_origin import Fault, ModelOrigin, escaped, object_faults
from .shapes import PROTOCOLS

__all__ = ["SHAPE_TYPES", "check_model", "check_references", "missing_shape"]

SHAPE_TYPES = frozenset(
    {
        *("structure", "list", "map", "string", "blob", "boolean", "timestamp"),
        *("byte", "short", "integer", "long", "biginteger", "float", "double", "bigdecimal", "character"),
    }
)
"""The types that a shape may have."""

_NEEDED = {
    "serviceId": "the name of the service in events, such as 'My Service'",
    "endpointPrefix": "the first label of its host name, such as 'myservice'",
}
_NEEDED_BY_PROTOCOL = {
    "json": {"targetPrefix": "what stands before the operation in X-Amz-Target", "jsonVersion": "'1.0' or '1.1'"},
    "smithy-rpc-v2-cbor": {"targetPrefix": "the name of the service in the path of a request"},
}


def check_model(model: Mapping[str, Any], origin: ModelOrigin) -> None:
    """Check the form of a model; ``InvalidModelError`` names the first fault with its JSON pointer.

    A reference to a shape that does not exist is found by who needs it
    (``missing_shape``), or by ``check_references``.
    """
    for pointer, reason in _faults(model):
        raise origin.error(pointer, reason)


def check_references(model: Mapping[str, Any], origin: ModelOrigin) -> None:
    """Check that every shape that is referred to is there; ``InvalidModelError`` names the first that is not."""
    shapes = model.get("shapes", {})
    for pointer, reference in _references(model):
        if reference["shape"] not in shapes:
            raise origin.error(f"{pointer}/shape", _missing(reference["shape"], model))


def missing_shape(model: Mapping[str, Any], name: str) -> Fault | None:
    """Return the first place that refers to a shape and what is wrong with it; ``None`` if nothing refers to it."""
    for pointer, reference in _references(model):
        if reference["shape"] == name:
            return f"{pointer}/shape", _missing(name, model)
    return None


def _missing(name: str, model: Mapping[str, Any]) -> str:
    if "shapes" not in model:
        return f"there is no shape {name!r}, because the model has no section 'shapes'"
    from difflib import get_close_matches

    near = get_close_matches(name, model["shapes"], 3, 0.6)
    hint = f"did you mean {' or '.join(near)}?" if near else "add it to 'shapes'"
    return f"there is no shape {name!r}: {hint}"


def _references(model: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for name, record in model.get("operations", {}).items():
        pointer = f"/operations/{escaped(name)}"
        for side in ("input", "output"):
            if side in record:
                yield f"{pointer}/{side}", record[side]
        for position, error in enumerate(record.get("errors", ())):
            yield f"{pointer}/errors/{position}", error
    for name, record in model.get("shapes", {}).items():
        pointer = f"/shapes/{escaped(name)}"
        for member, reference in record.get("members", {}).items():
            yield f"{pointer}/members/{escaped(member)}", reference
        for part in {"list": ("member",), "map": ("key", "value")}.get(record["type"], ()):
            yield f"{pointer}/{part}", record[part]


def _faults(model: Mapping[str, Any]) -> Iterator[Fault]:
    for section in ("metadata", "operations", "shapes"):
        if section in model or section == "metadata":
            yield from object_faults(model.get(section), f"/{section}")
    for name, record in model.get("operations", {}).items():
        yield from _operation(record, f"/operations/{escaped(name)}")
    shapes = model.get("shapes", {})
    for name, record in shapes.items():
        yield from _shape(record, f"/shapes/{escaped(name)}")
    yield from _endless(shapes)
    yield from _metadata(model["metadata"])
    if "operations" not in model:
        yield "/operations", "it is missing: a service needs an object of operations"


def _metadata(metadata: Mapping[str, Any]) -> Iterator[Fault]:
    for name, meaning in _NEEDED.items():
        yield from _text(metadata.get(name), f"/metadata/{name}", meaning)
    key = "protocols" if metadata.get("protocols") else "protocol"
    offered = metadata.get(key)
    if offered is None:
        yield "/metadata/protocol", f"it is missing: the protocol of the service, one of {', '.join(PROTOCOLS)}"
    names = offered if isinstance(offered, list) else [offered]
    spoken = next((name for name in PROTOCOLS if name in names), None)
    if spoken is None:
        yield (
            f"/metadata/{key}",
            f"none of {', '.join(map(str, names))} is spoken; the protocols are {', '.join(PROTOCOLS)}",
        )
        return
    for name, meaning in _NEEDED_BY_PROTOCOL.get(spoken, {}).items():
        yield from _text(metadata.get(name), f"/metadata/{name}", f"{meaning}, for the protocol {spoken}")


def _text(value: Any, pointer: str, meaning: str) -> Iterator[Fault]:
    if value is None:
        yield pointer, f"it is missing: {meaning}"
    elif not isinstance(value, str):
        yield pointer, f"expected a string ({meaning}), found {type(value).__name__}"


def _operation(record: Any, pointer: str) -> Iterator[Fault]:
    yield from object_faults(record, pointer)
    yield from object_faults(record.get("http", {}), f"{pointer}/http")
    for side in ("input", "output"):
        if side in record:
            yield from _reference(record[side], f"{pointer}/{side}")
    errors = record.get("errors", [])
    if not isinstance(errors, list):
        yield f"{pointer}/errors", f"expected a list, found {type(errors).__name__}"
    for position, error in enumerate(errors):
        yield from _reference(error, f"{pointer}/errors/{position}")


def _shape(record: Any, pointer: str) -> Iterator[Fault]:
    yield from object_faults(record, pointer)
    kind = record.get("type")
    if not isinstance(kind, str) or kind not in SHAPE_TYPES:
        yield f"{pointer}/type", f"{kind!r} is no type of a shape; known types: {', '.join(sorted(SHAPE_TYPES))}"
    members = record.get("members", {})
    yield from object_faults(members, f"{pointer}/members")
    for name, reference in members.items():
        yield from _reference(reference, f"{pointer}/members/{escaped(name)}")
    for position, name in enumerate(record.get("required", ())):
        if name not in members:
            yield f"{pointer}/required/{position}", f"{name!r} is no member of the structure"
    for part in {"list": ("member",), "map": ("key", "value")}.get(kind, ()):
        yield from _reference(record.get(part), f"{pointer}/{part}")


def _endless(shapes: Mapping[str, Any]) -> Iterator[Fault]:
    """Find a structure that must hold itself: no value can be given for it."""
    must = {
        name: [(member, record["members"][member]["shape"]) for member in record.get("required", ())]
        for name, record in shapes.items()
        if record["type"] == "structure"
    }
    done: set[str] = set()
    for start in must:
        if start in done:
            continue
        way: list[tuple[str, Iterator[tuple[str, str]]]] = [(start, iter(must[start]))]
        above = {start}
        while way:
            name, members = way[-1]
            member, inner = next(members, ("", ""))
            if not member:
                way.pop()
                above.discard(name)
                done.add(name)
            elif inner in above:
                yield (
                    f"/shapes/{escaped(name)}/members/{escaped(member)}",
                    f"{inner!r} must hold itself, so no value fits it: take a member on the way out of 'required'",
                )
                return
            elif inner in must and inner not in done:
                way.append((inner, iter(must[inner])))
                above.add(inner)


def _reference(value: Any, pointer: str) -> Iterator[Fault]:
    yield from object_faults(value, pointer)
    if not isinstance(value.get("shape"), str):
        yield f"{pointer}/shape", "a reference must name its shape"
