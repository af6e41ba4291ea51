"""The form of a request or of an answer, as the Python literal that it would be."""

from collections.abc import Iterable, Iterator, Sequence
from keyword import iskeyword

from ..shapes import ListShape, MapShape, Shape, StringShape, StructureShape
from .layout import STEP

__all__ = ["call_syntax", "value_syntax"]

_SCALARS = {
    "boolean": "True|False",
    "float": "123.0",
    "double": "123.0",
    "bigdecimal": "123.0",
    "timestamp": "datetime(2015, 1, 1)",
    "blob": "b'bytes'",
    "string": "'string'",
    "character": "'string'",
}
_VALUES = 6


def call_syntax(call: str, members: Iterable[tuple[str, Shape]], required: Sequence[str]) -> list[str]:
    """Return the lines of a call with all parameters."""
    lines: list[str] = []
    given = list(members)
    odd = any(not name.isidentifier() or iskeyword(name) for name, _ in given)
    known: set[str] = set()
    for name, shape in given:
        label = f"{name!r}: " if odd else f"{name}="
        lines += _member(label, shape, name in required, known, output=False)
    if not lines:
        return [f"{call}()"]
    opening, closing = ("(**{", "})") if odd else ("(", ")")
    return [f"{call}{opening}", *lines, closing]


def value_syntax(shape: Shape) -> list[str]:
    """Return the lines of an answer."""
    return list(_value(shape, set(), output=True))


def _member(label: str, shape: Shape, required: bool, known: set[str], *, output: bool) -> Iterator[str]:
    lines = list(_value(shape, known, output=output))
    first = label + lines[0]
    # What follows the opening bracket is long: the remark stands where the member begins.
    lines[0] = first + ("," if len(lines) == 1 else "") + ("  # required" if required else "")
    if len(lines) > 1:
        lines[-1] += ","
    for line in lines:
        yield STEP + line


def _value(shape: Shape, known: set[str], *, output: bool) -> Iterator[str]:
    if isinstance(shape, StructureShape):
        yield from _structure(shape, known, output=output)
    elif isinstance(shape, ListShape | MapShape):
        if shape.name in known and _holds(shape, shape.name):
            yield "[...]" if isinstance(shape, ListShape) else "{...}"
            return
        known.add(shape.name)
        is_list = isinstance(shape, ListShape)
        inner = shape.member if isinstance(shape, ListShape) else shape.value
        lines = list(_value(inner, known, output=output))
        lines[0] = ("" if is_list else "'string': ") + lines[0]
        opening, closing = "[]" if is_list else "{}"
        if len(lines) == 1:
            yield f"{opening}{lines[0]}{closing}"
            return
        lines[-1] += ","
        yield opening
        for line in lines:
            yield STEP + line
        yield closing
    else:
        yield _scalar(shape, output=output)


def _holds(shape: Shape, name: str) -> bool:
    """Whether a list or map holds itself without a structure between."""
    passed: set[str] = set()
    while isinstance(shape, ListShape | MapShape) and shape.name not in passed:
        passed.add(shape.name)
        shape = shape.member if isinstance(shape, ListShape) else shape.value
    return isinstance(shape, ListShape | MapShape) and shape.name == name


def _structure(shape: StructureShape, known: set[str], *, output: bool) -> Iterator[str]:
    stream = bool(shape.serialization.get("eventstream"))
    if shape.is_document_type:
        yield "{...} or [...] or 123 or 'string' or True|False or None"
        return
    if not shape.members:
        yield "{}"
        return
    if shape.name in known and not _is_small(shape):
        yield f"{{...{shape.name}, as above...}}"
        return
    known.add(shape.name)
    required = shape.required_members
    many = shape.is_tagged_union or stream
    opening, closing = ("EventStream([{", "}])") if stream else ("{", "}")
    yield f"{opening}  # one of these keys" if many else opening
    for name, member in shape.members.items():
        yield from _member(f"{name!r}: ", member, name in required and not output, known, output=output)
    yield closing


def _is_small(shape: StructureShape) -> bool:
    """Whether it is shorter to show a structure again than to look it up."""
    return len(shape.members) <= 3 and not any(
        isinstance(member, StructureShape | ListShape | MapShape) for member in shape.members.values()
    )


def _scalar(shape: Shape, *, output: bool) -> str:
    if isinstance(shape, StringShape) and shape.enum:
        values = [repr(value) for value in shape.enum[:_VALUES]]
        return "|".join([*values, "..."] if len(shape.enum) > _VALUES else values)
    if shape.type_name == "blob" and shape.serialization.get("streaming"):
        return "StreamingBody()" if output else "b'bytes'|file"
    if shape.serialization.get("jsonvalue"):
        return "{...}|[...]|123|'string'|True|None"
    return _SCALARS.get(shape.type_name, "123")
