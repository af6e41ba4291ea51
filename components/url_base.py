"""What URLs begin with, and what of them may be shown."""

from .signers.canonical import split_url

__all__ = ["base_of", "without_query"]


def base_of(url: str) -> str:
    """Return scheme and authority of a URL, and the slash behind them, which is added where it lacks.

    Of nearly all URLs that is ``url[: url.find("/", 8) + 1]``.
    """
    scheme, authority, _, _ = split_url(url)
    return f"{scheme}://{authority}/"


def without_query(url: str) -> str:
    """Return a URL for people: its query may hold a signature."""
    scheme, authority, path, _ = split_url(url)
    return f"{scheme}://{authority}{path}"
