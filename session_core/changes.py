"""What a service changes about the calls of one operation, without the steps that users left out."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from .customization import AnswerStep, Customization, NamedStep, ParamsStep, RequestStep, ResultStep

if TYPE_CHECKING:
    from ..models.shapes import OperationModel

__all__ = ["Changes", "is_left_out"]

LeftOut = frozenset[tuple[str, str]]
"""Pairs of an event and the name of a built-in handler (``EventEmitter.left_out``)."""

NOTHING: LeftOut = frozenset()


class Changes:
    """The steps of an operation, one function for each stage of a call; ``None`` where there is none. Immutable."""

    __slots__ = ("answer", "copies", "params", "presigned", "request", "result")

    def __init__(self, special: Customization, operation: "OperationModel", left_out: LeftOut = NOTHING) -> None:
        def kept(steps: Iterable[NamedStep]) -> list[Any]:
            return [step.run for step in steps if not (left_out and is_left_out(step.name, operation, left_out))]

        params = [*_aliases(special, operation), *special.params_steps(operation)]
        self.params: ParamsStep | None = _handed_on(kept(params))
        self.request: RequestStep | None = _one_by_one(kept(special.request_steps(operation)))
        self.presigned: RequestStep | None = _one_by_one(kept(special.presigned_steps(operation)))
        self.answer: AnswerStep | None = _one_by_one(kept(special.answer_steps(operation)))
        self.result: ResultStep | None = _one_by_one(kept(special.result_steps(operation)))
        copies = special.copy_step(operation)
        self.copies: bool = copies is not None and not is_left_out(copies, operation, left_out)
        """Whether the request holds a presigned URL of itself for another region."""


def is_left_out(name: str, operation: "OperationModel", left_out: LeftOut) -> bool:
    """Whether the built-in handler of that name was unregistered for an operation."""
    if not left_out:
        return False
    here = operation.service_model.service_id.hyphenize(), operation.name
    return any(
        name == other and all(part in ("*", mine) for part, mine in zip(event.split(".")[1:], here, strict=False))
        for event, other in left_out
    )


def _aliases(special: Customization, operation: "OperationModel") -> Iterable[NamedStep]:
    aliases = special.parameter_aliases
    if not aliases:
        return ()
    from .parameter_aliases import alias_steps  # three services have some

    return alias_steps(operation, aliases.get(operation.name) or aliases.get("*") or {})


def _handed_on(steps: list[Any]) -> ParamsStep | None:
    if len(steps) < 2:
        return steps[0] if steps else None

    def change(params: dict[str, Any], context: dict[str, Any]) -> dict[str, Any]:
        for step in steps:
            params = step(params, context)
        return params

    return change


def _one_by_one(steps: list[Any]) -> Any:
    if len(steps) < 2:
        return steps[0] if steps else None

    def change(first: Any, second: Any) -> None:
        for step in steps:
            step(first, second)

    return change
