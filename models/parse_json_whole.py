"""Closures for JSON bodies that have no ``null`` in them, nearly all: nothing in them has to be left out for being one.

A structure whose members are all handed on as they came, such as most values of
DynamoDB, is then known by the names of its members at once.
"""

from collections.abc import Callable
from typing import Any

from .parse_json import Convert, JsonCompiler, Members
from .shapes import MapShape, StructureShape

__all__ = ["WholeJsonCompiler"]


class WholeJsonCompiler(JsonCompiler):
    """Makes the closures of one service, as ``JsonCompiler`` does, for values without ``None``."""

    def members(self, make: Callable[[], Members]) -> Convert:
        """Return the closure of a structure with these members; where they have other names, that of the base."""
        usual: Convert | None = None
        plain: frozenset[str] | None = None
        converters: dict[str, Convert] = {}

        def structure(value: Any) -> Any:
            nonlocal usual, plain, converters
            if plain is None:
                known = make()
                converters = {wire: convert for wire, (_, convert) in known.items() if convert is not None}
                if any(wire != name for wire, (name, _) in known.items()):
                    usual = JsonCompiler.members(self, lambda: known)
                plain = frozenset(known.keys() - converters.keys())
            if usual is not None:
                return usual(value)
            dropped: tuple[str, ...] = ()
            for wire, item in value.items():
                if wire not in plain:
                    if wire in converters:
                        value[wire] = converters[wire](item)
                    else:
                        dropped += (wire,)
            if dropped:
                for wire in dropped:
                    del value[wire]
            return value

        return structure

    def _map(self, shape: MapShape) -> Convert:
        member = shape.value
        convert = self.convert(member)
        if convert is None:
            return super()._map(shape)
        if isinstance(member, StructureShape) and not member.is_tagged_union:
            return self._structures_by_name(member, convert)

        def pairs(value: Any) -> Any:
            for key, item in value.items():
                value[key] = convert(item)
            return value

        return pairs

    def _structures_by_name(self, member: StructureShape, convert: Convert) -> Convert:
        plain: frozenset[str] | None = None

        def structures(value: Any) -> Any:
            nonlocal plain
            if plain is None:
                known = self.table(member)
                plain = frozenset(wire for wire, (name, convert) in known.items() if convert is None and wire == name)
            for key, item in value.items():
                if not item.keys() <= plain:
                    value[key] = convert(item)
            return value

        return structures
