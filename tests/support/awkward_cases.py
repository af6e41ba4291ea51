"""Answers that nobody should send, for the services of ``awkward_answers``."""

import gzip
import json
import math
from collections.abc import Iterator
from typing import Any

MARK = "mark-of-a-body"
"""Text of bodies that no message may show but that of the service itself."""


class Xml(str):
    """A fragment that stands in a document as it is."""

    __slots__ = ()


def body(protocol: str, content: Any) -> bytes:
    """Write a result in a protocol, whether it fits the model or not."""
    if protocol == "smithy-rpc-v2-cbor":
        import cbor2

        if isinstance(content, dict) and isinstance(content.get("When"), int | float):
            content = {**content, "When": cbor2.CBORTag(1, content["When"])}
        return cbor2.dumps(content)
    if protocol.endswith("json"):
        return json.dumps(content).encode()
    inside = _xml(content)
    if protocol == "query":
        metadata = "<ResponseMetadata><RequestId>q</RequestId></ResponseMetadata>"
        return f"<GetResponse><GetResult>{inside}</GetResult>{metadata}</GetResponse>".encode()
    if protocol == "ec2":
        return f"<GetResponse><requestId>q</requestId>{inside}</GetResponse>".encode()
    return f"<Output>{inside}</Output>".encode()


def _xml(value: Any) -> str:
    if isinstance(value, Xml):
        return value
    if isinstance(value, dict):
        return "".join(f"<{name}>{_xml(item)}</{name}>" for name, item in value.items())
    if isinstance(value, list):
        return "".join(f"<member>{_xml(item)}</member>" for item in value)
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value).replace("&", "&amp;").replace("<", "&lt;")


def error_body(protocol: str, code: Any, **members: Any) -> bytes:
    """Write an error in a protocol."""
    if protocol in ("query", "rest-xml", "ec2"):
        inside = _xml({"Code": code, **members})
        if protocol == "ec2":
            return f"<Response><Errors><Error>{inside}</Error></Errors><RequestID>q</RequestID></Response>".encode()
        return f"<ErrorResponse><Error>{inside}</Error><RequestId>q</RequestId></ErrorResponse>".encode()
    return body(protocol, {"__type": code, **members})


Answer = tuple[str, str, int, dict[str, str], bytes]
"""The name of a case, the operation, and the answer: status, header fields, body."""

HTML = f"<html><head><title>502</title></head><body>{MARK}</body></html>".encode()


