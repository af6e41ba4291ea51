"""Signed URLs of CloudFront: a policy, and an RSA or ECDSA signature of it in the query.

Source: "Serve private content with signed URLs and signed cookies", Amazon
CloudFront developer guide.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final, Literal, NoReturn

from ..after_fork import import_whole
from ..errors import UnsupportedPickleError
from ..timestamps import format_epoch

__all__ = ["CloudFrontSigner", "HashAlgorithm", "ecdsa_signer", "rsa_signer"]

HashAlgorithm = Literal["SHA1", "SHA256"]

_SAFE: Final = str.maketrans("+=/", "-_~")


class CloudFrontSigner:
    """Signs URLs with a key that a key group of the distribution trusts.

    ``key_id`` is the id of the public key; ``rsa_signer`` takes the bytes of a
    policy and returns their signature: that of ``rsa_signer(pem)`` or
    ``ecdsa_signer(pem)``, or what asks a vault. ``hash_algorithm`` is what that
    signs with, where it does not know itself. As safe in threads as it is.
    """

    def __init__(
        self, key_id: str, rsa_signer: Callable[[bytes], bytes], *, hash_algorithm: HashAlgorithm | None = None
    ) -> None:
        self.key_id = key_id
        self.rsa_signer = rsa_signer
        self._hash = hash_algorithm or getattr(rsa_signer, "hash_algorithm", "SHA1")

    def __repr__(self) -> str:
        return f"<CloudFrontSigner {self.key_id}>"

    def generate_presigned_url(
        self, url: str, date_less_than: datetime | None = None, policy: str | bytes | None = None
    ) -> str:
        """Return the URL signed: with the canned policy that ends at ``date_less_than``, or with a policy of one's own.

        A time without a zone is in UTC. ``ValueError`` unless exactly one of the two is given.
        """
        if (date_less_than is None) == (policy is None):
            raise ValueError("Give either date_less_than, for the canned policy, or policy: one of them, not both")
        if date_less_than is not None:
            text = self.build_policy(url, date_less_than)
            first = f"Expires={_epoch(date_less_than)}"
        else:
            assert policy is not None
            text = policy if isinstance(policy, str) else policy.decode()
            first = f"Policy={_url_base64(text.encode())}"
        signature = _url_base64(self.rsa_signer(text.encode()))
        separator = "&" if "?" in url else "?"
        last = "" if self._hash == "SHA1" else f"&Hash-Algorithm={self._hash}"
        return f"{url}{separator}{first}&Signature={signature}&Key-Pair-Id={self.key_id}{last}"

    def build_policy(
        self,
        resource: str,
        date_less_than: datetime,
        date_greater_than: datetime | None = None,
        ip_address: str | None = None,
    ) -> str:
        """Return a policy for a URL, in which ``*`` and ``?`` may stand for more.

        It holds from ``date_greater_than``, or at once, to ``date_less_than``,
        and for an address or range (``10.0.0.0/8``) if one is given.
        """
        from json import dumps

        condition: dict[str, Any] = {"DateLessThan": {"AWS:EpochTime": _epoch(date_less_than)}}
        if ip_address:
            whole = "/128" if ":" in ip_address else "/32"
            condition["IpAddress"] = {"AWS:SourceIp": ip_address if "/" in ip_address else ip_address + whole}
        if date_greater_than is not None:
            condition["DateGreaterThan"] = {"AWS:EpochTime": _epoch(date_greater_than)}
        return dumps({"Statement": [{"Resource": resource, "Condition": condition}]}, separators=(",", ":"))


def _epoch(moment: datetime) -> int:
    return int(format_epoch(moment))


def _url_base64(raw: bytes) -> str:
    """Return Base64 with letters that a URL can have, as CloudFront wants them."""
    from binascii import b2a_base64

    return b2a_base64(raw, newline=False).decode().translate(_SAFE)


class _KeySigner:
    """Signs with a private key; shows and pickles nothing of it."""

    __slots__ = ("_key", "_options", "hash_algorithm")

    def __init__(self, key: Any, hash_algorithm: HashAlgorithm, options: Callable[[Any], tuple[Any, ...]]) -> None:
        import_whole("cryptography.hazmat.primitives.hashes")
        from cryptography.hazmat.primitives import hashes

        self._key = key
        self._options = options(hashes.SHA256() if hash_algorithm == "SHA256" else hashes.SHA1())  # noqa: S303 - the default of CloudFront
        self.hash_algorithm = hash_algorithm

    def __repr__(self) -> str:
        return f"<signer with a {type(self._key).__name__}>"

    def __reduce__(self) -> NoReturn:
        raise UnsupportedPickleError(what="a signer", reason="a pickle would hold its key in the clear")

    def __call__(self, message: bytes) -> bytes:
        signature: bytes = self._key.sign(message, *self._options)
        return signature


def rsa_signer(
    pem: bytes | str, password: bytes | None = None, hash_algorithm: HashAlgorithm = "SHA1"
) -> Callable[[bytes], bytes]:
    """Return what signs with an RSA key (PEM) by PKCS #1 v1.5. ``SHA256`` is told in the URL."""
    import_whole("cryptography.hazmat.primitives.asymmetric.padding")
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

    return _KeySigner(_load(pem, password, RSAPrivateKey), hash_algorithm, lambda digest: (PKCS1v15(), digest))


def ecdsa_signer(
    pem: bytes | str, password: bytes | None = None, hash_algorithm: HashAlgorithm = "SHA1"
) -> Callable[[bytes], bytes]:
    """Return what signs with a P-256 key (PEM) by ECDSA, in DER; another signature each time."""
    import_whole("cryptography.hazmat.primitives.asymmetric.ec")
    from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePrivateKey

    return _KeySigner(_load(pem, password, EllipticCurvePrivateKey), hash_algorithm, lambda digest: (ECDSA(digest),))


def _load(pem: bytes | str, password: bytes | None, kind: type) -> Any:
    import_whole("cryptography.hazmat.primitives.serialization")
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    key = load_pem_private_key(pem.encode() if isinstance(pem, str) else pem, password)
    if not isinstance(key, kind):
        raise ValueError(f"the key is no {kind.__name__}: rsa_signer is for RSA keys, ecdsa_signer for those of P-256")
    if getattr(getattr(key, "curve", None), "name", "secp256r1") != "secp256r1":
        raise ValueError("CloudFront takes no elliptic curve but P-256")
    return key
