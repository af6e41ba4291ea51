"""Waiters of a program's own: a waiter model, and the waiters that a client makes of it.

Source of the format: the ``waiters-2`` files of the service models.
"""

from collections.abc import Mapping
from typing import Any, Final

from ..components.clock import Clock
from ..components.errors import WaiterConfigError
from ..models.names import python_name
from .waiter import Waiter

__all__ = ["WaiterModel", "create_waiter_with_client"]


class WaiterModel:
    """Waiters by their names: ``{"version": 2, "waiters": {"ThingReady": {"operation": ..., ...}}}``.

    Raises ``WaiterConfigError`` for another version.
    """

    SUPPORTED_VERSION: Final = 2

    def __init__(self, waiter_config: Mapping[str, Any]) -> None:
        version = waiter_config.get("version", "unknown")
        if version != self.SUPPORTED_VERSION:
            raise WaiterConfigError(
                error_msg=f"a waiter model of version {version}, where {self.SUPPORTED_VERSION} is understood"
            )
        self.version: int = version
        self._waiters: Mapping[str, Mapping[str, Any]] = waiter_config["waiters"]
        self.waiter_names = sorted(self._waiters)

    def get_waiter(self, waiter_name: str) -> Mapping[str, Any]:
        """Return what the model says of a waiter; ``ValueError`` names those that there are."""
        found = self._waiters.get(waiter_name)
        if found is None:
            raise ValueError(f"no waiter {waiter_name!r} in the model; there are: {', '.join(self.waiter_names)}")
        return found


class _OwnWaiter(Waiter):
    """A waiter of a program's own model, which it keeps for its pickles."""

    def __init__(self, name: str, model: WaiterModel, client: Any, clock: Clock) -> None:
        record = model.get_waiter(name)
        super().__init__(name, record, getattr(client, python_name(record["operation"])), clock)
        self._remade_by = name, model, client

    def __reduce__(self) -> tuple[Any, ...]:
        return create_waiter_with_client, self._remade_by


def create_waiter_with_client(
    waiter_name: str, waiter_model: WaiterModel, client: Any, *, clock: Clock | None = None
) -> Waiter:
    """Return a waiter of a program's own model that calls an operation of ``client``.

    ``ValueError`` where the model has no such waiter, ``WaiterConfigError``
    where its record is wrong.
    """
    return _OwnWaiter(waiter_name, waiter_model, client, clock or Clock())
