"""Refreshable credentials whose source must be told which key a service refused."""

from typing import Any

from .login_token import LoginToken
from .refresh import DeferredRefreshableCredentials

__all__ = ["LoginCredentials"]


class LoginCredentials(DeferredRefreshableCredentials):
    """The credentials of a login token file, which goes on to hold a refused key and must not give it again."""

    def __init__(self, token: LoginToken, method: str, **options: Any) -> None:
        super().__init__(token.fetch_credentials, method, **options)
        self._login_token = token

    def invalidate(self, access_key: str) -> bool:
        """Drop the set with this key, here and at its source."""
        self._login_token.reject(access_key)
        return super().invalidate(access_key)
