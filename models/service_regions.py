"""Which services answer for a whole partition, and where they are signed for.

``endpoints.json`` has more than a megabyte; this is what the creation of a
client asks of it, in some kilobytes. Imports the standard library alone, so that the
build can load it beside the compiler.
"""

from collections.abc import Mapping
from typing import Any

__all__ = ["ServiceRegions", "compile_service_regions"]


def compile_service_regions(endpoints: Mapping[str, Any]) -> dict[str, Any]:
    """Return, by partition and endpoint prefix, ``partitionEndpoint``, ``isRegionalized`` and signing regions."""
    found: dict[str, Any] = {}
    for partition in endpoints.get("partitions", ()):
        services: dict[str, Any] = {}
        for prefix, service in partition.get("services", {}).items():
            record: dict[str, Any] = {}
            if "partitionEndpoint" in service:
                record["whole"] = service["partitionEndpoint"]
            if not service.get("isRegionalized", True):
                record["regional"] = False
            scopes = {
                region: endpoint["credentialScope"]["region"]
                for region, endpoint in service.get("endpoints", {}).items()
                if endpoint.get("credentialScope", {}).get("region", region) != region
            }
            if scopes:
                record["scopes"] = scopes
            if record:
                services[prefix] = record
        found[partition["partition"]] = services
    return found


class ServiceRegions:
    """Answers where a service is called and signed for. Immutable; safe in threads."""

    def __init__(self, compiled: Mapping[str, Any]) -> None:
        self._partitions = compiled

    def client_region(self, prefix: str, region: str | None, partition: str) -> str | None:
        """Return the region that a client of the service talks to.

        A service that answers for a whole partition does so under its
        pseudo-region (``aws-global``), whatever region was asked for. S3
        without a region is ``us-east-1``, as boto3's users know it.
        """
        service = self._partitions.get(partition, {}).get(prefix, {})
        whole: str | None = service.get("whole")
        if region is None:
            return "us-east-1" if prefix == "s3" else whole
        if whole is not None and not service.get("regional", True):
            return whole
        return region

    def signing_region(self, prefix: str, region: str | None, partition: str) -> str | None:
        """Return the region of the credential scope for an endpoint without auth schemes of its own."""
        scopes: Mapping[str, str] = self._partitions.get(partition, {}).get(prefix, {}).get("scopes", {})
        return region if region is None else scopes.get(region, region)
