"""From the answer of a call, or a resource's data, to resources."""

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from ..models.names import python_name
from .resource_definitions import Action, ResponseResource
from .resource_requests import search, value_of

if TYPE_CHECKING:
    from ..models.shapes import OperationModel, Shape

__all__ = ["Maker", "answer_of", "resources_in"]

Maker = Callable[..., Any]
"""Makes a resource from its identifiers; ``data`` is what is known of it."""


def resources_in(
    described: ResponseResource,
    make: Maker,
    parent: Any,
    params: Mapping[str, Any],
    answer: Any,
    operation: "OperationModel | None" = None,
) -> Any:
    """Return the resources that an answer speaks of: a list, one, or what stands for none.

    That is ``[]`` or ``{}`` where ``operation`` says that the place of their data is a list or a map, else ``None``.
    """
    data = search(described.path, answer) if described.path else None
    identifiers: dict[str, Any] = {}
    for parameter in described.identifiers:
        name = python_name(parameter.target)
        if parameter.source == "response":
            identifiers[name] = search(parameter.path or "", answer)
        elif parameter.source == "requestParameter":
            identifiers[name] = search(parameter.path or "", params)
        elif parameter.source != "input":
            identifiers[name] = value_of(parameter, parent)
    lists = {name: value for name, value in identifiers.items() if isinstance(value, list)}
    if lists:
        whole = {name: value for name, value in identifiers.items() if name not in lists}
        count = len(next(iter(lists.values())))
        known = _named(described, data, count) if isinstance(data, list) else ()
        return [
            make(
                **whole,
                **{name: values[index] for name, values in lists.items()},
                data=known[index] if index < len(known) else None,
            )
            for index in range(count)
        ]
    if all(value is not None for value in identifiers.values()):
        return make(**identifiers, data=data)
    return _nothing(described.path, operation)


def _named(described: ResponseResource, data: list[Any], count: int) -> list[Any]:
    """Leave out data without the identifier: a list of identifiers does not hold those (a route to IPv6 addresses)."""
    for parameter in described.identifiers:
        start, path = f"{described.path}.", parameter.path or ""
        if len(data) != count and path.startswith(start):
            data = [item for item in data if search(path.removeprefix(start), item) is not None]
    return data


def _nothing(path: str | None, operation: "OperationModel | None") -> Any:
    if operation is None:
        return None
    shape = _shape_at(operation.output_shape, path.split(".") if path else ())
    kind = None if shape is None else shape.type_name
    return {} if kind in ("structure", "map") else [] if kind == "list" else None


def _shape_at(shape: "Shape | None", steps: Iterable[str]) -> "Shape | None":
    found: Any = shape
    for step in steps:
        holder = getattr(found, "member", found)  # an element, where the path has an index
        found = getattr(holder, "members", {}).get(step.partition("[")[0])
    return found  # type: ignore[no-any-return] # shapes of several kinds


def answer_of(
    action: Action, make: Maker | None, parent: Any, params: Mapping[str, Any], answer: Any, operation: "OperationModel"
) -> Any:
    """Return what an action returns: resources, a part of the answer, or the answer."""
    if action.resource is not None and make is not None:
        return resources_in(action.resource, make, parent, params, answer, operation)
    if action.path and action.path != "@":
        return search(action.path, answer)
    return answer
