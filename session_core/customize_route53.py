"""Route 53: ids may be given as the service writes them, with their kind before them."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from .customization import Customization, NamedStep

if TYPE_CHECKING:
    from ..models.shapes import OperationModel

__all__ = ["Route53"]

_IDS = frozenset({"ResourceId", "DelegationSetId", "ChangeId"})
"""The shapes of ids that answers write as ``/hostedzone/Z1`` or ``/change/C1``."""


class Route53(Customization):
    """``/hostedzone/Z1`` is taken for ``Z1``."""

    def params_steps(self, operation: "OperationModel") -> Iterable[NamedStep]:
        """Take the kind off the ids."""
        shape = operation.input_shape
        names = [name for name, member in shape.members.items() if member.name in _IDS] if shape is not None else []
        if not names:
            return ()

        def change(params: dict[str, Any], context: dict[str, Any]) -> dict[str, Any]:
            given = {name: params[name] for name in names if isinstance(params.get(name), str)}
            return {**params, **{name: value.rpartition("/")[2] for name, value in given.items()}}

        return [NamedStep("fix_route53_ids", change)]
