"""Credentials whose source may be rewritten while the program runs: files and the environment."""

from collections.abc import Callable

from ..components.errors import SotaliaError
from .credentials import Credentials, ReadOnlyCredentials

__all__ = ["ReloadingCredentials"]


class ReloadingCredentials(Credentials):
    """Long-lived keys that are read again when their source changes.

    ``read`` gives the set that the source holds now, or ``None`` if it holds
    none any more, in which case the set in use stays. With ``each_time`` the
    source is asked for every attempt (it must be cheap: the file readers
    compare a fingerprint); without, only after a service refused the key. A
    source that cannot be read at the moment (half-written file) keeps the set
    in use. Safe in threads: the set is replaced as one value.
    """

    def __init__(
        self,
        frozen: ReadOnlyCredentials,
        read: Callable[[], ReadOnlyCredentials | None],
        *,
        method: str,
        each_time: bool,
    ) -> None:
        super().__init__(frozen.access_key, frozen.secret_key, frozen.token, method, frozen.account_id)
        self._read = read
        self._each_time = each_time
        self._rejected: str | None = None

    def get_frozen_credentials(self) -> ReadOnlyCredentials:
        """Return the set that the source holds now."""
        if self._each_time:
            self._reload()
        return self._frozen

    def invalidate(self, access_key: str) -> bool:
        """Read the source again; return whether it holds another key by now."""
        self._rejected = access_key
        self._reload()
        return self._frozen.access_key != access_key

    def _reload(self) -> None:
        try:
            found = self._read()
        except (SotaliaError, OSError, ValueError):
            return
        if found is not None and found != self._frozen and found.access_key != self._rejected:
            self._frozen = found
