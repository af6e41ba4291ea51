"""Bearer tokens from the environment."""

import os
from collections.abc import Callable, Mapping

from ..components.environment import variable

__all__ = ["EnvironmentTokens"]


class EnvironmentTokens:
    """Finds ``AWS_BEARER_TOKEN_<SIGNING_NAME>`` (component ``token_provider``).

    The signing name is in capitals, with underscores for hyphens and spaces.
    Source: AWS SDKs and Tools guide, "Bearer tokens".
    """

    METHOD = "env"

    def __init__(self, environ: Mapping[str, str] | None = None) -> None:
        self._environ = os.environ if environ is None else environ
        self._variables: dict[str, Callable[[], str | None]] = {}

    def load_token(self, signing_name: str | None = None) -> str | None:
        """Return the token for a service by its signing name, ``None`` if there is none or no service is named."""
        if signing_name is None:
            return None
        read = self._variables.get(signing_name)
        if read is None:
            name = f"AWS_BEARER_TOKEN_{signing_name.upper().replace('-', '_').replace(' ', '_')}"
            read = self._variables[signing_name] = variable(self._environ, name)
        return read() or None
