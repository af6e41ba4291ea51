"""The host prefix of an operation: its template, filled from the members that are host labels."""

from collections.abc import Callable, Mapping
from typing import Any

from ..components.errors import ParamValidationError
from .shapes import OperationModel

__all__ = ["compile_host_prefix"]

_LABEL_CHARACTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-."


def compile_host_prefix(operation: OperationModel) -> Callable[[Mapping[str, Any]], str] | None:
    """Compile the host prefix of an operation, ``None`` where it has none.

    The result takes the parameters, and raises ``ParamValidationError`` naming
    every label that is missing or has a character that no host name has.
    """
    template = (operation.endpoint or {}).get("hostPrefix")
    if not template:
        return None
    pieces: list[tuple[str, str]] = []
    while template:
        literal, _, rest = template.partition("{")
        label, _, template = rest.partition("}")
        pieces.append((literal, label))
    names = [label for _, label in pieces if label]
    if not names:
        constant = pieces[0][0]
        return lambda params: constant

    def expand(params: Mapping[str, Any]) -> str:
        prefix = ""
        for literal, name in pieces:
            prefix += literal
            if name:
                value = params.get(name)
                if not isinstance(value, str) or not value or value.strip(_LABEL_CHARACTERS):
                    raise _bad_labels(names, params)
                prefix += value
        return prefix

    return expand


def _bad_labels(names: list[str], params: Mapping[str, Any]) -> ParamValidationError:
    missing = [name for name in names if params.get(name) is None]
    if missing:
        lines = [f'Missing required parameter in input: "{name}"' for name in missing]
        return ParamValidationError(report="\n".join(lines))
    values = {name: params[name] for name in names}
    bad = [
        name
        for name, value in values.items()
        if not isinstance(value, str) or not value or any(letter not in _LABEL_CHARACTERS for letter in value)
    ]
    return ParamValidationError(
        report=f"Invalid value for parameter(s): {', '.join(bad)}. "
        "Must contain only alphanumeric characters, hyphen, or period."
    )
