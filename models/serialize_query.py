"""The ``query`` and ``ec2`` protocols: parameters flattened into a form.

The body is the form as a dictionary, as handlers of boto3's ``before-call``
know it; it is encoded when the request is prepared. Sources: Smithy's AWS
query and EC2 query protocols, https://smithy.io/2.0/aws/protocols/aws-query-protocol.html
"""

from collections.abc import Callable, Mapping
from typing import Any

from .serialize_scalars import (
    Convert,
    Members,
    as_it_is,
    blob_text,
    boolean_text,
    finite_or_name,
    shortest_text,
    timestamp_formatter,
)
from .shapes import ListShape, MapShape, OperationModel, Shape, StructureShape

__all__ = ["Ec2Forms", "Forms", "Member", "Write", "compile_query"]

Write = Callable[[dict[str, Any], str, Any], None]
"""Writes a value into a form under a name."""

Member = tuple[float, str, Write]
"""How long text in ASCII has to be to go as it is, a name or the end of one, and what writes all else."""

_CONTENT_TYPE = "application/x-www-form-urlencoded; charset=utf-8"


def compile_query(
    operation: OperationModel, forms: "Forms", faults: tuple[type[Exception], ...] = (), otherwise: Any = None
) -> Callable[[Mapping[str, Any]], dict[str, Any]]:
    """Compile the serializer of an operation of the ``query`` protocol, or of ``ec2``: as ``forms`` writes.

    Where that ends in one of ``faults``, the result is what ``otherwise`` makes of the parameters.
    """
    method = operation.http.get("method", "POST")
    action, version = operation.wire_name, operation.metadata["apiVersion"]
    shape = operation.input_shape
    write = None if shape is None else forms.structure_writer(shape)
    required = shape is not None and bool(shape.required_members or shape.is_tagged_union)

    def serialize(params: Mapping[str, Any]) -> dict[str, Any]:
        form: dict[str, Any] = {"Action": action, "Version": version}
        if write is not None and (required or params != {}):
            try:
                write(form, "", params)
            except faults:
                form = {}
            if not form:
                return otherwise(params)  # type: ignore[no-any-return] # not while another error is handled
        return {
            "url_path": "/",
            "query_string": "",
            "method": method,
            "headers": {"Content-Type": _CONTENT_TYPE},
            "body": form,
        }

    return serialize


