"""One call of STS AssumeRole, and what names its result in the shared cache."""

import time
from collections.abc import Callable, Mapping
from typing import Any

from ..components.cache import EntryIdentity
from ..components.errors import CredentialRetrievalError, RefreshWithMFAUnsupportedError
from .credential_set import epoch_of, iso_of

__all__ = ["AssumeRoleCredentialFetcher", "CreateClient", "Prompter", "source_identity"]

CreateClient = Callable[..., Any]
"""``create_client("sts", region_name=..., credentials=...)`` returns something with ``assume_role(**parameters)``."""

Prompter = Callable[[str], str]
"""Ask the person at the terminal: takes the text of the question, returns the answer."""


def _ask_at_terminal(prompt: str) -> str:
    from getpass import getpass

    return getpass(prompt)


def source_identity(credentials: Any) -> str:
    """Return what tells one source of credentials from another, without a secret.

    Credentials that processes share are named by their cache identity; others
    by their method and access key id.
    """
    shared = getattr(credentials, "cache_identity", None)
    if isinstance(shared, EntryIdentity):
        return f"shared {shared.digest()}"
    return f"{credentials.method} {credentials.get_frozen_credentials().access_key}"


class AssumeRoleCredentialFetcher:
    """Assume a role with some source credentials; ``fetch_credentials`` suits ``refresh_using``.

    ``extra_args`` are further parameters of AssumeRole by their API names
    (``RoleSessionName``, ``ExternalId``, ``DurationSeconds``, ``SerialNumber``,
    ``Policy``, ...). A session name that is not given is made up. With a
    ``SerialNumber`` the first fetch asks for a code through ``mfa_prompter``; a
    later one raises ``RefreshWithMFAUnsupportedError``.
    """

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
        self._prompter = mfa_prompter or _ask_at_terminal
        self._region_name = region_name
        self._clock = clock
        self._asked = False

    def fetch_credentials(self) -> dict[str, Any]:
        """Call AssumeRole; what STS refuses comes through as ``ClientError``."""
        parameters: dict[str, Any] = {"RoleArn": self._role_arn, **self._arguments}
        if "RoleSessionName" not in parameters:
            parameters["RoleSessionName"] = f"sotalia-session-{int(self._clock())}"
        if serial := parameters.get("SerialNumber"):
            if self._asked:
                raise RefreshWithMFAUnsupportedError()
            parameters["TokenCode"] = self._prompter(f"Enter MFA code for {serial}: ")
        client = self._create_client("sts", region_name=self._region_name, credentials=self._source)
        try:
            answer = client.assume_role(**parameters)
        finally:
            close = getattr(client, "close", None)
            if close is not None:
                close()
        self._asked = True
        return self._read(answer)

    def cache_identity(self, scope: Mapping[str, str | None] | None = None) -> EntryIdentity:
        """Return everything that changes the credentials; ``scope`` says which STS is called (region, endpoint).

        A session name is part of it when somebody chose it, because it is what
        CloudTrail attributes a call to: two workers that asked for two names
        never share a set. A made-up name is not: nobody asked for it, and with
        it every process would have credentials of its own.
        """
        named: dict[str, str] = {}
        for name, value in self._arguments.items():
            named[f"argument.{name}"] = value if isinstance(value, str) else _json(value)
        return EntryIdentity.of(
            "assume-role",
            role_arn=self._role_arn,
            source=source_identity(self._source),
            **{f"sts.{name}": value for name, value in (scope or {}).items()},
            **named,
        )

    def _read(self, answer: Mapping[str, Any]) -> dict[str, Any]:
        try:
            found = answer["Credentials"]
            arn = answer.get("AssumedRoleUser", {}).get("Arn", "")
            account = arn.split(":")[4] if arn.count(":") >= 5 else ""
            return {
                "access_key": found["AccessKeyId"],
                "secret_key": found["SecretAccessKey"],
                "token": found["SessionToken"],
                "expiry_time": iso_of(epoch_of(found["Expiration"])),
                "account_id": account or None,
            }
        except (KeyError, TypeError, ValueError):
            raise CredentialRetrievalError(
                provider="assume-role", error_msg="STS answered AssumeRole without a proper set of credentials"
            ) from None


def _json(value: Any) -> str:
    from json import dumps

    return dumps(value, sort_keys=True, separators=(",", ":"), default=str)
