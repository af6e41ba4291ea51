"""Signature version 4 in pure functions: scope, string to sign, derived key, signature.

Source: "Create a signed AWS API request", AWS IAM user guide.
"""

from datetime import UTC, datetime
from typing import Any, Final, NoReturn

from ..after_fork import no_fork
from ..errors import UnsupportedPickleError
from .base import Identity
from .payload import sha256_hex

__all__ = [
    "ALGORITHM",
    "SigningKey",
    "SigningKeyCache",
    "Symmetric",
    "amz_date",
    "credential_scope",
    "derive_signing_key",
    "signing_key",
    "string_to_sign",
]

ALGORITHM: Final = "AWS4-HMAC-SHA256"

_hmac: Any = None


def _hmac_sha256(key: bytes, message: bytes) -> bytes:
    global _hmac
    if _hmac is None:
        with no_fork:
            from hmac import digest  # loads OpenSSL: not before something is signed

        _hmac = digest
    result: bytes = _hmac(key, message, "sha256")
    return result


_last_date: tuple[datetime, str] = (datetime(1970, 1, 1, tzinfo=UTC), "19700101T000000Z")


def amz_date(now: datetime) -> str:
    """Return a time (aware, or naive in UTC) as ``YYYYMMDDTHHMMSSZ``."""
    global _last_date
    second, text = _last_date  # one read: a thread sees a pair that belongs together
    if now.tzinfo is UTC:
        passed = now - second
        if not passed.seconds and not passed.days:
            return text  # most requests are signed in the same second as the one before
        text = _amz_date(now)
        _last_date = (now.replace(microsecond=0), text)
        return text
    return _amz_date(now)


def _amz_date(now: datetime) -> str:
    if now.tzinfo is not None and now.tzinfo is not UTC:
        now = now.astimezone(UTC)
    # A third of the cost of strftime().
    return now.isoformat(timespec="seconds")[:19].replace("-", "").replace(":", "") + "Z"


def credential_scope(date: str, region: str, service: str) -> str:
    """Return the scope of a signature; ``date`` is the first eight characters of ``amz_date``."""
    return f"{date}/{region}/{service}/aws4_request"


def string_to_sign(timestamp: str, scope: str, canonical_request: str, algorithm: str = ALGORITHM) -> str:
    """Return the string to sign for a canonical request."""
    return f"{algorithm}\n{timestamp}\n{scope}\n{sha256_hex(canonical_request.encode())}"


def derive_signing_key(secret_key: str, date: str, region: str, service: str) -> bytes:
    """Derive the key that signs one day's requests to one service in one region."""
    key = _hmac_sha256(b"AWS4" + secret_key.encode(), date.encode())
    for part in (region, service, "aws4_request"):
        key = _hmac_sha256(key, part.encode())
    return key


class SigningKey:
    """A derived key, ready to sign; shows and pickles nothing of itself.

    Both pads of the HMAC (RFC 2104) are absorbed once: a signature costs two
    copies of a hash, 0.9 µs, where ``hmac.digest`` takes 2.1.
    """

    __slots__ = ("_inner", "_outer")

    def __init__(self, key: bytes) -> None:
        from hashlib import sha256

        block = key.ljust(64, b"\0")
        self._inner = sha256(block.translate(_INNER_PAD))
        self._outer = sha256(block.translate(_OUTER_PAD))

    def __repr__(self) -> str:
        return "<SigningKey>"

    def __reduce__(self) -> NoReturn:
        raise UnsupportedPickleError(what="SigningKey", reason="a pickle would hold the key in the clear")

    def sign(self, text: str) -> str:
        """Return the HMAC-SHA256 of a text in lower-case hexadecimal."""
        inner = self._inner.copy()
        inner.update(text.encode())
        outer = self._outer.copy()
        outer.update(inner.digest())
        return outer.hexdigest()


_INNER_PAD: Final = bytes(byte ^ 0x36 for byte in range(256))
_OUTER_PAD: Final = bytes(byte ^ 0x5C for byte in range(256))


class SigningKeyCache:
    """Keep derived keys: at most ``2 * size`` of them, the least recently derived dropped.

    Two generations instead of an order of use: reading and writing take no
    lock, so threads never wait and a fork can leave nothing locked. Shows and
    pickles nothing of what it holds.
    """

    __slots__ = ("_older", "_recent", "_size")

    def __init__(self, size: int = 64) -> None:
        self._size = size
        self._recent: dict[tuple[str, str, str, str], SigningKey] = {}
        self._older: dict[tuple[str, str, str, str], SigningKey] = {}

    def __repr__(self) -> str:
        return f"<SigningKeyCache of {len(self)} keys>"

    def __len__(self) -> int:
        return len(self._recent.keys() | self._older.keys())

    def __reduce__(self) -> tuple[Any, ...]:
        return SigningKeyCache, (self._size,)

    def get(self, secret_key: str, date: str, region: str, service: str) -> SigningKey:
        """Return the derived key, deriving it the first time."""
        entry = (secret_key, date, region, service)
        key = self._recent.get(entry)
        if key is None:
            key = self._older.get(entry)
            if key is None:
                key = SigningKey(derive_signing_key(secret_key, date, region, service))
            if len(self._recent) >= self._size:
                self._older, self._recent = self._recent, {}
            self._recent[entry] = key
        return key

    def clear(self) -> None:
        """Forget every key."""
        self._recent, self._older = {}, {}


signing_key: Final = SigningKeyCache().get


class Symmetric:
    """The part of a signer that knows version 4's algorithm; the rest is about where the signature goes."""

    __slots__ = ()

    algorithm = ALGORITHM
    session_header = "X-Amz-Security-Token"

    def scope(self, date: str, region_name: str, signing_name: str) -> str:
        """Return the scope of a signature of that day."""
        return credential_scope(date, region_name, signing_name)

    def seal(
        self, identity: Identity, signing_name: str, region_name: str, timestamp: str, scope: str, creq: str
    ) -> str:
        """Return the signature of a canonical request."""
        key = signing_key(identity.secret_key, timestamp[:8], region_name, signing_name)
        return key.sign(string_to_sign(timestamp, scope, creq))
