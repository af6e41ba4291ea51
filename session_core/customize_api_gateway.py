"""API Gateway: answers are asked for in plain JSON."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from .customization import Customization, NamedStep

if TYPE_CHECKING:
    from ..models.shapes import OperationModel

__all__ = ["APIGateway"]


class APIGateway(Customization):
    """Without ``Accept`` the service answers in HAL, which the model does not describe."""

    def request_steps(self, operation: "OperationModel") -> Iterable[NamedStep]:
        """Name the format of the answer."""
        return [NamedStep("add_accept_header", _accept_json)]


def _accept_json(params: Mapping[str, Any], request: dict[str, Any]) -> None:
    request["headers"].setdefault("Accept", "application/json")  # exports have another format, by a parameter
