"""Values of DynamoDB and of Python: ``{"N": "1"}`` and ``Decimal(1)``.

Source: the types of ``AttributeValue`` in the DynamoDB API reference.
"""

from collections.abc import Callable, Mapping, Sequence, Set
from decimal import Clamped, Context, Decimal, Inexact, Overflow, Rounded, Underflow
from typing import Any

__all__ = [
    "BINARY",
    "BINARY_SET",
    "BINARY_TYPES",
    "BOOLEAN",
    "DYNAMODB_CONTEXT",
    "LIST",
    "MAP",
    "NULL",
    "NUMBER",
    "NUMBER_SET",
    "STRING",
    "STRING_SET",
    "Binary",
    "TypeDeserializer",
    "TypeSerializer",
]

STRING = "S"
NUMBER = "N"
BINARY = "B"
STRING_SET = "SS"
NUMBER_SET = "NS"
BINARY_SET = "BS"
NULL = "NULL"
BOOLEAN = "BOOL"
MAP = "M"
LIST = "L"

DYNAMODB_CONTEXT = Context(Emin=-128, Emax=126, prec=38, traps=[Clamped, Overflow, Inexact, Rounded, Underflow])
"""What a number of DynamoDB can be: 38 digits; one that would be changed is an error."""

BINARY_TYPES = (bytearray, bytes)


class Binary:
    """Bytes of an item: equal to the bytes and the bytearray of the same ``value``, and hashed like them.

    Equal bytes of Python 3 mean text nowhere, so ``Binary`` is only needed to read what DynamoDB gives.
    """

    __slots__ = ("value",)

    def __init__(self, value: bytes | bytearray) -> None:
        if not isinstance(value, BINARY_TYPES):
            raise TypeError(f"Binary holds bytes or a bytearray, not a {type(value).__name__}")
        self.value = value

    def __eq__(self, other: object) -> bool:
        return bool(self.value == (other.value if isinstance(other, Binary) else other))

    def __repr__(self) -> str:
        return f"Binary({self.value!r})"

    def __str__(self) -> str:
        return str(self.value)

    def __bytes__(self) -> bytes:
        return bytes(self.value)

    def __hash__(self) -> int:
        return hash(bytes(self.value))


def _is_number(value: Any) -> bool:
    if isinstance(value, float):
        raise TypeError("DynamoDB has no binary floating point: give a Decimal (Decimal(str(number))) and not a float")
    return isinstance(value, int | Decimal)


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_binary(value: Any) -> bool:
    return isinstance(value, Binary | bytearray | bytes)


def _bytes_of(value: Any) -> Any:
    return value.value if isinstance(value, Binary) else value


def _number(value: Any) -> str:
    number = DYNAMODB_CONTEXT.create_decimal(value)
    if not number.is_finite():
        raise TypeError("DynamoDB has neither infinities nor NaN")
    return str(number)


_SETS: Sequence[tuple[str, Callable[[Any], bool], Callable[[Any], Any]]] = (
    (NUMBER_SET, _is_number, _number),
    (STRING_SET, _is_text, str.__str__),
    (BINARY_SET, _is_binary, _bytes_of),
)


class TypeSerializer:
    """Makes values of DynamoDB. Without state; a subclass may treat further types. Safe in threads."""

    def serialize(self, value: Any) -> dict[str, Any]:
        """Return a value with its type (``{"S": "text"}``).

        ``None`` is NULL; ``bool`` BOOL; ``int`` and ``Decimal`` N; ``str`` S; ``bytes``,
        ``bytearray`` and ``Binary`` B; sets NS, SS or BS; mappings M; lists and tuples L.
        ``TypeError`` for anything else, ``decimal`` errors for a number of more than 38 digits or out of range.
        """
        if value is None:
            return {NULL: True}
        if isinstance(value, bool):
            return {BOOLEAN: value}
        if isinstance(value, str):
            return {STRING: value}
        if _is_number(value):
            return {NUMBER: _number(value)}
        if _is_binary(value):
            return {BINARY: _bytes_of(value)}
        if isinstance(value, Set):
            return self._serialize_set(value)
        if isinstance(value, Mapping):
            return {MAP: {name: self.serialize(item) for name, item in value.items()}}
        if isinstance(value, list | tuple):
            return {LIST: [self.serialize(item) for item in value]}
        raise TypeError(f"DynamoDB has no type for a {type(value).__name__}")

    @staticmethod
    def _serialize_set(value: Set[Any]) -> dict[str, Any]:
        for kind, belongs, made in _SETS:
            if all(belongs(item) for item in value):
                return {kind: [made(item) for item in value]}
        kinds = sorted({type(item).__name__ for item in value})
        raise TypeError(f"A set of DynamoDB holds numbers, texts or bytes alone, not {', '.join(kinds)}")


class TypeDeserializer:
    """Makes Python values. Without state; a subclass may make others. Safe in threads."""

    def deserialize(self, value: Mapping[str, Any]) -> Any:
        """Return the Python value of a typed value (``{"N": "1"}`` is ``Decimal(1)``, bytes are ``Binary``).

        ``TypeError`` for what has no known type.
        """
        if not value:
            raise TypeError("A value of DynamoDB is a mapping of its type to it, such as {'S': 'text'}: this is empty")
        kind = next(iter(value))
        make = getattr(self, f"_deserialize_{kind.lower()}", None)
        if make is None:
            raise TypeError(f"{kind!r} is no type of DynamoDB")
        return make(value[kind])

    def _deserialize_null(self, value: Any) -> None:
        return None

    def _deserialize_bool(self, value: bool) -> bool:
        return value

    def _deserialize_n(self, value: str) -> Decimal:
        return DYNAMODB_CONTEXT.create_decimal(value)

    def _deserialize_s(self, value: str) -> str:
        return value

    def _deserialize_b(self, value: bytes) -> Binary:
        return Binary(value)

    def _deserialize_ns(self, value: Sequence[str]) -> set[Decimal]:
        return set(map(self._deserialize_n, value))

    def _deserialize_ss(self, value: Sequence[str]) -> set[str]:
        return set(map(self._deserialize_s, value))

    def _deserialize_bs(self, value: Sequence[bytes]) -> set[Binary]:
        return set(map(self._deserialize_b, value))

    def _deserialize_l(self, value: Sequence[Mapping[str, Any]]) -> list[Any]:
        return [self.deserialize(item) for item in value]

    def _deserialize_m(self, value: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
        return {name: self.deserialize(item) for name, item in value.items()}