class Forms:
    """Compiles shapes to functions that write a value into a form under a name."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], Write] = {}

    def structure_writer(self, shape: StructureShape, before: str = "") -> Write:
        """Return what writes the members of a structure under their names, with ``before`` in front."""
        members = self.members(shape, before)

        def write(form: dict[str, Any], name: str, value: Any) -> None:
            for key, item in value.items():
                least, suffix, inner = members[key]
                if item.__class__ is str and len(item) >= least and item.isascii():
                    form[name + suffix] = item
                elif item is not None:
                    inner(form, name + suffix, item)

        return write

    def convert(self, shape: Shape) -> Convert:
        """Return what makes a scalar one that a form takes."""
        if shape.type_name == "timestamp":
            return timestamp_formatter(shape, "iso8601")
        return _CONVERTERS.get(shape.type_name, as_it_is)

    def members(self, shape: StructureShape, before: str) -> Members[Member]:
        """Return the table of a structure's members."""

        def compile_member(name: str, member: Shape) -> Member:
            wire_name = before + self.member_name(shape, name, member)
            return shortest_text(member), wire_name, self.writer(member, self.flat_name(shape, name, member))

        return Members(shape, compile_member)

    def member_name(self, owner: StructureShape, name: str, member: Shape) -> str:
        """Return the name of a member in the form, below its owner's."""
        return member.serialization.get("name", name)  # type: ignore[no-any-return] # JSON edge

    def flat_name(self, owner: StructureShape, name: str, member: Shape) -> str:
        """Return what takes the place of a flattened list's name: that of its items, if the member has none."""
        if not isinstance(member, ListShape) or "name" in member.serialization:
            return ""
        return member.member.serialization.get("name", "")  # type: ignore[no-any-return] # JSON edge

    def writer(self, shape: Shape, flat_name: str = "") -> Write:
        """Return what writes a value of any shape."""
        if isinstance(shape, StructureShape | ListShape | MapShape):
            style = f"{shape.serialization.get('flattened', False)} {flat_name} {shape.metadata.get('min')}"
            found = self._known.get((shape.name, style))
            if found is None:
                if isinstance(shape, StructureShape):
                    found = self.structure_writer(shape, ".")
                else:
                    later = _Later()
                    self._known[shape.name, style] = later  # A shape may hold itself.
                    found = (
                        self.list_writer(shape, flat_name) if isinstance(shape, ListShape) else self.map_writer(shape)
                    )
                    later.write = found
                self._known[shape.name, style] = found
            return found
        convert = self.convert(shape)

        def write(form: dict[str, Any], name: str, value: Any) -> None:
            form[name] = convert(value)

        return write

    def list_writer(self, shape: ListShape, flat_name: str) -> Write:
        """Return what writes a list, also an empty one; ``flat_name`` is for a flattened one."""
        write_each = self.item_writer(shape)
        item_name = shape.member.serialization.get("name", "member")
        flat = bool(shape.serialization.get("flattened"))

        def write(form: dict[str, Any], name: str, value: Any) -> None:
            if not value:
                form[name] = ""
                return
            if not flat:
                name = f"{name}.{item_name}"
            elif flat_name:
                stem, dot, _ = name.rpartition(".")
                name = f"{stem}{dot}{flat_name}"
            write_each(form, name, value)

        return write

    def item_writer(self, shape: ListShape) -> Write:
        """Return what writes items under their numbers."""
        inner, known = self.writer(shape.member), _Names()

        def write(form: dict[str, Any], name: str, value: Any) -> None:
            if value.__class__ is not list:
                value = list(value)
            for number, item in zip(_numbers_for(len(value)), value, strict=False):
                inner(form, name + number, item)

        def write_texts(form: dict[str, Any], name: str, value: Any) -> None:
            # The same without a call for each: filters and lists of ids may be long.
            if value.__class__ is not list:
                value = list(value)
            names = known[name]
            if len(names) < len(value):
                names = known.more(name, len(value))
            for numbered, item in zip(names, value, strict=False):
                if item.__class__ is str and item and item.isascii():
                    form[numbered] = item
                else:
                    inner(form, numbered, item)

        return write_texts if shortest_text(shape.member) <= 1 else write

    def map_writer(self, shape: MapShape) -> Write:
        """Return what writes the entries of a map under their numbers."""
        write_key, write_value = self.writer(shape.key), self.writer(shape.value)
        key_name = shape.key.serialization.get("name", "key")
        value_name = shape.value.serialization.get("name", "value")
        between = "" if shape.serialization.get("flattened") else ".entry"

        def write(form: dict[str, Any], name: str, value: Any) -> None:
            for index, (key, item) in enumerate(value.items(), 1):
                entry = f"{name}{between}.{index}"
                write_key(form, f"{entry}.{key_name}", key)
                write_value(form, f"{entry}.{value_name}", item)

        return write


class Ec2Forms(Forms):
    """The rules of EC2: names of their own, every list flattened, empty lists left out."""

    def member_name(self, owner: StructureShape, name: str, member: Shape) -> str:
        """Return the name that EC2 has for a member, or else the usual one with a capital."""
        traits = member.serialization
        if "queryName" in traits:
            return traits["queryName"]  # type: ignore[no-any-return] # JSON edge
        name = traits.get("name", name)
        return name[:1].upper() + name[1:]

    def flat_name(self, owner: StructureShape, name: str, member: Shape) -> str:
        """Return nothing: all lists are flattened."""
        return ""

    def list_writer(self, shape: ListShape, flat_name: str) -> Write:
        """Return what writes a list; nothing of an empty one."""
        return self.item_writer(shape)


_numbers: tuple[str, ...] = tuple([f".{number}" for number in range(1, 101)])


def _numbers_for(count: int) -> tuple[str, ...]:
    """Return ``.1``, ``.2`` and so on, at least that many: made once, because making them costs half of a form."""
    global _numbers
    found = _numbers
    if count > len(found):
        _numbers = found = tuple([f".{number}" for number in range(1, 2 * count)])
    return found


class _Names(dict[str, tuple[str, ...]]):
    """The names of a list's items, by that of the list: to make and hash them anew costs a third of a long list."""

    __slots__ = ()
    _LISTS, _ITEMS = 8, 256

    def __missing__(self, name: str) -> tuple[str, ...]:
        return ()

    def more(self, name: str, count: int) -> tuple[str, ...]:
        """Make that many names, and keep them within bounds."""
        names = tuple([name + number for number in _numbers_for(count)[:count]])
        if count <= self._ITEMS and (name in self or len(self) < self._LISTS):
            self[name] = names
        return names


class _Later:
    """Stands for a list or map while its own items are compiled."""

    write: Write

    def __call__(self, form: dict[str, Any], name: str, value: Any) -> None:
        self.write(form, name, value)


_CONVERTERS: Mapping[str, Convert] = {
    "boolean": boolean_text, "blob": blob_text, "float": finite_or_name, "double": finite_or_name,
    "bigdecimal": finite_or_name,
}  # fmt: skip
