"""Bytes of event streams, made without the code that is tested, and for boto3's environment too."""

import struct
import zlib
from typing import Any

BODIES = {
    "json": b'{"Name":"x","Size":3}',
    "rest-json": b'{"Name":"x","Size":3}',
    "rest-xml": b"<Doc><Name>x</Name><Size>3</Size></Doc>",
    "smithy-rpc-v2-cbor": bytes.fromhex("a2644e616d6561786453697a6503"),
}
"""A structure with two members in every protocol that has event streams."""

REPORTS = {
    "json": b'{"message":"told","Size":3}',
    "rest-json": b'{"message":"told","Size":3}',
    "rest-xml": b"<Broken><message>told</message><Size>3</Size></Broken>",
    "smithy-rpc-v2-cbor": bytes.fromhex("a2676d65737361676564746f6c646453697a6503"),
}
"""The body of an error in every such protocol."""

STRING, BYTES = 7, 6
_NUMBERS = {2: ">b", 3: ">h", 4: ">i", 5: ">q", 8: ">q"}


def header(name: str, value: Any, kind: int = STRING) -> bytes:
    """Encode one header."""
    head = bytes([len(name.encode())]) + name.encode() + bytes([kind])
    if kind in (0, 1):
        return head
    if kind in _NUMBERS:
        return head + struct.pack(_NUMBERS[kind], value)
    content = value.encode() if isinstance(value, str) else value
    return head + content if kind == 9 else head + struct.pack(">H", len(content)) + content


def message(headers: bytes, payload: bytes = b"") -> bytes:
    """Put a message together."""
    prelude = struct.pack(">II", 16 + len(headers) + len(payload), len(headers))
    prelude += struct.pack(">I", zlib.crc32(prelude))
    whole = prelude + headers + payload
    return whole + struct.pack(">I", zlib.crc32(whole))


def event(kind: str, payload: bytes = b"", *more: bytes, content_type: str = "application/json") -> bytes:
    """A message with an event."""
    headers = header(":message-type", "event") + header(":event-type", kind) + header(":content-type", content_type)
    return message(headers + b"".join(more), payload)


def exception(kind: str, payload: bytes = b"") -> bytes:
    """A message with a modelled error."""
    return message(header(":message-type", "exception") + header(":exception-type", kind), payload)


def error(code: str, text: str) -> bytes:
    """A message with an error that no model knows."""
    return message(header(":message-type", "error") + header(":error-code", code) + header(":error-message", text))


def service_model(protocol: str) -> dict[str, Any]:
    """A private service with a stream of every kind of event, out and in."""
    rest = protocol.startswith("rest-")
    named: dict[str, Any] = {"shape": "String"}
    if rest:
        named |= {"location": "header", "locationName": "x-named"}
    doc = {"Name": {"shape": "String"}, "Size": {"shape": "Integer"}}
    kinds = ("Boolean", "Byte", "Short", "Integer", "Long", "Blob", "String", "Timestamp")
    events = {
        "Raw": {"Data": {"shape": "Blob", "eventpayload": True}},
        "Text": {"Line": {"shape": "String", "eventpayload": True}},
        "Inner": {"Doc": {"shape": "Doc", "eventpayload": True}},
        "Plain": doc,
        "Empty": {},
        "Mixed": {**doc, "Mark": {"shape": "String", "eventheader": True}},
        "Marked": {
            **{f"{kind}Mark": {"shape": kind, "eventheader": True} for kind in kinds},
            "Data": {"shape": "Blob", "eventpayload": True},
        },
    }
    stream = {name: {"shape": f"{name}Event"} for name in events}
    both = {"type": "structure", "members": {"Named": named, "Events": {"shape": "Stream"}}}
    if rest:
        both["payload"] = "Events"
    return {
        "version": "2.0",
        "metadata": {
            "apiVersion": "2020-01-01", "endpointPrefix": "streams", "protocol": protocol, "protocols": [protocol],
            "serviceId": f"Streams {protocol}", "signingName": "streams", "signatureVersion": "v4",
            "targetPrefix": "Streams", "jsonVersion": "1.1", "uid": "streams",
        },
        "operations": {
            "Watch": {
                "name": "Watch", "http": {"method": "POST", "requestUri": "/watch"},
                "input": {"shape": "WatchInput"}, "output": {"shape": "Both"}, "errors": [{"shape": "Broken"}],
            },
            "Talk": {
                "name": "Talk", "http": {"method": "POST", "requestUri": "/talk"},
                "input": {"shape": "Both"}, "output": {"shape": "Both"},
            },
        },
        "shapes": {
            "WatchInput": {"type": "structure", "members": {"Named": named}},
            "Both": both,
            "Stream": {"type": "structure", "eventstream": True, "members": {**stream, "Broken": {"shape": "Broken"}}},
            **{
                f"{name}Event": {"type": "structure", "event": True, "members": members}
                for name, members in events.items()
            },
            "Broken": {
                "type": "structure", "exception": True,
                "members": {"message": {"shape": "String"}, "Size": {"shape": "Integer"}},
            },
            "Doc": {"type": "structure", "members": doc},
            **{kind: {"type": kind.lower()} for kind in kinds},
        },
    }  # fmt: skip
