"""The names of signature versions and auth schemes."""

from __future__ import annotations

__all__ = ["DIRECTORY_SUFFIXES", "EXPRESS", "NONE", "S3_NAMES", "VERSIONS", "signature_version_of"]

NONE = "none"
"""The signature version of a request that is not signed."""

EXPRESS = "v4-s3express"
"""The signature version of directory buckets, whose requests are signed with the keys of a session."""

VERSIONS = {
    "aws.auth#sigv4": "v4",
    "aws.auth#sigv4a": "v4a",
    "smithy.api#httpBearerAuth": "bearer",
    "smithy.api#noAuth": NONE,
    "sigv4": "v4",
    "sigv4a": "v4a",
    "sigv4-s3express": EXPRESS,
    "bearer": "bearer",
    "none": NONE,
}
"""Signature versions by the names of the auth schemes, in traits and in endpoint rules."""

_CLASSIC = {"s3": "s3v4"}

DIRECTORY_SUFFIXES = ("--x-s3", "--xa-s3")
"""How the names of directory buckets, and of access points to them, end."""

S3_NAMES = frozenset({"s3", "s3-outposts", "s3-object-lambda", "s3express"})
"""Signing names whose SigV4 does not normalise paths and signs the payload's hash as a header."""


def signature_version_of(model_version: str | None) -> str:
    """Return the signature version that a model's classic one means today."""
    return _CLASSIC.get(model_version or "v4", model_version or "v4")
