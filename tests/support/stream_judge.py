"""Checks a signed event stream with code of its own, from the specification: hmac, hashlib and struct alone."""

import datetime
import hashlib
import hmac
import struct
import zlib

__all__ = ["messages_of", "verified"]


def messages_of(data: bytes) -> list[tuple[dict[str, tuple[int, bytes]], bytes, bytes]]:
    """Return headers (type and raw value), the raw bytes of the first header, and payload of each message."""
    found = []
    while data:
        total, length, crc = struct.unpack(">III", data[:12])
        whole, data = data[:total], data[total:]
        assert zlib.crc32(whole[:8]) == crc
        assert zlib.crc32(whole[:-4]) == struct.unpack(">I", whole[-4:])[0]
        block, payload = whole[12 : 12 + length], whole[12 + length : -4]
        headers: dict[str, tuple[int, bytes]] = {}
        first = b""
        position = 0
        while position < length:
            start = position
            size = block[position]
            name = block[position + 1 : position + 1 + size].decode()
            position += 1 + size
            kind = block[position]
            position += 1
            if kind in (6, 7):
                width = struct.unpack(">H", block[position : position + 2])[0]
                position += 2
            else:
                width = {0: 0, 1: 0, 2: 1, 3: 2, 4: 4, 5: 8, 8: 8, 9: 16}[kind]
            headers[name] = kind, block[position : position + width]
            position += width
            first = first or block[start:position]
        found.append((headers, first, payload))
    return found


def _hmac(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


def verified(body: bytes, authorization: str, secret_key: str) -> list[bytes]:
    """Return the messages in a signed stream; AssertionError where a signature is wrong or the end is missing."""
    fields = dict(part.strip().split("=", 1) for part in authorization.partition(" ")[2].split(","))
    _, day, region, service, _ = fields["Credential"].split("/")
    prior = fields["Signature"]
    inner = []
    for headers, date_header, payload in messages_of(body):
        assert list(headers) == [":date", ":chunk-signature"]
        assert headers[":date"][0] == 8
        assert headers[":chunk-signature"][0] == 6
        seconds = struct.unpack(">q", headers[":date"][1])[0] // 1000
        stamp = datetime.datetime.fromtimestamp(seconds, datetime.UTC).strftime("%Y%m%dT%H%M%SZ")
        day = stamp[:8]
        key = b"AWS4" + secret_key.encode()
        for part in (day, region, service, "aws4_request"):
            key = _hmac(key, part)
        text = "\n".join(
            [
                "AWS4-HMAC-SHA256-PAYLOAD", stamp, f"{day}/{region}/{service}/aws4_request", prior,
                hashlib.sha256(date_header).hexdigest(), hashlib.sha256(payload).hexdigest(),
            ]
        )  # fmt: skip
        prior = _hmac(key, text).hex()
        assert headers[":chunk-signature"][1].hex() == prior
        inner.append(payload)
    assert inner.pop() == b"", "the stream has no signed end"
    return inner
