"""The types of a service model: structures, lists, maps and scalars; their parts are resolved when asked for."""

from collections.abc import Mapping
from typing import Any, Protocol

from ..components.forksafe import lazy
from .shape_source import ShapeSource

__all__ = ["CLASSES", "ListShape", "MapShape", "Shape", "ShapeOwner", "StringShape", "StructureShape"]

_SERIALIZED = (
    "locationName", "queryName", "flattened", "location", "payload", "streaming", "timestampFormat",
    "xmlNamespace", "resultWrapper", "xmlAttribute", "eventstream", "event", "eventheader", "eventpayload",
    "jsonvalue", "hostLabel",
)  # fmt: skip
_METADATA = (
    "required", "min", "max", "pattern", "sensitive", "enum", "idempotencyToken", "error", "exception",
    "eventstreaminput", "endpointdiscoveryid", "retryable", "document", "union", "contextParam",
    "clientContextParams", "requiresLength", "box", "deprecated", "sparse", "wrapper", "xmlOrder", "fault",
)  # fmt: skip


class ShapeOwner(Protocol):
    """What a shape asks of the model that it belongs to."""

    @property
    def source(self) -> ShapeSource:
        """Where the model's records come from."""
        ...

    def resolve(self, reference: Mapping[str, Any], owner: str = "") -> "Shape":
        """Return the shape of a reference."""
        ...


class Shape:
    """A type of a service model.

    ``name`` is the name of the shape, ``type_name`` its type, ``serialization``
    what concerns the wire, ``metadata`` what concerns its values. A member's
    traits come before those of the shape that it refers to. Immutable once
    made; safe in threads.
    """

    def __init__(self, name: str, record: Mapping[str, Any], service: ShapeOwner, owner: str = "") -> None:
        self.name = name
        self.type_name: str = record["type"]
        self._record = record
        self._service = service
        self._owner = owner or name

    def __repr__(self) -> str:
        return f"<{type(self).__name__}({self.name})>"

    @lazy
    def serialization(self) -> dict[str, Any]:
        """The wire traits; ``locationName`` is here under ``name``, as botocore has it."""
        record = self._record
        found = {key: record[key] for key in _SERIALIZED if key in record}
        if "locationName" in found:
            found["name"] = found.pop("locationName")
        return found

    @lazy
    def metadata(self) -> dict[str, Any]:
        """The value traits."""
        record = self._record
        return {key: record[key] for key in _METADATA if key in record}

    @property
    def required_members(self) -> list[str]:
        """The members that must be given."""
        return self._record.get("required", [])  # type: ignore[no-any-return] # JSON edge

    @property
    def documentation(self) -> str:
        """The documentation, read from its own file when it is asked for."""
        return self._service.source.documentation("shape", self._owner) or (
            self._service.source.documentation("shape", self.name) if self._owner != self.name else ""
        )

    @lazy
    def event_stream_name(self) -> str | None:
        """The member that is an event stream."""
        return None


class StructureShape(Shape):
    """A structure, a union, an error or a document."""

    @lazy
    def members(self) -> dict[str, Shape]:
        """The members by name, in the model's order."""
        service, owner = self._service, self.name
        return {
            name: service.resolve(reference, f"{owner}${name}")
            for name, reference in self._record.get("members", {}).items()
        }

    @lazy
    def event_stream_name(self) -> str | None:
        """The member that is an event stream, if there is one."""
        for name, member in self.members.items():
            if member._record.get("eventstream"):  # asked of every operation: its traits are not all sorted for it
                return name
        return None

    @lazy
    def error_code(self) -> str | None:
        """The code of an error shape, ``None`` for all others."""
        if not self._record.get("exception", False):
            return None
        return self._record.get("error", {}).get("code") or self.name

    @property
    def is_document_type(self) -> bool:
        """Whether the value is free-form JSON."""
        return bool(self._record.get("document", False))

    @property
    def is_tagged_union(self) -> bool:
        """Whether exactly one member is set."""
        return bool(self._record.get("union", False))


class ListShape(Shape):
    """A list."""

    @lazy
    def member(self) -> Shape:
        """The type of the items."""
        return self._service.resolve(self._record["member"])


class MapShape(Shape):
    """A map."""

    @lazy
    def key(self) -> Shape:
        """The type of the keys."""
        return self._service.resolve(self._record["key"])

    @lazy
    def value(self) -> Shape:
        """The type of the values."""
        return self._service.resolve(self._record["value"])


class StringShape(Shape):
    """A string, perhaps one of ``enum``."""

    @property
    def enum(self) -> list[str]:
        """The known values; a service may add others at any time."""
        return self._record.get("enum", [])  # type: ignore[no-any-return] # JSON edge


CLASSES: dict[str, type[Shape]] = {
    "structure": StructureShape,
    "list": ListShape,
    "map": MapShape,
    "string": StringShape,
}
"""The class of a shape by its type; all others are plain ``Shape``."""
