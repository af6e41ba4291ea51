"""Endpoint rule sets of services and the classic list of endpoints, compiled once per set of models."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from ..components.errors import DataNotFoundError
from ..components.forksafe import ForkSafeLock
from ..models.partitions import Partitions
from ..models.service_regions import ServiceRegions, compile_service_regions

if TYPE_CHECKING:
    from ..models.endpoint_rules import EndpointResolver
    from ..models.endpoints import ClassicEndpoints
    from ..models.loader import DataLoader
    from ..models.shapes import ServiceModel

__all__ = ["EndpointRuleSets", "classic_endpoints"]

_lock = ForkSafeLock()
_made: dict[tuple[str, int], tuple[Any, Any]] = {}


def _made_of(kind: str, document: Any, make: Callable[[Any], Any]) -> Any:
    """Return what is made of a document, once per document: all sessions that read the same store share it."""
    key = (kind, id(document))
    found = _made.get(key)
    if found is None:
        with _lock:
            found = _made.get(key)
            if found is None:
                found = _made[key] = (document, make(document))  # kept with it, so that its id stays its own
    return found[1]


class EndpointRuleSets:
    """Endpoint resolvers by service (component ``endpoint_resolver``). Safe in threads."""

    def __init__(self, loader: "DataLoader") -> None:
        self._loader = loader

    @property
    def partitions(self) -> Partitions:
        """The partitions, by which the rules tell regions apart."""
        loader = self._loader
        make = Partitions if not loader.has_own("partitions") else self._own_partitions
        found: Partitions = _made_of("partitions", loader.shared("partitions"), make)
        return found

    def _own_partitions(self, document: Mapping[str, Any]) -> Partitions:
        from ..models.document_check import check_partitions
        from ..models.model_origin import ModelOrigin

        check_partitions(document, ModelOrigin(self._loader.load_data_with_path("partitions")[1]))
        return Partitions(document)

    @property
    def service_regions(self) -> ServiceRegions:
        """Which services answer for a whole partition."""
        loader = self._loader
        if loader.has_own("endpoints"):  # a private table of endpoints: the compiled digest of the store is not its
            own = loader.shared("endpoints")
            return _made_of("regions", own, lambda document: ServiceRegions(compile_service_regions(document)))  # type: ignore[no-any-return] # made here
        return _made_of("regions", loader.shared("service-regions"), ServiceRegions)  # type: ignore[no-any-return] # made here

    def partition_of(self, region: str) -> str:
        """Return the partition of a region; a region that fits no pattern is taken for one of ``aws``."""
        name: str = self.partitions.for_region(region)["name"]
        return name

    def resolver_for(self, model: "ServiceModel") -> "EndpointResolver | None":
        """Return the resolver of a service, ``None`` if it has no endpoint rules."""
        if "endpoint_resolver" in model.derived:
            return model.derived["endpoint_resolver"]  # type: ignore[no-any-return] # kept below
        from ..models.endpoint_rules import compile_ruleset

        loader = self._loader
        resolver: EndpointResolver | None = None
        try:
            ruleset = loader.document(model.service_name, "endpoint-rule-set-1", model.api_version)
        except DataNotFoundError:
            ruleset = None
        if ruleset is not None:
            origin = loader.own_origin(model.service_name, "endpoint-rule-set-1", model.api_version)
            if origin is not None:
                from ..models.ruleset_check import check_ruleset

                check_ruleset(ruleset, origin)
            resolver = compile_ruleset(ruleset, self.partitions)
        return model.derived.setdefault("endpoint_resolver", resolver)


def classic_endpoints(loader: "DataLoader") -> "ClassicEndpoints":
    """Return the enumeration of partitions, regions and endpoints (component ``regions``)."""
    from ..models.endpoints import ClassicEndpoints

    found: ClassicEndpoints = _made_of("endpoints", loader.shared("endpoints"), ClassicEndpoints)
    return found
