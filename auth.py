"""``sotalia.auth``: where users of botocore look for what signs a request of their own."""

from .session_core.request_auth import (
    HmacV1Auth,
    HmacV1QueryAuth,
    S3SigV4Auth,
    S3SigV4QueryAuth,
    SigV2Auth,
    SigV3Auth,
    SigV4Auth,
    SigV4QueryAuth,
)

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
