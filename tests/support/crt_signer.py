"""Sign requests with awscrt, for tests that compare with it."""

import hashlib
from datetime import datetime
from typing import Any

from awscrt.auth import (
    AwsCredentialsProvider,
    AwsSignatureType,
    AwsSignedBodyHeaderType,
    AwsSigningAlgorithm,
    AwsSigningConfig,
    aws_sign_request,
)
from awscrt.http import HttpHeaders, HttpRequest

ALGORITHMS = {
    "v4": AwsSigningAlgorithm.V4,
    "v4a": AwsSigningAlgorithm.V4_ASYMMETRIC,
    "v4-s3express": AwsSigningAlgorithm.V4_S3EXPRESS,
}


def configuration(
    identity: Any,
    regions: str,
    now: datetime,
    body: bytes,
    *,
    service: str = "service",
    query: bool,
    algorithm: str,
    payload: str | None = None,
) -> AwsSigningConfig:
    """Return how to sign: as S3 wants it or as all others do. ``payload`` takes the place of the body's hash."""
    s3 = service.startswith("s3")
    usual = "UNSIGNED-PAYLOAD" if s3 and query else hashlib.sha256(body).hexdigest()
    return AwsSigningConfig(
        algorithm=ALGORITHMS[algorithm],
        signature_type=(AwsSignatureType.HTTP_REQUEST_QUERY_PARAMS if query else AwsSignatureType.HTTP_REQUEST_HEADERS),
        credentials_provider=AwsCredentialsProvider.new_static(
            identity.access_key, identity.secret_key, identity.token
        ),
        region=regions,
        service=service,
        date=now,
        use_double_uri_encode=not s3,
        should_normalize_uri_path=not s3,
        signed_body_value=payload or usual,
        signed_body_header_type=(
            AwsSignedBodyHeaderType.X_AMZ_CONTENT_SHA_256 if s3 and not query else AwsSignedBodyHeaderType.NONE
        ),
        expiration_in_seconds=600 if query else None,
    )


def signed(method: str, path: str, headers: dict[str, str], config: AwsSigningConfig) -> tuple[str, dict[str, str]]:
    """Return path and headers of a request to ``example.amazonaws.com``, signed."""
    http = HttpRequest(method, path, HttpHeaders([("Host", "example.amazonaws.com"), *headers.items()]))
    done = aws_sign_request(http, config).result(20)
    return done.path, {name.lower(): value for name, value in done.headers}
