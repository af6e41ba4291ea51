"""Credentials of somebody who ran ``aws login``: the ``login`` provider."""

import os
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from ..components.cache import EntryIdentity
from .profile_keys import profiles_of
from .provider import CredentialProvider, NotConfigured

if TYPE_CHECKING:  # loaded at first use: most profiles do not sign in
    from .login_token import CreateClient
    from .sharing import Sharing

__all__ = ["LoginProvider"]


def _no_endpoint(service: str) -> None:
    return None


class LoginProvider(CredentialProvider):
    """Credentials of the ``login_session`` of a profile, from the AWS CLI's cache, renewed with its refresh token.

    The folder is ``AWS_LOGIN_CACHE_DIRECTORY``, or else ``~/.aws/login/cache``.
    ``endpoint_url(service)`` tells which sign-in service would be called. A
    broken configuration stops the chain.
    """

    METHOD = "login"
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
        """Return the session's credentials; raises ``LoginTokenLoadError`` when nobody has signed in."""
        profile = profiles_of(self._load_config()).get(self._profile_name) or {}
        session = profile.get("login_session")
        if not session:
            return NotConfigured(f"no login_session in profile {self._profile_name!r}", "run: aws login")
        from .login_credentials import LoginCredentials
        from .login_token import LoginToken, login_token_file

        token = LoginToken(
            str(session), login_token_file(self._environ, str(session)), self._create_client, clock=self._clock
        )
        token.check()
        identity = None
        if self._sharing is not None:
            identity = EntryIdentity.of(
                self.METHOD, session=str(session), token_file=token.path, endpoint=self._endpoint_url("signin")
            )
        return LoginCredentials(
            token, self.METHOD, sharing=self._sharing, identity=identity, clock=self._clock, random=self._random
        )

    def source(self) -> str:
        """Name the session."""
        return str((profiles_of(self._load_config()).get(self._profile_name) or {}).get("login_session"))
