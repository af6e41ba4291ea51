"""HMAC in Base64, as the signatures before version 4 are written."""

from ..after_fork import import_whole

__all__ = ["hmac_base64"]


def hmac_base64(secret_key: str, text: str, algorithm: str) -> str:
    """Return the HMAC of a text (``sha1`` or ``sha256``) in Base64, without a line end."""
    import_whole("hmac")  # loads OpenSSL: not before something is signed
    from binascii import b2a_base64
    from hmac import digest

    return b2a_base64(digest(secret_key.encode(), text.encode(), algorithm), newline=False).decode()
