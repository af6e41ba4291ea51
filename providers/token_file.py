"""Tokens that the host hands to a process in a file or a variable, and whom such a token stands for."""

from ..components.errors import CredentialRetrievalError

__all__ = ["read_token_file", "subject_of"]

_MOST: int = 1 << 20


def read_token_file(path: str, provider: str, setting: str) -> str:
    """Return the text of a token file, read now.

    ``setting`` is what names the file, for the error. Raises
    ``CredentialRetrievalError`` for a file that is not there, cannot be read,
    is empty, is no text or is too long to be a token.
    """
    try:
        with open(path, encoding="utf-8") as file:
            token = file.read(_MOST + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it is no text"
        raise _broken(provider, f"the file {path!r} that {setting} names cannot be read: {reason}") from None
    if not token.strip():
        raise _broken(provider, f"the file {path!r} that {setting} names is empty")
    if len(token) > _MOST:
        raise _broken(provider, f"the file {path!r} that {setting} names is longer than any token")
    return token


def subject_of(token: str) -> str:
    """Return whom a token stands for: issuer and subject of a JWT (not verified), else a hash of the token."""
    parts = token.split(".")
    if len(parts) == 3:
        from base64 import urlsafe_b64decode
        from json import loads

        try:
            claims = loads(urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
            if claims.get("sub"):
                return f"{claims.get('iss', '')} {claims['sub']}"
        except (ValueError, AttributeError):
            pass
    from ..components.after_fork import import_whole

    import_whole("hashlib")
    from hashlib import sha256

    return sha256(token.encode()).hexdigest()


def _broken(provider: str, reason: str) -> CredentialRetrievalError:
    return CredentialRetrievalError(provider=provider, error_msg=reason)
