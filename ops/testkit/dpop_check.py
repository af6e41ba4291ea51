"""Checking a DPoP proof as a server does, from RFC 9449 alone; shares no code with what makes proofs."""

import base64
import json
from typing import Any, NamedTuple

__all__ = ["Proof", "ProofError", "check_proof"]


class ProofError(Exception):
    """The proof is not good; the text says why."""


class Proof(NamedTuple):
    """What a good proof proves."""

    thumbprint: str
    id: str


def check_proof(text: str, method: str, url: str, now: float, *, leeway: float = 300.0) -> Proof:
    """Check a proof of an ES256 key for one request; raises ``ProofError``.

    ``thumbprint`` is the key's, by RFC 7638. Whether the same ``id`` came
    before is for the caller to see.
    """
    parts = text.split(".")
    if len(parts) != 3:
        raise ProofError("no compact JWS")
    header, claims = _object(parts[0]), _object(parts[1])
    if header.get("typ") != "dpop+jwt" or header.get("alg") != "ES256":
        raise ProofError("typ or alg")
    key = header.get("jwk")
    if not isinstance(key, dict) or key.get("kty") != "EC" or key.get("crv") != "P-256" or "d" in key:
        raise ProofError("jwk")
    if claims.get("htm") != method or claims.get("htu") != url:
        raise ProofError("htm or htu")
    issued, number = claims.get("iat"), claims.get("jti")
    if not isinstance(issued, int) or abs(now - issued) > leeway:
        raise ProofError("iat")
    if not isinstance(number, str) or len(number) < 12:
        raise ProofError("jti")
    _verify(key, f"{parts[0]}.{parts[1]}".encode(), _bytes(parts[2]))
    return Proof(_thumbprint(key), number)


def _verify(key: dict[str, Any], message: bytes, signature: bytes) -> None:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric import ec, utils
    from cryptography.hazmat.primitives.hashes import SHA256

    x, y = (int.from_bytes(_bytes(str(key.get(name, ""))), "big") for name in "xy")
    if len(signature) != 64:
        raise ProofError("the signature is not two numbers of 32 bytes")
    encoded = utils.encode_dss_signature(int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big"))
    try:
        public = ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()
        public.verify(encoded, message, ec.ECDSA(SHA256()))
    except (InvalidSignature, ValueError):
        raise ProofError("signature") from None


def _thumbprint(key: dict[str, Any]) -> str:
    from hashlib import sha256

    members = json.dumps({name: key[name] for name in ("crv", "kty", "x", "y")}, separators=(",", ":"))
    return base64.urlsafe_b64encode(sha256(members.encode()).digest()).rstrip(b"=").decode()


def _object(part: str) -> dict[str, Any]:
    try:
        found = json.loads(_bytes(part))
    except ValueError:
        raise ProofError("no JSON") from None
    if not isinstance(found, dict):
        raise ProofError("no object")
    return found


def _bytes(part: str) -> bytes:
    try:
        return base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True)
    except ValueError:
        raise ProofError("no base64url") from None
