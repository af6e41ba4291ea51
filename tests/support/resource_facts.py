"""What resources show and send, as JSON: run as a program by the tests with ``sotalia`` and with ``boto3``.

``python resource_facts.py MODULE [all]`` makes one of every resource of every
service (of its latest api version, or of all), with made-up identifiers and data, and tells of each its public names,
what each method sends, and what it makes of a made-up answer. Nothing is sent.
"""

import importlib
import json
import sys
from datetime import UTC, datetime
from typing import Any


class Stop(Exception):
    """Ends a call when its parameters are known."""


class Answer:
    status_code = 200


PAGES = ("token", "marker")
"""The ends of names that would make a paginator go on."""


def sample(shape: Any, path: str, depth: int = 0) -> Any:
    """A value of a shape that tells where it is."""
    kind = shape.type_name
    if kind == "structure":
        members = shape.members.items() if depth < 6 else ()
        return {
            name: sample(member, name, depth + 1)
            for name, member in members
            if depth or not name.lower().endswith(PAGES)
        }
    if kind == "list":
        return [sample(shape.member, f"{path}-{index}", depth + 1) for index in range(2)] if depth < 6 else []
    if kind == "map":
        return {f"{path}-key": sample(shape.value, path, depth + 1)} if depth < 6 else {}
    plain = {
        "boolean": False, "integer": 3, "long": 4, "float": 1.5, "double": 2.5, "blob": b"blob",
        "timestamp": datetime(2026, 1, 2, tzinfo=UTC),
    }  # fmt: skip
    return plain.get(kind, path)


def plain(value: Any) -> Any:
    """A value as JSON: resources by what they show and know."""
    if hasattr(value, "meta") and hasattr(value.meta, "data"):
        return {"resource": repr(value), "data": plain(value.meta.data)}
    if isinstance(value, dict):
        return {str(name): plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value if isinstance(value, str | int | float | bool | None) else str(value)


class Listener:
    """Notes the calls of a client, and answers them with samples."""

    def __init__(self, client: Any) -> None:
        self.calls: list[Any] = []
        self.stop = self.empty = False
        client.meta.events.register("provide-client-params", self.note)
        client.meta.events.register("before-call", self.answer)

    def note(self, params: Any, model: Any, **kwargs: Any) -> None:
        self.calls.append([model.name, plain(params)])
        if self.stop:
            raise Stop

    def answer(self, model: Any, **kwargs: Any) -> Any:
        return Answer(), {} if self.empty or model.output_shape is None else sample(model.output_shape, model.name)

    def run(self, function: Any, *args: Any, stop: bool = False, empty: bool = False, **kwargs: Any) -> Any:
        """What a method sends, and what it returns or raises; ``empty``: where the service answers nothing."""
        self.calls, self.stop, self.empty = [], stop, empty
        try:
            result = plain(function(*args, **kwargs))
        except Exception as error:
            result = type(error).__name__
        return [self.calls, result]


def public(value: Any) -> list[str]:
    return sorted(name for name in dir(value) if not name.startswith("_"))


def needed(client: Any, request: Any) -> dict[str, Any]:
    """Samples of the required parameters that a resource does not give."""
    shape = client.meta.service_model.operation_model(request.operation).input_shape
    given = {parameter.target.split(".")[0].split("[")[0] for parameter in request.params}
    required = [] if shape is None else [name for name in shape.required_members if name not in given]
    return {name: sample(shape.members[name], name) for name in required}


def facts_of(resource: Any, listener: Listener) -> dict[str, Any]:
    model, client = resource.meta.resource_model, resource.meta.client
    shape = client.meta.service_model.shape_for(model.shape) if model.shape else None
    attributes = {} if shape is None else model.get_attributes(shape)

    def fresh() -> None:
        resource.meta.data = None if shape is None else sample(shape, model.shape)

    found: dict[str, Any] = {
        "names": public(resource),
        "identifiers": [list(identifier) if isinstance(identifier, tuple) else [identifier.name, identifier.member_name]
                        for identifier in model.identifiers],
        "subresources": resource.get_available_subresources(),
        "repr": repr(resource),
    }  # fmt: skip
    fresh()
    for name in attributes:
        found[f"attribute {name}"] = listener.run(lambda name=name: getattr(resource, name))
    for name in attributes if hasattr(resource, "load") else ():
        resource.meta.data = None
        found[f"loaded {name}"] = listener.run(lambda name=name: getattr(resource, name))
        break
    for action in model.actions:
        fresh()
        found[f"request of {action.name}"] = listener.run(getattr(resource, action.name), stop=True)
        fresh()
        more = needed(client, action.request)
        found[f"result of {action.name}"] = listener.run(getattr(resource, action.name), **more)
        found[f"nothing of {action.name}"] = listener.run(getattr(resource, action.name), empty=True, **more)
        found[f"data after {action.name}"] = plain(resource.meta.data) if shape is not None else None
    for waiter in model.waiters:
        found[f"request of {waiter.name}"] = listener.run(getattr(resource, waiter.name), stop=True)
    for relation in model.subresources:
        inputs = [p.target for p in relation.resource.identifiers if p.source == "input"]
        found[f"subresource {relation.name}"] = listener.run(getattr(resource, relation.name), *inputs)
        found[f"subresource {relation.name} without"] = listener.run(getattr(resource, relation.name))
    for relation in model.references:
        fresh()
        found[f"reference {relation.name}"] = listener.run(lambda name=relation.name: getattr(resource, name))
        resource.meta.data = {}
        found[f"no {relation.name}"] = listener.run(lambda name=relation.name: getattr(resource, name))
    for collection in model.collections:
        fresh()
        manager = getattr(resource, collection.name)
        more = needed(client, collection.request)
        found[f"collection {collection.name}"] = [
            public(manager),
            public(manager.all()),
            repr(manager),
            repr(manager.all()),
        ]
        found[f"request of {collection.name}"] = listener.run(lambda m=manager: list(m.all()), stop=True)
        found[f"items of {collection.name}"] = listener.run(lambda m=manager, k=more: list(m.filter(**k)))
        found[f"no {collection.name}"] = listener.run(lambda m=manager, k=more: list(m.filter(**k)), empty=True)
        for label, query in (("limit", manager.limit(1)), ("page size", manager.page_size(2))):
            found[f"{label} of {collection.name}"] = listener.run(lambda q=query, k=more: list(q.filter(**k)))
        for name in set(public(manager)) - {"all", "filter", "iterator", "limit", "page_size", "pages"}:
            found[f"batch {collection.name}.{name}"] = listener.run(getattr(manager, name))
    return found


def main(library: str, every_version: bool = False) -> dict[str, Any]:
    module = importlib.import_module(library)
    config = importlib.import_module("botocore.config" if library == "boto3" else "sotalia.config")
    session = module.Session("AKIDEXAMPLE", "x" * 40, region_name="us-east-1")
    result = {}
    loader = session._session.get_component("data_loader")
    for service in session.get_available_resources():
        versions = loader.list_api_versions(service, "resources-1")
        for version in versions if every_version else versions[-1:]:
            root = session.resource(service, api_version=version, config=config.Config(parameter_validation=False))
            listener = Listener(root.meta.client)
            found = result[f"{service} {version}"] = {"ServiceResource": facts_of(root, listener)}
            for relation in root.meta.resource_model.subresources:
                inputs = [f"the {p.target}" for p in relation.resource.identifiers if p.source == "input"]
                found[relation.resource.type] = facts_of(getattr(root, relation.name)(*inputs), listener)
    return result


if __name__ == "__main__":
    json.dump(main(sys.argv[1], "all" in sys.argv[2:]), sys.stdout)
