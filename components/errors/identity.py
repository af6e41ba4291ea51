"""Errors of credentials, tokens and signing."""

from __future__ import annotations

from .base import BotoCoreError
from .settings import InvalidConfigError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

__all__ = [
    "CredentialRetrievalError",
    "InvalidIMDSEndpointError",
    "InvalidIMDSEndpointModeError",
    "LoginAuthorizationCodeError",
    "LoginError",
    "LoginInsufficientPermissions",
    "LoginRefreshRequired",
    "LoginTokenLoadError",
    "MetadataRetrievalError",
    "NoAuthTokenError",
    "NoCredentialsError",
    "PartialCredentialsError",
    "RefreshWithMFAUnsupportedError",
    "ResolverOrderError",
    "SSOError",
    "SSOTokenLoadError",
    "TokenExpiredError",
    "TokenRetrievalError",
    "UnauthorizedSSOTokenError",
    "UnknownCredentialError",
    "UnknownSignatureVersionError",
    "UnknownTokenProviderError",
    "UnsupportedSignatureVersionError",
]


class NoCredentialsError(BotoCoreError):
    """No provider of the chain has credentials.

    ``attempts`` is the trace of the resolve, a provider each, in order; the
    text lists it with the reason and the setting that would enable each one.
    """

    fmt = "Unable to locate credentials"

    def __init__(self, attempts: Sequence[Any] = ()) -> None:
        super().__init__()
        self.attempts = tuple(attempts)

    def __str__(self) -> str:
        if not self.attempts:
            return self.fmt
        lines = "\n".join(f"  {number}. {attempt}" for number, attempt in enumerate(self.attempts, 1))
        return f"{self.fmt}. The chain was tried in this order:\n{lines}"

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.attempts,)


class PartialCredentialsError(BotoCoreError):
    """A source has one half of a key pair."""

    fmt = "Partial credentials found in {provider}, missing: {cred_var}"


class CredentialRetrievalError(BotoCoreError):
    """A source is configured, and broken."""

    fmt = "Error when retrieving credentials from {provider}: {error_msg}"


class MetadataRetrievalError(BotoCoreError):
    """A metadata service (IMDS, container) refused or failed."""

    fmt = "Error retrieving metadata: {error_msg}"


class InvalidIMDSEndpointError(BotoCoreError):
    """The configured metadata endpoint is no URL."""

    fmt = "The metadata endpoint is no URL: {endpoint}"


class InvalidIMDSEndpointModeError(BotoCoreError):
    """The configured metadata endpoint mode does not exist."""

    fmt = "Unknown metadata endpoint mode {mode!r}; there are: {valid_modes}"


class UnknownCredentialError(BotoCoreError):
    """The resolver has no provider of that name."""

    fmt = "No credential provider is named {name!r}"


class ResolverOrderError(InvalidConfigError):
    """The before/after constraints of providers cannot all be met."""

    fmt = "Cannot order the credential providers: {reason}"


class RefreshWithMFAUnsupportedError(BotoCoreError):
    """Credentials that need a person cannot be refreshed without one."""

    fmt = "These credentials need an MFA code and cannot be refreshed without a person"


class NoAuthTokenError(BotoCoreError):
    """An operation needs a bearer token and no provider has one."""

    fmt = "Unable to locate authorization token"


class TokenRetrievalError(BotoCoreError):
    """A token source is configured, and broken."""

    fmt = "Error when retrieving token from {provider}: {error_msg}"


class TokenExpiredError(TokenRetrievalError):
    """The token is over and cannot be renewed: a person has to sign in again."""


class UnknownTokenProviderError(BotoCoreError):
    """There is no token provider of that name."""

    fmt = "No token provider is named {name!r}"


class SSOError(BotoCoreError):
    """Single sign-on failed."""

    fmt = "Single sign-on gave no credentials"


class SSOTokenLoadError(SSOError):
    """The cached single sign-on token cannot be read."""

    fmt = "The cached single sign-on token cannot be read: {error_msg}"


class UnauthorizedSSOTokenError(SSOError):
    """The single sign-on session is over."""

    fmt = "The single sign-on session is over. To sign in again, run: {login}"

    def __init__(self, login: str = "sotalia sso login") -> None:
        super().__init__(login=login)


class LoginError(BotoCoreError):
    """A ``login_session`` failed."""

    fmt = "The login session gave no credentials"


class LoginRefreshRequired(LoginError):
    """The login session is over."""

    fmt = "The login session is over: run 'aws login' and try again"


class LoginInsufficientPermissions(LoginError):
    """The identity may not create login tokens."""

    fmt = "The identity may not refresh its login session (the sign-in service refused)"


class LoginTokenLoadError(LoginError):
    """The cached login token cannot be read."""

    fmt = "The cached login token cannot be read: {error_msg}"


class LoginAuthorizationCodeError(LoginError):
    """The authorization code was refused."""

    fmt = "The login was refused: {error_msg}"


class UnknownSignatureVersionError(BotoCoreError):
    """There is no signer of that name."""

    fmt = "No signer is registered for signature version {signature_version!r}"


class UnsupportedSignatureVersionError(BotoCoreError):
    """The signer cannot do what was asked (such as a presigned URL)."""

    fmt = "The signer {signature_version!r} cannot do what was asked of it"
