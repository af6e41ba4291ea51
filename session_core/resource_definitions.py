"""What the ``resources-1`` files say of a service's resources, each member with the Python name that users know."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from ..components.forksafe import lazy
from ..models.names import python_name

if TYPE_CHECKING:
    from ..models.shapes import Shape

__all__ = [
    "Action",
    "Collection",
    "Identifier",
    "Parameter",
    "Request",
    "ResourceModel",
    "ResponseResource",
    "Waiter",
]


class Identifier(NamedTuple):
    """A part of a resource's identity; ``member_name`` is the attribute that shows it as well."""

    name: str
    member_name: str | None


class Parameter(NamedTuple):
    """Where a value comes from (``source`` with ``name``, ``path`` or ``value``), and its place (``target``)."""

    target: str
    source: str
    name: str | None
    path: str | None
    value: Any


class Request(NamedTuple):
    """A call of an operation, with what the resource gives it."""

    operation: str
    params: tuple[Parameter, ...]


class ResponseResource(NamedTuple):
    """The resources that an answer or a resource's data speak of; ``path`` finds their data."""

    type: str
    identifiers: tuple[Parameter, ...]
    path: str | None


class Action(NamedTuple):
    """A method that calls an operation; also a reference or a sub-resource, which have no request."""

    name: str
    request: Request | None
    resource: ResponseResource | None
    path: str | None


class Collection(NamedTuple):
    """Resources that an operation lists."""

    name: str
    request: Request
    resource: ResponseResource


class Waiter(NamedTuple):
    """A method that waits for ``waiter_name`` of the service."""

    name: str
    waiter_name: str
    params: tuple[Parameter, ...]


def _parameters(records: Any) -> tuple[Parameter, ...]:
    return tuple(
        Parameter(record["target"], record["source"], *(record.get(key) for key in ("name", "path", "value")))
        for record in records or ()
    )


def _request(record: Mapping[str, Any]) -> Request:
    return Request(record["operation"], _parameters(record.get("params")))


def _resource(record: Mapping[str, Any]) -> ResponseResource:
    return ResponseResource(record["type"], _parameters(record.get("identifiers")), record.get("path"))


def _action(name: str, record: Mapping[str, Any]) -> Action:
    request, resource = record.get("request"), record.get("resource")
    return Action(
        name,
        None if request is None else _request(request),
        None if resource is None else _resource(resource),
        record.get("path"),
    )


def _needs_data(record: Mapping[str, Any]) -> bool:
    return any(identifier["source"] == "data" for identifier in record["resource"].get("identifiers", ()))


class ResourceModel:
    """The definition of one resource, or of the service itself, whose name is that of the service.

    ``siblings`` are the records of the service's other resources. A name that
    two members would share gets the kind of the later one at its end
    (``filter_collection``); identifiers come first, then actions, relations,
    collections, waiters and attributes. Any thread may read it.
    """

    def __init__(self, name: str, record: Mapping[str, Any], siblings: Mapping[str, Mapping[str, Any]]) -> None:
        self.name = name
        self._record = record
        self._siblings = siblings

    def __repr__(self) -> str:
        return f"<ResourceModel {self.name}>"

    @property
    def shape(self) -> str | None:
        """The name of the shape of the resource's data."""
        return self._record.get("shape")

    @lazy
    def _has(self) -> Mapping[str, Mapping[str, Any]]:
        """The relations; a service has all of its resources, whether it says so or not."""
        own: Mapping[str, Mapping[str, Any]] = self._record.get("has", {})
        if self.name in self._siblings:
            return own
        found: dict[str, Mapping[str, Any]] = {}
        for name, sibling in self._siblings.items():
            known = {label: has for label, has in own.items() if has["resource"]["type"] == name}
            inputs = [
                {"target": identifier["name"], "source": "input"} for identifier in sibling.get("identifiers", ())
            ]
            found.update(known or {name: {"resource": {"type": name, "identifiers": inputs}}})
        return found

    @property
    def _reserved(self) -> tuple[str, ...]:
        return ("meta", "load") if "load" in self._record else ("meta",)

    @lazy
    def _taken(self) -> frozenset[str]:
        """The names that no attribute can have."""
        return frozenset([*self._reserved, *self._names.values()])

    @lazy
    def _names(self) -> Mapping[tuple[str, str], str]:
        """Python names by kind and name; those of attributes are given later, when their shape is known."""
        taken = set(self._reserved)
        given: dict[tuple[str, str], str] = {}
        for kind, name, plain in self._members():
            free = plain if plain not in taken else f"{plain}_{kind}"
            taken.add(free)
            given[kind, name] = free
        return given

    def _members(self) -> Iterator[tuple[str, str, str]]:
        for identifier in self._record.get("identifiers", ()):
            yield "identifier", identifier["name"], python_name(identifier["name"])
        for name in self._record.get("actions", ()):
            yield "action", name, python_name(name)
        for name, has in self._has.items():
            if _needs_data(has):
                yield "reference", name, python_name(name)
            else:
                yield "subresource", name, name
        for name in self._record.get("hasMany", ()):
            yield "collection", name, python_name(name)
        for name in self._record.get("waiters", ()):
            yield "waiter", name, f"wait_until_{python_name(name)}"

    def get_attributes(self, shape: Any) -> dict[str, tuple[str, "Shape"]]:
        """Return the attributes that the members of a shape make: (member name, shape) by Python name."""
        identifiers = {identifier.name for identifier in self.identifiers}
        return {
            self._attribute_name(name): (name, member)
            for name, member in shape.members.items()
            if python_name(name) not in identifiers
        }

    @lazy
    def identifiers(self) -> list[Identifier]:
        """What tells one such resource from another, in the order of the arguments."""
        return [
            Identifier(
                self._names["identifier", record["name"]],
                self._attribute_name(record["memberName"]) if record.get("memberName") else None,
            )
            for record in self._record.get("identifiers", ())
        ]

    def _attribute_name(self, member: str) -> str:
        plain = python_name(member)
        return f"{plain}_attribute" if plain in self._taken else plain

    @lazy
    def load(self) -> Action | None:
        """What gets the resource's data."""
        record = self._record.get("load")
        return None if record is None else _action("load", record)

    @lazy
    def actions(self) -> list[Action]:
        """The methods that call an operation for one resource."""
        return [_action(self._names["action", name], item) for name, item in self._record.get("actions", {}).items()]

    @lazy
    def batch_actions(self) -> list[Action]:
        """The methods that call an operation for all resources of a page of a collection."""
        return [_action(python_name(name), item) for name, item in self._record.get("batchActions", {}).items()]

    @lazy
    def subresources(self) -> list[Action]:
        """Resources that are named from this one's identifiers and from arguments."""
        return [_action(self._names["subresource", n], has) for n, has in self._has.items() if not _needs_data(has)]

    @lazy
    def references(self) -> list[Action]:
        """Resources that this one's data speak of."""
        return [_action(self._names["reference", n], has) for n, has in self._has.items() if _needs_data(has)]

    @lazy
    def collections(self) -> list[Collection]:
        """Resources that an operation lists for this one."""
        return [
            Collection(self._names["collection", name], _request(item["request"]), _resource(item["resource"]))
            for name, item in self._record.get("hasMany", {}).items()
        ]

    @lazy
    def waiters(self) -> list[Waiter]:
        """The methods that wait for a state of the resource."""
        return [
            Waiter(self._names["waiter", name], item["waiterName"], _parameters(item.get("params")))
            for name, item in self._record.get("waiters", {}).items()
        ]
