"""Answers that refuse a call: which code, which message, from whichever place a protocol or a proxy puts them."""

from collections.abc import Mapping
from typing import Any

from ..components.errors import ResponseParserError
from .expat import read_tree

__all__ = [
    "apply_query_error",
    "generic_error",
    "is_generic_error",
    "json_error",
    "looks_like_html",
    "request_metadata",
    "xml_error",
]

_HTML = (b"<html", b"<!doctype html")


def request_metadata(headers: Mapping[str, Any]) -> dict[str, Any]:
    """Return ``RequestId`` and ``HostId`` as far as the fields, by lower-case name, tell them."""
    if "x-amzn-requestid" in headers:
        return {"RequestId": headers["x-amzn-requestid"]}
    if "x-amz-request-id" in headers:
        return {"RequestId": headers["x-amz-request-id"], "HostId": headers.get("x-amz-id-2", "")}
    return {}


def looks_like_html(body: bytes) -> bool:
    """Whether the body is a page for a person, such as a proxy sends."""
    return body[:64].lstrip().lower().startswith(_HTML)


def is_generic_error(status: int, body: bytes) -> bool:
    """Whether the answer comes from something in front of the service: it has a status and no more."""
    return status >= 500 and (not body.strip() or looks_like_html(body))


def generic_error(status: int) -> dict[str, Any]:
    """Return the error of an answer that has a status and no more."""
    from http import HTTPStatus

    try:
        phrase = HTTPStatus(status).phrase
    except ValueError:
        phrase = ""
    return {"Code": str(status), "Message": phrase}


def _short_code(code: str | int) -> str:
    """Strip the namespace before ``#`` and the address behind ``:``."""
    if isinstance(code, int):
        return str(code)
    return code.partition(":")[0].rpartition("#")[2]


def json_error(content: Any, status: int, headers: Mapping[str, Any], header_first: bool) -> dict[str, Any]:
    """Return the error of a JSON or CBOR answer.

    ``content`` is the decoded body. rest-json gives its code in a header
    (``header_first``), or as ``code``; the others as ``__type``.
    """
    fields = content if isinstance(content, dict) else {}
    message = fields.get("message", fields.get("Message", ""))
    in_header = headers.get("x-amzn-errortype")
    in_body = [fields[name] for name in ("code", "Code") if isinstance(fields.get(name), str | int)]
    typed = [fields["__type"]] if isinstance(fields.get("__type"), str | int) else []
    given = [in_header] if in_header else []
    found = [*given, *in_body, *typed] if header_first else [*typed, *in_body, *given]
    return {"Message": message, "Code": _short_code(found[0]) if found else str(status)}


def apply_query_error(error: dict[str, Any], headers: Mapping[str, Any]) -> None:
    """Give the error the code of the query protocol that the service spoke before, from ``x-amzn-query-error``."""
    code, _, fault = headers.get("x-amzn-query-error", "").partition(";")
    if code and fault and ";" not in fault:
        error["QueryErrorCode"] = error["Code"]
        error["Code"] = code
        error["Type"] = fault


def xml_error(
    body: bytes, status: int, headers: Mapping[str, Any], known_codes: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """Return (error, other members of the answer, metadata) of an XML answer.

    Takes ``<Error>``, ``<ErrorResponse><Error>`` and ``<Response><Errors><Error>``,
    and a root element that is itself named by a known code. A body that is no
    XML gives a generic error: a refusal stays a refusal.
    """
    metadata = request_metadata(headers)
    try:
        root, content = read_tree(body) if body.strip() and not looks_like_html(body) else ("", None)
    except ResponseParserError:
        root, content = "", None
    if not isinstance(content, dict):
        return generic_error(status), {}, metadata
    if root == "Error":
        error: Any = content
        others: dict[str, Any] = {}
        ids = {"RequestId": content.pop("RequestId", None), "HostId": content.pop("HostId", None)}
        metadata = {**{name: value for name, value in ids.items() if isinstance(value, str)}, **metadata}
    else:
        others = content
        for name in ("RequestId", "RequestID", "requestId"):
            value = others.pop(name, None)
            if isinstance(value, str):
                metadata["RequestId"] = value
        inner = others.pop("Errors", None)
        error = others.pop("Error", None) or (inner.get("Error") if isinstance(inner, dict) else None)
        if isinstance(error, list):
            error = error[0]
        if error is None and root in known_codes:
            error, others = {"Code": root, **content}, {}
    if not isinstance(error, dict):
        return generic_error(status), others, metadata
    if not isinstance(error.get("Code"), str):
        error["Code"] = str(status)
    error.setdefault("Message", error.get("message", ""))
    return error, others, metadata
