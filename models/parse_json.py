"""Values that a decoder has made already (json, rest-json, smithy-rpc-v2-cbor): closures give them their types.

A structure's closure looks at what has come, not at what might have: members
that are absent cost nothing, unknown ones and nulls are dropped. Closures may
change the decoder's objects and hand them on: a decoded value is converted once. What needs no
conversion (a list of strings, a document) is handed on as the decoder made it.
"""

import sys
from binascii import a2b_base64
from collections.abc import Callable
from typing import Any

from ..components.after_fork import import_whole
from ..components.errors import ResponseParserError
from ..components.json_scanner import scan
from ..components.timestamps import parse_timestamp
from .shapes import ListShape, MapShape, Shape, StructureShape

__all__ = ["Convert", "JsonCompiler", "Members", "decode_cbor", "decode_json", "fast_decoder_is_loaded"]

Convert = Callable[[Any], Any]
Members = dict[str, tuple[str, Convert | None]]

_FAST_AFTER = 1 << 20
"""Bytes after which the fast decoder is imported (20 ms of CPU, saved again within 5 MB)."""

_fast: Callable[[bytes], Any] | None = None
_decoded = 0


def fast_decoder_is_loaded() -> bool:
    """Tell whether this process has read so much JSON that it has changed to msgspec."""
    return _fast is not None


def decode_json(body: bytes) -> Any:
    """Decode a JSON document; ``ResponseParserError`` says where it is malformed.

    Short processes get by with the standard library; one that reads more than
    a megabyte changes to msgspec, which is half as fast again, keeps integers
    of any size (orjson makes floats of them), and leaves what it refuses
    (``NaN``, lone surrogates, a byte order mark) to the standard library.
    """
    global _decoded
    if _fast is not None:
        try:
            return _fast(body)
        except (ValueError, RecursionError):
            pass
    else:
        _decoded += len(body)
        if _decoded > _FAST_AFTER:
            _load_fast()
        try:
            text = body.decode()
            value, end = scan(text, 0)
            if end == len(text) or not text[end:].strip(" \t\r\n"):
                return value
        except (ValueError, StopIteration, RecursionError):
            pass
    import json  # for what is unusual, and to say what is wrong

    try:
        return json.loads(body)
    except json.JSONDecodeError as error:
        reason = f"invalid JSON at line {error.lineno}, column {error.colno} of {len(body)} bytes: {error.msg}"
    except UnicodeDecodeError as error:
        reason = f"invalid JSON at byte {error.start} of {len(body)}: {error.reason}"
    except RecursionError:
        reason = f"invalid JSON of {len(body)} bytes: nested too deeply"
    except ValueError as error:  # an integer of more digits than Python converts
        reason = f"invalid JSON of {len(body)} bytes: {error}"
    raise ResponseParserError(reason=reason)


def _load_fast() -> None:
    """Change to the fast decoder; where it cannot be loaded (a Python without wheels of it), all goes on as before."""
    global _decoded, _fast
    try:
        import_whole("msgspec.json")
        from msgspec.json import Decoder
    except ImportError:
        _decoded = -sys.maxsize
    else:
        _fast = Decoder().decode


def _refuse_tag(decoder: Any, *content: Any) -> Any:
    raise ValueError("a tag other than 1 (epoch seconds)")


# What cbor2 would make an object of: dates, fractions, patterns, mails, references. The protocol has epoch times only.
_REFUSED_TAGS: dict[int, Callable[..., Any]] = dict.fromkeys(
    (0, 2, 3, 4, 5, 25, 28, 29, 30, 35, 36, 37, 43, 52, 54, 100, 256, 258, 260, 261, 1004, 43000, 55799), _refuse_tag
)


def decode_cbor(body: bytes) -> Any:
    """Decode a CBOR document; ``ResponseParserError`` says what is malformed."""
    import_whole("cbor2")
    from cbor2 import CBORDecodeError, loads

    try:
        return loads(body, max_depth=256, semantic_decoders=_REFUSED_TAGS, tag_hook=_refuse_tag)
    except (CBORDecodeError, ValueError, TypeError, ArithmeticError, RecursionError) as error:
        reason = f"invalid CBOR of {len(body)} bytes: {error.__cause__ or error}"
    raise ResponseParserError(reason=reason)


def _boolean(value: Any) -> bool:
    return value.lower() == "true" if isinstance(value, str) else bool(value)


def _typed_list(value: Any) -> Any:
    if type(value) is list:
        return value
    raise TypeError("no list")


def _typed_map(value: Any) -> Any:
    if type(value) is dict:
        return value
    raise TypeError("no map")


def _cbor_timestamp(value: Any) -> Any:
    return parse_timestamp(value) if isinstance(value, int | float) else value


