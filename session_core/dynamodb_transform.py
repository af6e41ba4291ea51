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

Rebuild = Callable[[Any], Any]
"""Changes what is to be changed inside a value, in place; returns what stands in place of the value now."""

Find = Callable[["Shape"], Rebuild | None]
"""Returns what changes the values of a shape, ``None`` for one that is to stay as it is."""

_SERIALIZE = TypeSerializer().serialize
_DESERIALIZE = TypeDeserializer().deserialize
_NAMES, _VALUES = "ExpressionAttributeNames", "ExpressionAttributeValues"
_EXPRESSIONS = ("ConditionExpression", "KeyExpression")
_VALUE = "AttributeValue"


def copy_params(params: Any, **kwargs: Any) -> Any:
    """Answer ``provide-client-params``: the caller's own containers stay as they are."""
    return _copied(params)


def _copied(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _copied(item) for name, item in value.items()}
    return [_copied(item) for item in value] if isinstance(value, list) else value


def inject_conditions(params: Any, model: "OperationModel", **kwargs: Any) -> None:
    """Answer ``before-parameter-build``: conditions become expressions, with their names and values beside them."""
    _change(params, model.service_model, model.input_shape, _has_conditions)


def serialize_params(params: Any, model: "OperationModel", **kwargs: Any) -> None:
    """Answer ``before-parameter-build``: Python values become those of DynamoDB."""
    _change(params, model.service_model, model.input_shape, _is_input)


def deserialize_result(parsed: Any, model: "OperationModel", **kwargs: Any) -> None:
    """Answer ``after-call``: values of DynamoDB become Python's."""
    _change(parsed, model.service_model, model.output_shape, _is_output)


def _is_input(shape: "Shape") -> Rebuild | None:
    return _SERIALIZE if shape.name == _VALUE else None


def _is_output(shape: "Shape") -> Rebuild | None:
    return _DESERIALIZE if shape.name == _VALUE else None


def _has_conditions(shape: "Shape") -> Rebuild | None:
    """Return what builds the expressions of a structure: the key's last, as boto3 counts its placeholders."""
    made: Any = shape
    members = made.members.items() if shape.type_name == "structure" else ()
    found = [(name, kind == "KeyExpression") for kind in _EXPRESSIONS for name, of in members if of.name == kind]
    return partial(_build, found) if found else None


def _build(members: Iterable[tuple[str, bool]], params: Any) -> Any:
    if not isinstance(params, dict):
        return params
    builder = ConditionExpressionBuilder()
    for member, is_key in members:
        condition = params.get(member)
        if isinstance(condition, ConditionBase):
            params[member], names, values = builder.build_expression(condition, is_key)
            for more, placeholders in ((_NAMES, names), (_VALUES, values)):
                if placeholders:
                    params[more] = {**(params.get(more) or {}), **placeholders}
    return params


def _change(value: Any, model: "ServiceModel", shape: "Shape | None", finds: Find) -> None:
    if shape is None:
        return
    key = ("dynamodb", shape.name, finds)
    if key not in model.derived:
        model.derived[key] = _rebuilder(shape, finds, ())
    rebuild: Rebuild | None = model.derived[key]
    if rebuild is not None:
        rebuild(value)


def _rebuilder(shape: "Shape", finds: Find, above: Iterable[str]) -> Rebuild | None:
    """Return what changes the places that are found inside a value of ``shape``; ``None`` if there are none."""
    found = finds(shape)
    if found is not None or shape.name in above:  # a shape that holds itself has none on the way down to it
        return found
    made: Any = shape
    inside = (*above, shape.name)
    if shape.type_name == "structure":
        parts = {name: _rebuilder(member, finds, inside) for name, member in made.members.items()}
        members = {name: rebuild for name, rebuild in parts.items() if rebuild is not None}
        return partial(_members, members) if members else None
    kind = {"list": (_elements, "member"), "map": (_values_of, "value")}.get(shape.type_name)
    if kind is None:
        return None
    element = _rebuilder(getattr(made, kind[1]), finds, inside)
    return None if element is None else partial(kind[0], element)


def _members(members: Mapping[str, Rebuild], value: Any) -> Any:
    if isinstance(value, dict):
        for name, rebuild in members.items():
            if name in value:
                value[name] = rebuild(value[name])
    return value


def _elements(element: Rebuild, value: Any) -> Any:
    if isinstance(value, list):
        value[:] = map(element, value)
    return value


def _values_of(element: Rebuild, value: Any) -> Any:
    if isinstance(value, dict):
        for name, item in value.items():
            value[name] = element(item)
    return value
