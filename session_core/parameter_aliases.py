"""Parameters that may be given under another name: programs have learnt it, or the model's is a word of Python."""

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from ..components.errors import AliasConflictParameterError
from .customization import NamedStep

if TYPE_CHECKING:
    from ..models.shapes import OperationModel

__all__ = ["alias_steps"]


def alias_steps(operation: "OperationModel", aliases: Mapping[str, str]) -> Iterable[NamedStep]:
    """Return the steps that rename the parameters of an operation; ``aliases`` are names by other names."""
    shape = operation.input_shape
    if shape is None:
        return []
    return [
        NamedStep("alias_parameter_in_call", _renamed(operation.name, alias, name))
        for alias, name in aliases.items()
        if name in shape.members and alias not in shape.members
    ]


def _renamed(operation_name: str, alias: str, name: str) -> Callable[..., dict[str, Any]]:
    def change(params: dict[str, Any], context: dict[str, Any]) -> dict[str, Any]:
        if alias not in params:
            return params
        if name in params:
            raise AliasConflictParameterError(original=name, alias=alias, operation=operation_name)
        others = {given: value for given, value in params.items() if given != alias}
        return {**others, name: params[alias]}

    return change
