"""What a generated answer holds: which members, how many items, and values in the forms that they have on the wire."""

from collections.abc import Iterator
from random import Random
from typing import Any, Literal

Fill = Literal["some", "all", "least"]

TEXT = "abcXYZ019-_.~ /é&<>\"'%+=:,;\n\t漢😀"
HEADER_TEXT = "abcXYZ019-_.~ /&<>\"'%+=:;"
SECONDS = (0, 1, 1422172800, 4102444799, -305254739)
TIMES = {
    "iso8601": (
        *("2015-01-25T08:00:00Z", "2015-01-25T08:00:00.123Z", "1999-12-31T23:59:59.999999Z", "2024-02-29T00:00:00Z"),
        *("2015-01-25T08:00:00+02:00", "1960-05-05T01:01:01Z"),
    ),
    "rfc822": ("Sun, 25 Jan 2015 08:00:00 GMT", "Thu, 29 Feb 2024 00:00:00 GMT", "Fri, 31 Dec 1999 23:59:59 GMT"),
}
SPECIAL_TEXT = {
    ("iam", "policyDocumentType"): ("%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%5B%5D%7D",),
    ("cloudformation", "TemplateBody"): ('{"Resources": {"A": {"Type": "T"}}}', "Resources:\n  A: 1"),
}
"""Texts that boto3 decodes, by service and shape."""
BUDGET = 250
"""Values after which a body holds no more than it must."""


class WireValues:
    """The choices behind one answer; ``fill`` is ``all`` for every member, ``least`` for none."""

    def __init__(self, service: str, random: Random, fill: Fill) -> None:
        self.service = service
        self.random = random
        self.fill = fill
        self.left = BUDGET

    def members(self, shape: Any, above: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
        """Yield the members of a structure that the answer holds."""
        random, left = self.random, list(shape.members.items())
        if getattr(shape, "is_tagged_union", False):
            fitting = [pair for pair in left if pair[1].name not in above] or left[:1]
            yield random.choice(fitting)
            return
        likely = {"all": 1.0, "least": 0.0, "some": 0.6 if len(above) < 4 else 0.2}[self.fill]
        for name, member in left:
            if (self.left > 0 or not above) and member.name not in above and random.random() < likely:
                self.left -= 1
                yield name, member

    def count(self, inner: Any, above: tuple[str, ...]) -> int:
        """Return how many items a list or map has."""
        if inner.name in above or self.left < 0:
            return 0
        return self.random.choice((1, 1, 2)) if self.fill == "all" else self.random.choice((0, 1, 2, 3))

    def text(self, shape: Any, alphabet: str = TEXT) -> str:
        """Return a string; now and then one that is not in an enumeration."""
        random = self.random
        special = SPECIAL_TEXT.get((self.service, shape.name))
        if special is not None:
            return random.choice(special)
        enum = getattr(shape, "enum", None)
        if enum and random.random() < 0.8:
            return random.choice(enum)
        return "".join(random.choices(alphabet, k=random.choice((0, 1, 5, 12))))

    def blob(self) -> bytes:
        """Return bytes."""
        return self.random.choice((b"", b"bytes\x00\xff", b"ascii text", b"\xe6\xbc\xa2"))

    def integer(self) -> int:
        """Return a whole number."""
        return self.random.choice((0, 1, -1, 7, 2**31 - 1, 123456789012))

    def number(self) -> float:
        """Return a number that every format can carry."""
        return self.random.choice((0.0, 1.5, -2.25, 1e-7, 1e20, 123.456))

    def special(self) -> str:
        """Return a number that is none, or has no end; or an empty string for an ordinary one."""
        return self.random.choice(("", "", "", "NaN", "Infinity", "-Infinity"))

    def boolean(self) -> bool:
        """Return a truth value."""
        return self.random.random() < 0.5

    def seconds(self) -> int | float:
        """Return a time as seconds since 1970."""
        return self.random.choice((*SECONDS, 1422172800.5, 1422172800.123))

    def time(self, form: str) -> str:
        """Return a time as text."""
        if form.lower() == "unixtimestamp":
            return str(self.random.choice(SECONDS))
        return self.random.choice(TIMES[form])
