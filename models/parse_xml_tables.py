"""What XML elements mean (rest-xml, query, ec2): tables from element names to what is to be done with them.

A structure's table is made when the first such element arrives and kept for
the service. The rules of the protocols are those of the Smithy specification
(https://smithy.io/2.0/aws/protocols/), prefixes of names are ignored, as are
elements that the model does not know.
"""

from collections.abc import Callable
from typing import Any

from ..components.timestamps import parse_timestamp
from .expat import UnexpectedXmlError
from .parse_headers import OUTSIDE_THE_BODY
from .shapes import ListShape, MapShape, Shape, StructureShape

__all__ = [
    "FLAT_LEAF",
    "FLAT_STRUCTURE",
    "LEAF",
    "LIST",
    "SKIPPING",
    "STRUCTURE",
    "Entry",
    "Every",
    "Finish",
    "LeavesTable",
    "Structure",
    "StructureTable",
    "XmlCompiler",
    "open_container",
]

Convert = Callable[[str], Any]
Finish = Callable[[dict[Any, Any]], None]
Entry = tuple[int, str | None, Any, Any]
"""What to do with an element: kind, field of the container (``None`` appends), converter, table or structure.

The last is ``None`` for text, and for text only: the two hot functions rely on it.
"""

LEAF, FLAT_LEAF, STRUCTURE, FLAT_STRUCTURE, LIST, FLAT_LIST, MAP, FLAT_MAP, PAIR, SKIP, UNKNOWN = range(11)


class Every(dict[str, Entry]):
    """A table that has one entry for every name; ``names`` are those to be found without asking ``__missing__``."""

    __slots__ = ("entry",)

    def __init__(self, entry: Entry, *names: str) -> None:
        super().__init__(dict.fromkeys(names, entry))
        self.entry = entry

    def __missing__(self, tag: str) -> Entry:
        return self.entry


_SKIP: Entry = (SKIP, None, None, ())
SKIPPING = Every(_SKIP)


class StructureTable(dict[str, Entry]):
    """A table by element name; a name is looked up without its prefix if it is not found with it."""

    __slots__ = ()

    def __missing__(self, tag: str) -> Entry:
        prefix, _, local = tag.rpartition(":")
        return self.get(local, _SKIP) if prefix else _SKIP


class _UnionTable(StructureTable):
    __slots__ = ()

    def __missing__(self, tag: str) -> Entry:
        local = tag.rpartition(":")[2]
        return self.get(local) or (UNKNOWN, local, None, ())


class LeavesTable(dict[str, Entry]):
    """A table for elements of any name that hold text, each kept under its name."""

    __slots__ = ()

    def __missing__(self, tag: str) -> Entry:
        return (LEAF, tag.rpartition(":")[2], None, None)


class Structure:
    """A structure's table, made at its first use; ``finish`` checks a union when its element ends."""

    __slots__ = ("attributes", "finish", "make", "table")

    def __init__(self, make: Callable[["Structure"], None]) -> None:
        self.make = make
        self.table: dict[str, Entry] | None = None
        self.attributes: tuple[tuple[str, str, Convert | None], ...] = ()
        self.finish: Finish | None = None

    def made(self) -> dict[str, Entry]:
        """Make the table, and return it."""
        self.make(self)
        assert self.table is not None
        return self.table

    @classmethod
    def of(cls, table: dict[str, Entry]) -> "Structure":
        """Return a structure whose table is known already."""
        made = cls(lambda structure: None)
        made.table = table
        return made


def open_container(entry: Entry, target: Any) -> tuple[dict[str, Entry], Any, Finish | None]:
    """Begin what is neither a structure nor a list of its own: return the table, the target and what finishes it."""
    kind, field, inner, node = entry
    child: Any
    if kind == PAIR:
        return node, {None: target}, _store_pair
    if kind == MAP:
        child = {}
        if field is None:
            target.append(child)
        else:
            target[field] = child
        return node, child, None
    if kind == FLAT_MAP:
        return node, {None: target.setdefault(field, {})}, _store_pair
    if kind == FLAT_LIST:
        child = [] if inner == LIST else {}
        target.setdefault(field, []).append(child)
        return node, child, None
    if kind == UNKNOWN:
        target["SDK_UNKNOWN_MEMBER"] = {"name": field}
    return SKIPPING, None, None


