"""The URL of a request: its endpoint's, with the path and query of its operation behind it."""

from typing import Any

from ..components.errors import ParamValidationError
from ..components.percent import percent_encode_sequence

__all__ = ["join_url"]


def join_url(base: str, path: str, query: Any) -> str:
    """Return the URL of a request; the endpoint's own path comes first.

    Raises ParamValidationError for values that hold themselves, or others too deeply.
    """
    if path == "/" and not query and base[-1] != "/" and "?" not in base:
        return base + "/" if base.count("/") == 2 else base
    before, mark, endpoint_query = base.partition("?")
    if path.startswith("/?"):
        url = (before if before.count("/") > 2 else before + "/") + path[1:]
    elif path and path != "/":
        url = before.rstrip("/") + (path if path.startswith("/") else "/" + path)
    else:
        url = before if before.count("/") > 2 else before + "/"
    if mark:
        url += ("&" if "?" in url else "?") + endpoint_query
    if query:
        url += ("&" if "?" in url else "?") + (query if isinstance(query, str) else _encoded(query))
    return url


def _encoded(query: Any) -> str:
    try:
        return percent_encode_sequence(query)
    except RecursionError:  # without validation anything may stand there
        raise ParamValidationError(report="a parameter of the query is nested too deeply") from None
