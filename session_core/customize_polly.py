"""Polly: presigned speech."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..components.events import EventEmitter
    from ..components.http import AWSRequest

__all__ = ["register"]


def register(emitter: "EventEmitter") -> None:
    """Register the handlers of this service."""
    emitter.register("before-sign.polly.SynthesizeSpeech", _without_content_type)


def _without_content_type(request: "AWSRequest", **_: Any) -> None:
    """The body of a presigned request is in its query: a player that opens the URL sends no type."""
    if request.context.get("is_presign_request"):
        del request.headers["Content-Type"]
