"""The shapes of a service as types: ``TypedDict`` for structures, ``Literal`` for enums, what callers give and get.

A value that is given may be more than one that is got (``Sequence``, text for a
time), so a structure has two types where they differ, and a caller may give
either: what one call returned can be given to the next.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from .stubs_names import Names, is_name

if TYPE_CHECKING:
    from ..models.shapes import ServiceModel

__all__ = ["GIVEN", "GOT", "ShapeTypes"]

GIVEN, GOT = "given", "got"

_SCALARS: Mapping[str, str] = {
    "string": "str",
    "character": "str",
    "boolean": "bool",
    "byte": "int",
    "short": "int",
    "integer": "int",
    "long": "int",
    "float": "float",
    "double": "float",
}
_WIDTH = 110


class ShapeTypes:
    """The types of one model's shapes, in a module that ``names`` belongs to.

    ``reach`` is told first of all that is used, as a type's name depends on
    that; ``definitions`` come last. ``whole``: every member of a result may be
    read; otherwise only those that the model requires. ``replaced`` are types
    (given, got) for shapes that are something else here, ``mark`` goes into
    the names.
    """

    def __init__(
        self,
        model: "ServiceModel",
        names: Names,
        *,
        whole: bool = True,
        replaced: Mapping[str, tuple[str, str]] | None = None,
        mark: str = "",
    ) -> None:
        self._source = model.source
        self._given_names = names
        self._whole = whole
        self._replaced = replaced or {}
        self._mark = mark
        self._used: dict[str, set[str]] = {}
        self._results: dict[str, str] = {}
        self._result_shapes: dict[str, set[str]] = {}
        self._same: dict[str, bool] = {}
        self._names: dict[tuple[str, str], str] = {}
        self._known: dict[tuple[str, str], str] = {}
        self._named = False

    # -- what is used ----------------------------------------------------------------------------

    def reach(self, shape: str, side: str) -> None:
        """Note that values of a shape are given or got."""
        left = [shape]
        while left:
            name = left.pop()
            seen = self._used.setdefault(name, set())
            if side in seen or name in self._replaced:
                continue
            seen.add(side)
            left += [reference["shape"] for reference in _parts(self._source.shape(name))]

    def reach_result(self, operation: str, shape: str) -> None:
        """Note that an operation answers with a structure."""
        self._result_shapes.setdefault(shape, set()).add(operation)
        for reference in _parts(self._source.shape(shape)):
            self.reach(reference["shape"], GOT)

    # -- types -----------------------------------------------------------------------------------

    def type_of(self, reference: Mapping[str, Any], side: str) -> str:
        """Return the type of what a reference (``{"shape": name, ...}``) means."""
        name = reference["shape"]
        key = (name, side)
        known = self._known.get(key) if len(reference) == 1 else None
        if known is None:
            record = self._source.shape(name)
            if len(reference) > 1:
                return self._type(name, {**record, **reference}, side)
            known = self._known[key] = self._type(name, record, side)
        return known

    def given_parameters(self, shape: str) -> dict[str, str]:
        """Return the types of a structure's members that are given, by name."""
        members = self._source.shape(shape).get("members", {})
        return {name: self.type_of(reference, GIVEN) for name, reference in members.items()}

    def result(self, operation: str, shape: str | None) -> str:
        """Return the type of what an operation answers."""
        if shape is None or not self._source.shape(shape).get("members"):
            return "EmptyResultTypeDef"
        self._name_all()
        return self._results[operation]

    def name_of(self, shape: str, side: str) -> str:
        """Return the name of the type of a structure or an enum."""
        self._name_all()
        return self._names[shape, side]

    def _type(self, name: str, record: Mapping[str, Any], side: str) -> str:
        if name in self._replaced:
            return self._replaced[name][side == GOT]
        kind, got = record["type"], side == GOT
        if record.get("jsonvalue"):
            return "Any"
        if kind == "structure":
            return self._structure(name, record, side)
        if kind == "list":
            return f"{'list' if got else 'Sequence'}[{self.type_of(record['member'], side)}]"
        if kind == "map":
            held = f"{self.type_of(record['key'], side)}, {self.type_of(record['value'], side)}"
            return f"{'dict' if got else 'Mapping'}[{held}]"
        if kind == "blob":
            return ("StreamingBody" if record.get("streaming") else "bytes") if got else "Blob"
        if kind == "timestamp":
            return "datetime" if got else "Timestamp"
        if kind == "string" and self._source.shape(name).get("enum"):  # a reference may have one; its texts go unnamed
            return self.name_of(name, GOT)
        return _SCALARS.get(kind, "Any")

    def _structure(self, name: str, record: Mapping[str, Any], side: str) -> str:
        if record.get("document"):
            return "Any" if side == GOT else "Document"
        own = self.name_of(name, side)
        if record.get("eventstream"):
            return f"EventStream[{own}]" if side == GOT else f"Iterable[{own}]"
        other = self._names.get((name, GOT), own)
        return own if side == GOT or other == own else f"{own} | {other}"

    # -- names -----------------------------------------------------------------------------------

    def _name_all(self) -> None:
        if self._named:
            return
        self._named = True
        later: list[str] = []
        for name in sorted(self._used):
            record = self._source.shape(name)
            if record["type"] == "string" and record.get("enum") and name not in self._replaced:
                self._names[name, GIVEN] = self._names[name, GOT] = self._new(name, "Type")
            elif record["type"] == "structure" and name not in self._replaced:
                plain = self._new(name, "TypeDef")
                sides = self._used[name]
                for side in sides:
                    self._names[name, side] = plain
                if len(sides) > 1 and not self._is_same(name):
                    later.append(name)
        for name in later:
            self._names[name, GOT] = self._new(f"{name}Output", "TypeDef")
        for shape, operations in sorted(self._result_shapes.items()):
            alone = shape not in self._used
            shared = self._new(shape, "TypeDef") if alone else ""
            for operation in sorted(operations):
                self._results[operation] = shared or self._new(f"{operation}Result", "TypeDef")
            if not alone and (shape, GOT) not in self._names:
                self.reach(shape, GOT)
                self._names[shape, GOT] = self._new(f"{shape}Output", "TypeDef")

    def _new(self, shape: str, suffix: str) -> str:
        return self._given_names.give(f"{shape[:1].upper()}{shape[1:]}{self._mark}{suffix}")

    def _is_same(self, name: str) -> bool:
        """Whether what is given and what is got of a structure is of one type."""
        known = self._same.get(name)
        if known is None:
            self._same[name] = False  # one that holds itself
            record = self._source.shape(name)
            required = record.get("required", ())
            known = all(
                (name in required or not self._reads_all(record)) and self._is_plain(reference)
                for name, reference in record.get("members", {}).items()
            )
            self._same[name] = known
        return known

    def _is_plain(self, reference: Mapping[str, Any]) -> bool:
        replaced = self._replaced.get(reference["shape"])
        if replaced is not None:
            return replaced[0] == replaced[1]
        record = self._source.shape(reference["shape"])
        if record["type"] == "structure":
            special = record.get("document") or record.get("eventstream")
            return not special and self._is_same(reference["shape"])
        return record["type"] in _SCALARS

    def _reads_all(self, record: Mapping[str, Any]) -> bool:
        return self._whole and not record.get("union") and not record.get("eventstream")

    # -- definitions -----------------------------------------------------------------------------

    def definitions(self) -> list[str]:
        """Return the definitions of all types, sorted by name: enums first."""
        self._name_all()
        enums: dict[str, str] = {}
        structures: dict[str, str] = {}
        for (shape, side), name in self._names.items():
            record = self._source.shape(shape)
            if record["type"] == "string":
                enums[name] = _literal(name, record["enum"])
            elif not record.get("document") and name not in structures:
                structures[name] = self._definition(name, record, side, "")
        for shape, operations in self._result_shapes.items():
            record = self._source.shape(shape)
            for operation in operations:
                name = self._results[operation]
                base = self._names.get((shape, GOT))
                if base is not None:
                    structures[name] = f"class {name}({base}):\n    ResponseMetadata: ResponseMetadataTypeDef\n"
                elif record.get("members"):
                    structures[name] = self._definition(name, record, GOT, "ResponseMetadataTypeDef")
        return [text for _, text in (*sorted(enums.items()), *sorted(structures.items()))]

    def _definition(self, name: str, record: Mapping[str, Any], side: str, metadata: str) -> str:
        members = {key: self.type_of(reference, side) for key, reference in record.get("members", {}).items()}
        payload = record.get("payload")
        if side == GOT and members.get(payload) == "bytes":
            members[payload] = "StreamingBody"
        total = side == GOT and self._reads_all(record)
        required = () if record.get("union") else record.get("required", ())
        fields = {key: f"Required[{of}]" if not total and key in required else of for key, of in members.items()}
        if metadata:
            fields["ResponseMetadata"] = metadata if total else f"Required[{metadata}]"
        tail = "" if total else ", total=False"
        if all(is_name(key) and not key.startswith("__") and not self._given_names.hides(key) for key in fields):
            lines = [f"    {key}: {of}" for key, of in fields.items()] or ["    pass"]
            return "\n".join([f"class {name}(TypedDict{tail}):", *lines, ""])
        lines = [f"        {json.dumps(key)}: {of}," for key, of in fields.items()]
        end = ["    },", *([] if total else ["    total=False,"]), ")", ""]
        return "\n".join([f"{name} = TypedDict(", f"    {json.dumps(name)},", "    {", *lines, *end])


def _parts(record: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
    kind = record["type"]
    if kind == "structure":
        return () if record.get("document") else record.get("members", {}).values()
    return [record[key] for key in ("member", "key", "value") if key in record] if kind in ("list", "map") else ()


def _literal(name: str, values: Iterable[str]) -> str:
    quoted = [json.dumps(value) for value in dict.fromkeys(values)]
    line = f"{name}: TypeAlias = Literal[{', '.join(quoted)}]\n"
    if len(line) <= _WIDTH:
        return line
    return "\n".join([f"{name}: TypeAlias = Literal[", *_filled(quoted), "]", ""])


def _filled(items: Iterable[str]) -> Iterator[str]:
    line = "   "
    for item in items:
        if len(line) + len(item) > _WIDTH and line.strip():
            yield line
            line = "   "
        line += f" {item},"
    yield line
