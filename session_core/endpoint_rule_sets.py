"""Endpoint rule sets of services and the classic list of endpoints, compiled once per set of models."""

from typing import Any

from ..components.errors import DataNotFoundError
from ..components.forksafe import ForkSafeLock
from ..models.endpoint_rules import EndpointResolver, compile_ruleset
from ..models.endpoints import ClassicEndpoints
from ..models.loader import DataLoader
from ..models.partitions import Partitions
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
            partitions = _kept(loader, "partitions", lambda: Partitions(loader.shared("partitions")))
            resolver = compile_ruleset(ruleset, partitions)
        return model.derived.setdefault("endpoint_resolver", resolver)  # type: ignore[no-any-return] # as above


def classic_endpoints(loader: DataLoader) -> ClassicEndpoints:
    """Return the enumeration of partitions, regions and endpoints (component ``regions``)."""
    found: ClassicEndpoints = _kept(loader, "endpoints", lambda: ClassicEndpoints(loader.shared("endpoints")))
    return found
