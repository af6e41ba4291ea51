"""Signature version 3 over TLS: the date alone is signed.

Source: "Authenticating REST Requests", Amazon Route 53 developer guide (2010).
"""

from datetime import datetime

from ..errors import NoCredentialsError
from ..http import AWSRequest
from ..timestamps import format_rfc822
from .base import Identity, SigningOptions
from .hmac_digest import hmac_base64

__all__ = ["SigV3Https"]

_DEFAULT = SigningOptions()


class SigV3Https:
    """Sign with ``Date`` and ``X-Amzn-Authorization`` headers."""

    __slots__ = ()

    def sign(
        self,
        request: AWSRequest,
        identity: Identity | None,
        signing_name: str,
        region_name: str,
        now: datetime,
        context: SigningOptions = _DEFAULT,
    ) -> None:
        """Sign; see ``Signer``."""
        if identity is None:
            raise NoCredentialsError
        headers = request.headers
        del headers["X-Amz-Security-Token"]
        date = headers["Date"] = format_rfc822(now)
        if identity.token:
            headers["X-Amz-Security-Token"] = identity.token
        signature = hmac_base64(identity.secret_key, date, "sha256")
        headers["X-Amzn-Authorization"] = (
            f"AWS3-HTTPS AWSAccessKeyId={identity.access_key},Algorithm=HmacSHA256,Signature={signature}"
        )
