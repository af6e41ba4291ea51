"""Where the records of a service model come from: a dictionary, or the compiled store behind the same interface."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from ..components.errors import UndefinedModelAttributeError

__all__ = ["DictSource", "ShapeSource"]


class ShapeSource(Protocol):
    """Where the records of one service come from. Records are those of the model files, without documentation."""

    @property
    def metadata(self) -> Mapping[str, Any]:
        """The ``metadata`` section."""
        ...

    @property
    def client_context_params(self) -> Mapping[str, Any]:
        """The ``clientContextParams`` section, empty where there is none."""
        ...

    def operation_names(self) -> Sequence[str]:
        """All operations, in the model's order."""
        ...

    def operation(self, name: str) -> Mapping[str, Any]:
        """The record of an operation; ``KeyError`` if there is none."""
        ...

    def shape_names(self) -> Sequence[str]:
        """All shapes, in the model's order."""
        ...

    def shape(self, name: str) -> Mapping[str, Any]:
        """The record of a shape; ``KeyError`` if there is none."""
        ...

    def error_shape_names(self) -> Sequence[str]:
        """The shapes that are errors (trait ``exception``), in the model's order."""
        ...

    def documentation(self, kind: str, name: str) -> str:
        """Documentation of ``("service", "")``, ``("operation", name)`` or ``("shape", "Name" or "Name$member")``."""
        ...

    def document(self, kind: str) -> Mapping[str, Any]:
        """Another document of the service (``examples-1``), to read only; empty where there is none."""
        ...


class DictSource:
    """A model that is already a dictionary, such as the content of a ``service-2.json``."""

    def __init__(self, model: Mapping[str, Any]) -> None:
        self._model = model

    @property
    def metadata(self) -> Mapping[str, Any]:
        """The ``metadata`` section; ``UndefinedModelAttributeError`` if the model has none."""
        try:
            return self._model["metadata"]  # type: ignore[no-any-return] # JSON edge
        except KeyError:
            raise UndefinedModelAttributeError("The model has no 'metadata' section") from None

    @property
    def client_context_params(self) -> Mapping[str, Any]:
        """The ``clientContextParams`` section."""
        return self._model.get("clientContextParams", {})  # type: ignore[no-any-return] # JSON edge

    def operation_names(self) -> Sequence[str]:
        """All operations."""
        return list(self._model.get("operations", ()))

    def operation(self, name: str) -> Mapping[str, Any]:
        """The record of an operation."""
        return self._model["operations"][name]  # type: ignore[no-any-return] # JSON edge

    def shape_names(self) -> Sequence[str]:
        """All shapes."""
        return list(self._model.get("shapes", ()))

    def shape(self, name: str) -> Mapping[str, Any]:
        """The record of a shape."""
        return self._model["shapes"][name]  # type: ignore[no-any-return] # JSON edge

    def error_shape_names(self) -> Sequence[str]:
        """The shapes that are errors."""
        return [name for name, record in self._model.get("shapes", {}).items() if record.get("exception", False)]

    def documentation(self, kind: str, name: str) -> str:
        """The documentation that the dictionary itself holds."""
        if kind == "service":
            return str(self._model.get("documentation", ""))
        if kind == "operation":
            return str(self.operation(name).get("documentation", ""))
        shape, _, member = name.partition("$")
        record = self.shape(shape)
        if member:
            record = record.get("members", {}).get(member, {})
        return str(record.get("documentation", ""))

    def document(self, kind: str) -> Mapping[str, Any]:
        """Nothing: a dictionary stands alone."""
        return {}
