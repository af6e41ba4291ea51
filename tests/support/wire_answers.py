"""Answers of services, made at random from the model of an operation: status, headers and body.

The operation may be sotalia's or botocore's; the same seed gives the same
answer for both, if both read the model alike.
"""

import json
from base64 import b64encode
from random import Random
from typing import Any

from wire_bodies import cbor_body, json_body, plain, xml_element, xml_members, xml_text
from wire_values import HEADER_TEXT, Fill, WireValues

Answer = tuple[int, dict[str, str], bytes]

CONTENT_TYPES = {
    "json": "application/x-amz-json-1.1",
    "rest-json": "application/json",
    "smithy-rpc-v2-cbor": "application/cbor",
}
XML = "text/xml;charset=utf-8"


def success(operation: Any, random: Random, fill: Fill) -> Answer:
    """Return an answer that fits the operation's output."""
    service = operation.service_model
    protocol = service.resolved_protocol
    values = WireValues(service.service_name, random, fill)
    headers = {"x-amzn-RequestId": "request-1", "Content-Type": CONTENT_TYPES.get(protocol, XML)}
    shape = operation.output_shape
    status = int(operation.http.get("responseCode", 200))
    if protocol in ("query", "ec2"):
        body = _query(operation, shape, values, protocol)
    elif protocol.startswith("rest-"):
        status, body = _rest(operation, shape, values, protocol, headers, status)
    elif protocol == "json":
        body = b"{}" if shape is None else json_body(plain(values, shape), values)
    else:
        headers["smithy-protocol"] = "rpc-v2-cbor"
        body = b"" if shape is None else cbor_body(plain(values, shape, cbor=True))
    headers["Content-Length"] = str(len(body))
    return status, headers, body


def _query(operation: Any, shape: Any, values: WireValues, protocol: str) -> bytes:
    attributes, content = ("", "") if shape is None else xml_members(values, shape)
    name = operation.name
    if protocol == "ec2":
        return _document(f"{name}Response", attributes, f"<requestId>request-1</requestId>{content}")
    wrapper = shape.serialization.get("resultWrapper") if shape is not None else None
    if wrapper:
        content, attributes = f"<{wrapper}{attributes}>{content}</{wrapper}>", ""
    metadata = "<ResponseMetadata><RequestId>request-1</RequestId></ResponseMetadata>"
    return _document(f"{name}Response", attributes, content + metadata)


def _document(tag: str, attributes: str, content: str) -> bytes:
    return f'<?xml version="1.0"?>\n<{tag} xmlns="http://example.com/doc/"{attributes}>{content}</{tag}>'.encode()


def _rest(
    operation: Any, shape: Any, values: WireValues, protocol: str, headers: dict[str, str], status: int
) -> tuple[int, bytes]:
    if operation.http.get("method") == "HEAD" or shape is None:
        if shape is not None:
            status = _headers(shape, values, headers, status)
        return status, b""
    status = _headers(shape, values, headers, status)
    if operation.service_model.service_name == "s3" and operation.name == "GetBucketLocation":
        return status, values.random.choice(
            (b'<LocationConstraint xmlns="u">EU</LocationConstraint>', b'<LocationConstraint xmlns="u"/>')
        )
    payload = shape.serialization.get("payload")
    if payload is not None:
        return status, _payload(shape.members[payload], payload, values, protocol)
    if protocol == "rest-xml":
        return status, _document(f"{operation.name}Output", *xml_members(values, shape))
    return status, json_body(_without_headers(shape, plain(values, shape)), values)


def _without_headers(shape: Any, found: dict[str, Any]) -> dict[str, Any]:
    """Leave out what the headers say."""
    elsewhere = {member.serialization.get("name", name) for name, member in _located(shape)}
    return {name: value for name, value in found.items() if name not in elsewhere}


def _located(shape: Any) -> list[tuple[str, Any]]:
    return [(name, member) for name, member in shape.members.items() if "location" in member.serialization]


def _payload(member: Any, name: str, values: WireValues, protocol: str) -> bytes:
    if member.type_name == "blob":
        return values.blob()
    if member.type_name == "string":
        return values.text(member).encode()
    if protocol == "rest-json":
        return json_body(plain(values, member), values)
    return xml_element(values, member, member.serialization.get("name", name), ()).encode()


