"""Resources in stubs: their attributes, actions, relations, collections and waiters, by their definitions."""

import inspect
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from ..components.errors import DataNotFoundError
from ..models.shapes import ServiceModel
from ..session_core.resource_additions import add_to
from ..session_core.resource_definitions import Action, Collection, Parameter, ResourceModel, ResponseResource
from ..session_core.resource_factory import Definitions, definitions_for
from .stubs_methods import documentation, method, own_method, parameters
from .stubs_names import Names
from .stubs_shapes import GIVEN, GOT, ShapeTypes
from .stubs_special import RESOURCE_TYPES

__all__ = ["ResourceStubs", "resource_classes"]

_ITSELF = "ServiceResource"


class ResourceStubs(NamedTuple):
    """The name of the class of a service's resource, and the text of all of its resources."""

    name: str
    text: str


def resource_classes(
    loader: Any, model: ServiceModel, types: ShapeTypes, names: Names, prefix: str, client: str, *, whole: bool
) -> ResourceStubs | None:
    """Return the resources of a service, ``None`` if it has none; ``client`` is the class of its client."""
    service = model.service_name
    try:
        versions = loader.list_api_versions(service, "resources-1")
        definitions = definitions_for(loader, service, versions[-1], model)
    except DataNotFoundError:
        return None
    replaced = RESOURCE_TYPES.get(service)
    if replaced is not None:
        types = ShapeTypes(model, names, whole=whole, replaced=replaced, mark="Table")
    titles = {name: names.give(name) for name in sorted(definitions.records)}
    titles[_ITSELF] = names.give(f"{prefix}{_ITSELF}")
    writer = _Writer(definitions, types, names, titles, client, whole=whole)
    writer.reach()
    texts = [writer.resource(name) for name in (*sorted(definitions.records), _ITSELF)]
    short = [f"_{title}: TypeAlias = {title}\n" for title in titles.values()]
    own = types.definitions() if replaced is not None else []
    return ResourceStubs(titles[_ITSELF], "\n".join([*own, "".join(short), *texts]))


