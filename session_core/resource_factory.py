"""From definitions to classes: one is made when its first instance is asked for.

Classes are shared by all sessions of the process, unless a handler of
``creating-resource-class.<service>.<Resource>`` has a say: then one is made at
each request, as its attributes may be others each time.
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from .resource import ServiceResource
from .resource_additions import add_to
from .resource_answers import Maker
from .resource_definitions import ResourceModel
from .resource_members import members_of

if TYPE_CHECKING:
    from ..components.events import EventEmitter
    from ..models.shapes import ServiceModel

__all__ = ["Definitions", "ServiceContext", "definitions_for", "remake"]

_KIND = "resources-1"


class ServiceContext(NamedTuple):
    """What ``creating-resource-class`` handlers get as ``service_context``."""

    service_name: str
    service_model: "ServiceModel"
    resource_json_definitions: Mapping[str, Any]


class Definitions:
    """The resources of a service: their models and shared classes, made when they are first asked for."""

    def __init__(self, service_name: str, document: Mapping[str, Any], service_model: "ServiceModel") -> None:
        self.service_name = service_name
        self.document = document
        self.service_model = service_model
        self.records: Mapping[str, Any] = document.get("resources", {})
        self.classes: dict[str, type[ServiceResource]] = {}
        self._models: dict[str, ResourceModel] = {}

    def __repr__(self) -> str:
        return f"<Definitions {self.service_name}>"

    def model(self, name: str) -> ResourceModel:
        """Return the definition of a resource, or that of the service itself (``ServiceResource``)."""
        found = self._models.get(name)
        if found is None:
            known = name in self.records
            record = self.records[name] if known else self.document.get("service", {})
            made = ResourceModel(name if known else self.service_name, record, self.records)
            found = self._models.setdefault(name, made)
        return found

    def class_of(self, name: str, client: Any) -> type[ServiceResource]:
        """Return the class of a resource (``Bucket``), or of the service itself (``ServiceResource``)."""
        session = getattr(client, "_session", None)
        emitter: EventEmitter | None = None if session is None else session.events
        event = f"creating-resource-class.{self.service_name}.{name}"
        if emitter is None or not emitter.has_handlers(event):
            shared = self.classes.get(name)
            return self.classes.setdefault(name, self._new_class(name)) if shared is None else shared

        def tell(attributes: dict[str, Any], bases: list[type]) -> None:
            context = ServiceContext(self.service_name, self.service_model, self.document)
            emitter.emit(event, class_attributes=attributes, base_classes=bases, service_context=context)

        return self._new_class(name, tell)

    def _new_class(
        self, name: str, tell: Callable[[dict[str, Any], list[type]], None] | None = None
    ) -> type[ServiceResource]:
        title = f"{self.service_name}.{name}"
        attributes = members_of(self, name)
        bases: list[type] = [ServiceResource]
        add_to(title, attributes, bases)
        if tell is not None:
            tell(attributes, bases)
        made: Any = type(title, tuple(bases), {"__module__": __name__, "_remake": staticmethod(remake), **attributes})
        return made  # type: ignore[no-any-return] # ServiceResource is among the bases

    def maker(self, name: str, client: Any) -> Maker:
        """Return what makes resources of a class from identifiers and, as ``data``, what is known of them."""
        made = self.class_of(name, client)

        def make(data: Any = None, **identifiers: Any) -> Any:
            resource = made(client=client, **identifiers)
            if data is not None:
                resource.meta.data = data
            return resource

        return make


def definitions_for(loader: Any, service_name: str, version: str, service_model: "ServiceModel") -> Definitions:
    """Return the definitions of a service; those of the store are shared by the whole process."""
    document = loader.document(service_name, _KIND, version)
    if loader.in_folders(service_name, version, _KIND):
        return Definitions(service_name, document, service_model)
    key = (_KIND, service_name, version)
    known: Definitions | None = service_model.derived.get(key)
    if known is None:
        made: Definitions = service_model.derived.setdefault(key, Definitions(service_name, document, service_model))
        return made
    return known


def remake(client: Any, name: str, identifiers: Mapping[str, Any]) -> Any:
    """Make a resource from its recipe."""
    model = client.meta.service_model
    loader = client._session.get_component("data_loader")
    definitions = definitions_for(loader, model.service_name, model.api_version, model)
    return definitions.maker(name, client)(**identifiers)
