"""``client.exceptions``: the modelled errors of a service as classes, made as they are asked for."""

from collections.abc import Iterable
from typing import Any
from weakref import WeakValueDictionary

from ..components.errors import BotoCoreError, ClientError, DataNotFoundError
from ..models.shapes import OperationModel, ServiceModel, StructureShape
from .default_holder import current

__all__ = ["ClientExceptions", "ClientExceptionsFactory"]


_made: "WeakValueDictionary[tuple[str, str, str], type[ClientError]]" = WeakValueDictionary()
"""The classes by service, api version and name, as long as a client or an error needs them."""


class ClientExceptions:
    """The exceptions of one service: ``client.exceptions.NoSuchBucket`` and its like.

    Each is a subclass of ``ClientError``, one class in a process for each error
    of a service and api version, whichever session read the model. An error
    comes back from a pickle as one of its class: the one that is there, or by
    the models that the default session of that process finds. Safe in threads.
    """

    def __init__(self, model: ServiceModel) -> None:
        self._model = model
        self._classes: dict[str, type[ClientError]] = {}

    def __repr__(self) -> str:
        return f"<exceptions of {self._model.service_name}>"

    def __getattr__(self, name: str) -> type[ClientError]:
        if name == "ClientError":
            return ClientError
        if name.startswith("_"):
            raise AttributeError(name)
        try:
            shape = self._model.shape_for(name)
        except DataNotFoundError:
            shape = None
        if isinstance(shape, StructureShape) and shape.error_code is not None:
            return self._class(name)
        known = ", ".join(sorted(error.name for error in self._model.error_shapes))
        raise AttributeError(f"{self!r} has no exception {name!r}. Valid exceptions are: {known or 'ClientError only'}")

    def __dir__(self) -> Iterable[str]:
        return ["ClientError", "from_code", *sorted(error.name for error in self._model.error_shapes)]

    def _class(self, name: str) -> type[ClientError]:
        found = self._classes.get(name)
        if found is None:
            from .documentation import error_documentation

            service, version = self._model.service_name, self._model.api_version
            body = {
                "__doc__": error_documentation(self._model, name),
                "__module__": f"{ClientError.__module__}.{service}",
                "__reduce__": _reduce,
                "_home": (service, version),
            }
            key = (service, version, name)
            made = _made.get(key) or _made.setdefault(key, type(name, (ClientError,), body))
            found = self._classes.setdefault(name, made)
        return found

    def from_code(self, error_code: str | None, operation: OperationModel | None = None) -> type[ClientError]:
        """Return the class for an error code, ``ClientError`` where the model has none."""
        if not error_code:
            return ClientError
        if operation is not None:
            for shape in operation.error_shapes:
                if shape.error_code == error_code:
                    return self._class(shape.name)
        error = self._model.shape_for_error_code(error_code)
        return ClientError if error is None else self._class(error.name)


def _reduce(self: Any) -> tuple[Any, ...]:
    return _modelled, (self._home, type(self).__name__, self.response, self.operation_name)


def _modelled(home: tuple[str, str], name: str, response: Any, operation_name: str) -> ClientError:
    """Make an exception again: of its own class if the models here have it, else a ``ClientError``."""
    known = _made.get((*home, name))
    if known is not None:
        return known(response, operation_name)
    made: type[ClientError] = ClientError
    try:
        model = _loader().service_model(*home)
        made = getattr(ClientExceptionsFactory().create(model), name)
    except (BotoCoreError, AttributeError):
        pass
    return made(response, operation_name)


def _loader() -> Any:
    """Return the models that the default session finds, or that one would find."""
    session = current()
    if session is not None:
        return session.get_component("data_loader")
    from ..components.settings import Settings
    from ..models.loader import data_loader, search_paths_of

    return data_loader(search_paths_of(Settings().get("data_path")))


class ClientExceptionsFactory:
    """Makes ``client.exceptions`` (component ``exceptions_factory``), one object per service model."""

    def create(self, service_model: ServiceModel) -> Any:
        """Return the exceptions of a service."""
        found = service_model.derived.get("exceptions")
        if found is None:
            found = service_model.derived.setdefault("exceptions", ClientExceptions(service_model))
        return found
