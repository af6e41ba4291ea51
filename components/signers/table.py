"""The table of signers: which one a signature version names."""

from __future__ import annotations

import sys
from _collections_abc import Mapping  # collections.abc, without all that collections brings

from .. import errors
from ..after_fork import import_whole

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from .base import Signer

__all__ = ["SignerTable"]


_HOMES: Mapping[str, tuple[str, str]] = {
    "v4": ("header", "SigV4Header"),
    "v4-query": ("query", "SigV4Query"),
    "v4-events": ("events", "SigV4Events"),
    "s3v4": ("header", "S3SigV4Header"),
    "s3v4-query": ("query", "S3SigV4Query"),
    "s3v4-presign-post": ("post", "S3SigV4Post"),
    "s3v4-chunks": ("chunks", "S3SigV4Chunks"),
    "v4a": ("sigv4a", "SigV4aHeader"),
    "v4a-query": ("sigv4a", "SigV4aQuery"),
    "s3v4a": ("sigv4a", "S3SigV4aHeader"),
    "s3v4a-query": ("sigv4a", "S3SigV4aQuery"),
    "v4-s3express": ("s3express", "S3ExpressHeader"),
    "v4-s3express-chunks": ("chunks", "S3ExpressChunks"),
    "v4-s3express-query": ("s3express", "S3ExpressQuery"),
    "v4-s3express-presign-post": ("post", "S3ExpressPost"),
    "v2": ("sigv2", "SigV2"),
    "v3": ("sigv3", "SigV3Https"),
    "v3https": ("sigv3", "SigV3Https"),
    "s3": ("s3_hmac", "S3Hmac"),
    "s3-query": ("s3_hmac", "S3HmacQuery"),
    "s3-presign-post": ("post", "S3HmacPost"),
    "bearer": ("bearer", "Bearer"),
    "none": ("header", "Unsigned"),
}
"""What comes with the library, by module and class; a client asks which there are, and only a request needs one."""


def _make(name: str) -> Signer:
    module, cls = _HOMES[name]
    path = f"{__package__}.{module}"
    import_whole(path)
    made: Signer = getattr(sys.modules[path], cls)()
    return made


class SignerTable(Mapping[str, "Signer"]):
    """Signers by the name of their signature version; the session's component ``signers``.

    A new table has the signers of ``_HOMES``: a version's name alone signs
    headers, with ``-query`` URLs, with ``-presign-post`` policies, with
    ``-events`` and ``-chunks`` requests whose body is signed piece by piece.
    They are made when they are first asked for. ``register`` adds or replaces
    one; it publishes a new dictionary, so readers in other threads see the
    table before or after it.
    """

    __slots__ = ("_made", "revision")

    def __init__(self) -> None:
        self._made: dict[str, Signer] = {}
        self.revision = 0
        """Grows with every ``register``."""

    def __getitem__(self, name: str) -> Signer:
        signer: Signer | None = self.get(name)
        if signer is None:
            raise errors.UnknownSignatureVersionError(signature_version=name)
        return signer

    def get(self, name: str, default: Any = None) -> Any:
        """Return the signer of that name, or ``default``."""
        signer = self._made.get(name)
        if signer is None and name in _HOMES:
            signer = self._made.setdefault(name, _make(name))
        return default if signer is None else signer

    def __contains__(self, name: object) -> bool:
        return name in self._made or name in _HOMES

    def __iter__(self) -> Iterator[str]:
        return iter({**_HOMES, **self._made})

    def __len__(self) -> int:
        return len(_HOMES.keys() | self._made.keys())

    def register(self, name: str, signer: Signer) -> None:
        """Add a signer, or put one in another's place."""
        self._made = {**self._made, name: signer}
        self.revision += 1
