"""From conditions to expressions: names and values are told apart by placeholders (``#n0 = :v0``)."""

import re
from typing import Any, NamedTuple

from ..components.errors import DynamoDBNeedsConditionError, DynamoDBNeedsKeyConditionError
from .dynamodb_conditions import AttributeBase, ConditionBase, Key

__all__ = ["ATTR_NAME_REGEX", "BuiltConditionExpression", "ConditionExpressionBuilder"]

ATTR_NAME_REGEX = re.compile(r"[^.\[\]]+(?![^\[]*\])")
"""Matches each name in the path of an attribute (``a.b[0].c``), and no index."""


class BuiltConditionExpression(NamedTuple):
    """An expression, and what its placeholders stand for."""

    condition_expression: str
    attribute_name_placeholders: dict[str, str]
    attribute_value_placeholders: dict[str, Any]


class ConditionExpressionBuilder:
    """Makes expressions of conditions; placeholders are counted on from one to the next. Not for several threads."""

    def __init__(self) -> None:
        self._names = 0
        self._values = 0

    def reset(self) -> None:
        """Count placeholders from the beginning again."""
        self._names = self._values = 0

    def build_expression(self, condition: ConditionBase, is_key_condition: bool = False) -> BuiltConditionExpression:
        """Return the expression of a condition.

        ``DynamoDBNeedsConditionError`` for what is none, ``DynamoDBNeedsKeyConditionError``
        for one on an ``Attr`` where ``is_key_condition``.
        """
        if not isinstance(condition, ConditionBase):
            raise DynamoDBNeedsConditionError(condition)
        built = BuiltConditionExpression("", {}, {})
        return built._replace(condition_expression=self._text(condition, built, is_key_condition))

    def _text(self, condition: ConditionBase, built: BuiltConditionExpression, is_key: bool) -> str:
        parts = condition.get_expression()
        texts = [self._operand(value, built, condition.has_grouped_values, is_key) for value in parts["values"]]
        return str(parts["format"].format(*texts, operator=parts["operator"]))

    def _operand(self, value: Any, built: BuiltConditionExpression, grouped: bool, is_key: bool) -> str:
        if isinstance(value, ConditionBase):
            return self._text(value, built, is_key)
        if not isinstance(value, AttributeBase):
            if not grouped:
                return self._value(value, built)
            return f"({', '.join([self._value(item, built) for item in value])})"
        if is_key and not isinstance(value, Key):
            raise DynamoDBNeedsKeyConditionError(
                f"A key condition is made of Key({value.name!r}), not of {type(value).__name__}({value.name!r})"
            )
        return ATTR_NAME_REGEX.sub(lambda found: self._name(found[0], built), value.name)

    def _name(self, name: str, built: BuiltConditionExpression) -> str:
        placeholder = f"#n{self._names}"
        self._names += 1
        built.attribute_name_placeholders[placeholder] = name
        return placeholder

    def _value(self, value: Any, built: BuiltConditionExpression) -> str:
        placeholder = f":v{self._values}"
        self._values += 1
        built.attribute_value_placeholders[placeholder] = value
        return placeholder
