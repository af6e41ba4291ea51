"""Credentials as values: the immutable set that signs, and the object that hands one out per attempt."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

from ..components.secret import REDACTED

if TYPE_CHECKING:
    from .provenance import Provenance

__all__ = ["Credentials", "ReadOnlyCredentials"]


def _refuse_pickle(what: str) -> NoReturn:
    from ..components.errors import UnsupportedPickleError

    raise UnsupportedPickleError(what=what, reason="a pickle would hold the secret key in the clear")


class ReadOnlyCredentials(NamedTuple):
    """One set: access key id, secret key, session token, account id.

    Immutable, so no reader ever sees parts of two sets. ``repr`` shows the
    access key id alone; pickling is refused. Safe in threads.
    """

    access_key: str
    secret_key: str
    token: str | None = None
    account_id: str | None = None

    def __repr__(self) -> str:
        token = REDACTED if self.token else None
        return (
            f"ReadOnlyCredentials(access_key={self.access_key!r}, secret_key={REDACTED!r}, "
            f"token={token!r}, account_id={self.account_id!r})"
        )

    def __reduce_ex__(self, protocol: Any) -> NoReturn:
        _refuse_pickle("ReadOnlyCredentials")

    def __copy__(self) -> "ReadOnlyCredentials":
        return self

    def __deepcopy__(self, memo: Any) -> "ReadOnlyCredentials":
        return self


class Credentials:
    """Explicit keys that do not expire.

    ``get_frozen_credentials()`` gives the set for one attempt; ``invalidate``
    is told when a service refused a key. ``method`` names the provider that
    found the keys (``explicit`` for keys given by the program). Safe in
    threads. A pickle never holds them: those that a session's chain found are
    found anew by the other process, all others need a ``recipe``.
    """

    #: What makes such credentials in another process without a secret: a function of a module, and its arguments.
    recipe: tuple[Callable[..., Any], tuple[Any, ...]] | None = None

    #: What names this set in the shared cache; ``None`` for sets that are not shared.
    cache_identity: Any = None

    #: What the provider read, in words without secrets: a file and profile, a URL, a role; the resolver sets it.
    source: str | None = None

    def __init__(
        self,
        access_key: str,
        secret_key: str,
        token: str | None = None,
        method: str | None = None,
        account_id: str | None = None,
    ) -> None:
        self.method = method or "explicit"
        self._frozen = ReadOnlyCredentials(access_key, secret_key, token, account_id)

    @property
    def access_key(self) -> str:
        """The access key id."""
        return self.get_frozen_credentials().access_key

    @property
    def secret_key(self) -> str:
        """The secret key, in the clear."""
        return self.get_frozen_credentials().secret_key

    @property
    def token(self) -> str | None:
        """The session token, in the clear; ``None`` for long-lived keys."""
        return self.get_frozen_credentials().token

    @property
    def account_id(self) -> str | None:
        """The account that the keys belong to, where the source says so."""
        return self.get_frozen_credentials().account_id

    @property
    def provenance(self) -> "Provenance":
        """Where these keys came from; for diagnosis."""
        from .provenance import Provenance

        return Provenance(self.method, self.source)

    def get_frozen_credentials(self) -> ReadOnlyCredentials:
        """Return the set to sign one attempt with; ask again for the next attempt."""
        return self._frozen

    def at_hand(self) -> ReadOnlyCredentials | None:
        """Return that set if nothing has to be done for it, else ``None``; never waits."""
        return self.get_frozen_credentials()

    def get_deferred_property(self, property_name: str) -> Callable[[], str | None]:
        """Return a function that reads a property (such as ``account_id``) when it is called."""

        def read() -> str | None:
            value: str | None = getattr(self, property_name)
            return value

        return read

    def invalidate(self, access_key: str) -> bool:
        """Hear that a service refused this key; return whether signing again makes sense.

        Explicit keys have no source to ask, so the answer is ``True`` only when
        the set in use is already another one.
        """
        return self._frozen.access_key != access_key

    def __repr__(self) -> str:
        return f"<{type(self).__name__} access_key={self._frozen.access_key!r} method={self.method!r}>"

    def __reduce_ex__(self, protocol: Any) -> Any:
        if self.recipe is None:
            _refuse_pickle(type(self).__name__)
        return self.recipe

    def __copy__(self) -> "Credentials":
        return self

    def __deepcopy__(self, memo: Any) -> "Credentials":
        return self
