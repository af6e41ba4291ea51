"""Python values in the parameters and results of DynamoDB's operations, and conditions in place of expressions.

Where an operation has attribute values is found in its model, once for each shape.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from .dynamodb_conditions import ConditionBase
from .dynamodb_expressions import ConditionExpressionBuilder
from .dynamodb_types import TypeDeserializer, TypeSerializer

if TYPE_CHECKING:
    from ..models.shapes import OperationModel, ServiceModel, Shape

__all__ = ["copy_params", "deserialize_result", "inject_conditions", "serialize_params"]

Change = Callable[[Any], Any]
"""Returns what stands in place of a value."""

Rebuild = Callable[[Any, Change], Any]
"""Applies a change at the places of a shape inside a value, in place; returns what the value is now."""

_SERIALIZE = TypeSerializer().serialize
_DESERIALIZE = TypeDeserializer().deserialize
_NAMES, _VALUES = "ExpressionAttributeNames", "ExpressionAttributeValues"


def copy_params(params: Any, **kwargs: Any) -> Any:
    """Answer ``provide-client-params``: the caller's own containers stay as they are."""
    return _copied(params)


def _copied(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _copied(item) for name, item in value.items()}
    return [_copied(item) for item in value] if isinstance(value, list) else value


def inject_conditions(params: Any, model: "OperationModel", **kwargs: Any) -> None:
    """Answer ``before-parameter-build``: conditions become expressions, with their names and values beside them."""
    names: dict[str, str] = {}
    values: dict[str, Any] = {}
    builder = ConditionExpressionBuilder()

    def build(condition: Any, is_key: bool) -> Any:
        if not isinstance(condition, ConditionBase):
            return condition
        built = builder.build_expression(condition, is_key)
        names.update(built.attribute_name_placeholders)
        values.update(built.attribute_value_placeholders)
        return built.condition_expression

    for target in ("ConditionExpression", "KeyExpression"):
        _change(
            params, model.service_model, model.input_shape, target, partial(build, is_key=target == "KeyExpression")
        )
    for member, more in ((_NAMES, names), (_VALUES, values)):
        if more:
            params[member] = {**(params.get(member) or {}), **more}


def serialize_params(params: Any, model: "OperationModel", **kwargs: Any) -> None:
    """Answer ``before-parameter-build``: Python values become those of DynamoDB."""
    _change(params, model.service_model, model.input_shape, "AttributeValue", _SERIALIZE)


def deserialize_result(parsed: Any, model: "OperationModel", **kwargs: Any) -> None:
    """Answer ``after-call``: values of DynamoDB become Python's."""
    _change(parsed, model.service_model, model.output_shape, "AttributeValue", _DESERIALIZE)


def _change(value: Any, model: "ServiceModel", shape: "Shape | None", target: str, change: Change) -> None:
    if shape is None:
        return
    key = ("dynamodb.transform", shape.name, target)
    if key not in model.derived:
        model.derived[key] = _rebuilder(shape, target, ())
    rebuild: Rebuild | None = model.derived[key]
    if rebuild is not None:
        rebuild(value, change)


def _rebuilder(shape: "Shape", target: str, above: Iterable[str]) -> Rebuild | None:
    """Return what changes the values of shape ``target`` inside a value of ``shape``; ``None`` if it has none."""
    if shape.name == target:
        return lambda value, change: change(value)
    if shape.name in above:
        return None  # it holds itself, and none on the way down to it
    inside = (*above, shape.name)
    made: Any = shape
    if shape.type_name == "structure":
        found = {name: _rebuilder(member, target, inside) for name, member in made.members.items()}
        members = {name: rebuild for name, rebuild in found.items() if rebuild is not None}
        return partial(_members, members) if members else None
    if shape.type_name == "list":
        element = _rebuilder(made.member, target, inside)
        return None if element is None else partial(_elements, element)
    if shape.type_name == "map":
        element = _rebuilder(made.value, target, inside)
        return None if element is None else partial(_values_of, element)
    return None


def _members(members: Mapping[str, Rebuild], value: Any, change: Change) -> Any:
    if isinstance(value, dict):
        for name, rebuild in members.items():
            if name in value:
                value[name] = rebuild(value[name], change)
    return value


def _elements(element: Rebuild, value: Any, change: Change) -> Any:
    if isinstance(value, list):
        value[:] = [element(item, change) for item in value]
    return value


def _values_of(element: Rebuild, value: Any, change: Change) -> Any:
    if isinstance(value, dict):
        for name, item in value.items():
            value[name] = element(item, change)
    return value
