"""The members of a structure, each with its type, its limits and what the model says of it."""

from collections.abc import Iterable, Iterator

from ..shapes import Shape, StructureShape
from .html_text import plain_text
from .layout import STEP, WIDTH, fill
from .words import inner_structure, limits, some_values, type_words

__all__ = ["Members"]


class Members:
    """Describes members, and those of the structures in them.

    A structure is described once; ``described`` are the names of those that were, above this part of the text.
    """

    def __init__(self, described: set[str], *, output: bool) -> None:
        self._output = output
        self._described = described

    def of(self, shape: StructureShape, depth: int = 1) -> Iterator[str]:
        """Yield the lines of all members of a structure, in the model's order."""
        self._described.add(shape.name)
        yield from self.lines(shape.members.items(), set(shape.required_members), depth)

    def lines(self, members: Iterable[tuple[str, Shape]], required: Iterable[str], depth: int = 1) -> Iterator[str]:
        """Yield the lines of members; ``depth`` is what they will be indented by, in steps."""
        must = frozenset() if self._output else frozenset(required)
        for number, (name, member) in enumerate(members):
            if number:
                yield ""
            for line in self._member(name, member, name in must, depth):
                yield line.rstrip()

    def _member(self, name: str, member: Shape, required: bool, depth: int) -> Iterator[str]:
        given = required and not member.metadata.get("idempotencyToken")
        width = WIDTH - len(STEP) * (depth + 1)
        traits = [
            f"{name}: {type_words(member, output=self._output)}",
            "required" if given else "",
            limits(member),
            "deprecated" if member.metadata.get("deprecated") else "",
            "made up if left out" if member.metadata.get("idempotencyToken") and not self._output else "",
        ]
        yield ", ".join(filter(None, traits))
        text = plain_text(member.documentation, width)
        if text:
            yield from (STEP + line for line in text.split("\n"))
        values = some_values(member)
        if values:
            yield from fill(values, width + len(STEP), STEP, STEP).split("\n")
        inner = inner_structure(member)
        if inner is None or not inner.members or inner.is_document_type:
            return
        if inner.name in self._described:
            yield f"{STEP}({inner.name} is described above.)"
            return
        yield ""
        yield from (STEP + line if line else "" for line in self.of(inner, depth + 1))
