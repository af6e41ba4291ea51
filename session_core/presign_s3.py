"""S3: where presigned URLs go, and how they are signed: boto3's own rules, which programs rely on."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .auth_names import DIRECTORY_SUFFIXES

if TYPE_CHECKING:
    from .client_region import Place

__all__ = ["global_builtins", "presigning_version"]


def global_builtins(params: Any, builtins: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return the built-ins of the endpoint rules that lead to the host for all regions.

    ``None`` where a bucket has no such host.
    """
    if builtins.get("AWS::S3::ForcePathStyle") or builtins.get("AWS::UseFIPS"):
        return None
    bucket = params.get("Bucket") if isinstance(params, Mapping) else None
    if isinstance(bucket, str) and (not _is_host_label(bucket) or bucket.endswith(DIRECTORY_SUFFIXES)):
        return None
    return {"AWS::Region": "aws-global", "AWS::S3::UseGlobalEndpoint": True}


def _is_host_label(bucket: str) -> bool:
    """Whether a bucket can be a part of a host name of one level, which TLS asks for."""
    plain = bucket.replace("-", "a")
    is_label = plain.isascii() and plain.isalnum() and plain == plain.lower()
    return is_label and 3 <= len(bucket) <= 63 and "-" not in (bucket[0], bucket[-1])


def presigning_version(endpoints: Any, prefix: str, place: "Place") -> str | None:
    """Return ``s3`` (HMAC v1) for regions that still know it, ``None`` for those that take version 4 alone.

    ``endpoints`` is the classic table of endpoints, which says so.
    """
    known = endpoints.get_available_endpoints(prefix, place.partition)
    if place.partition != "aws" and place.region not in known:
        return None
    found = endpoints.construct_endpoint(prefix, place.region, place.partition)
    return "s3" if found is not None and "s3" in found.signature_versions else None
