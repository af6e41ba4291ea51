"""The canonical form of a request: what both sides of an AWS signature must agree on byte for byte.

Pure functions. Source: "Create a signed AWS API request", AWS IAM user guide,
and "Authenticating Requests", Amazon S3 API reference.
"""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, Final
from urllib.parse import quote, unquote_to_bytes

from ..percent import percent_encode

__all__ = [
    "UNSIGNED_HEADERS",
    "canonical_headers",
    "canonical_query",
    "canonical_request",
    "canonical_uri",
    "encode_pairs",
    "host_of",
    "split_url",
]

# Fields that proxies, or the HTTP client itself, may add, drop or rewrite on the way.
UNSIGNED_HEADERS: Final = frozenset(
    {
        "authorization",
        "connection",
        "expect",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "user-agent",
        "x-amzn-trace-id",
    }
)

_DEFAULT_PORTS: Final = {"http": ":80", "https": ":443"}

# Percent codes in upper case, of bytes that have to be encoded: text made of these and of
# unreserved characters is in its canonical form, and needs no decoding to find that out.
# Possessive repeats: one pass, a quarter of the cost of the plain pattern.
_CODE = r"%(?:[01][0-9A-F]|2[0-9ABCF]|3[A-F]|40|5[B-E]|60|7[BCDF]|[89A-F][0-9A-F])"
_ATOM = rf"[A-Za-z0-9\-._~]*+(?:{_CODE}[A-Za-z0-9\-._~]*+)*+"
_is_canonical_query = re.compile(rf"{_ATOM}={_ATOM}(?:&{_ATOM}={_ATOM})*+").fullmatch
_is_canonical_path = re.compile(rf"[A-Za-z0-9\-._~/]*+(?:{_CODE}[A-Za-z0-9\-._~/]*+)*+").fullmatch
_is_plain_path = re.compile(r"[A-Za-z0-9\-_~/]*").fullmatch


def split_url(url: str) -> tuple[str, str, str, str]:
    """Return scheme, authority, path (never empty) and query of a URL, each as it is written.

    ``urllib.parse.urlsplit`` costs 4 µs for every URL that it has not seen, and
    object keys make every URL a new one. The last one without a query is kept:
    who signs a request and who sends it ask one after the other.
    """
    global _last_split
    last, parts = _last_split  # one read: a thread sees a pair that belongs together
    if url == last:
        return parts
    scheme, _, rest = url.partition("://")
    if "#" in rest:
        rest = rest[: rest.index("#")]
    rest, _, query = rest.partition("?")
    authority, slash, path = rest.partition("/")
    parts = scheme, authority, slash + path or "/", query
    if not query:
        _last_split = url, parts
    return parts


_last_split: tuple[str, tuple[str, str, str, str]] = ("", ("", "", "/", ""))


@lru_cache(256)
def host_of(scheme: str, authority: str) -> str:
    """Return the ``Host`` field for a URL's authority: lower case, no user, no default port."""
    host = authority.rpartition("@")[2].lower()
    return host.removesuffix(_DEFAULT_PORTS.get(scheme, " "))


def canonical_uri(path: str, *, double_encode: bool = True, normalize: bool = True) -> str:
    """Return the canonical form of a URL's path.

    Services other than S3 remove dot segments and empty segments and encode
    what is already encoded a second time; S3, whose keys may be any text, does
    neither: pass ``False`` for both.
    """
    if path == "/" or not path:
        return "/"
    if _is_plain_path(path) and ("//" not in path or not normalize):
        return path
    if normalize and ("." in path or "//" in path):
        path = _normalized(path)
    if double_encode:
        return quote(path, safe="/~")
    return path if _is_canonical_path(path) else quote(unquote_to_bytes(path), safe="/~")


def _normalized(path: str) -> str:
    kept: list[str] = []
    segments = path.split("/")
    for segment in segments:
        if segment == "..":
            if kept:
                kept.pop()
        elif segment and segment != ".":
            kept.append(segment)
    if not kept:
        return "/"
    return "/" + "/".join(kept) + ("/" if path[-1] == "/" else "")


def canonical_query(query: str) -> str:
    """Return the canonical form of a URL's query: every part encoded once, sorted by name, then value."""
    if not query:
        return ""
    if _is_canonical_query(query):
        if "&" not in query:
            return query
        pairs = [piece.partition("=")[::2] for piece in query.split("&")]
    else:
        pairs = [
            (_encoded_once(name), _encoded_once(value))
            for name, _, value in [piece.partition("=") for piece in query.split("&") if piece]
        ]
    pairs.sort()
    return "&".join([f"{name}={value}" for name, value in pairs])


def _encoded_once(text: str) -> str:
    # A plus sign in a query is a blank: servers read it so, and urlencode() writes it so.
    return quote(unquote_to_bytes(text.replace("+", " ")), safe="-_.~")


def encode_pairs(params: Mapping[str, Any] | Iterable[tuple[str, Any]]) -> str:
    """Return parameters as the text of a query, blanks as ``%20``; a list is a parameter several times."""
    pieces: list[str] = []
    for name, value in params.items() if isinstance(params, Mapping) else params:
        left = percent_encode(name)
        for one in value if isinstance(value, list | tuple) else (value,):
            pieces.append(f"{left}={percent_encode(one)}")
    return "&".join(pieces)


def canonical_headers(fields: Mapping[str, tuple[str, Any]], host: str) -> tuple[str, str]:
    """Return the canonical header lines and the list of signed header names.

    ``fields`` are (name, value) by lower-case name, as ``Headers.fields`` has
    them; ``host`` is used when there is no such field. Fields of
    ``UNSIGNED_HEADERS`` are left out.
    """
    names, host_at, signed = _ordered(tuple(fields))
    lines = []
    for name in names:
        value = fields[name][1]
        lines.append(f"{name}:{value if value.__class__ is str else _text(value)}\n")
    if host_at is not None:
        lines.insert(host_at, f"host:{host}\n")
    block = "".join(lines)
    # Few requests have a value with blanks: looking for one in the whole is cheaper than in each.
    if " " in block or "\t" in block:
        split = [line.partition(":") for line in lines]
        block = "".join([f"{name}:{' '.join(value.split())}\n" for name, _, value in split])
    return block, signed


@lru_cache(512)
def _ordered(names: tuple[str, ...]) -> tuple[tuple[str, ...], int | None, str]:
    """Return those of the names that are signed, in order, where the host is to be put in, and the list of all.

    An operation's names are always the same.
    """
    given = sorted(name for name in names if name not in UNSIGNED_HEADERS)
    signed = sorted({*given, "host"})
    return tuple(given), None if "host" in given else signed.index("host"), ";".join(signed)


def _text(value: Any) -> str:
    return value.decode("utf-8") if isinstance(value, bytes) else str(value)


def canonical_request(method: str, uri: str, query: str, headers: str, signed_headers: str, payload_hash: str) -> str:
    """Put the canonical parts together; ``headers`` is the block of lines of ``canonical_headers``."""
    return f"{method}\n{uri}\n{query}\n{headers}\n{signed_headers}\n{payload_hash}"
