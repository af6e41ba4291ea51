"""Credentials in the environment: the ``env`` provider."""

import os
import time
from collections.abc import Callable, Mapping
from typing import Any, Final

from ..components.errors import CredentialRetrievalError, PartialCredentialsError
from .credentials import ReadOnlyCredentials
from .provider import CredentialProvider, NotConfigured
from .reloading import ReloadingCredentials

__all__ = ["EnvProvider"]

_ACCESS_KEY: Final = "AWS_ACCESS_KEY_ID"
_SECRET_KEY: Final = "AWS_SECRET_ACCESS_KEY"  # noqa: S105 - the name of a variable
_TOKENS: Final = ("AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN")
_EXPIRATION: Final = "AWS_CREDENTIAL_EXPIRATION"
_ACCOUNT: Final = "AWS_ACCOUNT_ID"


class EnvProvider(CredentialProvider):
    """Keys in ``AWS_ACCESS_KEY_ID`` and its companions.

    With ``AWS_CREDENTIAL_EXPIRATION`` the variables are read again before that
    time; without, after a service refused the key (so that a program which
    changes its environment for somebody else keeps its own keys).
    """

    METHOD = "env"
    CANONICAL_NAME = "Environment"

    def __init__(self, environ: Mapping[str, str] | None = None, *, clock: Callable[[], float] = time.time) -> None:
        super().__init__()
        self._environ = os.environ if environ is None else environ
        self._clock = clock

    def load(self) -> Any:
        """Return the keys; raises ``PartialCredentialsError`` for an access key id without its secret."""
        found = self._read()
        if found is None:
            return NotConfigured(f"{_ACCESS_KEY} is not set", f"set {_ACCESS_KEY} and {_SECRET_KEY}")
        if not self._environ.get(_EXPIRATION):
            return ReloadingCredentials(found, self._read, method=self.METHOD, each_time=False)
        from .refresh import RefreshableCredentials  # at first use: most environments have no end

        return RefreshableCredentials.create_from_metadata(
            self._metadata(), method=self.METHOD, refresh_using=self._metadata, clock=self._clock
        )

    def source(self) -> str:
        """Say that it is the environment."""
        return "the environment"

    def _read(self) -> ReadOnlyCredentials | None:
        environ = self._environ
        access_key = environ.get(_ACCESS_KEY)
        if not access_key:
            return None
        secret_key = environ.get(_SECRET_KEY)
        if not secret_key:
            raise PartialCredentialsError(provider=self.METHOD, cred_var=_SECRET_KEY)
        token = next((value for name in _TOKENS if (value := environ.get(name))), None)
        return ReadOnlyCredentials(access_key, secret_key, token, environ.get(_ACCOUNT) or None)

    def _metadata(self) -> Mapping[str, Any]:
        found = self._read()
        if found is None:
            raise CredentialRetrievalError(provider=self.METHOD, error_msg=f"{_ACCESS_KEY} is not set any more")
        from .credential_set import epoch_of

        expiration = self._environ.get(_EXPIRATION) or None
        try:
            epoch_of(expiration)
        except ValueError:
            raise CredentialRetrievalError(provider=self.METHOD, error_msg=f"{_EXPIRATION} is no time") from None
        return {**found._asdict(), "expiry_time": expiration}
