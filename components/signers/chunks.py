"""Bodies of S3 that are signed chunk by chunk: each signature covers the one before it, the request's comes first.

Pure functions of chunks; what cuts a body into them is the caller's. Source:
"Signature calculations for the Authorization header: transferring payload in
multiple chunks", and "... including trailing headers", Amazon S3 API reference.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Final

from ..http import AWSRequest
from .base import Identity, SigningOptions
from .header import S3SigV4Header
from .payload import EMPTY_SHA256, sha256_hex
from .s3express import SESSION_HEADER
from .sigv4 import ALGORITHM, amz_date, credential_scope, signing_key

__all__ = [
    "STREAMING",
    "STREAMING_TRAILER",
    "ChunkSigner",
    "S3ExpressChunks",
    "S3SigV4Chunks",
    "chunk_string_to_sign",
    "encoded_length",
    "trailer_string_to_sign",
]

STREAMING: Final = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"
STREAMING_TRAILER: Final = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER"

_SIGNATURE: Final = 64  # characters of one
_HEAD: Final = len(";chunk-signature=") + _SIGNATURE
_SIGNED_TRAILER: Final = len("x-amz-trailer-signature:") + _SIGNATURE


def chunk_string_to_sign(timestamp: str, scope: str, prior: str, chunk: bytes | memoryview) -> str:
    """Return the string to sign of a chunk; ``prior`` is the signature before it."""
    return f"{ALGORITHM}-PAYLOAD\n{timestamp}\n{scope}\n{prior}\n{EMPTY_SHA256}\n{sha256_hex(chunk)}"


def trailer_string_to_sign(timestamp: str, scope: str, prior: str, trailer: Mapping[str, str]) -> str:
    """Return the string to sign of the trailing headers; ``prior`` is the signature of the last, empty chunk."""
    lines = "".join([f"{name.lower()}:{value.strip()}\n" for name, value in sorted(trailer.items())])
    return f"{ALGORITHM}-TRAILER\n{timestamp}\n{scope}\n{prior}\n{sha256_hex(lines.encode())}"


def encoded_length(length: int, chunk_size: int, trailer: Mapping[str, str] | None = None) -> int:
    """Return how many bytes a body of ``length`` bytes has once it is cut into signed chunks.

    Of a trailer the lengths of names and values count, so placeholders do.
    """
    whole, rest = divmod(length, chunk_size)
    total = whole * _chunk_length(chunk_size) + (_chunk_length(rest) if rest else 0)
    if trailer is None:
        return total + _chunk_length(0)
    lines = sum(len(name) + 1 + len(value) + 2 for name, value in trailer.items())
    return total + 1 + _HEAD + 2 + lines + _SIGNED_TRAILER + 4


def _chunk_length(size: int) -> int:
    return len(f"{size:x}") + _HEAD + 2 + size + 2


class ChunkSigner:
    """Frames the chunks of one request, in their order; begin anew for every attempt. For one thread at a time."""

    __slots__ = ("_prior", "_scope", "_seal", "_timestamp")

    def __init__(self, identity: Identity, signing_name: str, region_name: str, now: datetime, seed: str) -> None:
        self._timestamp = amz_date(now)
        date = self._timestamp[:8]
        self._scope = credential_scope(date, region_name, signing_name)
        self._seal = signing_key(identity.secret_key, date, region_name, signing_name).sign
        self._prior = seed

    def __repr__(self) -> str:
        return f"<ChunkSigner {self._scope}>"

    def signature(self, chunk: bytes | memoryview) -> str:
        """Return the signature of the next chunk."""
        self._prior = self._seal(chunk_string_to_sign(self._timestamp, self._scope, self._prior, chunk))
        return self._prior

    def head(self, chunk: bytes) -> bytes:
        """Return the line that goes before the next chunk."""
        return f"{len(chunk):x};chunk-signature={self.signature(chunk)}\r\n".encode()

    def frame(self, chunk: bytes) -> bytes:
        """Return the next chunk as it is sent; one without a byte is the last."""
        return self.head(chunk) + chunk + b"\r\n"

    def end(self, trailer: Mapping[str, str] | None = None) -> bytes:
        """Return the last chunk, with the signed trailing headers if there are any."""
        if trailer is None:
            return self.frame(b"")
        last = f"0;chunk-signature={self.signature(b'')}\r\n"
        lines = "".join([f"{name.lower()}:{value.strip()}\r\n" for name, value in sorted(trailer.items())])
        text = trailer_string_to_sign(self._timestamp, self._scope, self._prior, trailer)
        return f"{last}{lines}x-amz-trailer-signature:{self._seal(text)}\r\n\r\n".encode()

    def frames(self, chunks: Iterable[bytes], trailer: Mapping[str, str] | None = None) -> Iterator[bytes]:
        """Yield a whole body: every chunk that has a byte, then the end."""
        for chunk in chunks:
            if chunk:
                yield self.frame(chunk)
        yield self.end(trailer)


class S3SigV4Chunks(S3SigV4Header):
    """Sign a request whose body follows in signed chunks.

    The caller sets ``Content-Encoding: aws-chunked``, ``X-Amz-Decoded-Content-Length``,
    ``Content-Length`` (``encoded_length``) and, for a trailer, ``X-Amz-Trailer``,
    which decides between the two forms.
    """

    __slots__ = ()

    def _prepare(
        self, request: AWSRequest, identity: Identity, timestamp: str, region_name: str, context: SigningOptions
    ) -> None:
        super()._prepare(request, identity, timestamp, region_name, context._replace(payload="unsigned"))
        request.headers["X-Amz-Content-SHA256"] = STREAMING_TRAILER if "X-Amz-Trailer" in request.headers else STREAMING

    def chunks(
        self, request: AWSRequest, identity: Identity, signing_name: str, region_name: str, now: datetime
    ) -> ChunkSigner:
        """Return what frames the body of a request that was signed at ``now``."""
        seed = str(request.headers["Authorization"]).rpartition("Signature=")[2]
        return ChunkSigner(identity, signing_name, region_name, now, seed)


class S3ExpressChunks(S3SigV4Chunks):
    """The same with the keys of a directory bucket's session."""

    __slots__ = ()

    session_header = SESSION_HEADER
