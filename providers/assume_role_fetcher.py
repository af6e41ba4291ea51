"""One call of STS AssumeRole, and what names its result in the shared cache."""

import time
from collections.abc import Callable, Mapping
from typing import Any

from ..components.cache import EntryIdentity
from ..components.errors import CredentialRetrievalError, RefreshWithMFAUnsupportedError
from ..components.host_scope import ONE_HOST, may_leave_host
from .mfa import OneQuestion, Prompter, ask_at_terminal
from .sts_call import CreateClient, ask_sts, named_arguments

__all__ = ["AssumeRoleCredentialFetcher", "CreateClient", "Prompter", "source_identity"]


def source_identity(credentials: Any) -> str:
    """Return what tells one source of credentials from another, without a secret.

    Credentials that processes share are named by their cache identity; others
    by their method and access key id.
    """
    shared = _shared_identity(credentials)
    if shared is not None:
        return f"shared {shared.digest()}"
    return f"{credentials.method} {credentials.get_frozen_credentials().access_key}"


def _shared_identity(credentials: Any) -> EntryIdentity | None:
    renewed = getattr(credentials, "renewed_identity", None)
    shared = getattr(credentials, "cache_identity", None) if renewed is None else renewed()
    return shared if isinstance(shared, EntryIdentity) else None


def _host_of(credentials: Any) -> dict[str, str]:
    """Return what keeps a role on this host if it is assumed with credentials that may not leave it."""
    shared = _shared_identity(credentials)
    return {} if shared is None or may_leave_host(shared) else {ONE_HOST: "true"}


class AssumeRoleCredentialFetcher:
    """Assume a role with some source credentials; ``fetch_credentials`` suits ``refresh_using``.

    ``client_creator`` is ``session.client`` or alike. ``extra_args`` are further
    parameters of AssumeRole by their API names (``RoleSessionName``,
    ``ExternalId``, ``DurationSeconds``, ``SerialNumber``, ``Policy``,
    ``PolicyArns``, ``Tags``, ``TransitiveTagKeys``, ``SourceIdentity``, ...). A
    session name that is not given is made up. With a ``SerialNumber`` the first
    fetch asks for a code through ``mfa_prompter``; a later one raises
    ``RefreshWithMFAUnsupportedError``. Safe in threads: one asks, the others
    get what that came to.
    """

    METHOD = "assume-role"

    def __init__(
        self,
        client_creator: CreateClient,
        source_credentials: Any,
        role_arn: str,
        extra_args: Mapping[str, Any] | None = None,
        mfa_prompter: Prompter | None = None,
        *,
        region_name: str | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._create_client = client_creator
        self._source = source_credentials
        self._role_arn = role_arn
        self._arguments = dict(extra_args or {})
        self._prompter = mfa_prompter or ask_at_terminal
        self._region_name = region_name
        self._clock = clock
        self._question = OneQuestion() if self._arguments.get("SerialNumber") else None
        self._asked = False

    def fetch_credentials(self) -> dict[str, Any]:
        """Call AssumeRole; what STS refuses comes through as ``ClientError``."""
        return self._call({}) if self._question is None else self._question.ask(self._call_with_code)

    def cache_identity(self, scope: Mapping[str, str | None] | None = None) -> EntryIdentity:
        """Return everything that changes the credentials; ``scope`` says which STS is called (region, endpoint)."""
        return EntryIdentity.of(
            self.METHOD,
            role_arn=self._role_arn,
            source=source_identity(self._source),
            **_host_of(self._source),
            **named_arguments(self._arguments, scope),
        )

    def _call_with_code(self) -> dict[str, Any]:
        if self._asked:
            raise RefreshWithMFAUnsupportedError()
        code = self._prompter(f"Enter MFA code for {self._arguments['SerialNumber']}: ")
        if not isinstance(code, str) or not code.strip():
            raise CredentialRetrievalError(provider=self.METHOD, error_msg="no MFA code was entered")
        answer = self._call({"TokenCode": code.strip()})
        self._asked = True
        return answer

    def _call(self, more: Mapping[str, str]) -> dict[str, Any]:
        client = self._create_client("sts", region_name=self._region_name, credentials=self._source)
        parameters = {"RoleArn": self._role_arn, **self._arguments, **more}
        return ask_sts(client, "assume_role", parameters, self.METHOD, self._clock)
