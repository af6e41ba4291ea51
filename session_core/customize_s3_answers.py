"""S3: answers that are errors with a good status, and what its model cannot say of others."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from .customization import NamedStep

if TYPE_CHECKING:
    from ..models.shapes import OperationModel

__all__ = ["answer_steps"]

_WITH_EXPIRES = frozenset(("GetObject", "HeadObject"))
_DECLARATION = b"<?xml"
_ERROR = (b"<Error>", b"<Error ", b"<Error/")


def answer_steps(operation: "OperationModel") -> Iterable[NamedStep]:
    """Return what looks at the answers of an operation of S3 before they are parsed."""
    if operation.name == "GetBucketLocation":
        yield NamedStep("parse_get_bucket_location", _bucket_location)
    if operation.name in _WITH_EXPIRES:
        yield NamedStep("handle_expires_header", _expires)
    shape = operation.output_shape
    has_body = operation.http.get("method") != "HEAD" and not operation.has_streaming_output
    if shape is not None and has_body and not _is_raw(shape):
        yield NamedStep("handle_200_error", _late_error)


def _is_raw(shape: Any) -> bool:
    """Whether the body is no XML of S3's own, but what somebody stored, such as a policy."""
    payload = shape.serialization.get("payload")
    return payload is not None and shape.members[payload].type_name in ("string", "blob")


def _late_error(response_dict: dict[str, Any], customized: dict[str, Any]) -> None:
    """Give an error the status that it deserves, and what is no whole document that of a server that failed.

    S3 answers copies and completions before it is done, with 200, and keeps the
    connection alive with blanks; what went wrong later is said in the body.
    """
    body = response_dict["body"]
    if response_dict["status_code"] >= 300 or not isinstance(body, bytes) or not body:
        return
    root = body.find(b"<")
    whole = root == 0 or body[: max(root, 1)].isspace()
    if body.startswith(_DECLARATION, root):
        root = body.find(b"<", root + 1)
    if root < 0 or not whole or not (body[-1:] == b">" or body[-512:].rstrip().endswith(b">")):
        response_dict.update(status_code=500, body=b"")
    elif body.startswith(_ERROR, root):
        response_dict["status_code"] = 500


def _expires(response_dict: dict[str, Any], customized: dict[str, Any]) -> None:
    """What ``Expires`` says as text: it may be no time at all, for anyone can store any text there."""
    headers = response_dict["headers"]
    text = headers.get("expires")
    if text is None:
        return
    customized["ExpiresString"] = text
    from ..components.timestamps import parse_timestamp

    try:
        parse_timestamp(text)
    except (ValueError, TypeError, OverflowError):
        del headers["expires"]


def _bucket_location(response_dict: dict[str, Any], customized: dict[str, Any]) -> None:
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
    customized["LocationConstraint"] = content or None
