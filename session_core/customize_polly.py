"""Polly: presigned speech."""

from typing import Any

from .customization import Customization

__all__ = ["Polly"]


class Polly(Customization):
    """The body of presigned speech is in the query of its URL."""

    def presigned(self, operation_name: str, request: dict[str, Any]) -> None:
        """Take the type of the body out: a player that opens the URL sends none."""
        if operation_name == "SynthesizeSpeech":
            request["headers"].pop("Content-Type", None)
