"""Which services answer for a whole partition, and where they are signed for.

``endpoints.json`` has more than a megabyte; this is what the creation of a
client asks of it: a line of text per service and partition, which the store
finds by these names (all lines in one document took 0.2 ms and 200 KiB of every
process). A line has six fields between bars: the
endpoint of the whole partition; ``no`` if the service is not regional; the
regions in which such a service has an endpoint of its own all the same;
``region:signed for``; ``region:signing name``; its names that end in ``-global``.

Imports the standard library alone, so that the build can load it beside the compiler.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Any


__all__ = ["ServiceRegions", "compile_service_regions"]

_USUAL = "|||||"


def compile_service_regions(endpoints: Mapping[str, Any]) -> dict[str, Any]:
    """Return lines of text by partition and endpoint prefix, of the services that differ from the usual."""
    found: dict[str, Any] = {}
    for partition in endpoints.get("partitions", ()):
        services = {prefix: _line_of(service) for prefix, service in partition.get("services", {}).items()}
        found[partition["partition"]] = {prefix: line for prefix, line in services.items() if line != _USUAL}
    return found


def _line_of(service: Mapping[str, Any]) -> str:
    endpoints = service.get("endpoints", {})
    regional = service.get("isRegionalized", True)
    scopes = {region: endpoint.get("credentialScope", {}) for region, endpoint in endpoints.items()}
    fields: tuple[Iterable[str], ...] = (
        [service.get("partitionEndpoint", "")],
        [] if regional else ["no"],
        [] if regional else endpoints,
        [f"{region}:{scope['region']}" for region, scope in scopes.items() if scope.get("region", region) != region],
        [f"{region}:{scope['service']}" for region, scope in scopes.items() if "service" in scope],
        sorted(region for region in endpoints if region.endswith("-global")),
    )
    return "|".join(",".join(field) for field in fields)


class ServiceRegions:
    """Answers where a service is called and signed for. Immutable; safe in threads."""

    def __init__(self, partitions: Iterable[str], line_of: Callable[[str, str], str | None]) -> None:
        """``line_of`` gives the line of a partition and an endpoint prefix, ``None`` for a service like any other."""
        self._partitions = tuple(partitions)
        self._line_of = line_of

    @classmethod
    def of(cls, compiled: Mapping[str, Mapping[str, str]]) -> ServiceRegions:
        """Make it of what ``compile_service_regions`` returns."""
        return cls(compiled, lambda partition, prefix: compiled.get(partition, {}).get(prefix))

    def partition_of_name(self, prefix: str, region: str) -> str | None:
        """Return the partition in which the service answers under a pseudo-region such as ``aws-cn-global``."""
        if region.endswith("-global"):
            for partition in self._partitions:
                if region in self._fields(prefix, partition)[5].split(","):
                    return partition
        return None

    def client_region(self, prefix: str, region: str | None, partition: str) -> str | None:
        """Return the region that a client of the service talks to; ``None`` where one must be named.

        A service that answers for a whole partition does so under its
        pseudo-region (``aws-global``), whatever region was asked for, unless it
        has an endpoint of its own there. S3 without a region is ``us-east-1``,
        as boto3's users know it.
        """
        whole, not_regional, own, *_ = self._fields(prefix, partition)
        if region is None:
            return "us-east-1" if prefix == "s3" else whole or None
        return whole if whole and not_regional and region not in own.split(",") else region

    def signing_region(self, prefix: str, region: str, partition: str) -> str:
        """Return the region of the credential scope for an endpoint without auth schemes of its own."""
        return _of_region(self._fields(prefix, partition)[3], region) or region

    def signing_name(self, prefix: str, region: str, partition: str) -> str | None:
        """Return the service in the credential scope, ``None`` where the model says it."""
        return _of_region(self._fields(prefix, partition)[4], region)

    def _fields(self, prefix: str, partition: str) -> list[str]:
        return (self._line_of(partition, prefix) or _USUAL).split("|")


def _of_region(field: str, region: str) -> str | None:
    _, found, rest = f",{field},".partition(f",{region}:")
    return rest.partition(",")[0] if found else None