class _Writer:
    """Writes the classes of one service."""

    def __init__(
        self,
        definitions: Definitions,
        types: ShapeTypes,
        names: Names,
        titles: Mapping[str, str],
        client: str,
        *,
        whole: bool,
    ) -> None:
        self._definitions = definitions
        self._model = definitions.service_model
        self._types = types
        self._names = names
        self._titles = titles
        self._client = client
        self._whole = whole

    def _all(self) -> Iterable[ResourceModel]:
        return [self._definitions.model(name) for name in (*sorted(self._definitions.records), _ITSELF)]

    def reach(self) -> None:
        """Note all shapes that the resources use."""
        for resource in self._all():
            if resource.shape:
                self._types.reach(resource.shape, GOT)
            calls: list[Action | Collection] = [*resource.actions, *resource.batch_actions, *resource.collections]
            calls += [] if resource.load is None else [resource.load]
            for call in calls:
                if call.request is not None:
                    self._reach_call(call.request.operation)
            for waiter in resource.waiters:
                self._reach_call(self._waited(waiter.waiter_name))

    def _reach_call(self, name: str) -> None:
        operation = self._model.operation_model(name)
        if operation.input_shape is not None:
            self._types.reach(operation.input_shape.name, GIVEN)
        if operation.output_shape is not None:
            self._types.reach_result(name, operation.output_shape.name)

    def _waited(self, waiter: str) -> str:
        return str(self._model.source.document("waiters-2")["waiters"][waiter]["operation"])

    def resource(self, name: str) -> str:
        """Return the class of a resource, with those of its collections before it."""
        model = self._definitions.model(name)
        title = self._titles[name]
        members = {"meta": f"    meta: ResourceMeta[{self._client}]\n"}
        identifiers = [identifier.name for identifier in model.identifiers]
        for identifier in identifiers:
            members[identifier] = _property(identifier, "str")
        members.update(self._attributes(model, identifiers))
        if model.load is not None:
            for method_name in ("load", "reload"):
                members[method_name] = method(method_name, self._given(model.load), "None")
        for action in model.actions:
            members[action.name] = method(
                action.name, self._given(action), self._returned(action), doc=self._documentation(action)
            )
        for relation in (*model.subresources, *model.references):
            members[relation.name] = self._relation(relation, reference=relation in model.references)
        before = []
        for collection in model.collections:
            texts, manager = self._collection(title, collection)
            before += texts
            members[collection.name] = _property(collection.name, manager)
        for waiter in model.waiters:
            operation = self._model.operation_model(self._waited(waiter.waiter_name))
            config = ["WaiterConfig: WaiterConfigTypeDef = ..."]
            given = parameters(self._types, operation, *_targets(waiter.params), config)
            members[waiter.name] = method(waiter.name, given, "None")
        for own, function in _additions(f"{self._definitions.service_name}.{name}").items():
            members.setdefault(own, own_method(own, function))
        members["get_available_subresources"] = method("get_available_subresources", (), "list[str]")
        start = method("__init__", [*[f"{each}: str" for each in identifiers], f"client: {self._client} = ..."], "None")
        return "\n".join([*before, f"class {title}:\n{start}{''.join(members.values())}"])

    def _attributes(self, model: ResourceModel, identifiers: list[str]) -> dict[str, str]:
        if not model.shape:
            return {}
        shape = self._model.shape_for(model.shape)
        aliases = {identifier.member_name for identifier in model.identifiers}
        required: list[str] = shape.required_members
        found = {}
        for name, (member, _) in model.get_attributes(shape).items():
            of = "str"
            if name not in aliases:
                reference = self._model.source.shape(model.shape)["members"][member]
                of = self._types.type_of(reference, GOT)
                of = of if self._whole or member in required else f"{of} | None"
            if name not in identifiers:
                found[name] = _property(name, of)
        return found

    def _given(self, call: Action | Collection) -> list[str]:
        assert call.request is not None  # of every call
        operation = self._model.operation_model(call.request.operation)
        return parameters(self._types, operation, *_targets(call.request.params))

    def _documentation(self, action: Action) -> str:
        assert action.request is not None  # of every action
        return documentation(self._model.operation_model(action.request.operation))

    def _returned(self, action: Action) -> str:
        assert action.request is not None  # of every action
        if action.resource is not None:
            made = f"_{self._titles[action.resource.type]}"
            return f"list[{made}]" if self._is_many(action.resource, action.request.operation) else made
        operation = self._model.operation_model(action.request.operation)
        if action.path and action.path != "@":
            return "Any"
        shape = operation.output_shape
        return self._types.result(operation.name, None if shape is None else shape.name)

    def _is_many(self, described: ResponseResource, operation: str) -> bool:
        """Whether an answer names several resources: some path of an identifier goes through all of a list."""
        paths = [parameter.path or "" for parameter in described.identifiers]
        if any("[]" in path or "[*]" in path for path in paths):
            return True
        model = self._model.operation_model(operation)
        sources = {"response": model.output_shape, "requestParameter": model.input_shape}
        return any(
            parameter.source in sources and _is_list(sources[parameter.source], parameter.path or "")
            for parameter in described.identifiers
        )

    def _relation(self, relation: Action, *, reference: bool) -> str:
        described = relation.resource
        assert described is not None  # of every relation
        made = f"_{self._titles[described.type]}"
        if reference:
            many = any("[]" in (parameter.path or "") for parameter in described.identifiers)
            return _property(relation.name, f"list[{made}]" if many else f"{made}{'' if self._whole else ' | None'}")
        names = [identifier.name for identifier in self._definitions.model(described.type).identifiers]
        own = [parameter for parameter in described.identifiers if parameter.source != "input"]
        return method(relation.name, [f"{name}: str" for name in names[len(own) :]], made)

    def _collection(self, owner: str, collection: Collection) -> tuple[list[str], str]:
        """Return the classes of a collection, and the name of the one that a resource has as its attribute."""
        kind = collection.resource.type
        made = f"_{self._titles[kind]}"
        plain = "".join(word.title() for word in collection.name.split("_"))
        query = self._names.give(f"{owner}{plain}Collection")
        manager = self._names.give(f"{owner}{plain}CollectionManager")
        given = self._given(collection)
        batch = "".join(
            method(action.name, self._given(action), f"list[{self._returned(action)}]")
            for action in self._definitions.model(kind).batch_actions
        )
        first = f"class {query}(ResourceCollection[{made}]):\n{method('filter', given, 'Self')}{batch}"
        start = "".join(method(name, given, query) for name in ("filter", "iterator"))
        return [first, f"class {manager}(CollectionManager[{query}, {made}]):\n{start}{batch}"], manager


def _property(name: str, of: str) -> str:
    return method(name, (), of, "property")


def _targets(params: Iterable[Parameter]) -> tuple[set[str], set[str]]:
    """Return the parameters that a resource gives, and those of which it gives a part: callers may give them."""
    targets = {parameter.target for parameter in params if parameter.source != "input"}
    partly = {target for target in targets if "[" in target or "." in target}
    return targets - partly, {target.partition("[")[0].partition(".")[0] for target in partly}


def _is_list(shape: Any, path: str) -> bool:
    for step in path.split("."):
        shape = getattr(shape, "members", {}).get(step)
    return shape is not None and shape.type_name == "list"


def _additions(title: str) -> dict[str, Callable[..., Any]]:
    """Return the methods that a resource has beyond its definition."""
    found: dict[str, Any] = {}
    bases: list[type] = []
    add_to(title, found, bases)
    for base in bases:
        found.update({name: each for name, each in vars(base).items() if inspect.isfunction(each) and name[0] != "_"})
    return dict(sorted(found.items()))
