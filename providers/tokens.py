"""Bearer tokens from the environment: the token provider ``env``."""

import os
from collections.abc import Callable, Mapping

from ..components.environment import variable
from .auth_token import FrozenAuthToken
from .provider import NotConfigured

__all__ = ["EnvironmentTokens"]


class EnvironmentTokens:
    """Finds ``AWS_BEARER_TOKEN_<SIGNING_NAME>``.

    The signing name is in capitals, with underscores for hyphens and spaces. A
    token that is set for one service says that this service is to get it, even
    where the service also takes signatures: ``SCOPED``. Source: AWS SDKs and
    Tools guide, "Bearer tokens".
    """

    METHOD = "env"
    SCOPED = True

    def __init__(self, environ: Mapping[str, str] | None = None) -> None:
        self._environ = os.environ if environ is None else environ
        self._variables: dict[str, Callable[[], str | None]] = {}

    def load_token(self, signing_name: str | None = None) -> FrozenAuthToken | NotConfigured:
        """Return the token for a service by its signing name; ``TokenRetrievalError`` for one that cannot be sent."""
        if signing_name is None:
            return NotConfigured("no service is named", "set AWS_BEARER_TOKEN_<SERVICE>")
        read = self._variables.get(signing_name)
        name = f"AWS_BEARER_TOKEN_{signing_name.upper().replace('-', '_').replace(' ', '_')}"
        if read is None:
            read = self._variables[signing_name] = variable(self._environ, name)
        token = (read() or "").strip()
        if not token:
            return NotConfigured(f"{name} is not set", f"set {name}")
        if not token.isascii() or not token.isprintable() or " " in token:
            from ..components.errors import TokenRetrievalError

            raise TokenRetrievalError(provider=self.METHOD, error_msg=f"{name} holds what is no bearer token")
        return FrozenAuthToken(token)
