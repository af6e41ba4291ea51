"""What comes of event streams, as JSON: run as a program by the tests with ``sotalia`` and with ``boto3``.

``python stream_scenarios.py MODULE FOLDER`` plays the same bytes to a client of
each protocol, whose model it writes to FOLDER, and tells the result, the
events, and the error that ended them.
"""

import datetime
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from stream_bytes import BODIES, REPORTS, error, event, exception, header, message, service_model

PROTOCOLS = tuple(BODIES)

MARKS = (
    header("BooleanMark", None, 0), header("ByteMark", -5, 2), header("ShortMark", -300, 3),
    header("IntegerMark", 70000, 4), header("LongMark", 2**40, 5), header("BlobMark", b"\x00\x01", 6),
    header("StringMark", "gr\u00fcn"), header("TimestampMark", 1422172800123, 8),
)  # fmt: skip


def scenarios(protocol: str) -> dict[str, bytes]:
    """Bytes of answers, by the name of the scenario; the RPC protocols get an initial response before them."""
    body, report = BODIES[protocol], REPORTS[protocol]
    plain = event("Plain", body)
    return {
        "nothing": b"",
        "blob payload": event("Raw", b"\x00\xff"),
        "empty blob payload": event("Raw"),
        "text payload": event("Text", "grün\n".encode()),
        "empty text payload": event("Text"),
        "structure payload": event("Inner", body),
        "implicit payload": plain,
        "empty implicit payload": event("Plain"),
        "no members": event("Empty"),
        "no members, with a body": event("Empty", body),
        "headers": event("Marked", b"data", *MARKS),
        "false in a header": event("Marked", b"", header("BooleanMark", None, 1)),
        "headers absent": event("Marked", b"data"),
        "unknown headers": event("Marked", b"data", header("Other", "x"), header("Id", b"u" * 16, 9)),
        "header and implicit payload": event("Mixed", body, header("Mark", "m")),
        "unknown events": event("New", body) + plain + event("Newer", b"?"),
        "three events": plain * 3,
        "other message type": message(header(":message-type", "odd") + header(":event-type", "Plain"), body),
        "no message type": message(header(":event-type", "Plain"), body),
        "no event type": message(header(":message-type", "event"), body),
        "no headers": message(b"", body),
        "modelled exception": plain + exception("Broken", report),
        "modelled exception without a body": exception("Broken"),
        "modelled exception with garbage": exception("Broken", b"\xff{<"),
        "error": plain + error("Code", "what happened") + plain,
        "error without words": message(header(":message-type", "error")),
        "late initial response": plain + event("initial-response", body),
        "checksum of a message": plain + plain[:-1] + b"\x00",
        "checksum of a prelude": plain[:8] + b"\x00\x00\x00\x00" + plain[12:],
        "header twice": message(header("a", "1") * 2),
        "headers too long": _prelude(200_000, 140_000),
        "payload too long": _prelude(30_000_000, 10),
    }


def _prelude(total: int, headers: int) -> bytes:
    import struct
    import zlib

    lengths = struct.pack(">II", total, headers)
    return lengths + struct.pack(">I", zlib.crc32(lengths)) + b"\x00" * 20


class Wire:
    """The body of an answer, in pieces of a size."""

    def __init__(self, data: bytes, size: int) -> None:
        self.data = data
        self.size = size
        self.closed = False

    def stream(self, amt: int = 0, **kwargs: Any) -> Iterator[bytes]:
        for start in range(0, len(self.data), self.size):
            yield self.data[start : start + self.size]

    def close(self) -> None:
        self.closed = True


def shown(value: Any) -> Any:
    """A value in JSON's terms."""
    if isinstance(value, dict):
        return {key: shown(item) for key, item in value.items()}
    if isinstance(value, bytes):
        return f"bytes {value.hex()}"
    if isinstance(value, datetime.datetime):
        return f"time {value.timestamp()}"
    if type(value).__name__ == "EventStream":
        return "stream"
    return value


def play(client: Any, response: Any, data: bytes, size: int) -> dict[str, Any]:
    """Call the operation, and iterate."""
    played: dict[str, Any] = {"result": None, "events": [], "error": None}
    headers = {"content-type": "application/vnd.amazon.eventstream", "x-named": "n"}
    client.meta.events.register(
        "before-send", lambda request, **kwargs: response(request.url, 200, headers, Wire(data, size)), unique_id="me"
    )
    try:
        result = client.watch(Named="n")
        result.pop("ResponseMetadata")
        played["result"] = shown(result)
        played["events"] = []
        for each in result["Events"]:
            played["events"].append(shown(each))
    except Exception as problem:
        told = getattr(problem, "response", {}).get("Error", {})
        played["error"] = [type(problem).__name__, told.get("Code"), told.get("Message")]
    client.meta.events.unregister("before-send", unique_id="me")
    return played


def main() -> None:
    """Play all scenarios, in every protocol, in one piece and byte by byte."""
    library, folder = sys.argv[1], Path(sys.argv[2])
    for protocol in PROTOCOLS:
        path = folder / f"streams-{protocol}" / "2020-01-01" / "service-2.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(service_model(protocol)))
    os.environ["AWS_DATA_PATH"] = str(folder)
    if library == "boto3":
        import boto3 as package
        from botocore.awsrequest import AWSResponse as Response
    else:
        import sotalia as package  # type: ignore[no-redef] # the same names
        from sotalia.components.http import AWSResponse as Response  # type: ignore[assignment] # the same signature
    found = {}
    for protocol in PROTOCOLS:
        client = package.client(
            f"streams-{protocol}", "us-west-2", endpoint_url="http://127.0.0.1:1",
            aws_access_key_id="AKID", aws_secret_access_key="x",
        )  # fmt: skip
        for name, data in scenarios(protocol).items():
            if not protocol.startswith("rest-"):
                initial = {"json": b'{"Named":"n"}', "smithy-rpc-v2-cbor": bytes.fromhex("a1654e616d6564616e")}
                data = event("initial-response", initial[protocol]) + data
            for size in (1, 1 << 20):
                found[f"{protocol}, {name}, {'whole' if size > 1 else 'bytes'}"] = play(client, Response, data, size)
        if not protocol.startswith("rest-"):
            found[f"{protocol}, no initial response"] = play(client, Response, event("Plain", BODIES[protocol]), 99)
            found[f"{protocol}, exception at once"] = play(client, Response, exception("Broken"), 99)
            found[f"{protocol}, nothing at all"] = play(client, Response, b"", 99)
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