def contents(protocol: str) -> dict[str, Any]:
    """Results that do not fit the model, by name."""
    found: dict[str, Any] = {
        "all members": {
            "Text": "x", "Number": 1, "Ratio": 1.5, "Flag": True, "When": 1, "Items": ["a"], "Numbers": [1, 2],
            "Inner": {"Text": "y", "Inner": {"Text": "z"}}, "Kind": "red",
        },
        "no members": {},
        "unknown members": {"Text": "x", "Other": {"a": [1, {"b": None}]}, "Inner": {"More": 1, "Text": "y"}},
        "unknown enum": {"Kind": "mauve"},
        "unknown union member": {"Choice": {"C": "new"}},
        "unknown union member with members": {"Choice": {"C": {"A": "x"}}},
        "two union members": {"Choice": {"A": "x", "B": 1}},
        "union without member": {"Choice": {}},
        "union that is text": {"Choice": MARK},
        "nulls": dict.fromkeys(("Text", "Number", "Ratio", "Flag", "When", "Items", "Map", "Inner")),
        "null in a list": {"Items": ["a", None, "b"]},
        "null in a list of numbers": {"Numbers": [1, None]},
        "null union": {"Choice": None},
        "null in a union": {"Choice": {"A": None}},
        "numbers as text": {"Number": "5", "Long": "7", "Ratio": "1.5", "Numbers": ["1"]},
        "no number": {"Number": MARK},
        "no number in a list": {"Numbers": [1, MARK]},
        "no ratio": {"Ratio": MARK},
        "special ratio": {"Ratio": "NaN"},
        "text as number": {"Text": 5, "Items": [1, True]},
        "flag as text": {"Flag": "true"},
        "flag as upper-case text": {"Flag": "True"},
        "flag as other text": {"Flag": "yes"},
        "flag as number": {"Flag": 1},
        "large numbers": {"Number": 2**63, "Long": 2**64},
        "huge number": {"Long": 10**30},
        "number with a fraction": {"Number": 1.5},
        "ratio without a fraction": {"Ratio": 2},
        "time as iso text": {"When": "2020-01-02T03:04:05Z"},
        "time as http date": {"When": "Thu, 02 Jan 2020 03:04:05 GMT"},
        "time as number text": {"When": "1577934245"},
        "no time": {"When": MARK},
        "no time but empty text": {"When": ""},
        "time beyond years": {"When": 10**20},
        "time before years": {"When": -(10**12)},
        "no base64": {"Data": "***"},
        "base64 cut short": {"Data": "YWJ"},
        "base64 in text": {"Data": "YWJj"},
        "list for text": {"Text": ["a"]},
        "list for a structure": {"Inner": ["a"]},
        "list for a map": {"Map": [{"key": "a", "value": 1}]},
        "structure for a list": {"Items": {"a": "b"}},
        "structure for text": {"Text": {"a": "b"}},
        "structure for a number": {"Number": {"a": "b"}},
        "text for a list": {"Items": MARK},
        "text for a structure": {"Inner": MARK},
        "text for a map": {"Map": MARK},
        "number for a list": {"Items": 5},
        "number for a structure": {"Inner": 5},
        "empty text for a structure": {"Inner": ""},
        "flag for a map": {"Map": True},
    }  # fmt: skip
    if protocol in ("query", "ec2", "rest-xml"):
        found |= {
            "map": {"Map": Xml("<entry><key>a</key><value>1</value></entry>")},
            "map entry without value": {"Map": Xml("<entry><key>a</key></entry>")},
            "map entry without key": {"Map": Xml("<entry><value>1</value></entry>")},
            "map value that is no number": {"Map": Xml("<entry><key>a</key><value>x</value></entry>")},
            "duplicate elements": Xml("<Text>a</Text><Text>b</Text>"),
            "duplicate structures": Xml("<Inner><Text>a</Text></Inner><Inner><Text>b</Text></Inner>"),
            "duplicate lists": Xml("<Items><member>a</member></Items><Items><member>b</member></Items>"),
            "elements in text": Xml("<Text>a<b>c</b>d</Text>"),
            "text beside elements": Xml("one<Text>a</Text>two<Items>x<member>b</member>y</Items>"),
            "comments": Xml("<!-- c --><Text>a<!-- c -->b</Text>"),
            "cdata": Xml("<Text><![CDATA[<a>]]>&amp;</Text>"),
            "attributes": Xml('<Text a="1">x</Text><Inner b="2"/>'),
            "prefixes": Xml('<p:Text xmlns:p="u:">x</p:Text>'),
            "spaces around values": Xml("<Number> 5 </Number><Text> a </Text><Flag> true </Flag>"),
            "processing instruction": Xml("<?php x ?><Text>a</Text>"),
            "unknown entity": Xml("<Text>&nbsp;</Text>"),
        }
    else:
        found |= {
            "map": {"Map": {"a": 1}},
            "null in a map": {"Map": {"a": None, "b": 1}},
            "map value that is no number": {"Map": {"a": MARK}},
            "top is a list": [{"Text": MARK}],
            "top is text": MARK,
            "top is a number": 5,
            "top is null": None,
            "top is false": False,
            "number as flag": {"Number": True, "Ratio": False, "Text": True, "When": True},
            "nan": {"Ratio": math.nan, "Number": 1},
            "infinite time": {"When": math.inf},
        }
    return found


