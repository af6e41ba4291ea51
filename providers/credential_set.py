"""What a source answers with, checked: a set of credentials and the time at which it ends."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

from ..components.errors import CredentialRetrievalError
from ..components.timestamps import to_datetime
from .credentials import ReadOnlyCredentials

__all__ = ["CredentialSet", "epoch_of", "iso_of", "read_metadata"]


class CredentialSet(NamedTuple):
    """Credentials and their end in epoch seconds (``None``: they do not end). Immutable; ``repr`` shows no secret."""

    frozen: ReadOnlyCredentials
    expires: float | None
    fetched_at: float
    fetched_by: int


def epoch_of(value: Any) -> float | None:
    """Return a time given as ISO 8601 text, a ``datetime`` or epoch seconds in epoch seconds; ``None`` stays.

    Raises ``ValueError`` for anything else. A time without a zone is in UTC.
    """
    return None if value is None else to_datetime(value).timestamp()


def iso_of(epoch: float | None) -> str | None:
    """Return epoch seconds as ISO 8601 in UTC."""
    return None if epoch is None else datetime.fromtimestamp(epoch, UTC).isoformat().replace("+00:00", "Z")


def read_metadata(metadata: Mapping[str, Any] | None, provider: str) -> tuple[ReadOnlyCredentials, float | None]:
    """Check what a source gave and return the set with its end in epoch seconds.

    ``metadata`` has ``access_key``, ``secret_key``, ``token``, ``expiry_time``
    (and perhaps ``account_id``). Raises ``CredentialRetrievalError`` for
    missing keys and for a malformed end; no value is quoted.
    """
    if not metadata:
        raise CredentialRetrievalError(provider=provider, error_msg="the source gave no credentials")
    missing = [name for name in ("access_key", "secret_key") if not metadata.get(name)]
    missing += [name for name in ("token", "expiry_time") if name not in metadata]
    if missing:
        raise CredentialRetrievalError(
            provider=provider, error_msg=f"the source gave credentials without {', '.join(missing)}"
        )
    try:
        expires = epoch_of(metadata["expiry_time"])
    except ValueError:
        raise CredentialRetrievalError(
            provider=provider, error_msg="the source gave credentials whose expiry_time is no time"
        ) from None
    frozen = ReadOnlyCredentials(
        str(metadata["access_key"]),
        str(metadata["secret_key"]),
        None if metadata["token"] is None else str(metadata["token"]),
        metadata.get("account_id"),
    )
    return frozen, expires
