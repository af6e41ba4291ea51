"""Conditions on attributes: ``Key("id").eq(1) & Attr("colour").is_in(["red", "blue"])``.

Source: the comparison operators and functions of expressions in the DynamoDB developer guide.
"""

from collections.abc import Sequence
from typing import Any, ClassVar

from ..components.errors import DynamoDBOperationNotSupportedError

__all__ = [
    "And",
    "Attr",
    "AttributeBase",
    "AttributeExists",
    "AttributeNotExists",
    "AttributeType",
    "BeginsWith",
    "Between",
    "ComparisonCondition",
    "ConditionAttributeBase",
    "ConditionBase",
    "Contains",
    "Equals",
    "GreaterThan",
    "GreaterThanEquals",
    "In",
    "Key",
    "LessThan",
    "LessThanEquals",
    "Not",
    "NotEquals",
    "Or",
    "Size",
]


class ConditionBase:
    """A condition: a node with the operands ``_values``. Immutable; combined by ``&``, ``|`` and ``~``."""

    expression_format: ClassVar[str] = ""
    expression_operator: ClassVar[str] = ""
    has_grouped_values: ClassVar[bool] = False

    def __init__(self, *values: Any) -> None:
        self._values: Sequence[Any] = values

    def __and__(self, other: Any) -> "And":
        return And(self, _condition("AND", other))

    def __or__(self, other: Any) -> "Or":
        return Or(self, _condition("OR", other))

    def __invert__(self) -> "Not":
        return Not(self)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ConditionBase) and type(self) is type(other) and self._values == other._values

    def __hash__(self) -> int:
        return hash((type(self), self._values))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(map(repr, self._values))})"

    def get_expression(self) -> dict[str, Any]:
        """Return the condition as a dictionary: ``format``, ``operator`` and ``values``."""
        return {"format": self.expression_format, "operator": self.expression_operator, "values": self._values}


def _condition(operator: str, value: Any) -> ConditionBase:
    if not isinstance(value, ConditionBase):
        raise DynamoDBOperationNotSupportedError(operator, value)
    return value


class AttributeBase:
    """An attribute by its path; its methods make conditions."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __and__(self, value: Any) -> Any:
        raise DynamoDBOperationNotSupportedError("AND", self)

    def __or__(self, value: Any) -> Any:
        raise DynamoDBOperationNotSupportedError("OR", self)

    def __invert__(self) -> Any:
        raise DynamoDBOperationNotSupportedError("NOT", self)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, AttributeBase) and type(self) is type(other) and self.name == other.name

    def __hash__(self) -> int:
        return hash((type(self), self.name))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.name!r})"

    def eq(self, value: Any) -> "Equals":
        """Is equal to ``value``."""
        return Equals(self, value)

    def lt(self, value: Any) -> "LessThan":
        """Is less than ``value``."""
        return LessThan(self, value)

    def lte(self, value: Any) -> "LessThanEquals":
        """Is less than ``value``, or equal to it."""
        return LessThanEquals(self, value)

    def gt(self, value: Any) -> "GreaterThan":
        """Is greater than ``value``."""
        return GreaterThan(self, value)

    def gte(self, value: Any) -> "GreaterThanEquals":
        """Is greater than ``value``, or equal to it."""
        return GreaterThanEquals(self, value)

    def begins_with(self, value: Any) -> "BeginsWith":
        """Begins with ``value``."""
        return BeginsWith(self, value)

    def between(self, low_value: Any, high_value: Any) -> "Between":
        """Lies between two values, or is one of them."""
        return Between(self, low_value, high_value)


class ConditionAttributeBase(ConditionBase, AttributeBase):
    """A function of an attribute that is compared itself, such as its size."""

    def __init__(self, *values: Any) -> None:
        ConditionBase.__init__(self, *values)
        AttributeBase.__init__(self, values[0].name)

    __and__ = ConditionBase.__and__
    __or__ = ConditionBase.__or__
    __invert__ = ConditionBase.__invert__
    __eq__ = ConditionBase.__eq__
    __hash__ = ConditionBase.__hash__
    __repr__ = ConditionBase.__repr__


class ComparisonCondition(ConditionBase):
    """Two operands with an operator between them."""

    expression_format = "{0} {operator} {1}"


class Equals(ComparisonCondition):
    """``=``."""

    expression_operator = "="


class NotEquals(ComparisonCondition):
    """``<>``."""

    expression_operator = "<>"


class LessThan(ComparisonCondition):
    """``<``."""

    expression_operator = "<"


class LessThanEquals(ComparisonCondition):
    """``<=``."""

    expression_operator = "<="


class GreaterThan(ComparisonCondition):
    """``>``."""

    expression_operator = ">"


class GreaterThanEquals(ComparisonCondition):
    """``>=``."""

    expression_operator = ">="


class In(ComparisonCondition):
    """Is one of a list of values."""

    expression_operator = "IN"
    has_grouped_values = True

    def __hash__(self) -> int:
        return hash((In, self._values[0], tuple(self._values[1])))


class Between(ConditionBase):
    """Lies between two values."""

    expression_operator = "BETWEEN"
    expression_format = "{0} {operator} {1} AND {2}"


class BeginsWith(ConditionBase):
    """Begins with a value."""

    expression_operator = "begins_with"
    expression_format = "{operator}({0}, {1})"


class Contains(ConditionBase):
    """Contains a value: a text a part, a set or list an element."""

    expression_operator = "contains"
    expression_format = "{operator}({0}, {1})"


class Size(ConditionAttributeBase):
    """The size of an attribute."""

    expression_operator = "size"
    expression_format = "{operator}({0})"


class AttributeType(ConditionBase):
    """Is of a type (``S``)."""

    expression_operator = "attribute_type"
    expression_format = "{operator}({0}, {1})"


class AttributeExists(ConditionBase):
    """Is there."""

    expression_operator = "attribute_exists"
    expression_format = "{operator}({0})"


class AttributeNotExists(ConditionBase):
    """Is not there."""

    expression_operator = "attribute_not_exists"
    expression_format = "{operator}({0})"


class And(ConditionBase):
    """Both conditions hold."""

    expression_operator = "AND"
    expression_format = "({0} {operator} {1})"


class Or(ConditionBase):
    """One of the conditions holds, or both."""

    expression_operator = "OR"
    expression_format = "({0} {operator} {1})"


class Not(ConditionBase):
    """The condition does not hold."""

    expression_operator = "NOT"
    expression_format = "({operator} {0})"


class Key(AttributeBase):
    """An attribute of the key, for ``KeyConditionExpression``."""


class Attr(AttributeBase):
    """Any attribute, for ``FilterExpression`` and ``ConditionExpression``."""

    def ne(self, value: Any) -> NotEquals:
        """Is not equal to ``value``."""
        return NotEquals(self, value)

    def is_in(self, value: Sequence[Any]) -> In:
        """Is one of the values of a list."""
        return In(self, value)

    def exists(self) -> AttributeExists:
        """Is there."""
        return AttributeExists(self)

    def not_exists(self) -> AttributeNotExists:
        """Is not there."""
        return AttributeNotExists(self)

    def contains(self, value: Any) -> Contains:
        """Contains ``value``: a text a part, a set or list an element."""
        return Contains(self, value)

    def size(self) -> Size:
        """The size, which is compared itself."""
        return Size(self)

    def attribute_type(self, value: str) -> AttributeType:
        """Is of a type (``S``)."""
        return AttributeType(self, value)
