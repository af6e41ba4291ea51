"""Proofs of possession (DPoP): what shows, request by request, that a token is used by who holds its key.

Source: RFC 9449; JWS with ES256 by RFC 7515 and RFC 7518, section 3.4.
"""

from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping
from typing import Any, Final

from ..components.after_fork import import_whole

__all__ = ["DPoPKey"]

_CRYPTOGRAPHY: Final = (
    "cryptography.hazmat.primitives.asymmetric.ec",
    "cryptography.hazmat.primitives.asymmetric.utils",
    "cryptography.hazmat.primitives.hashes",
    "cryptography.hazmat.primitives.serialization",
)


class DPoPKey:
    """A P-256 key that makes proofs. Not picklable; ``repr`` shows nothing of it. Safe in threads."""

    __slots__ = ("_jwk", "_key")

    def __init__(self, pem: str) -> None:
        """Read a private key; ``ValueError`` for anything but an unencrypted P-256 key in PEM."""
        import_whole(*_CRYPTOGRAPHY)
        from cryptography.exceptions import UnsupportedAlgorithm
        from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey
        from cryptography.hazmat.primitives.serialization import load_pem_private_key

        try:
            key = load_pem_private_key(pem.encode(), None)
        except (ValueError, TypeError, UnsupportedAlgorithm):
            raise ValueError("it is no private key in PEM") from None
        if not isinstance(key, EllipticCurvePrivateKey) or not isinstance(key.curve, SECP256R1):
            raise ValueError("it is no P-256 key")
        self._key = key
        point = key.public_key().public_numbers()
        self._jwk = {"kty": "EC", "crv": "P-256", "x": _number(point.x), "y": _number(point.y)}

    def proof(self, method: str, url: str, *, now: float, number: Callable[[], str]) -> str:
        """Return the proof for one request; ``url`` is meant without query and fragment, ``number()`` is unique."""
        from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
        from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
        from cryptography.hazmat.primitives.hashes import SHA256

        head = {"typ": "dpop+jwt", "alg": "ES256", "jwk": self._jwk}
        target = url.partition("#")[0].partition("?")[0]
        claims = {"jti": number(), "htm": method, "htu": target, "iat": int(now)}
        signed = f"{_part(head)}.{_part(claims)}"
        r, s = decode_dss_signature(self._key.sign(signed.encode(), ECDSA(SHA256())))
        return f"{signed}.{_text(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"

    def __repr__(self) -> str:
        return "<DPoPKey>"


def _part(value: Mapping[str, Any]) -> str:
    import_whole("json")
    from json import dumps

    return _text(dumps(value, separators=(",", ":")).encode())


def _number(value: int) -> str:
    return _text(value.to_bytes(32, "big"))


def _text(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()
