"""SigV4 signatures in the ``Authorization`` header, for S3 and for all others."""

from datetime import datetime

from ..errors import NoCredentialsError
from ..http import AWSRequest
from .base import Identity, SigningOptions
from .canonical import (
    canonical_headers,
    canonical_query,
    canonical_request,
    canonical_uri,
    encode_pairs,
    host_of,
    split_url,
)
from .payload import payload_value
from .sigv4 import Symmetric, amz_date

__all__ = ["S3SigV4Header", "SigV4Header", "Unsigned"]

_DEFAULT = SigningOptions()


class SigV4Header(Symmetric):
    """Sign with ``X-Amz-Date`` and ``Authorization`` headers, the body's hash included."""

    __slots__ = ()

    def canonical(self, request: AWSRequest, context: SigningOptions) -> tuple[str, str]:
        """Return the canonical request, of headers as they stand, and the list of signed header names."""
        given = request.headers.fields
        scheme, authority, path, query = split_url(request.url)
        if request.params:
            more = encode_pairs(request.params)
            query = f"{query}&{more}" if query else more
        told = given.get("x-amz-content-sha256")
        payload = (told and told[1]) or payload_value(request.body, context.payload)
        block, signed = canonical_headers(given, host_of(scheme, authority))
        uri = path if path == "/" else self._uri(path, context)
        if query:
            query = canonical_query(query)
        return canonical_request(request.method, uri, query, block, signed, payload), signed

    def _uri(self, path: str, context: SigningOptions) -> str:
        return canonical_uri(path, double_encode=context.double_encode, normalize=context.normalize_path)

    def _prepare(
        self, request: AWSRequest, identity: Identity, timestamp: str, region_name: str, context: SigningOptions
    ) -> None:
        fields, token = request.headers.fields, identity.token
        fields["x-amz-date"] = "X-Amz-Date", timestamp
        if token:
            request.headers[self.session_header] = token
        else:
            fields.pop(self.session_header.lower(), None)  # of an identity that signed an earlier attempt
        if context.payload != "signed":
            fields["x-amz-content-sha256"] = "X-Amz-Content-SHA256", payload_value(None, context.payload)

    def sign(
        self,
        request: AWSRequest,
        identity: Identity | None,
        signing_name: str,
        region_name: str,
        now: datetime,
        context: SigningOptions = _DEFAULT,
    ) -> None:
        """Sign; see ``Signer``. A given ``X-Amz-Content-SHA256`` is believed."""
        if identity is None:
            raise NoCredentialsError
        timestamp = amz_date(now)
        self._prepare(request, identity, timestamp, region_name, context)
        creq, signed = self.canonical(request, context)
        scope = self.scope(timestamp[:8], region_name, signing_name)
        sealed = self.seal(identity, signing_name, region_name, timestamp, scope, creq)
        request.headers.fields["authorization"] = (
            "Authorization",
            f"{self.algorithm} Credential={identity.access_key}/{scope}, SignedHeaders={signed}, Signature={sealed}",
        )


class S3SigV4Header(SigV4Header):
    """Sign as S3 wants it: paths as they are, and the body's hash always told in a header."""

    __slots__ = ()

    def _uri(self, path: str, context: SigningOptions) -> str:
        return canonical_uri(path, double_encode=False, normalize=False)

    def _prepare(
        self, request: AWSRequest, identity: Identity, timestamp: str, region_name: str, context: SigningOptions
    ) -> None:
        super()._prepare(request, identity, timestamp, region_name, context)
        if context.payload == "signed":
            value = payload_value(request.body, "signed")
            request.headers.fields["x-amz-content-sha256"] = "X-Amz-Content-SHA256", value


class Unsigned:
    """Leave the request as it is."""

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
        """Do nothing."""
