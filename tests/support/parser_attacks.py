"""Answers made to exhaust a parser: run as a program, so that its memory can be limited.

``python parser_attacks.py MEGABYTES`` limits the address space to what it has
after a warm-up and so many more, parses every attack with status 200 and 400, and
writes as JSON what came of each, and the largest memory that Python held.
"""

import json
import resource
import sys
import time
import tracemalloc
from collections.abc import Iterator

from awkward_answers import PROTOCOLS, model_of
from sotalia.components.errors import ResponseParserError
from sotalia.components.http import Headers
from sotalia.models.parse import compile_parser
from sotalia.models.parse_json import decode_json
from sotalia.models.shapes import ServiceModel

DEEP = 100_000


def xml_attacks() -> Iterator[tuple[str, bytes]]:
    """Documents that grow, reach out, or are deep."""
    laughs = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 20))
    yield "billion laughs", f'<!DOCTYPE x [<!ENTITY l0 "lol">{laughs}]><x><Text>&l19;</Text></x>'.encode()
    blow = "a" * 100_000
    yield "quadratic blowup", f'<!DOCTYPE x [<!ENTITY a "{blow}">]><x><Text>{"&a;" * 50_000}</Text></x>'.encode()
    yield "external entity", b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x><Text>&e;</Text></x>'
    yield "external subset", b'<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd"><x><Text>a</Text></x>'
    yield (
        "parameter entities",
        b"<!DOCTYPE x [<!ENTITY % p \"<!ENTITY q '%p;%p;'>\"> %p; ]><x><Text>&q;</Text></x>",
    )
    yield "default attributes", b'<!DOCTYPE x [<!ATTLIST x a CDATA "' + b"y" * 100_000 + b'">]>' + b"<x/>"
    for name in ("Inner", "Unknown", "Text", "Items", "Map", "GetResult"):
        tag = f"<{name}>".encode()
        yield f"deep {name}", tag * DEEP + tag.replace(b"<", b"</") * DEEP
        yield f"deep and open {name}", b"<GetResponse><GetResult>" + tag * DEEP
    yield "many attributes", b"<x " + b" ".join(b'a%d="b"' % i for i in range(20_000)) + b"/>"
    yield "long name", b"<" + b"a" * 1_000_000 + b"/>"
    yield "long text", b"<x><Number>" + b"9" * 1_000_000 + b"</Number></x>"
    yield "long timestamp", b"<x><When>" + b"9" * 1_000_000 + b"</When></x>"


def json_attacks() -> Iterator[tuple[str, bytes]]:
    """Documents that are deep, or whose numbers are long."""
    for name, start, end in (("arrays", b"[", b"]"), ("objects", b'{"Inner":', b"}"), ("maps", b'{"a":', b"}")):
        yield f"deep {name}", start * DEEP + b"1" + end * DEEP
        yield f"deep and open {name}", start * DEEP
        for depth in (200, 300, 400, 480, 700, 950, 2000):
            yield f"{depth} {name} with a wrong end", start * depth + b'"x"' + end * depth
    yield "deep in a union", b'{"Choice":{"A":' + b"[" * DEEP + b"]" * DEEP + b"}}"
    yield "deep in an unknown member", b'{"Other":' + b"[" * 900 + b"]" * 900 + b"}"
    yield "long number", b'{"Number":' + b"9" * 1_000_000 + b"}"
    yield "long exponent", b'{"Ratio": 1e' + b"9" * 1_000_000 + b"}"
    yield "long timestamp", b'{"When":"' + b"9" * 1_000_000 + b'"}'
    yield "long code", b'{"__type":"' + b"#" * 1_000_000 + b'"}'


def cbor_attacks() -> Iterator[tuple[str, bytes]]:
    """Items that promise more than they hold, that are deep, or that mean objects."""
    for major in range(2, 6):
        for size in (
            b"\x1a\x7f\xff\xff\xff",
            b"\x1a\xff\xff\xff\xff",
            b"\x1b\x00\x00\x00\x7f\xff\xff\xff\xff",
            b"\x1b" + b"\xff" * 8,
        ):
            head = bytes([major << 5 | size[0]]) + size[1:]
            yield f"length {head.hex()}", head + b"abc"
            yield f"length in a member {head.hex()}", b"\xa1\x64Text" + head + b"abc"
    for name, head in (
        *(
            ("array", b"\x81"),
            ("open array", b"\x9f"),
            ("map", b"\xa1\x61a"),
            ("Inner", b"\xa1\x65Inner"),
            ("tag", b"\xc1"),
        ),
        *(
            ("open text", b"\x7f"),
            ("open bytes", b"\x5f"),
            ("bignum", b"\xc2"),
            ("shared", b"\xd8\x1c"),
            ("key", b"\xa1\x81"),
        ),
    ):
        yield f"deep {name}", head * DEEP + b"\x01"
        yield f"nested {name}", head * 250 + b"\x01"
    yield "reference to itself", b"\xd8\x1c\x81\xd8\x1d\x00"
    yield "long bignum", b"\xa1\x64Long\xc2\x5a\x00\x0f\x42\x40" + b"\xff" * 1_000_000
    yield "fraction with a huge exponent", b"\xa1\x65Ratio\xc4\x82\x1b" + b"\x7f" + b"\xff" * 7 + b"\x01"
    yield "pattern", b"\xa1\x64Text\xd8\x23\x6a(a+)+(a+)+$"
    for first in range(256):
        yield f"byte {first:02x}", bytes([first])
        yield f"byte {first:02x} in a member", b"\xa1\x64Text" + bytes([first]) + b"\x00" * 9


def attacks(protocol: str) -> Iterator[tuple[str, bytes]]:
    """All attacks for a protocol."""
    if protocol == "smithy-rpc-v2-cbor":
        return cbor_attacks()
    return json_attacks() if protocol.endswith("json") else xml_attacks()


def main() -> None:
    """Parse all attacks."""
    parsers = {p: compile_parser(ServiceModel(model_of(p), p).operation_model("Get")) for p in PROTOCOLS}
    answer = {"status_code": 200, "headers": Headers(), "body": b""}
    for parse in parsers.values():
        for body in (b"", b"<x><Text>a</Text></x>", b'{"Text": 1}', b"\xa1\x64Text\xf6", b"\xff"):
            try:
                parse({**answer, "body": body})
            except ResponseParserError:
                pass
    tracemalloc.start()
    with open("/proc/self/statm", encoding="ascii") as statm:
        used = int(statm.read().split()[0]) * resource.getpagesize()
    limit = used + int(sys.argv[1]) * 1_000_000
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    found = {}
    for fast in (False, True):
        if fast:
            decode_json(b'"' + b" " * (1 << 20) + b'"')  # from now on the fast decoder is used
        for protocol, parse in parsers.items():
            for name, body in attacks(protocol):
                for status in (200, 400):
                    tracemalloc.reset_peak()
                    before, start = tracemalloc.get_traced_memory()[0], time.process_time()
                    try:
                        result = parse({**answer, "status_code": status, "body": body})
                        outcome = "error" if "Error" in result else "result"
                    except ResponseParserError as error:
                        outcome = "refused" if len(str(error)) < 1000 else "long message"
                    peak = tracemalloc.get_traced_memory()[1] - before
                    took = time.process_time() - start
                    key = f"{protocol} {status} {name}{' (fast)' if fast else ''}"
                    found[key] = [outcome, len(body), peak, round(took, 3)]
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
