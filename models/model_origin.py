"""Which files a document of a private model was read from, so that an error can name the file and the place in it."""

from collections.abc import Iterator, Mapping
from typing import Any

from ..components.errors import InvalidModelError

__all__ = ["Fault", "ModelOrigin", "escaped", "object_faults"]

Fault = tuple[str, str]
"""A JSON pointer, and what is wrong there."""


class ModelOrigin:
    """The file of a document, and the file of extras that were merged into it, if there is one. Immutable."""

    __slots__ = ("_extras", "_extras_path", "path")

    def __init__(self, path: str, extras: Mapping[str, Any] | None = None, extras_path: str = "") -> None:
        self.path = path
        self._extras = extras
        self._extras_path = extras_path

    def __repr__(self) -> str:
        return f"<ModelOrigin {self.path}>"

    @property
    def has_extras(self) -> bool:
        """Whether extras of the user were merged into the document."""
        return self._extras is not None

    def place(self, pointer: str) -> tuple[str, str]:
        """Return the file that a value of the merged document is from, and its JSON pointer in that file."""
        if self._extras is not None and pointer and _leads_somewhere(self._extras, pointer):
            return self._extras_path, f"/merge{pointer}"
        return self.path, pointer

    def error(self, pointer: str, reason: str) -> InvalidModelError:
        """Return the error to raise for a fault at a place of the merged document."""
        path, place = self.place(pointer)
        return InvalidModelError(path=path, pointer=place, reason=reason)


def escaped(name: object) -> str:
    """Return a name as a step of a JSON pointer (RFC 6901)."""
    return str(name).replace("~", "~0").replace("/", "~1")


def object_faults(value: Any, pointer: str) -> Iterator[Fault]:
    """Yield a fault if a value is no object."""
    if value is None:
        yield pointer, "it is missing: expected an object"
    elif not isinstance(value, dict):
        yield pointer, f"expected an object, found {type(value).__name__}"


def _leads_somewhere(document: Any, pointer: str) -> bool:
    for step in pointer.split("/")[1:]:
        key = step.replace("~1", "/").replace("~0", "~")
        if isinstance(document, Mapping) and key in document:
            document = document[key]
        elif isinstance(document, list) and key.isdigit() and int(key) < len(document):
            document = document[int(key)]
        else:
            return False
    return True
