"""Machine Learning: predictions are asked for at the endpoint of the model."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from .customization import Customization, NamedStep

if TYPE_CHECKING:
    from ..models.shapes import OperationModel

__all__ = ["MachineLearning"]


class MachineLearning(Customization):
    """``Predict`` goes where its parameter ``PredictEndpoint`` says."""

    def request_steps(self, operation: "OperationModel") -> Iterable[NamedStep]:
        """Send predictions to their endpoint."""
        return [NamedStep("switch_host_machinelearning", _to_endpoint)] if operation.name == "Predict" else ()


def _to_endpoint(params: Mapping[str, Any], request: dict[str, Any]) -> None:
    """Take scheme and host of the parameter; its path is not that of the operation."""
    scheme, mark, rest = params["PredictEndpoint"].partition("://")
    if mark:
        path = request["url"].partition("://")[2].partition("/")
        request["url"] = f"{scheme}://{rest.partition('/')[0]}/{path[2]}"
