"""Role credentials of IAM Identity Center: the ``sso`` provider."""

import os
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from ..components.cache import EntryIdentity
from ..components.errors import ClientError, CredentialRetrievalError, UnauthorizedSSOTokenError
from .provider import CredentialProvider, NotConfigured

if TYPE_CHECKING:  # loaded at first use: most profiles do not sign in
    from .sharing import Sharing
    from .sso_config import SSOConfig
    from .sso_token import CreateClient, SSOToken

__all__ = ["SSOProvider"]


def _no_endpoint(service: str) -> None:
    return None


class SSOProvider(CredentialProvider):
    """Credentials of the role that a profile names, got with the token of its session.

    Nothing is sent before somebody needs the credentials; the token's file is
    looked at. ``endpoint_url(service)`` tells which portal would be called, for
    the name of the shared entry. A broken configuration stops the chain.
    """

    METHOD = "sso"
    CANONICAL_NAME = None

    def __init__(
        self,
        load_config: Callable[[], Mapping[str, Any]],
        create_client: "CreateClient",
        profile_name: str | None = None,
        *,
        environ: Mapping[str, str] | None = None,
        endpoint_url: Callable[[str], str | None] = _no_endpoint,
        sharing: "Sharing | None" = None,
        clock: Callable[[], float] = time.time,
        random: Callable[[], float] | None = None,
    ) -> None:
        super().__init__()
        self._load_config = load_config
        self._create_client = create_client
        self._profile_name = profile_name or "default"
        self._environ = os.environ if environ is None else environ
        self._endpoint_url = endpoint_url
        self._sharing = sharing
        self._clock = clock
        self._random = random

    def load(self) -> Any:
        """Return the role's credentials, to be fetched at first use.

        Raises ``InvalidConfigError`` for missing keys, ``SSOTokenLoadError``
        when nobody has signed in.
        """
        config = self._load_config()
        profile = (config.get("profiles") or {}).get(self._profile_name) or {}
        if not (profile.get("sso_account_id") or profile.get("sso_role_name")):
            return NotConfigured(
                f"no sso_account_id and sso_role_name in profile {self._profile_name!r}",
                "set them and sso_session in it, and run: sotalia sso login",
            )
        from .refresh import DeferredRefreshableCredentials
        from .sso_config import login_command, read_sso
        from .sso_token import SSOToken, sso_token_file

        role = read_sso(self._profile_name, config)
        assert role is not None  # one of its keys is there
        login = login_command(self._profile_name)
        token = SSOToken(
            role.session,
            sso_token_file(self._environ, role.session),
            self._create_client,
            login=login,
            clock=self._clock,
            random=self._random,
        )
        token.check()
        fetcher = _RoleFetcher(role, token, self._create_client, login)
        return DeferredRefreshableCredentials(
            fetcher.fetch_credentials,
            self.METHOD,
            sharing=self._sharing,
            identity=None if self._sharing is None else self._identity(role, token.path),
            clock=self._clock,
            random=self._random,
        )

    def source(self) -> str | None:
        """Name the role, its account, and the session that gives it."""
        from .sso_config import read_sso

        role = read_sso(self._profile_name, self._load_config())
        if role is None:
            return None
        session = role.session.name or role.session.start_url
        return f"{role.role_name} in {role.account_id} by {session}"

    def cache_identity(self) -> EntryIdentity | None:
        """Return the name of the shared entry, ``None`` for a profile without a role."""
        from .sso_config import read_sso
        from .sso_token import sso_token_file

        role = read_sso(self._profile_name, self._load_config())
        return None if role is None else self._identity(role, sso_token_file(self._environ, role.session).path)

    def _identity(self, role: "SSOConfig", path: str) -> EntryIdentity:
        session = role.session
        return EntryIdentity.of(
            self.METHOD,
            account_id=role.account_id,
            role_name=role.role_name,
            session=session.name,
            start_url=session.start_url,
            region=session.region,
            token_file=path,
            endpoint=self._endpoint_url("sso"),
        )


class _RoleFetcher:
    """GetRoleCredentials of one role."""

    def __init__(self, role: "SSOConfig", token: "SSOToken", create_client: "CreateClient", login: str) -> None:
        self._role = role
        self._token = token
        self._create_client = create_client
        self._login = login

    def fetch_credentials(self) -> dict[str, Any]:
        """Ask the portal; raises ``UnauthorizedSSOTokenError`` when it knows the token no more."""
        from ..components.errors import TokenExpiredError

        role = self._role
        try:
            token = self._token.get_frozen_token().token
        except TokenExpiredError:
            if role.session.name is None:
                raise UnauthorizedSSOTokenError(self._login) from None
            raise
        client = self._create_client("sso", region_name=role.session.region)
        try:
            answer = client.get_role_credentials(roleName=role.role_name, accountId=role.account_id, accessToken=token)
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") == "UnauthorizedException":
                raise UnauthorizedSSOTokenError(self._login) from None
            raise
        finally:
            close = getattr(client, "close", None)
            if close is not None:
                close()
        return _read(answer, role.account_id)


def _read(answer: Mapping[str, Any], account_id: str) -> dict[str, Any]:
    from .credential_set import iso_of

    try:
        found = answer["roleCredentials"]
        return {
            "access_key": found["accessKeyId"],
            "secret_key": found["secretAccessKey"],
            "token": found["sessionToken"],
            "expiry_time": iso_of(found["expiration"] / 1000),
            "account_id": account_id,
        }
    except (KeyError, TypeError, ValueError, OverflowError):
        raise CredentialRetrievalError(
            provider="sso", error_msg="the portal answered without a proper set of credentials"
        ) from None
