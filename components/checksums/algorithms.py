"""The algorithms by the names that AWS has for them, each as a hash-like object.

CRC-32 is zlib's, the hashes are hashlib's. CRC-32C and CRC-64/NVME are
``awscrt``'s where it is installed (the extra ``crt``, as boto3 has it), and
``crc``'s, in Python alone, where it is not. The XXHash family is ``awscrt``'s.
"""

import sys
import zlib
from binascii import b2a_base64
from collections.abc import Callable, Mapping
from typing import Any, Final, Protocol

from ..after_fork import import_whole
from ..errors import MissingDependencyException

__all__ = [
    "PRIORITY",
    "Checksum",
    "combined",
    "is_available",
    "is_known",
    "may_be_available",
    "new_checksum",
    "text_of",
]

PRIORITY: Final = (
    *("xxhash128", "xxhash3", "crc64nvme", "xxhash64"),
    *("crc32c", "crc32", "sha1", "sha256", "sha512", "md5"),
)
"""All algorithms, the one to check first at the front, as boto3 orders them."""

_XXHASH: Final = {"xxhash64": "new_xxhash64", "xxhash3": "new_xxhash3_64", "xxhash128": "new_xxhash3_128"}
_HASHES: Final = frozenset(("sha1", "sha256", "sha512", "md5"))

_Update = Callable[[Any, int], int]


class Checksum(Protocol):
    """A checksum in the making; for one thread at a time."""

    def update(self, data: bytes | bytearray | memoryview, /) -> object:
        """Take further bytes."""

    def digest(self) -> bytes:
        """Return the checksum of what was taken so far; the highest byte of a CRC comes first."""
        ...


class _Running:
    """A CRC of what came so far."""

    __slots__ = ("_size", "_update", "_value")

    def __init__(self, update: _Update, size: int) -> None:
        self._update = update
        self._size = size
        self._value = 0

    def update(self, data: bytes | bytearray | memoryview) -> None:
        self._value = self._update(data, self._value)

    def digest(self) -> bytes:
        return self._value.to_bytes(self._size, "big")


class _XXHash:
    """An XXHash of ``awscrt``, which gives its digest once."""

    __slots__ = ("_digest", "_hash")

    def __init__(self, maker: str) -> None:
        self._hash = getattr(_crt().XXHash, maker)()
        self._digest: bytes | None = None

    def update(self, data: bytes | bytearray | memoryview) -> None:
        self._hash.update(data)

    def digest(self) -> bytes:
        found = self._digest
        if found is None:
            found = self._digest = bytes(self._hash.finalize())
        return found


def is_known(algorithm: str) -> bool:
    """Whether there is an algorithm of this name (in lower case)."""
    return algorithm in PRIORITY


def is_available(algorithm: str) -> bool:
    """Whether ``new_checksum`` can make one here: XXHash needs the extra ``crt``."""
    return algorithm in PRIORITY and (algorithm not in _XXHASH or hasattr(_crt(), "XXHash"))


def may_be_available(algorithm: str) -> bool:
    """Whether ``is_available`` has a reason to look: to import ``awscrt``, where it is installed, takes 60 ms."""
    if algorithm not in _XXHASH or "awscrt" in sys.modules:
        return is_available(algorithm)
    finders = [find for finder in sys.meta_path if (find := getattr(finder, "find_spec", None)) is not None]
    return any(find("awscrt", None) is not None for find in finders)


def new_checksum(algorithm: str) -> Checksum:
    """Return a new checksum of a known algorithm; MissingDependencyException where it needs what is not installed."""
    if algorithm == "crc32":
        return _Running(zlib.crc32, 4)
    if algorithm in _HASHES:
        import_whole("hashlib")
        import hashlib

        return hashlib.new(algorithm, usedforsecurity=False)
    if algorithm in _XXHASH:
        if not is_available(algorithm):
            raise MissingDependencyException(
                msg=f"The checksum {algorithm.upper()} needs awscrt 0.31.2 or later: install sotalia[crt]"
            )
        return _XXHash(_XXHASH[algorithm])
    return _Running(_crc_update(algorithm), _CRC_SIZES[algorithm])


def text_of(checksum: Checksum) -> str:
    """Return a checksum in Base64, as headers and trailers have it."""
    return b2a_base64(checksum.digest(), newline=False).decode()


def combined(algorithm: str, first: bytes, second: bytes, length: int) -> bytes:
    """Return the checksum of two parts together, of both checksums and the length of the second part in bytes.

    For the CRCs alone, whose checksum of a whole object comes of those of its parts.
    """
    from . import crc

    kind: crc.Crc = {"crc32": crc.CRC32, "crc32c": crc.CRC32C, "crc64nvme": crc.CRC64NVME}[algorithm]
    value = kind.combine(int.from_bytes(first, "big"), int.from_bytes(second, "big"), length)
    return value.to_bytes(len(first), "big")


_CRC_SIZES: Final[Mapping[str, int]] = {"crc32c": 4, "crc64nvme": 8}

_updates: dict[str, _Update] = {}
_crt_module: Any = ()


def _crt() -> Any:
    """Return ``awscrt.checksums``, ``None`` where it is not installed."""
    global _crt_module
    if _crt_module == ():
        try:
            import_whole("awscrt.checksums")  # 0.1 s: for those who have it and ask for these algorithms
        except ImportError:
            _crt_module = None
        else:
            _crt_module = sys.modules.get("awscrt.checksums")
    return _crt_module


def _crc_update(algorithm: str) -> _Update:
    update = _updates.get(algorithm)
    if update is None:
        update = getattr(_crt(), algorithm, None)
        if update is None:
            from . import crc

            update = (crc.CRC32C if algorithm == "crc32c" else crc.CRC64NVME).update
        _updates[algorithm] = update
    return update
