"""Where a client's requests get their identity from, attempt by attempt."""

from collections.abc import Callable
from typing import Any

from ..components.errors import NoCredentialsError
from .state import Identity

__all__ = ["ClientIdentity"]


class ClientIdentity:
    """The credentials of a client: its own if it was given any, else its session's, loaded at the first signature.

    Safe in threads. ``load`` returns a credentials object or ``None``;
    ``attempts`` gives the trace that explains a ``None``.
    """

    __slots__ = ("_attempts", "_load")

    def __init__(self, load: Callable[[], Any], attempts: Callable[[], Any]) -> None:
        self._load = load
        self._attempts = attempts

    def credentials(self) -> Any:
        """Return the credentials object, ``None`` if there is none."""
        return self._load()

    def identity(self) -> Identity:
        """Return the triple of this moment, refreshed if need be; ``NoCredentialsError`` says what was tried."""
        credentials = self._load()
        if credentials is None:
            raise NoCredentialsError(self._attempts())
        return credentials.get_frozen_credentials()  # type: ignore[no-any-return] # whatever a provider made

    def rejected(self, access_key: str) -> bool:
        """Drop a key that a service refused; ``False`` if these credentials cannot be renewed."""
        invalidate = getattr(self._load(), "invalidate", None)
        if invalidate is None:
            return False
        return invalidate(access_key) is not False
