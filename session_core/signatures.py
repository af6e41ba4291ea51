"""Signatures of operations, paginators and waiters, as ``inspect`` and the completion of an editor want them."""

import keyword
from collections.abc import Iterable
from datetime import datetime
from inspect import Parameter, Signature
from typing import TYPE_CHECKING, Any

from ..models.documentation.operation import Parameters, parameters_of
from ..models.documentation.pages import hidden_parameters

if TYPE_CHECKING:
    from ..models.shapes import ServiceModel, Shape

__all__ = ["action", "operation", "paginator", "relation", "waiter"]


class _LeftOut:
    """The default of a parameter that need not be given: it is not sent."""

    def __repr__(self) -> str:
        return "..."


_LEFT_OUT = _LeftOut()

_TYPES: dict[str, type] = {
    "string": str,
    "character": str,
    "boolean": bool,
    "byte": int,
    "short": int,
    "integer": int,
    "long": int,
    "float": float,
    "double": float,
    "timestamp": datetime,
    "structure": dict,
    "map": dict,
    "list": list,
    "blob": bytes,
}


def operation(model: "ServiceModel", name: str) -> Signature:
    """Return the signature of an operation's method: keyword arguments, those that must be given first."""
    return _signature(parameters_of(model.operation_model(name)), (), dict)


def action(model: "ServiceModel", name: str) -> Signature:
    """Return the signature of a resource's method: ``name`` has the operation, the method, and what it is given."""
    called, _, *given = name.split(" ")
    return _signature(parameters_of(model.operation_model(called), given), ())


def relation(model: "ServiceModel", name: str) -> Signature:
    """Return the signature of a method that takes positional arguments; ``name`` has their names."""
    names = ["self", *name.split()]
    return Signature([Parameter(argument, Parameter.POSITIONAL_OR_KEYWORD) for argument in names])


def paginator(model: "ServiceModel", name: str) -> Signature:
    """Return the signature of ``paginate`` for an operation."""
    rules = model.source.document("paginators-1").get("pagination", {}).get(name, {})
    return _signature(parameters_of(model.operation_model(name), hidden_parameters(rules)), ("PaginationConfig",))


def waiter(model: "ServiceModel", name: str) -> Signature:
    """Return the signature of ``wait`` for a waiter."""
    record = model.source.document("waiters-2").get("waiters", {}).get(name, {})
    return _signature(parameters_of(model.operation_model(record["operation"])), ("WaiterConfig",), None)


def _signature(parameters: Parameters, more: Iterable[str], returned: Any = Parameter.empty) -> Signature:
    members, required, _ = parameters
    made = [Parameter("self", Parameter.POSITIONAL_OR_KEYWORD)]
    odd = False
    for name, shape in members:
        if name == "self" or not name.isidentifier() or keyword.iskeyword(name):
            odd = True  # can be given as **{"from": ...}
            continue
        default = Parameter.empty if name in required else _LEFT_OUT
        made.append(Parameter(name, Parameter.KEYWORD_ONLY, default=default, annotation=_annotation(shape)))
    made += [Parameter(name, Parameter.KEYWORD_ONLY, default=_LEFT_OUT, annotation=dict) for name in more]
    if odd:
        made.append(Parameter("others", Parameter.VAR_KEYWORD))
    return Signature(made, return_annotation=returned)


def _annotation(shape: "Shape") -> Any:
    if shape.serialization.keys() & {"jsonvalue", "eventstream", "streaming"} or shape.metadata.get("document"):
        return Any
    return _TYPES.get(shape.type_name, Parameter.empty)