def bodies(protocol: str) -> dict[str, bytes]:
    """Bodies that are no documents, or hardly, by name."""
    good = body(protocol, {"Text": "x", "Items": ["a", "b"], "Number": 1})
    found = {
        "empty": b"",
        "blank": b"  \r\n ",
        "html": HTML,
        "html with doctype": b"\n<!DOCTYPE html>\n" + HTML,
        "plain text": MARK.encode(),
        "zero bytes": b"\0\0\0\0",
        "trailing garbage": good + b"]}>" + MARK.encode(),
        "trailing line": good + b"\r\n\0",
        "leading blanks": b"\r\n \t" + good,
        "byte order mark": b"\xef\xbb\xbf" + good,
        "utf-16": good.decode("latin-1").encode("utf-16"),
        "invalid utf-8": body(protocol, {"Text": "ab@@cd"}).replace(b"@@", b"\xff\xfe"),
        "lone surrogate": body(protocol, {"Text": "ab@@@cd"}).replace(b"@@@", b"\xed\xa0\x80"),
        "control character": body(protocol, {"Text": "ab@cd"}).replace(b"@", b"\x01"),
        "twice": good + good,
    }
    found |= {f"cut at {share}%": good[: len(good) * share // 100] for share in (5, 30, 60, 90, 99)}
    if protocol.endswith("json"):
        found |= {
            "duplicate keys": b'{"Text": "a", "Text": "b", "Inner": {"Text": "a"}, "Inner": {}}',
            "infinite number": b'{"Ratio": 1e999, "Number": 1}',
            "nan literal": b'{"Ratio": NaN}',
            "5000 digits": b'{"Long": ' + b"9" * 5000 + b"}",
            "escaped surrogate": b'{"Text": "\\ud800"}',
            "comma too many": b'{"Text": "a",}',
            "single quotes": b"{'Text': 'a'}",
            "raw line break": b'{"Text": "a\nb"}',
            "deep": b'{"Inner":' * 300 + b"{}" + b"}" * 300,
            "xml": body("rest-xml", {"Text": "x"}),
        }
    elif protocol == "smithy-rpc-v2-cbor":
        found |= {
            "duplicate keys": bytes.fromhex("a2 64 54657874 61 61 64 54657874 61 62"),
            "indefinite lengths": bytes.fromhex("bf 64 54657874 7f 61 61 61 62 ff 65 4974656d73 9f 61 78 ff ff"),
            "time without a tag": bytes.fromhex("a1 64 5768656e 01"),
            "undefined": bytes.fromhex("a1 64 54657874 f7"),
            "simple value": bytes.fromhex("a1 64 54657874 f8 ff"),
            "half precision": bytes.fromhex("a1 65 526174696f f9 3e00"),
            "tagged time": bytes.fromhex("a1 64 5768656e c1 1a 5e0d5c25"),
            "tagged fraction of time": bytes.fromhex("a1 64 5768656e c1 fb 41d78357 09600000"),
            "tagged text as time": bytes.fromhex("a1 64 5768656e c1 61 78"),
            "other tag": bytes.fromhex("a1 64 54657874 c6 61 78"),
            "big number": bytes.fromhex("a1 64 4c6f6e67 c2 49 010000000000000000"),
            "number as key": bytes.fromhex("a1 01 61 78"),
            "length beyond the body": bytes.fromhex("a1 64 54657874 7b 7fffffffffffffff 61"),
            "reserved length": bytes.fromhex("a1 64 54657874 7c"),
            "break alone": bytes.fromhex("ff"),
            "deep": bytes.fromhex("a1 65 496e6e6572") * 300 + bytes.fromhex("a0"),
            "json": b'{"Text": "x"}',
        }
    else:
        found |= {
            "declaration": b'<?xml version="1.0" encoding="UTF-8"?>\n' + good,
            "declaration of latin-1": b'<?xml version="1.0" encoding="ISO-8859-1"?>'
            + body(protocol, {"Text": "@"}).replace(b"@", b"\xe9"),
            "doctype": b"<!DOCTYPE x>" + good,
            "own entity": b'<!DOCTYPE x [<!ENTITY e "ex">]>' + body(protocol, {"Text": Xml("&e;")}),
            "external entity": b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>'
            + body(protocol, {"Text": Xml("&e;")}),
            "wrong root": b"<Other><Text>x</Text></Other>",
            "error as root": b"<Error><Code>Gone</Code></Error>",
            "root alone": b"<Output/>",
            "json": b'{"Text": "x"}',
        }
    return found


def errors(protocol: str) -> dict[str, tuple[int, dict[str, str], bytes]]:
    """Refusals, by name."""
    found: dict[str, tuple[int, dict[str, str], bytes]] = {
        f"{status} {name}": (status, {}, text)
        for status in (300, 301, 304, 307, 400, 403, 404, 418, 500, 502, 503, 599)
        for name, text in (("empty", b""), ("html", HTML), ("plain text", MARK.encode()))
        if status != 304 or not text
    }
    gone = error_body(protocol, "Gone", message="m", Detail=5, When=1)
    found |= {
        "modelled error": (400, {}, gone),
        "modelled error with status 500": (500, {}, gone),
        "modelled error cut short": (400, {}, gone[: len(gone) * 2 // 3]),
        "modelled error with trailing garbage": (400, {}, gone + b"}>x"),
        "modelled error with blanks": (400, {}, b" \n" + gone),
        "modelled error with byte order mark": (400, {}, b"\xef\xbb\xbf" + gone),
        "modelled error as html": (400, {"content-type": "text/html"}, gone),
        "upper-case message": (400, {}, error_body(protocol, "Gone", Message="m")),
        "two messages": (400, {}, error_body(protocol, "Gone", Message="M", message="m")),
        "wrong members": (400, {}, error_body(protocol, "Gone", message="m", Detail="x", When="y")),
        "no message": (400, {}, error_body(protocol, "Gone")),
        "null message": (400, {}, error_body(protocol, "Gone", message=None)),
        "message with parts": (400, {}, error_body(protocol, "Gone", message={"a": "b"})),
        "unknown code": (400, {}, error_body(protocol, "Unheard", message="m")),
        "long code": (400, {}, error_body(protocol, "com.x#Gone:http://x/", message="m")),
        "null code": (400, {}, error_body(protocol, None, message="m")),
        "code with parts": (400, {}, error_body(protocol, {"a": "Gone"}, message="m")),
        "empty error": (400, {}, body(protocol, {})),
        "code in a header": (400, {"x-amzn-errortype": "Gone"}, b""),
        "code in a header, with status 500": (500, {"x-amzn-errortype": "Gone"}, b""),
        "code in a header and in the body": (400, {"x-amzn-errortype": "Other:x"}, gone),
        "code of query": (400, {"x-amzn-query-error": "Other;Sender"}, gone),
        "broken code of query": (400, {"x-amzn-query-error": "Other"}, gone),
        "more broken code of query": (400, {"x-amzn-query-error": "Other;Sender;x"}, gone),
        "json": (400, {}, error_body("json", "Gone", message="m")),
        "xml": (400, {}, error_body("query", "Gone", message="m")),
        "xml of ec2": (400, {}, error_body("ec2", "Gone", message="m")),
        "xml of s3": (400, {}, b"<Error><Code>Gone</Code><Message>m</Message><RequestId>q</RequestId></Error>"),
        "xml of the error itself": (400, {}, b"<Gone><message>m</message></Gone>"),
        "with ids": (400, {"x-amz-request-id": "r", "x-amz-id-2": "h"}, gone),
        "with an id": (400, {"x-amzn-requestid": "r"}, gone),
    }
    if not protocol.endswith("xml") and protocol not in ("query", "ec2"):
        found |= {
            f"top is {name}": (400, {}, body(protocol, top))
            for name, top in (("a list", [1]), ("text", MARK), ("null", None), ("a number", 5))
        }
        found["code as number"] = (400, {}, error_body(protocol, 5, message="m"))
        found["message as number"] = (400, {}, error_body(protocol, "Gone", message=5))
        found["other key for the code"] = (400, {}, body(protocol, {"code": "Gone", "message": "m"}))
    return found


def cases(protocol: str) -> Iterator[Answer]:
    """All cases of a protocol."""
    for name, content in contents(protocol).items():
        yield f"content: {name}", "Get", 200, {}, body(protocol, content)
    for name, text in bodies(protocol).items():
        yield f"body: {name}", "Get", 200, {}, text
    for name in ("empty", "html", "plain text", "cut at 60%", "trailing garbage", "blank"):
        yield f"no output: {name}", "Nothing", 200, {}, bodies(protocol)[name]
    for name, (status, headers, text) in errors(protocol).items():
        yield f"error: {name}", "Get", status, headers, text
    good = body(protocol, {"Text": "x"})
    for status in (201, 202, 204, 206, 299):
        yield f"status {status}", "Get", status, {}, b"" if status == 204 else good
    for kind in ("text/html", "text/plain", "application/octet-stream", ""):
        yield f"content type {kind!r}", "Get", 200, {"content-type": kind}, good
    yield "page of a proxy", "Get", 200, {"content-type": "text/plain"}, b"Please log in"
    yield "gzip", "Get", 200, {"content-encoding": "gzip"}, gzip.compress(good, mtime=0)
    yield "gzip that is none", "Get", 200, {"content-encoding": "gzip"}, good
    yield "ids", "Get", 200, {"x-amz-request-id": "r", "x-amz-id-2": "h"}, good
    yield "id", "Get", 200, {"X-Amzn-RequestId": "r"}, good
    if protocol.startswith("rest"):
        yield from _rest_cases(good)


def _rest_cases(good: bytes) -> Iterator[Answer]:
    fields = {
        "text": {"x-text": "a", "x-meta-a": "b", "x-items": "a, b"},
        "empty text": {"x-text": "", "x-items": "", "x-meta-": "x"},
        "latin-1 text": {"x-text": "\xe9"},
        "number": {"x-number": "5"},
        "no number": {"x-number": MARK},
        "empty number": {"x-number": ""},
        "time": {"x-when": "Thu, 02 Jan 2020 03:04:05 GMT"},
        "no time": {"x-when": MARK},
        "empty time": {"x-when": ""},
        "flag": {"x-flag": "TRUE"},
        "no flag": {"x-flag": "yes"},
        "quoted items": {"x-items": 'a,"b,c","d\\"e"'},
    }
    for name, headers in fields.items():
        yield f"header: {name}", "Get", 200, headers, good
        yield f"head: {name}", "Head", 200, headers, b""
    for status in (301, 304, 400, 403, 404, 412, 500, 503):
        yield f"head: {status}", "Head", status, {}, b""
    yield "head: code in a header", "Head", 404, {"x-amzn-errortype": "Gone"}, b""
    for name, text in (("empty", b""), ("html", HTML), ("bytes", b"\xff\x00")):
        yield f"stream: {name}", "Stream", 200, {}, text
    yield "stream: refused", "Stream", 403, {}, HTML
