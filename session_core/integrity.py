"""Checksums of request bodies: the ``httpChecksum`` and ``httpChecksumRequired`` traits.

The checksum goes into a header. A stream that cannot be rewound has none,
unless the operation demands one: then the call is refused before it is sent.
"""

import zlib
from base64 import b64encode
from collections.abc import Callable, Mapping
from typing import Any

from ..components.errors import FlexibleChecksumError
from ..models.shapes import OperationModel

__all__ = ["Integrity", "add_checksum", "integrity_of"]

_PIECE = 1 << 20


class Integrity:
    """What an operation says of checksums."""

    __slots__ = ("algorithm_header", "algorithm_member", "by_md5", "required")

    def __init__(
        self, required: bool, algorithm_member: str | None, algorithm_header: str | None, by_md5: bool = False
    ) -> None:
        self.required = required
        self.by_md5 = by_md5
        """Whether the older trait asks, which means ``Content-MD5``; S3 Control has it and gets what boto3 sends."""
        self.algorithm_member = algorithm_member
        self.algorithm_header = algorithm_header


def integrity_of(model: OperationModel) -> Integrity | None:
    """Return what the operation asks for, ``None`` for nothing."""
    trait = model.http_checksum
    member = trait.get("requestAlgorithmMember")
    required = bool(trait.get("requestChecksumRequired", False))
    if member is None and not required and not model.http_checksum_required:
        return None
    header = None
    if member is not None and model.input_shape is not None:
        header = model.input_shape.members[member].serialization.get("name")
    by_md5 = model.http_checksum_required and not required and model.service_model.service_name != "s3control"
    return Integrity(required or model.http_checksum_required, member, header, by_md5)


def _crc32(pieces: Any) -> bytes:
    value = 0
    for piece in pieces:
        value = zlib.crc32(piece, value)
    return value.to_bytes(4, "big")


def _hash(name: str) -> Callable[[Any], bytes]:
    def digest(pieces: Any) -> bytes:
        import hashlib

        running = hashlib.new(name, usedforsecurity=False)
        for piece in pieces:
            running.update(piece)
        return running.digest()

    return digest


_ALGORITHMS: Mapping[str, Callable[[Any], bytes]] = {
    "crc32": _crc32,
    "sha1": _hash("sha1"),
    "sha256": _hash("sha256"),
    "sha512": _hash("sha512"),
    "md5": _hash("md5"),
}


def add_checksum(
    integrity: Integrity,
    operation_name: str,
    params: Mapping[str, Any],
    request: dict[str, Any],
    context: dict[str, Any],
    when_supported: bool,
) -> None:
    """Put the checksum that the operation, the caller or the configuration asks for into the headers."""
    headers = request["headers"]
    if any(name.lower().startswith("x-amz-checksum-") for name in headers):
        return
    chosen = None if integrity.algorithm_member is None else params.get(integrity.algorithm_member)
    if chosen is None and integrity.algorithm_member is not None:
        wanted = when_supported or integrity.required
        chosen = "CRC32" if wanted else None
    body = request["body"]
    if chosen is None:
        if integrity.required and not _has_md5(headers) and body is not None and _can_read(body):
            name, compute = (
                ("Content-MD5", _ALGORITHMS["md5"]) if integrity.by_md5 else ("x-amz-checksum-crc32", _crc32)
            )
            headers[name] = b64encode(compute(_pieces(body))).decode()
        return
    algorithm = str(chosen).lower()
    digest = _ALGORITHMS.get(algorithm)
    if digest is None:
        raise FlexibleChecksumError(
            error_msg=f"{operation_name} cannot have the checksum {chosen!r}: use CRC32, SHA1 or SHA256, "
            "or give the checksum itself"
        )
    if not _can_read(body):
        if integrity.required:
            raise FlexibleChecksumError(
                error_msg=f"{operation_name} needs a checksum of its body, and the stream cannot be rewound: "
                "pass bytes or a seekable file"
            )
        return
    name = f"x-amz-checksum-{algorithm}"
    by_itself = getattr(body, "digest", None)  # a slice, which reads itself once for all digests
    headers[name] = b64encode(digest(_pieces(body)) if by_itself is None else by_itself(algorithm)).decode()
    if integrity.algorithm_header is not None:
        headers[integrity.algorithm_header] = str(chosen).upper()
    context["checksum"] = {"request_algorithm": {"algorithm": algorithm, "in": "header", "name": name}}


def _has_md5(headers: Mapping[str, Any]) -> bool:
    return any(name.lower() == "content-md5" for name in headers)


def _can_read(body: Any) -> bool:
    if isinstance(body, bytes | bytearray | memoryview | str):
        return True
    seekable = getattr(body, "seekable", None)
    return bool(seekable()) if seekable is not None else hasattr(body, "seek")


def _pieces(body: Any) -> Any:
    if isinstance(body, str):
        yield body.encode()
    elif isinstance(body, bytes | bytearray | memoryview):
        yield body
    else:
        start = body.tell()
        try:
            while piece := body.read(_PIECE):
                yield piece.encode() if isinstance(piece, str) else piece
        finally:
            body.seek(start)
