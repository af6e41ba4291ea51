"""The table of signers: which one a signature version names."""

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from ..errors import UnknownSignatureVersionError

if TYPE_CHECKING:
    from .base import Signer

__all__ = ["SignerTable"]


def _v4() -> "Signer":
    from .header import SigV4Header

    return SigV4Header()


def _v4_query() -> "Signer":
    from .query import SigV4Query

    return SigV4Query()


def _s3v4() -> "Signer":
    from .header import S3SigV4Header

    return S3SigV4Header()


def _s3v4_query() -> "Signer":
    from .query import S3SigV4Query

    return S3SigV4Query()


def _bearer() -> "Signer":
    from .bearer import Bearer

    return Bearer()


def _v4_events() -> "Signer":
    from .events import SigV4Events

    return SigV4Events()


def _v4a() -> "Signer":
    from .sigv4a import SigV4aHeader

    return SigV4aHeader()


def _v4a_query() -> "Signer":
    from .sigv4a import SigV4aQuery

    return SigV4aQuery()


def _s3v4a() -> "Signer":
    from .sigv4a import S3SigV4aHeader

    return S3SigV4aHeader()


def _s3v4a_query() -> "Signer":
    from .sigv4a import S3SigV4aQuery

    return S3SigV4aQuery()


def _none() -> "Signer":
    from .header import Unsigned

    return Unsigned()


_MAKERS: Mapping[str, Callable[[], "Signer"]] = {
    "v4": _v4,
    "v4-query": _v4_query,
    "v4-events": _v4_events,
    "s3v4": _s3v4,
    "s3v4-query": _s3v4_query,
    "v4a": _v4a,
    "v4a-query": _v4a_query,
    "s3v4a": _s3v4a,
    "s3v4a-query": _s3v4a_query,
    "bearer": _bearer,
    "none": _none,
}
"""What comes with the library; a client asks which there are, and only a request needs one."""


class SignerTable(Mapping[str, "Signer"]):
    """Signers by the name of their signature version; the session's component ``signers``.

    A new table has ``v4``, ``s3v4``, ``v4a``, ``s3v4a``, each with its ``-query``
    for presigned URLs, ``v4-events`` for requests whose body is an event stream,
    ``bearer`` and ``none``; they are made when they are first asked for. ``register`` adds or
    replaces one; it publishes a new dictionary, so readers in other threads see
    the table before or after it.
    """

    __slots__ = ("_made", "revision")

    def __init__(self) -> None:
        self._made: dict[str, Signer] = {}
        self.revision = 0
        """Grows with every ``register``."""

    def __getitem__(self, name: str) -> "Signer":
        signer: Signer | None = self.get(name)
        if signer is None:
            raise UnknownSignatureVersionError(signature_version=name)
        return signer

    def get(self, name: str, default: Any = None) -> Any:
        """Return the signer of that name, or ``default``."""
        signer = self._made.get(name)
        if signer is None and name in _MAKERS:
            signer = self._made.setdefault(name, _MAKERS[name]())
        return default if signer is None else signer

    def __contains__(self, name: object) -> bool:
        return name in self._made or name in _MAKERS

    def __iter__(self) -> Iterator[str]:
        return iter({**_MAKERS, **self._made})

    def __len__(self) -> int:
        return len(_MAKERS.keys() | self._made.keys())

    def register(self, name: str, signer: "Signer") -> None:
        """Add a signer, or put one in another's place."""
        self._made = {**self._made, name: signer}
        self.revision += 1