def _store_pair(pair: dict[Any, Any]) -> None:
    if "key" in pair and "value" in pair:
        pair[None][pair["key"]] = pair["value"]


def _blob(text: str) -> bytes:
    from binascii import a2b_base64

    return a2b_base64(text)


_CONVERTERS: dict[str, Callable[[str], Any] | None] = {
    "string": None,
    "character": None,
    "integer": int,
    "long": int,
    "short": int,
    "byte": int,
    "bigInteger": int,
    "float": float,
    "double": float,
    "boolean": "true".__eq__,
    "timestamp": parse_timestamp,
    "blob": _blob,
}


class XmlCompiler:
    """Makes the tables of one service; structures are shared by all of its operations."""

    def __init__(self) -> None:
        self._structures: dict[str, Structure] = {}

    def structure(self, shape: StructureShape) -> Structure:
        """Return the structure of a shape, whose table is made when it is first entered."""
        found = self._structures.get(shape.name)
        if found is None:
            found = self._structures.setdefault(shape.name, Structure(lambda made: self._fill(made, shape)))
        return found

    def _fill(self, structure: Structure, shape: StructureShape) -> None:
        union = shape.is_tagged_union
        table: StructureTable = _UnionTable() if union else StructureTable()
        attributes = []
        inner: list[tuple[str, Entry]] = []
        for name, member in shape.members.items():
            traits = member.serialization
            wire = traits.get("name", name)
            if traits.get("location") in OUTSIDE_THE_BODY or traits.get("eventheader"):
                continue
            if traits.get("xmlAttribute"):
                attributes.append((wire, name, _CONVERTERS.get(member.type_name)))
                continue
            if traits.get("flattened") and isinstance(member, ListShape | MapShape):
                table[wire] = entry = self._flat(member, name)
                if isinstance(member, ListShape) and "name" in member.member.serialization:
                    inner.append((member.member.serialization["name"], entry))
            else:
                entry = self.entry(member, name)
                if isinstance(member, StructureShape):
                    # The name may be that of the shape, which is meant for the root of a document.
                    inner.append((name, entry))
                table.setdefault(wire, entry)  # a list that has the element already hears all of them
        for wire, entry in inner:
            # Services name the items of a flattened list by the list or by its items: both are heard.
            table.setdefault(wire, entry)
        if union:
            structure.finish = _union_check(shape.name)
        structure.attributes = tuple(attributes)
        structure.table = table

    def entry(self, shape: Shape, field: str | None) -> Entry:
        """Return what to do with an element that is a value of the shape, for the field of its container."""
        if isinstance(shape, StructureShape):
            return (STRUCTURE, field, None, self.structure(shape))
        if isinstance(shape, ListShape):
            item_name = shape.member.serialization.get("name", "member")
            return (LIST, field, None, Every(self.entry(shape.member, None), item_name))
        if isinstance(shape, MapShape):
            return (MAP, field, None, Every((PAIR, None, None, self._pair(shape)), "entry"))
        return (LEAF, field, _CONVERTERS.get(shape.type_name), None)

    def _flat(self, shape: ListShape | MapShape, field: str) -> Entry:
        if isinstance(shape, MapShape):
            return (FLAT_MAP, field, None, self._pair(shape))
        kind, _, convert, node = self.entry(shape.member, None)
        if node is None:
            return (FLAT_LEAF, field, convert, None)
        if kind == STRUCTURE:
            return (FLAT_STRUCTURE, field, None, node)
        return (FLAT_LIST, field, kind, node)

    def _pair(self, shape: MapShape) -> StructureTable:
        key, value = shape.key, shape.value
        return StructureTable(
            {
                key.serialization.get("name", "key"): (LEAF, "key", None, None),
                value.serialization.get("name", "value"): self.entry(value, "value"),
            }
        )


def _union_check(name: str) -> Finish:
    def check(value: dict[Any, Any]) -> None:
        if len(value) != 1:
            raise UnexpectedXmlError(f"the union {name} has {len(value)} members set instead of one")

    return check
