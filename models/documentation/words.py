"""What a shape is called in Python: its type in words, and the limits of its values."""

from collections.abc import Sequence

from ..shapes import ListShape, MapShape, Shape, StringShape, StructureShape

__all__ = ["inner_structure", "limits", "some_values", "type_words"]

_WORDS = {
    "string": "str",
    "character": "str",
    "boolean": "bool",
    "byte": "int",
    "short": "int",
    "integer": "int",
    "long": "int",
    "biginteger": "int",
    "float": "float",
    "double": "float",
    "bigdecimal": "float",
    "timestamp": "datetime",
    "blob": "bytes",
}
_COUNTED = {"string": "character", "list": "item", "map": "entry", "blob": "byte"}
_PLURALS = {"entry": "entries"}
_SHOWN = 60


def type_words(shape: Shape, *, output: bool = False) -> str:
    """Return the type of a value as users write it (``list of dict (Tag)``)."""
    if isinstance(shape, StructureShape):
        if shape.serialization.get("eventstream"):
            return f"{'iterator' if output else 'iterable'} of events ({shape.name})"
        if shape.is_document_type:
            return "any JSON value"
        return f"dict with one key ({shape.name})" if shape.is_tagged_union else f"dict ({shape.name})"
    if isinstance(shape, ListShape | MapShape):
        return _container_words(shape, output=output)
    if shape.type_name == "blob" and shape.serialization.get("streaming"):
        return "StreamingBody" if output else "bytes or file"
    if shape.serialization.get("jsonvalue"):
        return "any JSON value"
    return _WORDS.get(shape.type_name, shape.type_name)


def _container_words(shape: Shape, *, output: bool) -> str:
    words = ""
    passed: set[str] = set()
    while isinstance(shape, ListShape | MapShape):
        if shape.name in passed:
            return f"{words}the same"
        passed.add(shape.name)
        words += "list of " if isinstance(shape, ListShape) else "dict of str to "
        shape = shape.member if isinstance(shape, ListShape) else shape.value
    return words + type_words(shape, output=output)


def inner_structure(shape: Shape) -> StructureShape | None:
    """Return the structure that a value is, or that the items of lists and maps are; ``None`` if there is none.

    Lists that hold themselves have none.
    """
    passed: set[str] = set()
    while isinstance(shape, ListShape | MapShape) and shape.name not in passed:
        passed.add(shape.name)
        shape = shape.member if isinstance(shape, ListShape) else shape.value
    return shape if isinstance(shape, StructureShape) else None


def limits(shape: Shape) -> str:
    """Return the limits of a value in words (``1 to 63 characters``), or nothing."""
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    if shape.type_name not in _COUNTED:
        if least is None and most is None:
            return ""
        return f"{least} to {most}" if None not in (least, most) else f">= {least}" if most is None else f"<= {most}"
    least = least or None
    if least is None and most is None:
        return ""
    unit = _COUNTED[shape.type_name]
    many = _PLURALS.get(unit, f"{unit}s")
    if least == most:
        return f"{most} {unit if most == 1 else many}"
    if most is None:
        return f"at least {least} {unit if least == 1 else many}"
    return f"{least} to {most} {many}" if least is not None else f"at most {most} {unit if most == 1 else many}"


def some_values(shape: Shape) -> str:
    """Return the known values of a string in a sentence, or nothing."""
    values: Sequence[str] = shape.enum if isinstance(shape, StringShape) else ()
    if not values:
        return ""
    shown = ", ".join([repr(value) for value in values[:_SHOWN]])
    if len(values) > _SHOWN:
        return (
            f"One of {shown}, and {len(values) - _SHOWN} more: client.meta.service_model.shape_for({shape.name!r}).enum"
        )
    return f"One of {shown}." if len(values) > 1 else f"Always {shown}."
