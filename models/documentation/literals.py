"""Values of examples as Python literals, laid out over lines."""

from collections.abc import Iterator, Mapping
from keyword import iskeyword
from typing import Any

from .layout import STEP

__all__ = ["call_lines", "value_lines"]

_SHORT = 60


def value_lines(value: Any, comments: Mapping[str, str] | None = None) -> list[str]:
    """Return the lines of a value; short ones are one line."""
    text = repr(value)
    if not comments and (len(text) <= _SHORT or not isinstance(value, dict | list) or not value):
        return [text]
    if isinstance(value, dict):
        pairs = [(f"{key!r}: ", item, (comments or {}).get(key, "")) for key, item in value.items()]
        return ["{", *_items(pairs), "}"]
    return ["[", *_items([("", item, "") for item in value]), "]"]


def call_lines(call: str, arguments: Mapping[str, Any], comments: Mapping[str, str]) -> list[str]:
    """Return the lines of a call with these arguments."""
    if not arguments:
        return [f"{call}()"]
    if all(name.isidentifier() and not iskeyword(name) for name in arguments):
        pairs = [(f"{name}=", value, comments.get(name, "")) for name, value in arguments.items()]
        return [f"{call}(", *_items(pairs), ")"]
    first, *rest = value_lines(dict(arguments))
    return [f"{call}(**{first}", *rest[:-1], f"{rest[-1]})"] if rest else [f"{call}(**{first})"]


def _items(pairs: list[tuple[str, Any, str]]) -> Iterator[str]:
    for label, value, comment in pairs:
        first, *rest = value_lines(value)
        lines = [label + first, *rest]
        lines[-1] += ","
        if comment:
            lines[-1] += f"  # {' '.join(comment.split())}"
        for line in lines:
            yield STEP + line
