"""The scanner of JSON that is written in C, without the module around it.

``import json`` costs 2 ms, most of it for regular expressions that the scanner
does not use, and ``json.loads`` of a small body three times what it scans in.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


__all__ = ["scan"]


class _Rules:
    """What the standard library's decoder says by default."""

    strict = True
    object_hook = object_pairs_hook = None
    parse_float, parse_int, parse_constant = float, int, float


def _scanner() -> Callable[[str, int], tuple[Any, int]]:
    try:
        from _json import make_scanner
    except ImportError:  # not CPython
        from json import JSONDecoder

        return JSONDecoder().raw_decode
    found: Any = make_scanner(_Rules)  # type: ignore[arg-type,unused-ignore] # the stub wants a scanner
    return found  # type: ignore[no-any-return] # checked by tests


scan = _scanner()
"""Return the value that begins at an index of a text, and the index behind it.

No white space may stand before it. ``StopIteration`` where no value begins,
``ValueError`` for one that is malformed, ``RecursionError`` for too deep a one.
"""
