"""A decoder of ``aws-chunked`` that shares nothing with the encoder, for the tests."""

import re
from typing import NamedTuple


class Decoded(NamedTuple):
    """A body, its chunks, the extensions of each (the last, empty one included), and the trailing headers."""

    data: bytes
    chunks: list[bytes]
    extensions: list[str]
    trailer: dict[str, str]


def decode(wire: bytes) -> Decoded:
    """Take a body apart; anything out of place is an error."""
    chunks: list[bytes] = []
    extensions: list[str] = []
    at = 0
    while True:
        head = re.compile(rb"([0-9a-f]+)((?:;[a-z-]+=[0-9a-f]+)?)\r\n").match(wire, at)
        if head is None:
            raise ValueError(f"no chunk at {at}: {wire[at : at + 40]!r}")
        size, at = int(head[1], 16), head.end()
        extensions.append(head[2].decode())
        if size == 0:
            break
        chunks.append(wire[at : at + size])
        if len(chunks[-1]) != size or wire[at + size : at + size + 2] != b"\r\n":
            raise ValueError(f"the chunk at {at} does not end where it said")
        at += size + 2
    end = wire[at:]
    if end == b"\r\n":
        return Decoded(b"".join(chunks), chunks, extensions, {})
    if not end.endswith(b"\r\n\r\n"):
        raise ValueError(f"no end: {end!r}")
    pairs = [line.decode().partition(":") for line in end[:-4].split(b"\r\n")]
    return Decoded(b"".join(chunks), chunks, extensions, {name: value for name, _, value in pairs})
