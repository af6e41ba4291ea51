"""The table of signers: which one a signature version names."""

from collections.abc import Iterator, Mapping
from typing import Any

from ..errors import UnknownSignatureVersionError
from .base import Signer
from .header import S3SigV4Header, SigV4Header, Unsigned
from .query import S3SigV4Query, SigV4Query

__all__ = ["SignerTable"]


class SignerTable(Mapping[str, Signer]):
    """Signers by the name of their signature version; the session's component ``signers``.

    A new table has ``v4``, ``v4-query``, ``s3v4``, ``s3v4-query`` and ``none``.
    ``register`` adds or replaces one; it publishes a new dictionary, so readers
    in other threads see the table before or after it.
    """

    __slots__ = ("_signers",)

    def __init__(self) -> None:
        self._signers: dict[str, Signer] = {
            "v4": SigV4Header(),
            "v4-query": SigV4Query(),
            "s3v4": S3SigV4Header(),
            "s3v4-query": S3SigV4Query(),
            "none": Unsigned(),
        }

    def __getitem__(self, name: str) -> Signer:
        signer = self._signers.get(name)
        if signer is None:
            raise UnknownSignatureVersionError(signature_version=name)
        return signer

    def get(self, name: str, default: Any = None) -> Any:
        """Return the signer of that name, or ``default``."""
        return self._signers.get(name, default)

    def __contains__(self, name: object) -> bool:
        return name in self._signers

    def __iter__(self) -> Iterator[str]:
        return iter(self._signers)

    def __len__(self) -> int:
        return len(self._signers)

    def register(self, name: str, signer: Signer) -> None:
        """Add a signer, or put one in another's place."""
        self._signers = {**self._signers, name: signer}
