"""The URL of a request: its endpoint's, with the path and query of its operation behind it."""

from typing import Any

from ..components.percent import percent_encode_sequence

__all__ = ["join_url"]


def join_url(base: str, path: str, query: Any) -> str:
    """Return the URL of a request; the endpoint's own path comes first."""
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
        url += ("&" if "?" in url else "?") + (query if isinstance(query, str) else percent_encode_sequence(query))
    return url
