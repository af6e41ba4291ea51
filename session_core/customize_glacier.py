"""Glacier: the account that is meant, the version of the interface, and the two digests of what is uploaded.

Source: https://docs.aws.amazon.com/amazonglacier/latest/dev/checksum-calculations.html
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from .customization import Customization, NamedStep

if TYPE_CHECKING:
    from ..models.shapes import OperationModel

__all__ = ["Glacier"]

_PIECE = 1 << 20
_UPLOADS = frozenset(("UploadArchive", "UploadMultipartPart"))
_TREE = "x-amz-sha256-tree-hash"
_WHOLE = "x-amz-content-sha256"


class Glacier(Customization):
    """``accountId`` is ``-``, the caller's own, unless it is given; uploads are hashed."""

    def params_steps(self, operation: "OperationModel") -> Iterable[NamedStep]:
        """Fill in the account."""
        shape = operation.input_shape
        takes_one = shape is not None and "accountId" in shape.members
        return [NamedStep("inject_account_id", _own_account)] if takes_one else ()

    def request_steps(self, operation: "OperationModel") -> Iterable[NamedStep]:
        """Add the headers."""
        version = operation.service_model.api_version

        def add_version(params: Mapping[str, Any], request: dict[str, Any]) -> None:
            request["headers"]["x-amz-glacier-version"] = version

        if operation.name in _UPLOADS:
            yield NamedStep("add_glacier_checksums", _add_digests)
        yield NamedStep("add_glacier_version", add_version)


def _own_account(params: dict[str, Any], context: dict[str, Any]) -> dict[str, Any]:
    return params if params.get("accountId") is not None else {**params, "accountId": "-"}


def _add_digests(params: Mapping[str, Any], request: dict[str, Any]) -> None:
    from hashlib import sha256

    headers = request["headers"]
    body = request["body"]
    whole = sha256()
    leaves = []
    for piece in _pieces(body):
        whole.update(piece)
        leaves.append(sha256(piece).digest())
    leaves = leaves or [whole.digest()]
    while len(leaves) > 1:
        leaves = [
            sha256(leaves[at] + leaves[at + 1]).digest() if at + 1 < len(leaves) else leaves[at]
            for at in range(0, len(leaves), 2)
        ]
    headers.setdefault(_WHOLE, whole.hexdigest())
    headers.setdefault(_TREE, leaves[0].hex())


def _pieces(body: Any) -> Iterator[bytes]:
    """Yield the body in pieces of one megabyte; a file is put back to where it stood."""
    if isinstance(body, str):
        body = body.encode()
    if isinstance(body, bytes | bytearray):
        yield from (bytes(body[at : at + _PIECE]) for at in range(0, len(body), _PIECE))
    elif body is not None:
        start = body.tell()
        try:
            while piece := body.read(_PIECE):
                yield piece.encode() if isinstance(piece, str) else piece
        finally:
            body.seek(start)
