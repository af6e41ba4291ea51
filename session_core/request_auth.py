"""Signatures of requests that no client sends, under the names of botocore's classes.

``SigV4Auth(session.get_credentials(), "execute-api", region).add_auth(AWSRequest("GET", url))``
signs for whatever HTTP client sends it. The signers are those of clients.
"""

from typing import Any, ClassVar

from ..components.clock import Clock
from ..components.errors import NoCredentialsError
from ..components.http import AWSRequest
from ..components.signers.base import SigningOptions
from ..components.signers.table import SignerTable

__all__ = [
    "HmacV1Auth",
    "HmacV1QueryAuth",
    "S3SigV4Auth",
    "S3SigV4QueryAuth",
    "SigV2Auth",
    "SigV3Auth",
    "SigV4Auth",
    "SigV4QueryAuth",
]

_signers = SignerTable()


class _Auth:
    """Signs requests with one version; ``credentials`` may be refreshable, and are asked anew each time."""

    VERSION: ClassVar[str]

    def __init__(
        self,
        credentials: Any,
        service_name: str | None = None,
        region_name: str | None = None,
        *,
        expires: int = 3600,
        clock: Clock | None = None,
    ) -> None:
        self.credentials = credentials
        self._service_name = service_name or ""
        self._region_name = region_name or ""
        self._options = SigningOptions(expires=expires)
        self._clock = clock or Clock()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._service_name} {self._region_name}>"

    def add_auth(self, request: AWSRequest) -> None:
        """Sign a request in place; ``NoCredentialsError`` without credentials. Safe in threads."""
        credentials = self.credentials
        if credentials is None:
            raise NoCredentialsError
        freeze = getattr(credentials, "get_frozen_credentials", None)
        identity = credentials if freeze is None else freeze()
        signer = _signers[self.VERSION]
        signer.sign(request, identity, self._service_name, self._region_name, self._clock.now(), self._options)


class SigV4Auth(_Auth):
    """Version 4, in headers."""

    VERSION = "v4"

    def __init__(self, credentials: Any, service_name: str, region_name: str, *, clock: Clock | None = None) -> None:
        super().__init__(credentials, service_name, region_name, clock=clock)


class S3SigV4Auth(SigV4Auth):
    """Version 4 as S3 wants it, in headers."""

    VERSION = "s3v4"


class SigV4QueryAuth(_Auth):
    """Version 4, in the query of the URL; ``expires`` is in seconds."""

    VERSION = "v4-query"

    def __init__(
        self, credentials: Any, service_name: str, region_name: str, expires: int = 3600, *, clock: Clock | None = None
    ) -> None:
        super().__init__(credentials, service_name, region_name, expires=expires, clock=clock)


class S3SigV4QueryAuth(SigV4QueryAuth):
    """Version 4 as S3 wants it, in the query of the URL."""

    VERSION = "s3v4-query"


class SigV2Auth(_Auth):
    """Version 2, in the form or the query."""

    VERSION = "v2"

    def __init__(self, credentials: Any, *, clock: Clock | None = None) -> None:
        super().__init__(credentials, clock=clock)


class SigV3Auth(SigV2Auth):
    """Version 3 over HTTPS, in headers."""

    VERSION = "v3"


class HmacV1Auth(_Auth):
    """Version 1 of S3, in headers."""

    VERSION = "s3"

    def __init__(
        self,
        credentials: Any,
        service_name: str | None = None,
        region_name: str | None = None,
        *,
        clock: Clock | None = None,
    ) -> None:
        super().__init__(credentials, service_name, region_name, clock=clock)


class HmacV1QueryAuth(_Auth):
    """Version 1 of S3, in the query of the URL; ``expires`` is in seconds."""

    VERSION = "s3-query"

    def __init__(self, credentials: Any, expires: int = 3600, *, clock: Clock | None = None) -> None:
        super().__init__(credentials, expires=expires, clock=clock)
