"""The region that a client really talks to: some services have one endpoint for a whole partition."""

from collections.abc import Mapping
from typing import Any

from ..components.errors import InvalidRegionError
from ..models.endpoints import ClassicEndpoints

__all__ = ["client_region", "fallback_url", "validate_region"]


def validate_region(region: str | None) -> None:
    """Raise ``InvalidRegionError`` unless the name can be a host label."""
    if region is None:
        return
    plain = region.replace("-", "a")
    if not (0 < len(region) <= 63 and plain.isascii() and plain.isalnum()) or region[0] == "-" or region[-1] == "-":
        raise InvalidRegionError(region_name=region)


def client_region(endpoints: ClassicEndpoints, prefix: str, region: str | None) -> tuple[str | None, str]:
    """Return region and partition of a client of the service with this endpoint prefix.

    A partition-wide service answers under its pseudo-region (``aws-global``),
    whatever region was asked for; S3 without a region is ``us-east-1``, as
    boto3's users know it.
    """
    partition = endpoints.get_partition_for_region(region) if region is not None else "aws"
    service = endpoints.service(prefix, partition)
    pseudo: str | None = service.get("partitionEndpoint")
    if pseudo is not None and (region is None or not service.get("isRegionalized", True)):
        region = pseudo
    if prefix == "s3" and region in (None, "aws-global") and region != "aws-global":
        region = "us-east-1"
    return region, partition


def fallback_url(endpoints: ClassicEndpoints, prefix: str, region: str | None, partition: str, use_ssl: bool) -> str:
    """Return the classic host name of a service in a region, for services without endpoint rules."""
    scheme = "https" if use_ssl else "http"
    service: Mapping[str, Any] = endpoints.service(prefix, partition)
    known = service.get("endpoints", {}).get(region or "", {})
    host = known.get("hostname") or (service.get("defaults") or {}).get("hostname") or "{service}.{region}.{dnsSuffix}"
    suffix = endpoints.dns_suffix(partition)
    return f"{scheme}://" + host.format(service=prefix, region=region or "us-east-1", dnsSuffix=suffix)
