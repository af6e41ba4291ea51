"""The version of sotalia."""

__all__ = ["VERSION", "version"]

VERSION = "0.1.0"


def version() -> str:
    """Return the version; a test compares it with the package's metadata."""
    return VERSION
