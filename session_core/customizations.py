"""The handlers that come with the library: what a service needs beyond its model."""

from collections.abc import Iterator, Mapping
from functools import cache

from ..components.errors import StoreError
from ..components.events import EventEmitter
from ..models.store import default_store
from . import customize_s3

__all__ = ["builtin_emitter"]

_FORMER = {
    "cloudwatch-events": "eventbridge",
    "data.iot": "iot-data-plane",
    "elasticloadbalancing": "elastic-load-balancing",
    "email": "ses",
}
"""Names that services had in events before they had an id, and that no model tells."""


class _ServiceAliases(Mapping[str, str]):
    """Other names of services in events (``logs`` for ``cloudwatch-logs``), read at the first look-up."""

    def __init__(self) -> None:
        self._known: dict[str, str] | None = None

    def _names(self) -> dict[str, str]:
        known = self._known
        if known is None:
            try:
                known = {**default_store().aliases(), **_FORMER}
            except StoreError:  # private models alone: their services have one name
                known = dict(_FORMER)
            self._known = known
        return known

    def __getitem__(self, name: str) -> str:
        return self._names()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names())

    def __len__(self) -> int:
        return len(self._names())


@cache
def builtin_emitter() -> EventEmitter:
    """Return the emitter that every session's copies: each service's module registers its own handlers."""
    emitter = EventEmitter(_ServiceAliases())
    customize_s3.register(emitter)
    return emitter
