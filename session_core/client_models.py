"""What a client makes of its service's other models: paginators and waiters."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from ..components.errors import DataNotFoundError, OperationNotPageableError
from ..models.names import python_name
from .client import class_name_of
from .documentation import documented_class

if TYPE_CHECKING:
    from .paginator import Paginator
    from .waiter import Waiter

__all__ = ["ClientModels"]


class ClientModels:
    """Finds paginators and waiters of a service by their Python names.

    ``document`` returns the data of a kind (``paginators-1``), or raises
    ``DataNotFoundError``; it is asked at the first use. Safe in threads.
    """

    __slots__ = ("_document",)

    def __init__(self, document: Callable[[str], Mapping[str, Any]]) -> None:
        self._document = document

    def _section(self, kind: str, section: str) -> Mapping[str, Any]:
        try:
            found: Mapping[str, Any] = self._document(kind).get(section, {})
        except DataNotFoundError:
            return {}
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
        title = f"{class_name_of(model)}.Paginator.{operation}"
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
        method, model = python_name(record["operation"]), client.meta.service_model
        title = f"{class_name_of(model)}.Waiter.{known[name]}"
        made = documented_class(Waiter, "wait", model, known[name], title)
        return made(known[name], record, getattr(client, method), clock)  # type: ignore[no-any-return]
