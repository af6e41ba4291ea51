"""The base of providers whose credentials end: refresh, the host's cache and single flight come with it."""

import time
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .provider import CredentialProvider, NotConfigured

if TYPE_CHECKING:
    from ..components.cache import EntryIdentity

__all__ = ["RefreshableProvider"]


class RefreshableProvider(CredentialProvider, ABC):
    """A provider of temporary credentials; a subclass gives ``METHOD`` and ``fetch()``, and perhaps the other two.

    ::

        class VaultProvider(RefreshableProvider):
            METHOD = "vault"
            AFTER = ("env",)

            def not_configured(self):
                if not os.environ.get("VAULT_ADDR"):
                    return NotConfigured("VAULT_ADDR is not set", "set VAULT_ADDR")

            def identity(self):
                return {"address": os.environ["VAULT_ADDR"]}

            def fetch(self):
                return ask_vault()

    The credentials renew themselves as those of the built-in providers do
    (``RefreshableCredentials``): in time, by one thread, kept through an outage,
    dropped when a service refuses them. With an ``identity()`` the processes of
    the host share each fetch through the sealed cache.
    """

    #: Keep an expired set in service while the source is down. AWS prolongs sets of its own sources only.
    STATIC_STABILITY: bool = False

    def not_configured(self) -> NotConfigured | None:
        """Return why this provider has nothing to do here, or ``None`` if it has."""
        return None

    @abstractmethod
    def fetch(self) -> Mapping[str, Any]:
        """Ask the source for a set; called by one thread of one process at a time, and allowed to block.

        Returns ``access_key``, ``secret_key``, ``token``, ``expiry_time`` (ISO
        8601 or a ``datetime``) and perhaps ``account_id``. Raises what it likes:
        the set in use is kept. An error with an attribute ``non_recoverable``
        that is true is raised at once.
        """

    def identity(self) -> Mapping[str, str | int | None] | None:
        """Return all that makes these credentials other than somebody else's; ``None`` shares with no process.

        Address, role, tenant, subject, requested lifetime and so on, and for a
        source that is bound to this host ``components.hostid.host_attributes()``.
        ``METHOD`` and the user id are added. No value of it is ever shown.
        """
        return None

    def load(self) -> Any:
        """Return credentials with a first set in them, fetched by this process or another one of the host."""
        if (reason := self.not_configured()) is not None:
            return reason
        from .refresh import DeferredRefreshableCredentials

        session = self.session
        credentials = DeferredRefreshableCredentials(
            self.fetch,
            self.METHOD,
            sharing=self.sharing,
            identity=self.cache_identity(),
            static_stability=self.STATIC_STABILITY,
            clock=time.time if session is None else session.get_component("clock").time,
        )
        credentials.get_frozen_credentials()
        return credentials

    def cache_identity(self) -> "EntryIdentity | None":
        """Return the name of the entry that ``identity()`` describes."""
        attributes = self.identity()
        if attributes is None:
            return None
        from ..components.cache import EntryIdentity

        return EntryIdentity.of(self.METHOD, **attributes)
