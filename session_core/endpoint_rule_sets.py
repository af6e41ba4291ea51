"""Endpoint rule sets of services and the classic list of endpoints, compiled once per set of models."""

from __future__ import annotations

from ..components import errors
from ..components.forksafe import ForkSafeLock
from ..models.partitions import Partitions
from ..models.service_regions import ServiceRegions, compile_service_regions

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from ..models.endpoint_rules import EndpointResolver
    from ..models.endpoints import ClassicEndpoints
    from ..models.loader import DataLoader
    from ..models.shapes import ServiceModel
    from ..models.store import Store

__all__ = ["EndpointRuleSets", "classic_endpoints"]

_KINDS = ("endpoint-rule-set-1", "endpoint-bdd-1")
"""The two forms of endpoint rules. The store has the older one; a folder that has both means the newer one."""

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


def _stored_regions(store: Store) -> ServiceRegions:
    partitions = store.region_partitions()
    if partitions is None:  # compiled by an earlier release
        return ServiceRegions.of(store.shared_document(None, None, "service-regions"))
    return ServiceRegions(partitions, store.region_line)


class EndpointRuleSets:
    """Endpoint resolvers by service (component ``endpoint_resolver``). Safe in threads."""

    def __init__(self, loader: DataLoader) -> None:
        self._loader = loader
        self._own: dict[ServiceModel, EndpointResolver | None] = {}
        """Of services whose rules, or the partitions that these ask, come from folders of this loader."""

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
            return _made_of("regions", own, lambda document: ServiceRegions.of(compile_service_regions(document)))  # type: ignore[no-any-return] # made here
        return _made_of("regions", loader.regions_store, _stored_regions)  # type: ignore[no-any-return] # made here

    def partition_of(self, region: str) -> str:
        """Return the partition of a region; a region that fits no pattern is taken for one of ``aws``."""
        name: str = self.partitions.for_region(region)["name"]
        return name

    def resolver_for(self, model: ServiceModel) -> EndpointResolver | None:
        """Return the resolver of a service, ``None`` if it has no endpoint rules."""
        if model in self._own:
            return self._own[model]
        kind = self._own_kind(model)
        if kind is not None or self._loader.has_own("partitions"):
            return self._own.setdefault(model, self._make_resolver(model, kind))
        if "endpoint_resolver" in model.derived:  # sessions with other folders may share the model, and the rest
            return model.derived["endpoint_resolver"]  # type: ignore[no-any-return] # kept below
        return model.derived.setdefault("endpoint_resolver", self._make_resolver(model, None))

    def _own_kind(self, model: ServiceModel) -> str | None:
        """Return in which form a folder has rules for a service, ``None`` if they are those of the store."""
        loader, service, version = self._loader, model.service_name, model.api_version
        return next((kind for kind in reversed(_KINDS) if loader.in_folders(service, version, kind)), None)

    def _make_resolver(self, model: ServiceModel, own_kind: str | None) -> EndpointResolver | None:
        from ..models.endpoint_rules import compile_ruleset

        loader, service, version = self._loader, model.service_name, model.api_version
        if own_kind is not None:
            from ..models.endpoint_check import check_endpoint_rules  # for rules that somebody else wrote

            document = loader.document(service, own_kind, version)
            path = loader.load_data_with_path(f"{service}/{version}/{own_kind}")[1]
            check_endpoint_rules(document, path)
            return compile_ruleset(document, self.partitions, path)
        for kind in _KINDS:
            try:
                return compile_ruleset(loader.document(service, kind, version), self.partitions)
            except errors.DataNotFoundError:
                continue
        return None


def classic_endpoints(loader: DataLoader) -> ClassicEndpoints:
    """Return the enumeration of partitions, regions and endpoints (component ``regions``)."""
    from ..models.endpoints import ClassicEndpoints

    found: ClassicEndpoints = _made_of("endpoints", loader.shared("endpoints"), ClassicEndpoints)
    return found
