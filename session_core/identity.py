"""Where a client's requests get their identity from, attempt by attempt."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ..components.errors import NoCredentialsError
from .state import Identity

if TYPE_CHECKING:
    from .express_sessions import ExpressSessions

__all__ = ["ClientIdentity"]


class ClientIdentity:
    """The credentials of a client: its own if it was given any, else its session's, loaded at the first signature.

    Safe in threads. ``load`` returns a credentials object or ``None``;
    ``attempts`` gives the trace that explains a ``None``; ``is_loaded`` says
    whether ``load`` returns at once. ``sessions`` are those of directory
    buckets, for a client of S3.
    """

    __slots__ = ("_attempts", "_is_loaded", "_load", "sessions")

    def __init__(
        self, load: Callable[[], Any], attempts: Callable[[], Any], is_loaded: Callable[[], bool] | None = None
    ) -> None:
        self._load = load
        self._attempts = attempts
        self._is_loaded = is_loaded
        self.sessions: ExpressSessions | None = None

    def credentials(self) -> Any:
        """Return the credentials object, ``None`` if there is none."""
        return self._load()

    def at_hand(self) -> Identity | None:
        """Return the triple of this moment if nothing has to be loaded or refreshed for it, else ``None``.

        Credentials of somebody else's that do not tell (``at_hand``) are asked by ``identity``.
        """
        if self._is_loaded is not None and not self._is_loaded():
            return None
        ask = getattr(self._load(), "at_hand", None)
        return None if ask is None else ask()

    def identity(self) -> Identity:
        """Return the triple of this moment, refreshed if need be; ``NoCredentialsError`` says what was tried."""
        credentials = self._load()
        if credentials is None:
            raise NoCredentialsError(self._attempts())
        return credentials.get_frozen_credentials()  # type: ignore[no-any-return] # whatever a provider made

    def rejected(self, access_key: str) -> bool:
        """Drop a key that a service refused; ``False`` if these credentials cannot be renewed."""
        if self.sessions is not None and self.sessions.rejected(access_key):
            return True
        invalidate = getattr(self._load(), "invalidate", None)
        if invalidate is None:
            return False
        return invalidate(access_key) is not False
