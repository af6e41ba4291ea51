"""Plain text in lines: words filled into a width, lines indented."""

from collections.abc import Iterable, Iterator

__all__ = ["STEP", "WIDTH", "fill", "indented", "section"]

WIDTH = 88
"""The columns of a whole text; ``help()`` indents it by four more."""

STEP = "    "
_LEAST = 24


def fill(text: str, width: int, first: str = "", rest: str = "") -> str:
    """Return the words of a text in lines of at most ``width`` columns; a longer word has a line of its own.

    The first line begins with ``first``, the others with ``rest``.
    """
    lines: list[str] = []
    width = max(width, len(rest) + _LEAST)
    line, room = first, width - len(first)
    fresh = True
    for word in text.split():
        size = len(word) + (not fresh)
        if size > room and not fresh:
            lines.append(line)
            line, room, size = rest, width - len(rest), len(word)
            fresh = True
        line += word if fresh else f" {word}"
        room -= size
        fresh = False
    lines.append(line)
    return "\n".join(lines)


def indented(lines: Iterable[str], indent: str = STEP) -> Iterator[str]:
    """Yield lines with an indent; a value may hold several lines, and empty ones stay empty."""
    for text in lines:
        for line in text.split("\n"):
            yield f"{indent}{line}" if line else ""


def section(title: str, lines: Iterable[str]) -> str:
    """Return a titled block of lines."""
    return "\n".join([f"{title}:", *indented(lines)]).rstrip()
