"""Which services answer for a whole partition, and where they are signed for.

``endpoints.json`` has more than a megabyte; this is what the creation of a
client asks of it, in some kilobytes: a line of text per service,
``whole|regional|region:signed for,...``, so that reading the digest makes few
objects of it (0.1 ms and 60 KiB, where nested dictionaries took 0.4 ms and 300).
Imports the standard library alone, so that the build can load it beside the compiler.
"""

from collections.abc import Mapping
from typing import Any

__all__ = ["ServiceRegions", "compile_service_regions"]


def compile_service_regions(endpoints: Mapping[str, Any]) -> dict[str, Any]:
    """Return lines of text by partition and endpoint prefix, of the services that differ from the usual."""
    found: dict[str, Any] = {}
    for partition in endpoints.get("partitions", ()):
        services: dict[str, Any] = {}
        for prefix, service in partition.get("services", {}).items():
            whole = service.get("partitionEndpoint", "")
            regional = "yes" if service.get("isRegionalized", True) else "no"
            scopes = ",".join(
                f"{region}:{endpoint['credentialScope']['region']}"
                for region, endpoint in service.get("endpoints", {}).items()
                if endpoint.get("credentialScope", {}).get("region", region) != region
            )
            line = f"{whole}|{regional}|{scopes}"
            if line != _USUAL:
                services[prefix] = line
        found[partition["partition"]] = services
    return found


_USUAL = "|yes|"


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
        whole, regional, _ = self._line(prefix, partition)
        if region is None:
            return "us-east-1" if prefix == "s3" else whole or None
        return whole if whole and regional == "no" else region

    def signing_region(self, prefix: str, region: str | None, partition: str) -> str | None:
        """Return the region of the credential scope for an endpoint without auth schemes of its own."""
        if region is None:
            return None
        _, found, scope = f",{self._line(prefix, partition)[2]},".partition(f",{region}:")
        return scope.partition(",")[0] if found else region

    def _line(self, prefix: str, partition: str) -> list[str]:
        line: str = self._partitions.get(partition, {}).get(prefix, _USUAL)
        return line.split("|")
