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
                record["own"] = list(service.get("endpoints", {}))
            scopes = {
                region: endpoint["credentialScope"]["region"]
                for region, endpoint in service.get("endpoints", {}).items()
                if endpoint.get("credentialScope", {}).get("region", region) != region
            }
            if scopes:
                record["scopes"] = scopes
            names = {
                region: endpoint["credentialScope"]["service"]
                for region, endpoint in service.get("endpoints", {}).items()
                if "service" in endpoint.get("credentialScope", {})
            }
            if names:
                record["names"] = names
            pseudo = sorted(region for region in service.get("endpoints", {}) if region.endswith("-global"))
            if pseudo:
                record["pseudo"] = pseudo
            if record:
                services[prefix] = record
        found[partition["partition"]] = services
    return found


class ServiceRegions:
    """Answers where a service is called and signed for. Immutable; safe in threads."""

    def __init__(self, compiled: Mapping[str, Any]) -> None:
        self._partitions = compiled

    def partition_of_name(self, prefix: str, region: str) -> str | None:
        """Return the partition in which the service answers under a pseudo-region such as ``aws-cn-global``."""
        for partition, services in self._partitions.items():
            if region in services.get(prefix, {}).get("pseudo", ()):
                return partition
        return None

    def client_region(self, prefix: str, region: str | None, partition: str) -> str | None:
        """Return the region that a client of the service talks to; ``None`` where one must be named.

        A service that answers for a whole partition does so under its
        pseudo-region (``aws-global``), whatever region was asked for, unless it
        has an endpoint of its own there. S3 without a region is ``us-east-1``,
        as boto3's users know it.
        """
        service = self._partitions.get(partition, {}).get(prefix, {})
        whole: str | None = service.get("whole")
        if region is None:
            return "us-east-1" if prefix == "s3" else whole
        if whole is not None and not service.get("regional", True) and region not in service.get("own", ()):
            return whole
        return region

    def signing_region(self, prefix: str, region: str, partition: str) -> str:
        """Return the region of the credential scope for an endpoint without auth schemes of its own."""
        scopes: Mapping[str, str] = self._partitions.get(partition, {}).get(prefix, {}).get("scopes", {})
        return scopes.get(region, region)

    def signing_name(self, prefix: str, region: str, partition: str) -> str | None:
        """Return the service in the credential scope, ``None`` where the model says it."""
        names: Mapping[str, str] = self._partitions.get(partition, {}).get(prefix, {}).get("names", {})
        return names.get(region)
