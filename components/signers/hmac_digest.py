"""HMAC in Base64, as the signatures before version 4 are written."""

from typing import Any

from ..after_fork import import_whole

__all__ = ["hmac_base64"]

_hmac: Any = None
_base64: Any = None


def hmac_base64(secret_key: str, text: str, algorithm: str) -> str:
    """Return the HMAC of a text (``sha1`` or ``sha256``) in Base64, without a line end."""
    global _hmac, _base64
    if _hmac is None:
        import_whole("hmac")  # loads OpenSSL: not before something is signed
        from binascii import b2a_base64
        from hmac import digest

        _base64, _hmac = b2a_base64, digest
    encoded: bytes = _base64(_hmac(secret_key.encode(), text.encode(), algorithm), newline=False)
    return encoded.decode()
