"""The classic endpoint table: which regions and partitions there are, and hosts for services without rules.

The data is ``endpoints.json``: partitions, their regions, and per service the
endpoints with their variants (FIPS, dual-stack). Services are named by their
endpoint prefix (``ServiceModel.endpoint_prefix``). Endpoint rule sets have
replaced the hosts; the lists of regions still come from here, and so does the
host of a private service model that brings no rules.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..components.errors import EndpointVariantError, NoRegionError, UnknownRegionError

__all__ = ["ClassicEndpoint", "ClassicEndpoints"]

_WITHOUT_DUAL_STACK = frozenset(("aws-iso", "aws-iso-b"))
"""Partitions in which no service has a dual-stack endpoint, whatever the variants say."""


class ClassicEndpoint:
    """A host of the classic table, and how requests to it are signed.

    ``region`` is the key in the table (``aws-global`` for global services),
    ``signing_region`` and ``signing_name`` are ``None`` where the table leaves
    them to the client, ``protocols`` are URL schemes.
    """

    __slots__ = (
        "deprecated", "dns_suffix", "hostname", "partition", "protocols", "region", "signature_versions",
        "signing_name", "signing_region",
    )  # fmt: skip

    def __init__(self, record: Mapping[str, Any], partition: str, region: str, service: str) -> None:
        scope = record.get("credentialScope", {})
        self.partition = partition
        self.region = region
        self.dns_suffix: str = record["dnsSuffix"]
        self.hostname: str = record["hostname"].format(service=service, region=region, dnsSuffix=self.dns_suffix)
        self.signing_region: str | None = scope.get("region")
        self.signing_name: str | None = scope.get("service")
        self.signature_versions: Sequence[str] = record.get("signatureVersions", ())
        self.protocols: Sequence[str] = record.get("protocols", ())
        self.deprecated: bool = record.get("deprecated", False)

    def __repr__(self) -> str:
        return f"ClassicEndpoint({self.hostname!r}, partition={self.partition!r}, region={self.region!r})"


class ClassicEndpoints:
    """The content of ``endpoints.json``. Immutable; safe in threads."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._partitions: dict[str, Mapping[str, Any]] = {
            partition["partition"]: partition for partition in document.get("partitions", ())
        }

    def get_available_partitions(self) -> list[str]:
        """The names of all partitions, ``aws`` first."""
        return list(self._partitions)

    def get_available_endpoints(
        self,
        service_prefix: str,
        partition: str = "aws",
        allow_non_regional: bool = False,
        endpoint_variant_tags: Sequence[str] | None = None,
    ) -> list[str]:
        """The regions of a partition in which the service has an endpoint; empty where either is not known.

        ``allow_non_regional`` adds names that are no regions (``aws-global``,
        ``fips-us-east-1``). ``endpoint_variant_tags`` (``fips``,
        ``dualstack``) keeps of the regions those with an endpoint of just these tags.
        """
        known = self._partitions.get(partition, {})
        endpoints = known.get("services", {}).get(service_prefix, {}).get("endpoints", {})
        regions = known.get("regions", {})
        tags = sorted(endpoint_variant_tags or ())
        return [
            name
            for name, record in endpoints.items()
            if ((not tags or _variant(record, tags)) if name in regions else allow_non_regional)
        ]

    def get_partition_for_region(self, region: str) -> str:
        """The partition of a region, also of one that is newer than the table.

        ``UnknownRegionError`` with near matches if it fits the pattern of none.
        """
        for name, partition in self._partitions.items():
            if _contains(partition, region):
                return name
        hint = self.near_regions(region)
        message = "No partition found for provided region_name."
        if hint:
            message += f" Did you mean {' or '.join(hint)}?"
        raise UnknownRegionError(region_name=region, error_msg=message)

    def get_partition_dns_suffix(
        self, partition: str, endpoint_variant_tags: Sequence[str] | None = None
    ) -> str | None:
        """The domain of a partition, or of its endpoints with these tags; ``None`` where it has none."""
        known = self._partitions.get(partition, {})
        if not endpoint_variant_tags:
            return known.get("dnsSuffix")
        return _variant(known.get("defaults", {}), sorted(endpoint_variant_tags)).get("dnsSuffix")

    def near_regions(self, region: str) -> list[str]:
        """At most three known regions whose names are close to ``region``, best first."""
        import difflib  # for an error message only

        known = [name for partition in self._partitions.values() for name in partition.get("regions", {})]
        return difflib.get_close_matches(region.lower(), known, 3, 0.7)

    def construct_endpoint(
        self,
        service_prefix: str,
        region: str | None,
        partition: str | None = None,
        *,
        use_dualstack_endpoint: bool = False,
        use_fips_endpoint: bool = False,
    ) -> ClassicEndpoint | None:
        """Return the host of a service in a region, by the table or by its templates; ``None`` if no partition fits.

        Without a region the partition's own endpoint serves, for global
        services; for others ``NoRegionError``. ``EndpointVariantError`` where
        the wanted variant does not exist.
        """
        tags = [tag for tag, wanted in (("dualstack", use_dualstack_endpoint), ("fips", use_fips_endpoint)) if wanted]
        for candidate in self._candidates(partition):
            if use_dualstack_endpoint and candidate["partition"] in _WITHOUT_DUAL_STACK:
                continue
            service = candidate.get("services", {}).get(service_prefix, {})
            name = _endpoint_name(candidate, service, region, partition is not None)
            if name is not None:
                record = _resolve(candidate, service, name, tags)
                return ClassicEndpoint(record, candidate["partition"], name, service_prefix)
        return None

    def _candidates(self, partition: str | None) -> Iterator[Mapping[str, Any]]:
        if partition is None:
            yield from self._partitions.values()
        elif partition in self._partitions:
            yield self._partitions[partition]


def _contains(partition: Mapping[str, Any], region: str) -> bool:
    if region in partition.get("regions", {}):
        return True
    import re  # the module keeps what it compiled

    pattern = partition.get("regionRegex")
    return pattern is not None and re.match(pattern, region) is not None


def _endpoint_name(
    partition: Mapping[str, Any], service: Mapping[str, Any], region: str | None, forced: bool
) -> str | None:
    """The key of the table that a region leads to, or ``None`` if the region is not of this partition."""
    whole: str | None = service.get("partitionEndpoint")
    if region is None:
        if whole is None:
            raise NoRegionError
        return whole
    if region in service.get("endpoints", {}):
        return region
    if not forced and not _contains(partition, region):
        return None
    return whole if whole is not None and not service.get("isRegionalized", True) else region


def _resolve(partition: Mapping[str, Any], service: Mapping[str, Any], name: str, tags: list[str]) -> Mapping[str, Any]:
    """Lay the endpoint over the service's defaults over the partition's."""
    own = service.get("endpoints", {}).get(name, {})
    layers = [partition.get("defaults", {}), service.get("defaults", {}), own]
    merged: dict[str, Any] = {}
    for layer in layers:
        merged.update(layer)
    merged["dnsSuffix"] = own.get("dnsSuffix", partition["dnsSuffix"])  # boto3 passes over a service's default too
    if tags:
        variants = [_variant(layer, tags) for layer in layers]
        if not any(variants):
            raise EndpointVariantError(tags=tags)
        for variant in variants:
            merged.update(variant)
    return merged


def _variant(record: Mapping[str, Any], tags: list[str]) -> Mapping[str, Any]:
    return next((variant for variant in record.get("variants", ()) if _tags(variant) == tags), {})


def _tags(variant: Mapping[str, Any]) -> list[str]:
    return sorted(variant.get("tags", ()))
