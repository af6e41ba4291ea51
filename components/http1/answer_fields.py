"""The fields of an answer as headers: their names looked up all at once, their values decoded all at once."""

from typing import Any, Final

from ..http import Headers

__all__ = ["AnswerHeaders", "headers_of"]

_Names = tuple[tuple[str, ...], tuple[str, ...]]
"""Names as they came and in lower case; no names where one comes twice."""

_known: Final[dict[tuple[bytes, ...], _Names]] = {}
"""Servers send the same names in the same order, again and again."""
_MOST_KNOWN: Final = 256
_LONGEST_KNOWN: Final = 2048


class AnswerHeaders(Headers):
    """Headers of an answer, whose table by name is made when somebody changes a field, or wants more than values.

    Most calls ask for all values by lower-case name, once, and for two or three fields.
    """

    __slots__ = ("_lowers", "_names", "_tabled", "_values")

    def __init__(self, names: tuple[str, ...], lowers: tuple[str, ...], values: list[str]) -> None:
        self._names = names
        self._lowers = lowers
        self._values = values
        self._tabled = False

    def __getattr__(self, name: str) -> Any:
        if name != "fields":
            raise AttributeError(name)
        self.fields = fields = dict(zip(self._lowers, zip(self._names, self._values, strict=True), strict=True))
        self._tabled = True
        return fields

    def __reduce__(self) -> Any:
        return Headers.of_lower, (self.fields.copy(),)

    def get(self, key: str, default: Any = None) -> Any:
        """Return the value of a field, ``default`` where there is none."""
        if self._tabled:
            return super().get(key, default)
        lower, lowers = key.lower(), self._lowers
        return self._values[lowers.index(lower)] if lower in lowers else default

    def items(self) -> Any:
        """Return the fields as pairs of name and value."""
        if self._tabled:
            return super().items()
        return list(zip(self._names, self._values))  # noqa: B905 - they are as many, and the keyword costs

    def by_lower_name(self) -> dict[str, Any]:
        """Return the values by lower-case name, in order; a new dictionary every time."""
        if self._tabled:
            return super().by_lower_name()
        return dict(zip(self._lowers, self._values))  # noqa: B905 - as above


def headers_of(fields: list[tuple[bytes, bytes]]) -> Headers:
    """Return the headers of fields that a strict parser found: values without line breaks."""
    if not fields:
        return Headers()
    raw_names, raw_values = zip(*fields)  # noqa: B905 - pairs
    names, lowers = _known.get(raw_names) or _new_names(raw_names)
    values = b"\n".join(raw_values).decode("latin-1").split("\n")
    if names:
        return AnswerHeaders(names, lowers, values)
    joined: dict[str, tuple[str, str]] = {}
    for raw_name, lower, value in zip(raw_names, lowers, values, strict=True):
        name = raw_name.decode("latin-1")
        if lower in joined:
            name, before = joined[lower]
            value = f"{before}, {value}"
        joined[lower] = name, value
    return Headers.of_lower(joined)


def _new_names(raw_names: tuple[bytes, ...]) -> _Names:
    whole = b"\n".join(raw_names)
    text = whole.decode("latin-1")
    names, lowers = tuple(text.split("\n")), tuple(text.lower().split("\n"))
    made = (() if len(set(lowers)) < len(lowers) else names), lowers
    if len(whole) <= _LONGEST_KNOWN:
        if len(_known) >= _MOST_KNOWN:
            _known.clear()
        _known[raw_names] = made
    return made
