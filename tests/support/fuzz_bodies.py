"""Operations to fuzz, bodies that fit their outputs, and mutations of bodies."""

import os
from collections.abc import Callable
from functools import cache
from random import Random
from typing import Any

from awkward_answers import model_of
from hypothesis import strategies
from random_params import random_params
from sotalia.models.loader import DataLoader
from sotalia.models.parse import compile_parser
from sotalia.models.serialize import compile_serializer
from sotalia.models.serialize_xml import XmlBodies
from sotalia.models.shapes import OperationModel, ServiceModel

REAL = (
    ("ec2", "DescribeInstances"),
    ("dynamodb", "Query"),
    ("s3", "ListObjectsV2"),
    ("cloudwatch", "GetMetricData"),
    ("sts", "AssumeRole"),
    ("lambda", "GetFunction"),
)
"""One operation of every protocol, with the largest outputs."""

EXAMPLES = int(os.environ.get("SOTALIA_FUZZ_EXAMPLES", "40"))
"""How many answers each fuzz test tries of each operation; calls, which take longer, are a third."""

STATUSES = (200, 200, 200, 206, 400, 404, 500, 503)


@cache
def operation(protocol_or_service: str, name: str) -> OperationModel:
    """Return an operation of a real service, or ``Get`` of the invented one of a protocol."""
    if name == "Get":
        return ServiceModel(model_of(protocol_or_service), protocol_or_service).operation_model("Get")
    return DataLoader().service_model(protocol_or_service).operation_model(name)


@cache
def parser(protocol_or_service: str, name: str) -> Callable[[Any], dict[str, Any]]:
    """Return the parser of an operation."""
    return compile_parser(operation(protocol_or_service, name))


@cache
def _writer(model: OperationModel) -> Callable[[dict[str, Any]], bytes]:
    service, shape = model.service_model, model.output_shape
    assert shape is not None
    if service.resolved_protocol in ("query", "ec2"):
        wrapper = shape.serialization.get("resultWrapper")
        write = XmlBodies(service).document(shape, wrapper or "Response")
        return write if wrapper is None else lambda params: b"<Response>" + write(params) + b"</Response>"
    record = {"name": model.name, "http": {"method": "POST", "requestUri": "/"}, "input": {"shape": shape.name}}
    serialize = compile_serializer(OperationModel(model.name, record, service))

    def body(params: dict[str, Any]) -> bytes:
        made = serialize(params)["body"]
        return made if isinstance(made, bytes) else b""

    return body


def fitting_body(model: OperationModel, seed: int) -> bytes:
    """Return a body that fits the output of an operation."""
    return _writer(model)(random_params(model.output_shape, Random(seed)))


_PIECES = (
    *(
        b"<",
        b">",
        b"</",
        b"/>",
        b"<a>",
        b"</a>",
        b"<!--",
        b"]]>",
        b"<![CDATA[",
        b"&",
        b"&#0;",
        b"&#x110000;",
        b"<?xml?>",
    ),
    *(b'"', b"{", b"}", b"[", b"]", b":", b",", b"null", b"true", b"NaN", b"-", b"1e999", b'""', b"\\u", b"\\ud800"),
    *(b"\xff", b"\x00", b"\xef\xbb\xbf", b"\x9f", b"\xbf", b"\x5f", b"\x7f", b"\xc1", b"\xc2", b"\xd8\x1c", b"\xf6"),
    *(
        b"\xf7",
        b"\xf8\x00",
        b"\xf9\x7c\x00",
        b"\xfb",
        b"\x1b",
        b"\x5b\xff\xff\xff\xff\xff\xff\xff\xff",
        b"\xa0",
        b"\x80",
    ),
    *(b"9" * 20, b" ", b"\r\n", b"--", b"2020-01-01T00:00:00Z"),
)

_Place = strategies.floats(0, 1, exclude_max=True)
mutations = strategies.lists(
    strategies.one_of(
        strategies.tuples(strategies.just("insert"), _Place, strategies.sampled_from(_PIECES)),
        strategies.tuples(strategies.just("replace"), _Place, strategies.sampled_from(_PIECES)),
        strategies.tuples(strategies.just("bytes"), _Place, strategies.binary(max_size=8)),
        strategies.tuples(strategies.just("cut"), _Place, _Place),
        strategies.tuples(strategies.just("repeat"), _Place, _Place),
        strategies.tuples(strategies.just("end"), _Place, _Place),
    ),
    max_size=6,
)
"""Changes of a body: what is done, where (as a share of its length), and with what."""


def mutated(body: bytes, changes: list[tuple[str, float, Any]]) -> bytes:
    """Return a body after some changes."""
    for kind, place, what in changes:
        at = int(place * len(body))
        if kind == "insert":
            body = body[:at] + what + body[at:]
        elif kind in ("replace", "bytes"):
            body = body[:at] + what + body[at + len(what) :]
        elif kind == "end":
            body = body[:at]
        else:
            until = min(len(body), at + int(what * 60))
            body = body[:at] + body[until:] if kind == "cut" else body[:until] + body[at:until] * 2 + body[until:]
    return body
