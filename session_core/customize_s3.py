"""S3: what its model does not say."""

from typing import Any

from ..components.events import EventEmitter

__all__ = ["register"]


def register(emitter: EventEmitter) -> None:
    """Register the handlers of this service."""
    emitter.register("before-parse.s3.GetBucketLocation", _bucket_location)


def _bucket_location(response_dict: dict[str, Any], customized_response_dict: dict[str, Any], **_: Any) -> None:
    """The region is the text of the root element, which the shape has no place for."""
    if response_dict["status_code"] >= 300 or not isinstance(response_dict["body"], bytes):
        return
    text = response_dict["body"].decode("utf-8", "replace")
    start = text.find("<LocationConstraint")
    content = ""
    if start >= 0:
        opening, closed, rest = text[start:].partition(">")
        if closed and not opening.endswith("/"):
            content = rest.partition("</")[0].strip()
    customized_response_dict["LocationConstraint"] = content or None