def _headers(shape: Any, values: WireValues, headers: dict[str, str], status: int) -> int:
    for name, member in _located(shape):
        location, wire_name = member.serialization["location"], member.serialization.get("name", name)
        if location == "statusCode":
            status = values.random.choice((status, 202))
        elif values.fill == "least" or (values.fill == "some" and values.boolean()):
            continue
        elif location == "headers":
            for end in ("one", "Two"):
                _set(headers, wire_name + end, values.text(member.value, HEADER_TEXT).strip())
        elif location == "header":
            _set(headers, wire_name, _header(member, values))
    return status


def _set(headers: dict[str, str], name: str, value: str) -> None:
    """Replace a header, however it is written."""
    for known in [known for known in headers if known.lower() == name.lower()]:
        del headers[known]
    headers[name] = value


def _header(member: Any, values: WireValues) -> str:
    kind = member.type_name
    if member.serialization.get("jsonvalue"):
        return b64encode(json.dumps({"a": [1, "é"]}).encode()).decode()
    if kind == "string":
        return values.text(member, HEADER_TEXT).strip()
    if kind == "timestamp":
        return values.time(member.serialization.get("timestampFormat", "rfc822"))
    if kind == "list":
        return ", ".join(_header(member.member, values).replace(",", "") or "x" for _ in range(2))
    return xml_text(values, member)


def failure(operation: Any, random: Random, number: int) -> Answer:
    """Return an error: the operation's modelled ones in turn, and one that it does not know."""
    service = operation.service_model
    protocol = service.resolved_protocol
    known = operation.error_shapes
    shape = known[number % (len(known) + 1)] if number % (len(known) + 1) < len(known) else None
    values = WireValues(service.service_name, random, "all")
    trait = {} if shape is None else shape.metadata.get("error", {})
    code = "NeverHeardOf" if shape is None else shape.error_code or shape.name
    status = int(trait.get("httpStatusCode", 400))
    headers = {"x-amzn-RequestId": "request-1", "Content-Type": CONTENT_TYPES.get(protocol, XML)}
    if shape is not None and protocol.startswith("rest-"):
        _headers(shape, values, headers, status)
    if protocol in ("query", "ec2", "rest-xml"):
        body = _xml_error(operation, shape, code, values, protocol)
    else:
        name = code if shape is None else shape.name
        body = _json_error(shape, name, values, protocol, headers)
        if service.is_query_compatible:
            headers["x-amzn-query-error"] = f"{code};Sender"
    headers["Content-Length"] = str(len(body))
    return status, headers, body


def _xml_error(operation: Any, shape: Any, code: str, values: WireValues, protocol: str) -> bytes:
    attributes, content = (
        ("", "") if shape is None else xml_members(values, shape, but=("message", "Message", "Code", "Type"))
    )
    content += values.random.choice(("<Message>no &amp; never</Message>", "<Message>no\n</Message>", "<Message/>", ""))
    error = f"<Error><Type>Sender</Type><Code>{code}</Code>{content}</Error>"
    if protocol == "ec2":
        return _document("Response", "", f"<Errors>{error}</Errors><RequestID>request-1</RequestID>")
    if operation.service_model.service_name == "s3":
        return f"<Error><Code>{code}</Code>{content}<RequestId>request-1</RequestId></Error>".encode()
    return _document("ErrorResponse", attributes, f"{error}<RequestId>request-1</RequestId>")


def _json_error(shape: Any, code: str, values: WireValues, protocol: str, headers: dict[str, str]) -> bytes:
    cbor = protocol == "smithy-rpc-v2-cbor"
    if cbor:
        headers["smithy-protocol"] = "rpc-v2-cbor"
    found = {} if shape is None else _without_headers(shape, plain(values, shape, cbor=cbor))
    if not any(name.lower() == "message" for name in found):
        found["message"] = "no & never"
    if protocol == "rest-json":
        _set(headers, "x-amzn-errortype", f"{code}:http://example.com/")
    else:
        found["__type"] = f"com.amazonaws.example#{code}"
    return cbor_body(found) if cbor else json_body(found, values)
