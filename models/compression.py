"""Compression of request bodies, for the operations whose model asks for it (``requestcompression``)."""

from collections.abc import Mapping
from typing import Any

from .shapes import OperationModel

__all__ = ["compress_request"]

_PIECE = 1 << 20


def compress_request(request: dict[str, Any], operation: OperationModel, least: int = 10240) -> None:
    """Compress the body of a serialized request with gzip, and say so in ``Content-Encoding``.

    Done only where the operation supports it, to bodies of at least ``least``
    bytes and to every stream, except one whose length must be known. The
    caller looks at ``disable_request_compression`` first. Bytes stay bytes, a
    file-like body becomes another; the request is changed in place.
    """
    encodings = (operation.request_compression or {}).get("encodings", ())
    if "gzip" not in encodings:
        return
    stream = operation.get_streaming_input()
    if stream is not None:
        if "requiresLength" in stream.metadata:
            return
        least = 0
    body = request["body"]
    if isinstance(body, Mapping):
        from urllib.parse import urlencode

        body = urlencode(body, doseq=True)
    if isinstance(body, str):
        body = body.encode()
    if isinstance(body, bytes | bytearray):
        if len(body) < least:
            return
        from gzip import compress

        # No time in it, so that a retry or a test sends the same bytes.
        request["body"] = compress(body, mtime=0)
    elif hasattr(body, "read") and _is_long(body, least):
        request["body"] = _compressed_stream(body)
    else:
        return
    _add_encoding(request["headers"])


def _is_long(body: Any, least: int) -> bool:
    """Tell whether a file-like body has ``least`` bytes left; one that cannot be measured is left alone."""
    if least == 0:
        return True
    try:
        position = body.tell()
        end = body.seek(0, 2)
        body.seek(position)
    except (AttributeError, OSError):
        return False
    return bool(end - position >= least)


def _compressed_stream(body: Any) -> Any:
    from gzip import GzipFile
    from io import BytesIO

    made = BytesIO()
    with GzipFile(fileobj=made, mode="wb", mtime=0) as out:
        while piece := body.read(_PIECE):
            out.write(piece.encode() if isinstance(piece, str) else piece)
    made.seek(0)
    return made


def _add_encoding(headers: Any) -> None:
    for name, value in list(headers.items()):
        if name.lower() == "content-encoding":
            headers[name] = f"{value},gzip"
            return
    headers["Content-Encoding"] = "gzip"
