"""Signature version 4A: ECDSA over P-256, good in every region of a set.

The key pair is derived from the secret key, so both sides know it; a scope has
no region, and the regions stand in ``X-Amz-Region-Set``. Source: "Signature
Version 4A", AWS IAM user guide; the key is derived by NIST SP 800-108 (counter
mode, HMAC-SHA256) as FIPS 186-4, B.4.2, tests candidates.
"""

from typing import Final, NoReturn

from ..errors import UnsupportedPickleError
from ..http import AWSRequest
from .base import Identity, SigningOptions
from .header import S3SigV4Header, SigV4Header
from .query import S3SigV4Query, SigV4Query
from .sigv4 import string_to_sign

__all__ = [
    "ALGORITHM_V4A",
    "S3SigV4aHeader",
    "S3SigV4aQuery",
    "SigV4aHeader",
    "SigV4aQuery",
    "derive_private_scalar",
]

ALGORITHM_V4A: Final = "AWS4-ECDSA-P256-SHA256"
_ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_MOST_KEYS: Final = 64


def derive_private_scalar(access_key: str, secret_key: str) -> int:
    """Return the private scalar of a key pair, 1 to n - 1 for the order n of P-256.

    A candidate beyond n - 2 is dropped and the next counter tried, which one in
    2**32 keys needs.
    """
    from hmac import digest

    key = b"AWS4A" + secret_key.encode()
    for counter in range(1, 255):
        fixed = b"\0\0\0\1" + ALGORITHM_V4A.encode() + b"\0" + access_key.encode() + bytes([counter]) + b"\0\0\1\0"
        candidate = int.from_bytes(digest(key, fixed, "sha256"), "big")
        if candidate <= _ORDER - 2:
            return candidate + 1
    raise ValueError("no key can be derived")  # pragma: no cover - one in 2**8128


class _SigningKey:
    """A derived private key, ready to sign; shows and pickles nothing of itself."""

    __slots__ = ("_algorithm", "_key")

    def __init__(self, access_key: str, secret_key: str) -> None:
        from ..after_fork import import_whole

        import_whole("cryptography.hazmat.primitives.asymmetric.ec", "cryptography.hazmat.primitives.hashes")
        from cryptography.hazmat.primitives.asymmetric import ec
        from cryptography.hazmat.primitives.hashes import SHA256

        self._algorithm = ec.ECDSA(SHA256())
        self._key = ec.derive_private_key(derive_private_scalar(access_key, secret_key), ec.SECP256R1())

    def __repr__(self) -> str:
        return "<SigningKey of version 4A>"

    def __reduce__(self) -> NoReturn:
        raise UnsupportedPickleError(what="SigningKey", reason="a pickle would hold the key in the clear")

    def sign(self, text: str) -> str:
        """Return the signature of a text, DER in lower-case hexadecimal; another one each time."""
        return self._key.sign(text.encode(), self._algorithm).hex()


_keys: dict[tuple[str, str], _SigningKey] = {}


def _signing_key(identity: Identity) -> _SigningKey:
    """Return the derived key of an identity; deriving takes as long as ten signatures, so a few are kept."""
    known = identity.access_key, identity.secret_key
    key = _keys.get(known)
    if key is None:
        if len(_keys) >= _MOST_KEYS:
            _keys.clear()
        key = _keys[known] = _SigningKey(*known)
    return key


class Asymmetric:
    """The part of a signer that knows the algorithm of version 4A; ``region_name`` is a set, separated by commas."""

    __slots__ = ()

    algorithm = ALGORITHM_V4A

    def scope(self, date: str, region_name: str, signing_name: str) -> str:
        """Return the scope of a signature of that day."""
        return f"{date}/{signing_name}/aws4_request"

    def seal(
        self, identity: Identity, signing_name: str, region_name: str, timestamp: str, scope: str, creq: str
    ) -> str:
        """Return the signature of a canonical request."""
        return _signing_key(identity).sign(string_to_sign(timestamp, scope, creq, ALGORITHM_V4A))


class _RegionSetHeader(Asymmetric):
    __slots__ = ()

    def _prepare(
        self, request: AWSRequest, identity: Identity, timestamp: str, region_name: str, context: SigningOptions
    ) -> None:
        super()._prepare(request, identity, timestamp, region_name, context)  # type: ignore[misc] # of the other base
        request.headers["X-Amz-Region-Set"] = region_name


class _RegionSetQuery(Asymmetric):
    __slots__ = ()

    def _more_fields(self, region_name: str) -> str:
        from urllib.parse import quote

        return f"&X-Amz-Region-Set={quote(region_name, safe='-_.~')}"


class SigV4aHeader(_RegionSetHeader, SigV4Header):
    """Sign with headers, for the regions of a set."""

    __slots__ = ()


class S3SigV4aHeader(_RegionSetHeader, S3SigV4Header):
    """Sign with headers as S3 wants it: for multi-region access points."""

    __slots__ = ()


class SigV4aQuery(_RegionSetQuery, SigV4Query):
    """Sign in the query, for the regions of a set."""

    __slots__ = ()


class S3SigV4aQuery(_RegionSetQuery, S3SigV4Query):
    """Presign as S3 wants it, for the regions of a set."""

    __slots__ = ()
