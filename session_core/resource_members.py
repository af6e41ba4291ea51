"""The attributes of a resource's class, by its definition: properties for what it is, methods for what it does."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

from ..models.names import python_name
from .resource import ResourceMeta, loader_of
from .resource_answers import Maker, answer_of, resources_in
from .resource_collection import CollectionManager, ResourceCollection, batch_action
from .resource_definitions import Action, Collection, ResourceModel, Waiter
from .resource_describe import describe, describe_call
from .resource_requests import fill_parameters, search

if TYPE_CHECKING:
    from ..models.shapes import ServiceModel, Shape

__all__ = ["Classes", "members_of"]


class Classes(Protocol):
    """The resources of a service, as their members see them."""

    service_name: str
    service_model: "ServiceModel"

    def model(self, name: str) -> ResourceModel:
        """Return the definition of a resource."""
        ...

    def class_of(self, name: str, client: Any) -> type:
        """Return the class of a resource."""
        ...

    def maker(self, name: str, client: Any) -> Maker:
        """Return what makes resources of a class."""
        ...


def members_of(definitions: Classes, name: str) -> dict[str, Any]:
    """Return the attributes of the class of a resource, with their documentation."""
    model = definitions.model(name)
    identifiers = [identifier.name for identifier in model.identifiers]
    found: dict[str, Any] = {"meta": ResourceMeta(definitions.service_name, identifiers, resource_model=model)}
    if model.load is not None:
        found["load"] = loader_of(_fetch(model.load))
        found["reload"] = found["load"]
    for identifier in model.identifiers:
        found[identifier.name] = _identifier(identifier.name)
    if model.shape:
        found.update(_attributes(model, definitions.service_model.shape_for(model.shape)))
    for action in model.actions:
        found[action.name] = _described(definitions, action, _action(definitions, action))
    for relation in model.subresources:
        found[relation.name] = _subresource(definitions, relation)
    for relation in model.references:
        found[relation.name] = _reference(definitions, relation)
    title = f"{definitions.service_name}.{name}".removesuffix(".ServiceResource")
    for collection in model.collections:
        found[collection.name] = _collection(definitions, title, collection)
    for waiter in model.waiters:
        found[waiter.name] = _waiter(definitions, waiter)
    names = sorted(relation.name for relation in model.subresources)
    found["get_available_subresources"] = describe(
        lambda self: list(names),
        "get_available_subresources",
        "Return the names of the sub-resources.",
        definitions.service_model,
    )
    found["__doc__"] = f"A resource of {definitions.service_name}: {name}."
    return found


def _identifier(name: str) -> property:
    return property(lambda self: getattr(self, f"_{name}"), doc=f"The identifier {name}.")


def _attributes(model: ResourceModel, shape: "Shape") -> dict[str, Any]:
    aliases = {identifier.member_name: identifier.name for identifier in model.identifiers if identifier.member_name}
    found = {}
    for name, (member, of) in model.get_attributes(shape).items():
        found[name] = _identifier(aliases[name]) if name in aliases else _attribute(member, of.type_name)
    return found


def _attribute(member: str, kind: str) -> property:
    return property(lambda self: self._attribute(member), doc=f"{member} ({kind}); loaded when it is first asked for.")


def _fetch(action: Action) -> Callable[..., Any]:
    request = action.request
    assert request is not None  # of every load

    def fetch(self: Any, *args: Any, **kwargs: Any) -> Any:
        params = {**fill_parameters({}, request.params, self), **kwargs}
        answer = getattr(self.meta.client, python_name(request.operation))(*args, **params)
        return search(action.path, answer) if action.path and action.path != "@" else answer

    return fetch


def _action(definitions: Classes, action: Action) -> Callable[..., Any]:
    request = action.request
    assert request is not None  # of every action

    def do(self: Any, *args: Any, **kwargs: Any) -> Any:
        params = {**fill_parameters({}, request.params, self), **kwargs}
        answer = getattr(self.meta.client, python_name(request.operation))(*args, **params)
        make = None if action.resource is None else definitions.maker(action.resource.type, self.meta.client)
        operation = definitions.service_model.operation_model(request.operation)
        found = answer_of(action, make, self, params, answer, operation)
        if hasattr(self, "load"):
            self.meta.data = None  # the thing may be another now
        return found

    return do


def _described(definitions: Classes, action: Action, method: Callable[..., Any]) -> Callable[..., Any]:
    assert action.request is not None  # of every action
    given = {parameter.target for parameter in action.request.params if "[" not in parameter.target}
    return describe_call(method, action.name, definitions.service_model, action.request.operation, given)


def _subresource(definitions: Classes, relation: Action) -> Callable[..., Any]:
    described = relation.resource
    assert described is not None  # of every relation
    names = [identifier.name for identifier in definitions.model(described.type).identifiers]
    own = [python_name(parameter.name or "") for parameter in described.identifiers if parameter.source != "input"]
    inputs = names[len(own) :]

    def create(self: Any, *args: Any, **kwargs: Any) -> Any:
        if len(args) > len(inputs):
            raise TypeError(f"{relation.name}() takes {', '.join(inputs) or 'no arguments'}: {len(args)} were given")
        given = [*[getattr(self, name) for name in own], *args]
        known = {"client": self.meta.client, **dict(zip(names, given, strict=False))}
        return definitions.class_of(described.type, self.meta.client)(**{**known, **kwargs})

    text = f"Return the {described.type}" + (f" that is told by {', '.join(names)}." if names else ".")
    return describe(create, relation.name, text, definitions.service_model, inputs)


def _reference(definitions: Classes, relation: Action) -> property:
    described = relation.resource
    assert described is not None  # of every relation

    def follow(self: Any) -> Any:
        data = self._data_or_load()
        return resources_in(described, definitions.maker(described.type, self.meta.client), self, {}, data)

    return property(follow, doc=f"The {described.type} that this resource's data speak of; None if they speak of none.")


def _collection(definitions: Classes, title: str, kind: Collection) -> property:
    listed = definitions.model(kind.resource.type)
    methods: dict[str, Any] = {"__module__": ResourceCollection.__module__, "_kind": kind}
    methods["_title"] = f"{definitions.service_name}.{kind.resource.type}"
    for action in listed.batch_actions:
        run = batch_action(action, definitions.maker)
        methods[action.name] = _described(definitions, action, run)
    methods["__doc__"] = f"The {kind.resource.type} resources that {kind.request.operation} lists."
    collection = type(f"{title}.{kind.name}Collection", (ResourceCollection,), methods)
    body = {**methods, "_collection": collection}
    manager: Any = type(f"{title}.{kind.name}CollectionManager", (CollectionManager,), body)

    def get(self: Any) -> Any:
        return manager(self, _Lazily(definitions, kind.resource.type, self.meta.client))

    return property(get, doc=methods["__doc__"])


class _Lazily:
    """What makes resources of a collection: its class is looked up when a first one is made."""

    __slots__ = ("_client", "_definitions", "_make", "_name")

    def __init__(self, definitions: Classes, name: str, client: Any) -> None:
        self._definitions, self._name, self._client = definitions, name, client
        self._make: Any = None

    def __call__(self, **identifiers: Any) -> Any:
        make = self._make
        if make is None:
            make = self._make = self._definitions.maker(self._name, self._client)
        return make(**identifiers)


def _waiter(definitions: Classes, waiter: Waiter) -> Callable[..., None]:
    def wait(self: Any, *args: Any, **kwargs: Any) -> None:
        params = {**fill_parameters({}, waiter.params, self), **kwargs}
        self.meta.client.get_waiter(python_name(waiter.waiter_name)).wait(*args, **params)

    model = definitions.service_model
    text = (
        f"Wait by {python_name(waiter.waiter_name)}, a waiter of the client; WaiterConfig and parameters may be given."
    )
    return describe(wait, waiter.name, text, model)
