"""Credentials for a token of an identity provider (EKS service accounts, GitHub Actions, ...).

The ``assume-role-with-web-identity`` provider. Source: the AWS SDKs and Tools
reference guide ("Assume role credential provider").
"""

import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from ..components.errors import InvalidConfigError
from .profile_keys import profiles_of
from .provider import CredentialProvider, NotConfigured

if TYPE_CHECKING:  # loaded at first use: most processes have no such token
    from .sharing import Sharing
    from .sts_call import CreateClient

__all__ = ["AssumeRoleWithWebIdentityProvider"]

_VARIABLES: Final = {
    "web_identity_token_file": "AWS_WEB_IDENTITY_TOKEN_FILE",
    "role_arn": "AWS_ROLE_ARN",
    "role_session_name": "AWS_ROLE_SESSION_NAME",
}


class AssumeRoleWithWebIdentityProvider(CredentialProvider):
    """Assume a role with the token in a file, which is read again for every fetch.

    Each setting comes from its variable, else from the profile. ``environ``
    ``None`` leaves the variables out: for a profile that the program named, or
    that is another one's source. ``sts_scope()`` tells which STS would be
    called, for the name of the shared entry. Nothing is sent to STS before
    somebody needs the credentials; a token file that cannot be read stops the chain.
    """

    METHOD = "assume-role-with-web-identity"
    CANONICAL_NAME = None

    def __init__(
        self,
        load_config: Callable[[], Mapping[str, Any]],
        create_client: "CreateClient",
        profile_name: str | None = None,
        *,
        environ: Mapping[str, str] | None = None,
        sts_scope: Callable[[], Mapping[str, str | None]] | None = None,
        region_name: Callable[[], str | None] | None = None,
        sharing: "Sharing | None" = None,
        clock: Callable[[], float] = time.time,
        random: Callable[[], float] | None = None,
    ) -> None:
        super().__init__()
        self._load_config = load_config
        self._create_client = create_client
        self._profile_name = profile_name or "default"
        self._environ = environ
        self._sts_scope = sts_scope
        self._region_name = region_name
        self._sharing = sharing
        self._clock = clock
        self._random = random

    def load(self) -> Any:
        """Return the role's credentials, to be fetched at first use; raises ``InvalidConfigError`` without a role."""
        path = self._setting("web_identity_token_file")
        if path is None:
            return self._not_configured()
        role_arn = self._setting("role_arn")
        if role_arn is None:
            variable = "" if self._environ is None else " or AWS_ROLE_ARN"
            raise InvalidConfigError(
                error_msg=f"A web identity token file is configured, but no role to assume with it: "
                f"set role_arn in the profile {self._profile_name!r}{variable}."
            )
        from .refresh import DeferredRefreshableCredentials
        from .token_file import read_token_file
        from .web_identity_fetcher import AssumeRoleWithWebIdentityCredentialFetcher

        def token() -> str:
            return read_token_file(path, self.METHOD, "web_identity_token_file").strip()

        token()  # broken is said now, and not at the first use
        name = self._setting("role_session_name")
        fetcher = AssumeRoleWithWebIdentityCredentialFetcher(
            self._create_client,
            token,
            role_arn,
            {} if name is None else {"RoleSessionName": name},
            region_name=self._region_name() if self._region_name is not None else None,
            clock=self._clock,
        )

        def identify() -> Any:
            scope = self._sts_scope() if self._sts_scope is not None else None
            return fetcher.cache_identity(scope, token_file=path)

        return DeferredRefreshableCredentials(
            fetcher.fetch_credentials,
            self.METHOD,
            sharing=self._sharing,
            identity=None if self._sharing is None else identify(),
            identify=identify,
            clock=self._clock,
            random=self._random,
        )

    def source(self) -> str:
        """Name the role and the file with the token."""
        return f"{self._setting('role_arn')} with the token in {self._setting('web_identity_token_file')}"

    def _setting(self, key: str) -> str | None:
        if self._environ is not None and (value := self._environ.get(_VARIABLES[key])):
            return value
        profile = profiles_of(self._load_config()).get(self._profile_name) or {}
        return profile.get(key) or None

    def _not_configured(self) -> NotConfigured:
        where = f"no web_identity_token_file in profile {self._profile_name!r}"
        how = "set web_identity_token_file and role_arn in it"
        if self._environ is not None:
            where = f"AWS_WEB_IDENTITY_TOKEN_FILE is not set, and {where}"
            how = "set AWS_WEB_IDENTITY_TOKEN_FILE and AWS_ROLE_ARN"
        return NotConfigured(where, how)
