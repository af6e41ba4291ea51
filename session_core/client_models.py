"""What a client makes of its service's other models: paginators and waiters."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from ..components.errors import DataNotFoundError, OperationNotPageableError
from ..models.model_origin import ModelOrigin
from ..models.names import python_name
from .documentation import documented_class

if TYPE_CHECKING:
    from .paginator import Paginator
    from .waiter import Waiter

__all__ = ["ClientModels"]


class ClientModels:
    """Finds paginators and waiters of a service by their Python names.

    ``document`` returns the data of a kind (``paginators-1``), or raises
    ``DataNotFoundError``; it is asked at the first use. ``origin`` returns the
    files of data that the user wrote, which are checked. Safe in threads.
    """

    __slots__ = ("_document", "_origin")

    def __init__(
        self, document: Callable[[str], Mapping[str, Any]], origin: Callable[[str], ModelOrigin | None]
    ) -> None:
        self._document = document
        self._origin = origin

    def _section(self, kind: str, section: str) -> Mapping[str, Any]:
        try:
            document = self._document(kind)
        except DataNotFoundError:
            return {}
        origin = self._origin(kind)
        if origin is not None:
            from ..models.document_check import check_section

            check_section(document, section, origin)
        found: Mapping[str, Any] = document.get(section, {})
        return found

    def can_paginate(self, operation: str) -> bool:
        """Whether the operation has pages."""
        return operation in self._section("paginators-1", "pagination")

    def paginator(self, client: Any, method: str, operation: str) -> "Paginator":
        """Return the paginator of a method; ``OperationNotPageableError`` if it has no pages."""
        from .paginator import Paginator

        config = self._section("paginators-1", "pagination").get(operation)
        if config is None:
            raise OperationNotPageableError(operation_name=method)
        model = client.meta.service_model
        origin = self._origin("paginators-1")
        if origin is not None:
            from ..models.document_check import check_paginator

            shape = model.operation_model(operation).input_shape
            check_paginator(operation, config, () if shape is None else list(shape.members), origin)
        title = f"{model.class_name}.Paginator.{operation}"
        made = documented_class(Paginator, "paginate", model, operation, title)
        return made(getattr(client, method), config, model.operation_model(operation))  # type: ignore[no-any-return]

    def waiters(self) -> dict[str, str]:
        """Return the waiters' names in the model by their Python names."""
        return {python_name(name): name for name in self._section("waiters-2", "waiters")}

    def waiter(self, client: Any, name: str, clock: Any) -> "Waiter":
        """Return a waiter by its Python name; ``ValueError`` names those that there are."""
        from .waiter import Waiter

        known = self.waiters()
        if name not in known:
            there = ", ".join(sorted(known)) or "none"
            raise ValueError(f"Waiter does not exist: {name}. The service has: {there}")
        record = self._section("waiters-2", "waiters")[known[name]]
        model = client.meta.service_model
        origin = self._origin("waiters-2")
        if origin is not None:
            from ..models.document_check import check_waiter

            check_waiter(known[name], record, model.operation_names, origin)
        method = python_name(record["operation"])
        title = f"{model.class_name}.Waiter.{known[name]}"
        made = documented_class(Waiter, "wait", model, known[name], title)
        return made(known[name], record, getattr(client, method), clock)  # type: ignore[no-any-return]
