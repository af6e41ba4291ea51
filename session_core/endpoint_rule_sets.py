"""Endpoint rule sets of services and the classic list of endpoints, compiled once per set of models."""

from typing import Any

from ..components.errors import DataNotFoundError
from ..components.forksafe import ForkSafeLock
from ..models.endpoint_rules import EndpointResolver, compile_ruleset
from ..models.endpoints import ClassicEndpoints
from ..models.loader import DataLoader
from ..models.partitions import Partitions
from ..models.service_regions import ServiceRegions
from ..models.shapes import ServiceModel

__all__ = ["EndpointRuleSets", "classic_endpoints"]

_lock = ForkSafeLock()


def _kept(loader: DataLoader, key: str, make: Any) -> Any:
    """Return what is kept with a loader under a key; loaders of the same store share it."""
    found = loader.derived.get(key)
    if found is None:
        with _lock:
            found = loader.derived.get(key)
            if found is None:
                found = loader.derived[key] = make()
    return found


class EndpointRuleSets:
    """Endpoint resolvers by service (component ``endpoint_resolver``). Safe in threads."""

    def __init__(self, loader: DataLoader) -> None:
        self._loader = loader

    @property
    def partitions(self) -> Partitions:
        """The partitions, by which the rules tell regions apart."""
        loader = self._loader
        found: Partitions = _kept(loader, "partitions", lambda: Partitions(loader.shared("partitions")))
        return found

    @property
    def service_regions(self) -> ServiceRegions:
        """Which services answer for a whole partition."""
        loader = self._loader
        found: ServiceRegions = _kept(loader, "service-regions", lambda: ServiceRegions(loader.service_regions()))
        return found

    def partition_of(self, region: str) -> str:
        """Return the partition of a region; a region that fits no pattern is taken for one of ``aws``."""
        name: str = self.partitions.for_region(region)["name"]
        return name

    def resolver_for(self, model: ServiceModel) -> EndpointResolver | None:
        """Return the resolver of a service, ``None`` if it has no endpoint rules."""
        if "endpoint_resolver" in model.derived:
            return model.derived["endpoint_resolver"]  # type: ignore[no-any-return] # kept below
        loader = self._loader
        resolver: EndpointResolver | None = None
        try:
            ruleset = loader.document(model.service_name, "endpoint-rule-set-1", model.api_version)
        except DataNotFoundError:
            ruleset = None
        if ruleset is not None:
            resolver = compile_ruleset(ruleset, self.partitions)
        return model.derived.setdefault("endpoint_resolver", resolver)  # type: ignore[no-any-return] # as above


def classic_endpoints(loader: DataLoader) -> ClassicEndpoints:
    """Return the enumeration of partitions, regions and endpoints (component ``regions``)."""
    found: ClassicEndpoints = _kept(loader, "endpoints", lambda: ClassicEndpoints(loader.shared("endpoints")))
    return found
