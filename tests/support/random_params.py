"""Random parameters that fit a shape, from a seeded generator of random numbers."""

from datetime import UTC, datetime, timedelta, timezone
from random import Random
from typing import Any

ANY_TEXT = "abcXYZ019-_.~ /é&<>\"'%+=:,;\n\t漢😀"
HEADER_TEXT = "abcXYZ019-_.~ /&<>\"'%+=:,;"
TIMES = (
    datetime(2020, 1, 2, 3, 4, 5),
    datetime(2021, 12, 31, 23, 59, 59, 123456, tzinfo=UTC),
    datetime(1999, 1, 1, tzinfo=timezone(timedelta(hours=-7))),
    datetime(1960, 5, 5, 1, 1, 1, 5000),
    "2015-01-01T00:00:00Z",
    1422172800,
    1422172800.5,
)
DOCUMENTS = ({"a": [1, 2.5, None, "é"]}, "text", 3, True, [1, "x"], {})


def random_params(shape: Any, random: Random, above: tuple[Any, ...] = (), in_header: bool = False) -> Any:
    """Return a value that validation accepts and that boto3 can serialize."""
    kind, least = shape.type_name, shape.metadata.get("min", 0)
    inside = (*above, shape)
    in_header = in_header or shape.serialization.get("location") in ("header", "headers")
    if kind == "structure":
        return _structure(shape, random, inside)
    if kind == "list":
        count = max(least, random.choice((0, 1, 2, 3)) if len(above) < 5 else 0)
        return [random_params(shape.member, random, inside, in_header) for _ in range(count)]
    if kind == "map":
        count = random.choice((0, 1, 2)) if len(above) < 5 else 0
        keys = [random_params(shape.key, random, inside, in_header) for _ in range(count)]
        return {key: random_params(shape.value, random, inside, in_header) for key in keys}
    if kind == "string":
        return _string(shape, random, least, in_header)
    if kind in ("integer", "long", "short", "byte"):
        return least + random.randrange(1000)
    if kind in ("float", "double"):
        special = (1.5, 2, 1e-7, 1e20, float("nan"), float("inf"), -float("inf"), 123.456)
        return least + 0.5 if "min" in shape.metadata else random.choice(special)
    if kind == "boolean":
        return random.random() < 0.5
    if kind == "timestamp":
        return random.choice(TIMES)
    assert kind == "blob", kind
    return random.choice((b"bytes\x00\xff", bytearray(b"ba"), "text é", b""))


def _structure(shape: Any, random: Random, inside: tuple[Any, ...]) -> Any:
    if shape.is_document_type:
        return random.choice(DOCUMENTS)
    names = {each.name for each in inside}
    members = list(shape.members.items())
    random.shuffle(members)
    if shape.is_tagged_union:
        name, member = next((pair for pair in members if pair[1].name not in names), members[0])
        return {name: random_params(member, random, inside)}
    likely = (0.6, 0.35, 0.35)[len(inside) - 1] if len(inside) <= 3 else 0.1
    return {
        name: random_params(member, random, inside)
        for name, member in members
        if name in shape.required_members or (random.random() < likely and member.name not in names and len(inside) < 7)
    }


def _string(shape: Any, random: Random, least: int, in_header: bool) -> Any:
    traits = shape.serialization
    if traits.get("jsonvalue") and traits.get("location") == "header":
        return random.choice(({"a": 1}, [1, "é"], "x"))
    if traits.get("hostLabel") or shape.metadata.get("hostLabel"):
        return "label-" + "a" * least
    if shape.enum and random.random() < 0.8:
        return random.choice(shape.enum)
    length = least + random.choice((0, 1, 5, 12))
    return "".join(random.choice(HEADER_TEXT if in_header else ANY_TEXT) for _ in range(length))