# boto3 hands JSON scalars on as they are, but for those of rest-json, which it coerces.
_SCALARS: dict[str, dict[str, Convert]] = {
    "json": {"float": float, "double": float, "timestamp": parse_timestamp, "blob": a2b_base64},
    "rest-json": {
        "integer": int,
        "long": int,
        "short": int,
        "byte": int,
        "float": float,
        "double": float,
        "boolean": _boolean,
        "timestamp": parse_timestamp,
        "blob": a2b_base64,
    },
    "smithy-rpc-v2-cbor": {"timestamp": _cbor_timestamp},
}


def _under_other_names(value: Any, known: Members) -> dict[str, Any]:
    result = {}
    for wire, item in value.items():
        if item is not None and wire in known:
            name, convert = known[wire]
            result[name] = item if convert is None else convert(item)
    return result


class JsonCompiler:
    """Makes the closures of one service; those of structures are shared by all of its operations."""

    def __init__(self, protocol: str) -> None:
        self._scalars = _SCALARS[protocol]
        self._cbor = protocol == "smithy-rpc-v2-cbor"
        self._structures: dict[str, Convert] = {}

    def convert(self, shape: Shape) -> Convert | None:
        """Return what makes a value of the shape out of a decoded one; ``None`` if nothing has to be done."""
        if isinstance(shape, StructureShape):
            return None if shape.is_document_type else self.structure(shape)
        if isinstance(shape, ListShape):
            return self._list(shape)
        if isinstance(shape, MapShape):
            return self._map(shape)
        return self._scalars.get(shape.type_name)

    def structure(self, shape: StructureShape) -> Convert:
        """Return the closure of a structure, which learns its members when it first runs."""
        found = self._structures.get(shape.name)
        if found is None:
            made = self._union(shape) if shape.is_tagged_union else self.members(lambda: self.table(shape))
            found = self._structures.setdefault(shape.name, made)
        return found

    def members(self, make: Callable[[], Members]) -> Convert:
        """Return the closure of a structure with these members: wire name to name and what converts them.

        Where no member has another name on the wire, the decoder's own
        dictionary becomes the result: two thirds of the time of filling another.
        """
        plain: frozenset[str] = frozenset()
        converters: dict[str, Convert] | None = None
        renamed: Members | None = None

        def structure(value: Any) -> Any:
            nonlocal plain, converters, renamed
            if converters is None:
                known = make()
                if any(wire != name for wire, (name, _) in known.items()):
                    renamed = known
                plain = frozenset([wire for wire, (_, convert) in known.items() if convert is None])
                converters = {wire: convert for wire, (_, convert) in known.items() if convert is not None}
            if renamed is not None:
                return _under_other_names(value, renamed)
            dropped: tuple[str, ...] = ()
            for wire, item in value.items():
                if item is None:
                    dropped += (wire,)
                elif wire not in plain:
                    if wire in converters:
                        value[wire] = converters[wire](item)
                    else:
                        dropped += (wire,)
            if dropped:
                for wire in dropped:
                    del value[wire]
            return value

        return structure

    def wire_name(self, name: str, member: Shape) -> str:
        """Return the name of a member in the body."""
        return name if self._cbor else member.serialization.get("name", name)

    def table(self, shape: StructureShape, without: frozenset[str] = frozenset()) -> Members:
        """Return the members of a structure but for some, by wire name."""
        return {
            self.wire_name(name, member): (name, self.convert(member))
            for name, member in shape.members.items()
            if name not in without
        }

    def _union(self, shape: StructureShape) -> Convert:
        known: Members | None = None

        def union(value: Any) -> dict[str, Any]:
            nonlocal known
            if known is None:
                known = self.table(shape)
            given = [pair for pair in value.items() if pair[1] is not None and pair[0] != "__type"]
            if len(given) != 1:
                raise ValueError(f"the union {shape.name} has {len(given)} members set instead of one")
            wire, item = given[0]
            if wire not in known:
                return {"SDK_UNKNOWN_MEMBER": {"name": wire}}
            name, convert = known[wire]
            return {name: item if convert is None else convert(item)}

        return union

    def _list(self, shape: ListShape) -> Convert:
        convert = self.convert(shape.member)
        if convert is None:
            return _typed_list

        def items(value: Any) -> list[Any]:
            if type(value) is not list:
                raise TypeError("no list")
            return [None if item is None else convert(item) for item in value]

        return items

    def _map(self, shape: MapShape) -> Convert:
        member = shape.value
        convert = self.convert(member)
        # Where boto3 keeps a null in a map it is kept; where it fails, and in CBOR, it is dropped.
        keep = bool(shape.metadata.get("sparse")) or not (self._cbor or isinstance(member, ListShape | MapShape))
        if convert is None:
            if keep:
                return _typed_map
            return lambda value: {key: item for key, item in value.items() if item is not None}

        def pairs(value: Any) -> Any:
            dropped: tuple[Any, ...] = ()
            for key, item in value.items():
                if item is not None:
                    value[key] = convert(item)
                elif not keep:
                    dropped += (key,)
            if dropped:
                for key in dropped:
                    del value[key]
            return value

        return pairs
