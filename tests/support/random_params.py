"""Random parameters that fit a shape, from a seeded generator of random numbers.

The shapes may be sotalia's or botocore's: the same seed gives the same
parameters for both, if both read the model alike.
"""

import io
from collections.abc import Sequence
from copy import copy
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from random import Random
from typing import Any, Literal

Fill = Literal["some", "all", "least"]

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
JUNK = (None, 1, -1, True, "", "x", 1.5, b"x", [], {}, [1], {"a": 1}, (), (1,), Decimal(1), date(2020, 1, 1), -(10**6))
REGIONS = ("us-east-1", "eu-west-1")
BUDGET = 300
"""Values after which a set of parameters holds what is required and nothing else."""

_ARN = "arn:aws:{}:us-west-2:123456789012:{}"
ENDPOINT_VALUES: dict[tuple[str, str], Sequence[str]] = {
    ("s3", "Bucket"): (
        *("mybucket", "my-bucket", "my.bucket", "mybucket", "my-bucket-2"),
        _ARN.format("s3", "accesspoint/point"),
    ),
    ("s3", "CopySource"): ("mybucket/key", "mybucket/a b/é?versionId=1", "/mybucket/key"),
    ("s3control", "AccountId"): ("123456789012",),
    ("s3control", "Bucket"): ("mybucket",),
    ("s3control", "AccessPointName"): ("point",),
    ("s3control", "ResourceArn"): (_ARN.format("s3", "accesspoint/point"),),
    ("s3control", "OutpostId"): ("op-01234567890123456",),
    ("dynamodb", "ResourceArn"): ("table", _ARN.format("dynamodb", "table/t")),
    ("dynamodbstreams", "StreamArn"): (_ARN.format("dynamodb", "table/t/stream/2020"),),
    ("eventbridgev2", "EventBusArn"): (_ARN.format("events", "event-bus/b"),),
    ("cloudfront-keyvaluestore", "KvsARN"): ("arn:aws:cloudfront::123456789012:key-value-store/1234",),
    ("events", "EndpointId"): ("abcde.1y2",),
    ("sesv2", "EndpointId"): ("abcde.1y2",),
    ("kinesis", "StreamARN"): (_ARN.format("kinesis", "stream/s"),),
    ("kinesis", "ConsumerARN"): (_ARN.format("kinesis", "stream/s/consumer/c:1"),),
    ("kinesis", "ResourceARN"): (_ARN.format("kinesis", "stream/s"),),
    ("machinelearning", "PredictEndpoint"): ("https://realtime.machinelearning.us-east-1.amazonaws.com/path",),
}
"""Values that can be an endpoint, by service and parameter of its rules or member."""


def operation_params(operation: Any, random: Random, fill: Fill = "some") -> dict[str, Any]:
    """Return parameters of an operation; those that its endpoint depends on are ones that it can have."""
    shape = operation.input_shape
    if shape is None:
        return {}
    params: dict[str, Any] = random_params(shape, random, fill)
    service = operation.service_model.service_name
    for name, member in _endpoint_members(shape):
        values = ENDPOINT_VALUES.get((service, name), REGIONS if name == "SourceRegion" else None)
        if member in params and values is not None:
            params[member] = random.choice(values)
    body = shape.serialization.get("payload")
    if isinstance(params.get(body), bytes) and operation.has_streaming_input and random.random() < 0.5:
        params[body] = io.BytesIO(params[body])
    return params


def _endpoint_members(shape: Any) -> list[tuple[str, str]]:
    return [(member.metadata.get("contextParam", {}).get("name", name), name) for name, member in shape.members.items()]


def random_params(shape: Any, random: Random, fill: Fill = "some") -> Any:
    """Return a value that validation accepts and that boto3 can serialize.

    ``fill`` is ``all`` for every member, those of nested structures too as long
    as the set stays of a bearable size, or ``least`` for what is required.
    """
    return _Maker(random, fill).value(shape, (), False)


class _Maker:
    def __init__(self, random: Random, fill: Fill) -> None:
        self.random = random
        self.fill = fill
        self.left = BUDGET

    def value(self, shape: Any, above: tuple[Any, ...], in_header: bool) -> Any:
        self.left -= 1
        random, kind, least = self.random, shape.type_name, shape.metadata.get("min", 0)
        in_header = in_header or shape.serialization.get("location") in ("header", "headers")
        if kind == "structure":
            return self.structure(shape, (*above, shape))
        if kind == "list":
            inside = (*above, shape)
            return [self.value(shape.member, inside, in_header) for _ in range(max(least, self.count(shape, above)))]
        if kind == "map":
            inside = (*above, shape)
            keys = [self.value(shape.key, inside, in_header) for _ in range(self.count(shape, above))]
            return {key: self.value(shape.value, inside, in_header) for key in keys}
        if kind == "string":
            return self.string(shape, least, in_header)
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

    def count(self, shape: Any, above: tuple[Any, ...]) -> int:
        """How many items a list or map gets; none where its items would hold it again without end."""
        if self.fill == "least" or self.left < 0:
            return 0
        inner = shape.member if shape.type_name == "list" else shape.value
        if self.fill == "all":
            return 0 if inner.name in {each.name for each in above} else 1
        return self.random.choice((0, 1, 2, 3)) if len(above) < 5 else 0

    def structure(self, shape: Any, inside: tuple[Any, ...]) -> Any:
        random = self.random
        if shape.is_document_type:
            return random.choice(DOCUMENTS)
        names = {each.name for each in inside}
        members = list(shape.members.items())
        if shape.is_tagged_union:
            random.shuffle(members)
            name, member = next((pair for pair in members if pair[1].name not in names), members[0])
            return {name: self.value(member, inside, False)}
        required = set(shape.required_members)
        if self.fill == "all":
            chosen = [
                (name, member)
                for name, member in members
                if name in required or len(inside) == 1 or (self.left > 0 and member.name not in names)
            ]
        else:
            random.shuffle(members)
            likely = 0.0 if self.fill == "least" or self.left < 0 else _likely(len(inside))
            chosen = [
                (name, member)
                for name, member in members
                if name in required or (random.random() < likely and member.name not in names)
            ]
        return {name: self.value(member, inside, False) for name, member in chosen}

    def string(self, shape: Any, least: int, in_header: bool) -> Any:
        random, traits = self.random, shape.serialization
        if traits.get("jsonvalue") and traits.get("location") == "header":
            return random.choice(({"a": 1}, [1, "é"], "x"))
        if traits.get("hostLabel") or shape.metadata.get("hostLabel"):
            return "label-" + "a" * least
        if shape.enum and random.random() < 0.8:
            return random.choice(shape.enum)
        length = least + random.choice((0, 1, 5, 12))
        return "".join(random.choices(HEADER_TEXT if in_header else ANY_TEXT, k=length))


def _likely(depth: int) -> float:
    """How likely a member that is not required is there, by how deep its structure lies."""
    if depth >= 7:
        return 0.0
    return (0.6, 0.35, 0.35)[depth - 1] if depth <= 3 else 0.1


def spoiled(params: Any, random: Random) -> Any:
    """Return parameters with one fault somewhere: something missing, unknown or of another type."""
    if isinstance(params, dict) and params and random.random() < 0.7:
        name = random.choice(list(params))
        chance = random.random()
        if chance < 0.15:
            return {key: value for key, value in params.items() if key != name}
        if chance < 0.25:
            return {**params, "Unknown": 1}
        return {**params, name: spoiled(params[name], random)}
    if isinstance(params, list) and params and random.random() < 0.7:
        return [spoiled(params[0], random), *params[1:]]
    return copy(random.choice(JUNK))
