"""The head of a request as bytes."""

import re
from typing import Final

from ..errors import HTTPClientError
from ..http import Headers

__all__ = ["request_head"]

# A token (RFC 9110, section 5.6.2), a colon, a value without control characters, a line end; all of the block.
_is_block: Final = re.compile(rb"(?:[!#$%&'*+\-.^_`|~0-9A-Za-z]++:[^\r\n\0]*+\r\n)*+").fullmatch
_is_target: Final = re.compile(r"[!-~]++").fullmatch


def request_head(method: str, target: str, host: str, headers: Headers, framing: str) -> bytes:
    """Return request line and fields, with ``Host`` and ``framing`` (whole lines) where the fields lack them.

    Raises ``HTTPClientError`` for a method, target or field with characters
    that would make another request of it; values are not quoted, they may be
    secrets.
    """
    if not method.isalpha() or not method.isascii():
        raise HTTPClientError(error="the method of a request has a character that cannot be sent")
    if not _is_target(target):
        target = _quoted(target)
    lines = [f"{name}: {value if value.__class__ is str else _text(value)}\r\n" for name, value in headers.items()]
    if "host" not in headers:
        lines.insert(0, f"Host: {host}\r\n")
    if "accept-encoding" not in headers:
        lines.append("Accept-Encoding: identity\r\n")  # content codings are left as they are: none are wanted
    block = "".join(lines).encode("utf-8", "surrogateescape")
    if not _is_block(block) or block.count(b"\n") != len(lines):
        raise HTTPClientError(error="a header has a character, such as a line break, that cannot be sent") from None
    return f"{method} {target} HTTP/1.1\r\n".encode("ascii") + block + framing.encode("ascii") + b"\r\n"


def _text(value: object) -> str:
    return value.decode("utf-8", "surrogateescape") if isinstance(value, bytes) else str(value)


def _quoted(target: str) -> str:
    """Return a target with what may not stand in a request line percent-encoded, as HTTP clients do."""
    from urllib.parse import quote

    return quote(target, safe="!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")
