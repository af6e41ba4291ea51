"""The quickest way to ask an environment for one variable, again and again."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

__all__ = ["bytes_below", "variable"]


def bytes_below(environ: Mapping[str, str]) -> dict[bytes, bytes] | None:
    """Return the dictionary of bytes below the process's environment, where there is one (CPython on POSIX).

    ``os.environ.get`` costs 1.5 µs for a variable that is not set, and most
    are not; the dictionary, which changes with the environment, a tenth of it.
    """
    below: Any = getattr(environ, "_data", None) if environ is os.environ else None
    return below if type(below) is dict and type(next(iter(below), b"")) is bytes else None


def variable(environ: Mapping[str, str], name: str) -> Callable[[], str | None]:
    """Return the function that gives the value of a variable at the time of its call."""
    below = bytes_below(environ)
    if below is None:
        return lambda: environ.get(name)
    key, get = os.fsencode(name), below.get

    def read() -> str | None:
        value = get(key)
        return None if value is None else os.fsdecode(value)

    return read
