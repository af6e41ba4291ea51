"""Polly: presigned speech."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .customization import Customization, RequestStep

if TYPE_CHECKING:
    from ..models.shapes import OperationModel

__all__ = ["Polly"]


class Polly(Customization):
    """The body of presigned speech is in the query of its URL: a player that opens it sends no type."""

    def request_step(self, operation: "OperationModel") -> RequestStep | None:
        """Content types."""
        return _without_content_type if operation.name == "SynthesizeSpeech" else None


def _without_content_type(params: Mapping[str, Any], request: dict[str, Any]) -> None:
    if request["context"].get("is_presign_request"):
        request["headers"].pop("Content-Type", None)
