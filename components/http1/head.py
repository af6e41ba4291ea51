"""The head of a request as bytes."""

import re
from functools import lru_cache
from typing import Final

from ..errors import HTTPClientError
from ..http import Headers

__all__ = ["request_head"]

_is_token: Final = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]++").fullmatch  # RFC 9110, section 5.6.2
_is_target: Final = re.compile(r"/[!\"$-~]*+(?<!\?)").fullmatch  # no fragment, no query that is empty
_METHODS: Final = frozenset({"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"})


def request_head(method: str, target: str, host: str, headers: Headers, framing: str) -> bytes:
    """Return request line and fields, with ``Host`` and ``framing`` (whole lines) where the fields lack them.

    ``target`` is what follows the authority in a URL. Raises ``HTTPClientError`` for a method, target or field with
    characters that would make another request of it; values are not quoted, they may be secrets.
    """
    if method not in _METHODS and not (method.isalpha() and method.isascii()):
        raise HTTPClientError(error="the method of a request has a character that cannot be sent")
    if not _is_target(target):
        target = _quoted(target)
    fields = headers.fields
    names, values = zip(*fields.values()) if fields else ((), ())  # noqa: B905 - pairs
    template = _layout(names)
    values = (host, *values)
    try:
        all_values = "".join(values)
    except TypeError:  # not all of them are text
        values = tuple(map(_text, values))
        all_values = "".join(values)
    # Looking for the three that end a field early costs a tenth of what an expression for all the others does.
    if "\n" in all_values or "\r" in all_values or "\0" in all_values:
        raise HTTPClientError(error=_REFUSED) from None
    return f"{method} {target} HTTP/1.1\r\n{template % values}{framing}\r\n".encode("utf-8", "surrogateescape")


_REFUSED: Final = "a header has a character, such as a line break, that cannot be sent"


@lru_cache(512)
def _layout(names: tuple[str, ...]) -> str:
    """Return the fields of a request as a template for the host and their values.

    A client sends few sets of names.
    """
    if not all(map(_is_token, names)):
        raise HTTPClientError(error=_REFUSED) from None
    lower = {name.lower() for name in names}
    lines = ["%.0s" if "host" in lower else "Host: %s\r\n", *[f"{name.replace('%', '%%')}: %s\r\n" for name in names]]
    if "accept-encoding" not in lower:
        lines.append("Accept-Encoding: identity\r\n")  # content codings are left as they are: none are wanted
    return "".join(lines)


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    return value.decode("utf-8", "surrogateescape") if isinstance(value, bytes) else str(value)


def _quoted(target: str) -> str:
    """Return a target as it is sent: without a fragment, and percent-encoded what may not stand there."""
    from urllib.parse import quote

    path, _, query = target.partition("#")[0].partition("?")
    target = f"{path}?{query}" if query else path
    return quote(target if path[:1] == "/" else f"/{target}", safe="!\"$%&'()*+,-./:;<=>?@[\\]^_`{|}~")
