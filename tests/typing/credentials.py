"""The types of credentials and of providers, also of those that users write."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, assert_type

from sotalia import (
    AssumeRoleCredentialFetcher,
    AssumeRoleWithWebIdentityCredentialFetcher,
    CredentialProvider,
    CredentialResolver,
    Credentials,
    DeferredRefreshableCredentials,
    RefreshableCredentials,
    Session,
)
from sotalia.providers.credentials import ReadOnlyCredentials


def fetch() -> Mapping[str, Any]:
    return {"access_key": "a", "secret_key": "b", "token": None, "expiry_time": "2030-01-01T00:00:00Z"}


class Vault(CredentialProvider):
    METHOD = "vault"
    CANONICAL_NAME = "Vault"

    def load(self) -> RefreshableCredentials | None:
        return RefreshableCredentials.create_from_metadata(fetch(), refresh_using=fetch, method=self.METHOD)


class Fixed(CredentialProvider):
    METHOD = "fixed"

    def load(self) -> Credentials:
        return Credentials("a", "b", token=None, method=self.METHOD)


def providers(session: Session) -> None:
    resolver = CredentialResolver([Vault(), Fixed(session)])
    resolver.insert_before("fixed", Vault())
    resolver.insert_after("fixed", Vault(session))
    resolver.remove("vault")
    assert_type(Vault().METHOD, str)
    assert_type(CredentialProvider().CANONICAL_NAME, str | None)


def credentials(kept: Credentials, renewed: RefreshableCredentials) -> None:
    assert_type(kept.access_key, str)
    assert_type(kept.token, str | None)
    assert_type(kept.account_id, str | None)
    frozen = renewed.get_frozen_credentials()
    assert_type(frozen, ReadOnlyCredentials)
    assert_type(frozen.secret_key, str)
    assert_type(frozen.token, str | None)
    assert_type(renewed.expiry_time, datetime | None)
    assert_type(renewed.refresh_needed(60), bool)


def mistakes() -> None:
    Credentials("a")  # type: ignore[call-arg] # pyright: ignore[reportCallIssue]
    Credentials("a", 1)  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]
    RefreshableCredentials.create_from_metadata(fetch())  # type: ignore[call-arg] # pyright: ignore[reportCallIssue]


def roles(session: Session, source: Credentials) -> None:
    fetcher = AssumeRoleCredentialFetcher(session.client, source, "arn", {"Policy": "{}"}, lambda question: "123456")
    web = AssumeRoleWithWebIdentityCredentialFetcher(session.client, lambda: "token", "arn")
    assumed = DeferredRefreshableCredentials(fetcher.fetch_credentials, "assume-role")
    assert_type(web.fetch_credentials(), dict[str, Any])
    assert_type(assumed.get_frozen_credentials(), ReadOnlyCredentials)
    session.client("s3", credentials=assumed)
