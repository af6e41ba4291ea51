"""The region of a client: checked, and mapped to the one that its service answers under."""

from __future__ import annotations

from ..components import errors

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..models.endpoints import ClassicEndpoints
    from .endpoint_rule_sets import EndpointRuleSets

__all__ = ["Place", "checked_endpoint_url", "classic_url", "is_host_label", "place_of", "unknown_region_note"]

_FIPS_PREFIX, _FIPS_SUFFIX = "fips-", "-fips"


class Place:
    """Where a client's service is: whom it talks to, and what its requests are signed for.

    ``rules_region`` is the one that the endpoint rules go by, which know
    better what answers for a whole partition. ``signing_name`` is ``None`` where the service's model has the last word.
    ``fips`` says that the region was asked for by a pseudo region such as
    ``fips-us-east-1``, which stands for the region with its FIPS endpoints.
    """

    __slots__ = ("fips", "partition", "region", "rules_region", "signing_name", "signing_region")

    def __init__(
        self,
        region: str,
        rules_region: str,
        partition: str,
        signing_region: str,
        signing_name: str | None,
        fips: bool,
    ) -> None:
        self.region = region
        self.rules_region = rules_region
        self.partition = partition
        self.signing_region = signing_region
        self.signing_name = signing_name
        self.fips = fips


def checked_endpoint_url(url: str) -> str:
    """Return the URL with its scheme in lower case.

    ``InvalidEndpointUrlError`` unless it has a scheme and a host that can be
    connected to. A host may have underscores, as those of containers often do.
    """
    scheme, mark, rest = url.partition("://")
    if mark and scheme.lower() in ("http", "https"):
        from urllib.parse import urlsplit  # for clients with endpoints of their own

        try:
            parts = urlsplit(url)
            if parts.hostname and parts.port != 0 and not any(letter.isspace() for letter in rest):
                return url if scheme.islower() else scheme.lower() + url[len(scheme) :]
        except ValueError:  # a port that is no number, a bracket that is not closed
            pass
    raise errors.InvalidEndpointUrlError(endpoint_url=url.rpartition("@")[2])  # before it may be a password


def place_of(rules: EndpointRuleSets, prefix: str, asked: str | None, own_url: bool = False) -> Place:
    """Return the place of a service, by its endpoint prefix, for the region that was asked for.

    A client that was given the URL of its endpoint stays in its region, even
    if AWS runs the service elsewhere. ``NoRegionError`` where a region is
    needed and none is set, ``InvalidRegionError`` for a name that cannot be one.
    """
    if asked is not None and not is_host_label(asked):
        raise _invalid_region(rules, asked)
    region, fips = _without_fips(asked)
    services = rules.service_regions
    partition = "aws" if region is None else _partition_of(rules, prefix, region)
    place = services.client_region(prefix, region, partition)
    if place is None:
        raise errors.NoRegionError
    name = services.signing_name(prefix, place, partition)
    if own_url and region is not None:
        return Place(region, region, partition, region, name, fips)
    return Place(place, region or place, partition, services.signing_region(prefix, place, partition), name, fips)


def is_host_label(name: str) -> bool:
    """Whether a region can be a part of a host name."""
    plain = name.replace("-", "a")
    return 0 < len(name) <= 63 and plain.isascii() and plain.isalnum() and name[0] != "-" and name[-1] != "-"


def _invalid_region(rules: EndpointRuleSets, name: str) -> Exception:
    from ..components.near_matches import did_you_mean

    likely = name.lower().replace("_", "-").replace(" ", "-")
    return errors.InvalidRegionError(region_name=name, hint=did_you_mean(likely, _known(rules)))


def _known(rules: EndpointRuleSets) -> list[str]:
    return [region for partition in rules.partitions.names() for region in rules.partitions.regions(partition)]


def unknown_region_note(rules: EndpointRuleSets, region: str) -> str | None:
    """Return what to say where nobody answers in a region: ``None`` for one that AWS has.

    It is not refused before: AWS may have opened it after this release.
    """
    known = _known(rules)
    if region in known:
        return None
    from ..components.near_matches import did_you_mean

    return f"This release knows no region {region!r}.{did_you_mean(region, known)}"


def _partition_of(rules: EndpointRuleSets, prefix: str, region: str) -> str:
    """Return a region's partition; one that is of no partition, and no name of the service's own, goes to ``aws``."""
    pseudo = rules.service_regions.partition_of_name(prefix, region)
    if pseudo is not None:
        return pseudo
    return "aws" if region.endswith("-global") else rules.partition_of(region)


def _without_fips(region: str | None) -> tuple[str | None, bool]:
    if region is not None:
        if region.startswith(_FIPS_PREFIX):
            return region[len(_FIPS_PREFIX) :], True
        if region.endswith(_FIPS_SUFFIX):
            return region[: -len(_FIPS_SUFFIX)], True
    return region, False


def classic_url(endpoints: ClassicEndpoints, prefix: str, place: Place, dualstack: bool, fips: bool, tls: bool) -> str:
    """Return the URL of a service by the classic table, as ``client.meta.endpoint_url`` shows it."""
    host = f"{prefix}.{place.region}.amazonaws.com"
    try:
        found = endpoints.construct_endpoint(
            prefix, place.region, place.partition, use_dualstack_endpoint=dualstack, use_fips_endpoint=fips
        )
    except errors.EndpointVariantError:
        found = endpoints.construct_endpoint(prefix, place.region, place.partition)
    if found is not None:
        host = found.hostname
    return f"{'https' if tls else 'http'}://{host}"
