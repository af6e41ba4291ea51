"""JSON bodies read by a decoder in C that knows the operation's shapes (json, rest-json).

msgspec takes typed dictionaries: members that the model does not know are
never made, floats and blobs get their type while they are read, and nothing is
walked again but the ways to timestamps. It takes as long as decoding without a
model, a quarter of what the closures of ``parse_json`` add to that. What they
treat in a way of their own (nulls, unions, another name on the wire, a value
of another type) is left to them: the types here are strict, and any
disagreement means that the body is read by closures, from the beginning.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

from ..components.timestamps import parse_timestamp
from .parse_json import fast_decoder_is_loaded
from .shapes import ListShape, MapShape, Shape, StructureShape

__all__ = ["TypedReader"]

_Fix = Callable[[Any], Any]
_COMPILE_AFTER = 1 << 15
"""Bytes that an operation has read before its types are made (0.1 ms for a few shapes, 20 ms for thousands)."""

_epoch = datetime.fromtimestamp


def _from_epoch(value: float) -> datetime:
    return _epoch(value, UTC)


def _from_epochs(values: list[float]) -> list[datetime]:
    """Turn many numbers into times at once, a sixth of the time of one by one; fractions would be rounded otherwise."""
    if all(map(float.is_integer, values)):
        from msgspec import convert

        return convert(values, list[datetime], strict=False)
    return [_epoch(value, UTC) for value in values]


class TypedReader:
    """Reads the bodies of one operation; ``None`` for a body that must be read by closures. Safe in threads."""

    __slots__ = ("_decode", "_fix", "_integers", "_seen", "_shape", "_skip")

    def __init__(self, shape: Shape, *, integers: bool, skip: frozenset[str] = frozenset()) -> None:
        self._shape = shape
        self._integers = integers  # integers and booleans are coerced
        self._skip = skip
        self._seen = 0
        self._decode: Callable[[bytes], Any] | None = None
        self._fix: _Fix | None = None

    def __call__(self, body: bytes) -> Any:
        """Return the result, or ``None``."""
        decode = self._decode
        if decode is None:
            self._seen += len(body)
            if self._seen < _COMPILE_AFTER or not fast_decoder_is_loaded():
                return None
            decode = self._compile()
        if b"null" in body:
            return None
        try:
            found = decode(body)
            return found if self._fix is None else self._fix(found)
        except (ValueError, RecursionError, OverflowError, OSError):
            return None

    def _compile(self) -> Callable[[bytes], Any]:
        from msgspec.json import Decoder

        compiler = _Compiler(self._integers)
        try:
            type_ = compiler.type_of(self._shape, self._skip)
        except _NotTyped:
            decode: Callable[[bytes], Any] = _leave
        else:
            self._fix = compiler.fix(self._shape, self._skip)
            decode = Decoder(type_).decode
        self._decode = decode
        return decode


class _NotTyped(Exception):  # noqa: N818 # no error: another way is taken
    """A shape is reached that typed dictionaries cannot describe."""


def _leave(body: bytes) -> Any:
    raise ValueError("not typed")


_TYPES: dict[str, Any] = {"float": float, "double": float, "blob": bytes}
_COERCED: dict[str, Any] = {
    **_TYPES, "integer": int, "long": int, "short": int, "byte": int, "boolean": bool,
}  # fmt: skip


class _Compiler:
    """Makes the types of one operation, and what turns numbers and texts into times afterwards."""

    def __init__(self, integers: bool) -> None:
        self._types = _COERCED if integers else _TYPES
        self._structures: dict[str, Any] = {}
        self._fixes: dict[str, _Fix] = {}
        self._timed: dict[str, bool] = {}

    def type_of(self, shape: Shape, skip: frozenset[str] = frozenset()) -> Any:
        if isinstance(shape, StructureShape):
            return Any if shape.is_document_type else self._structure(shape, skip)
        if isinstance(shape, ListShape):
            return list[self.type_of(shape.member)]  # type: ignore[misc] # types made at run time
        if isinstance(shape, MapShape):
            return dict[str, self.type_of(shape.value)]  # type: ignore[misc] # types made at run time
        if shape.type_name == "timestamp":
            return float if _is_epoch(shape) else str
        return self._types.get(shape.type_name, Any)

    def _structure(self, shape: StructureShape, skip: frozenset[str]) -> Any:
        from typing import TypedDict

        found = None if skip else self._structures.get(shape.name)
        if found is not None:
            return found
        if shape.is_tagged_union:
            raise _NotTyped
        made: Any = TypedDict(shape.name, {}, total=False)  # type: ignore[misc] # at run time
        if not skip:
            self._structures[shape.name] = made  # a shape may hold itself
        fields = {}
        for name, member in shape.members.items():
            if name not in skip:
                if member.serialization.get("name", name) != name:
                    raise _NotTyped
                fields[name] = self.type_of(member)
        made.__annotations__ = fields
        made.__optional_keys__ = frozenset(fields)
        return made

    def fix(self, shape: Shape, skip: frozenset[str] = frozenset()) -> _Fix | None:
        """Return what puts times into a value, ``None`` if there are none."""
        if shape.type_name == "timestamp":
            return _from_epoch if _is_epoch(shape) else parse_timestamp
        if not self._has_times(shape):
            return None
        found = None if skip else self._fixes.get(shape.name)
        if found is None:
            found = self._members(shape, skip) if isinstance(shape, StructureShape) else self._items(shape)
            if not skip:
                self._fixes[shape.name] = found
        return found

    def _members(self, shape: StructureShape, skip: frozenset[str]) -> _Fix:
        needed: list[tuple[str, _Fix]] | None = None

        def members(value: Any) -> Any:
            nonlocal needed
            if needed is None:
                fixes = [(name, self.fix(member)) for name, member in shape.members.items() if name not in skip]
                needed = [(name, fix) for name, fix in fixes if fix is not None]
            for name, fix in needed:
                if name in value:
                    value[name] = fix(value[name])
            return value

        return members

    def _items(self, shape: Shape) -> _Fix:
        inner: _Fix | None = None

        def fix_of_items(member: Shape) -> _Fix:
            nonlocal inner
            inner = self.fix(member)
            assert inner is not None
            return inner

        if isinstance(shape, ListShape):
            items = shape.member

            if items.type_name == "timestamp" and _is_epoch(items):
                return _from_epochs

            def sequence(value: Any) -> Any:
                fix = inner or fix_of_items(items)
                return [fix(item) for item in value]

            return sequence
        assert isinstance(shape, MapShape)
        values = shape.value

        def mapping(value: Any) -> Any:
            fix = inner or fix_of_items(values)
            return {key: fix(item) for key, item in value.items()}

        return mapping

    def _has_times(self, shape: Shape) -> bool:
        known = self._timed.get(shape.name)
        if known is None:
            seen: set[str] = set()
            known = self._timed[shape.name] = any(inner.type_name == "timestamp" for inner in _reached(shape, seen))
        return known


def _reached(shape: Shape, seen: set[str]) -> Iterator[Shape]:
    """Yield a shape and those that it holds, structures once."""
    yield shape
    if isinstance(shape, StructureShape):
        if shape.name not in seen:
            seen.add(shape.name)
            for member in shape.members.values():
                yield from _reached(member, seen)
    elif isinstance(shape, ListShape):
        yield from _reached(shape.member, seen)
    elif isinstance(shape, MapShape):
        yield from _reached(shape.value, seen)


def _is_epoch(shape: Shape) -> bool:
    return str(shape.serialization.get("timestampFormat", "unixTimestamp")).lower() == "unixtimestamp"
