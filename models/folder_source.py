"""The records of a service whose model is a file of the user."""

from collections.abc import Callable, Mapping
from typing import Any

from .model_origin import ModelOrigin
from .shapes import DictSource

__all__ = ["FolderSource"]


class FolderSource(DictSource):
    """A model from a folder of the search path: it knows its files, and the documents beside it.

    ``document`` returns the data of a kind. ``documentation`` is asked for texts that the
    model does not hold: those of a model of the store that only extras of the user extend.
    """

    def __init__(
        self,
        model: Mapping[str, Any],
        origin: ModelOrigin,
        document: Callable[[str], Mapping[str, Any]],
        documentation: Callable[[str, str], str] | None = None,
    ) -> None:
        super().__init__(model)
        self._origin = origin
        self._find_document = document
        self._find_documentation = documentation

    def __repr__(self) -> str:
        return f"<FolderSource {self._origin.path}>"

    def shape(self, name: str) -> Mapping[str, Any]:
        """The record of a shape; ``InvalidModelError`` names the file and place that refers to one that is not there.

        ``KeyError`` if nothing refers to it.
        """
        try:
            return super().shape(name)
        except KeyError:
            from .model_check import missing_shape

            fault = missing_shape(self._model, name)
            if fault is None:
                raise KeyError(name) from None
            raise self._origin.error(*fault) from None

    def documentation(self, kind: str, name: str) -> str:
        """The documentation that the model holds, or that of the model that it extends."""
        try:
            found = super().documentation(kind, name)
        except KeyError:
            found = ""
        return found or (self._find_documentation(kind, name) if self._find_documentation is not None else "")

    def document(self, kind: str) -> Mapping[str, Any]:
        """Another document of the service; empty where there is none."""
        return self._find_document(kind)
