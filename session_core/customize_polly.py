"""Polly: presigned speech."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from .customization import Customization, NamedStep

if TYPE_CHECKING:
    from ..models.shapes import OperationModel

__all__ = ["Polly"]


class Polly(Customization):
    """The body of presigned speech is in the query of its URL."""

    def presigned_steps(self, operation: "OperationModel") -> Iterable[NamedStep]:
        """Take the type of the body out: a player that opens the URL sends none."""
        if operation.name != "SynthesizeSpeech":
            return ()
        return [NamedStep("remove_content_type_header_for_presigning", _without_content_type)]


def _without_content_type(params: Mapping[str, Any], request: dict[str, Any]) -> None:
    request["headers"].pop("Content-Type", None)
