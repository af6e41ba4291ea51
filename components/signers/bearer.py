"""Bearer tokens in the ``Authorization`` header. Source: RFC 6750, section 2.1."""

from datetime import datetime
from typing import Any

from ..errors import InvalidEndpointConfigurationError, NoAuthTokenError
from ..http import AWSRequest
from .base import SigningOptions

__all__ = ["Bearer"]

_DEFAULT = SigningOptions()


class Bearer:
    """Not a signature: who reads the request may use the token, so it is sent over TLS alone."""

    __slots__ = ()

    def sign(
        self,
        request: AWSRequest,
        identity: Any,
        signing_name: str = "",
        region_name: str = "",
        now: datetime | None = None,
        context: SigningOptions = _DEFAULT,
    ) -> None:
        """Put the token into the request; ``identity`` is a token with ``get_frozen_token()``, or text.

        Raises ``NoAuthTokenError`` for ``None``, ``InvalidEndpointConfigurationError``
        for a URL without TLS, on this host too, and what the token raises.
        """
        if identity is None:
            raise NoAuthTokenError()
        if not request.url.startswith("https:"):
            raise InvalidEndpointConfigurationError(
                msg=f"a bearer token is sent over HTTPS alone, and the endpoint is {request.url.partition('?')[0]}"
            )
        token = identity if isinstance(identity, str) else identity.get_frozen_token().token
        del request.headers["Authorization"]
        request.headers["Authorization"] = f"Bearer {token}"
