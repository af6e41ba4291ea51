"""The hash of a request's body, as signatures need it."""

from typing import Any, Final

from ..after_fork import no_fork
from ..errors import UnseekableStreamError
from .base import PayloadSigning

__all__ = [
    "EMPTY_SHA256",
    "STREAMING_UNSIGNED_TRAILER",
    "UNSIGNED_PAYLOAD",
    "payload_hash",
    "payload_value",
    "sha256_hex",
]

EMPTY_SHA256: Final = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
UNSIGNED_PAYLOAD: Final = "UNSIGNED-PAYLOAD"
STREAMING_UNSIGNED_TRAILER: Final = "STREAMING-UNSIGNED-PAYLOAD-TRAILER"

_CHUNK: Final = 1024 * 1024  # bytes of a file hashed at a time

_sha256: Any = None


def sha256_hex(data: bytes | bytearray | memoryview) -> str:
    """Return the SHA-256 of bytes in lower-case hexadecimal."""
    global _sha256
    if _sha256 is None:
        with no_fork:
            from hashlib import sha256  # 5 ms with OpenSSL: not before something is signed

        _sha256 = sha256
    digest: str = _sha256(data).hexdigest()
    return digest


def payload_hash(body: Any) -> str:
    """Return the SHA-256 of a body: nothing, text, bytes, or a seekable file, which is rewound to where it was.

    Raises UnseekableStreamError for a stream that can be read only once.
    """
    if not body:
        return EMPTY_SHA256
    if isinstance(body, bytes | bytearray | memoryview):
        return sha256_hex(body)
    if isinstance(body, str):
        return sha256_hex(body.encode())
    return _file_hash(body)


def _file_hash(body: Any) -> str:
    digest_of = getattr(body, "digest", None)
    if digest_of is not None:  # a slice, which reads itself once for all digests
        digested: bytes = digest_of("sha256")
        return digested.hex()
    from hashlib import sha256

    try:
        start = body.tell()
        body.seek(start)
    except (AttributeError, OSError, ValueError) as problem:  # io.UnsupportedOperation is both of the last two
        raise UnseekableStreamError(stream_object=body) from problem
    digest = sha256()
    while chunk := body.read(_CHUNK):
        digest.update(chunk)
    body.seek(start)
    return digest.hexdigest()


def payload_value(body: Any, signing: PayloadSigning) -> str:
    """Return what stands for the body in the canonical request: its hash, or the word for none."""
    if signing == "signed":
        if body.__class__ is bytes:
            return sha256_hex(body) if body else EMPTY_SHA256
        return payload_hash(body)
    return UNSIGNED_PAYLOAD if signing == "unsigned" else STREAMING_UNSIGNED_TRAILER
