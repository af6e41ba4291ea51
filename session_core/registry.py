"""The registry of a session's components: by instance, or by a factory that runs once."""

import threading
from collections.abc import Callable, Iterable
from typing import Any

from ..components.errors import ComponentCycleError, UnknownComponentError
from ..components.forksafe import ForkSafeLock

__all__ = ["ComponentRegistry"]


class _Lazy:
    """A factory that has not run yet, with the lock of those who wait for it."""

    __slots__ = ("factory", "lock")

    def __init__(self, factory: Callable[[], Any]) -> None:
        self.factory = factory
        self.lock = ForkSafeLock()


class ComponentRegistry:
    """Named components. A lazy factory runs exactly once, whatever the number of threads.

    A factory may ask for other components; a circle raises
    ``ComponentCycleError`` with its names, an unknown name
    ``UnknownComponentError`` with near matches. A factory that raises may be
    asked again. Safe in threads and across fork.
    """

    def __init__(self) -> None:
        self._ready: dict[str, Any] = {}
        self._lazy: dict[str, _Lazy] = {}
        self._building = threading.local()
        self._overridden: set[str] = set()

    def __contains__(self, name: object) -> bool:
        return name in self._ready or name in self._lazy

    def names(self) -> list[str]:
        """All names, sorted."""
        return sorted({*self._ready, *self._lazy})

    @property
    def overridden(self) -> frozenset[str]:
        """The names that were registered after the default wiring."""
        return frozenset(self._overridden)

    def get_component(self, name: str) -> Any:
        """Return the component, made now if it is lazy."""
        try:
            return self._ready[name]
        except KeyError:
            pass
        lazy = self._lazy.get(name)
        if lazy is None:
            if name in self._ready:  # it became ready between the two looks
                return self._ready[name]
            raise self._unknown(name)
        chain: list[str] = self._building.__dict__.setdefault("chain", [])
        if name in chain:
            raise ComponentCycleError(cycle=" -> ".join([*chain[chain.index(name) :], name]))
        with lazy.lock:
            if name in self._ready and self._lazy.get(name) is not lazy:
                return self._ready[name]
            chain.append(name)
            try:
                component = lazy.factory()
            finally:
                chain.pop()
            if self._lazy.get(name) is lazy:  # nobody registered another one meanwhile
                self._ready[name] = component
                del self._lazy[name]
                return component
        return self.get_component(name)

    def get_if_ready(self, name: str) -> Any | None:
        """Return the component if it exists already, ``None`` while it is lazy or unknown."""
        return self._ready.get(name)

    def register_component(self, name: str, component: Any) -> None:
        """Put a component in place of whatever the name meant before."""
        self._ready[name] = component
        self._lazy.pop(name, None)
        self._overridden.add(name)

    def lazy_register_component(self, name: str, factory: Callable[[], Any]) -> None:
        """Put a factory in place of whatever the name meant before; it runs at the first ``get_component``."""
        self._lazy[name] = _Lazy(factory)
        self._ready.pop(name, None)
        self._overridden.add(name)

    def wire(self, defaults: Iterable[tuple[str, Callable[[], Any]]]) -> None:
        """Register the default wiring, which does not count as overriding."""
        for name, factory in defaults:
            self._lazy[name] = _Lazy(factory)

    def rewire(self, defaults: Iterable[tuple[str, Callable[[], Any]]]) -> None:
        """Have default components made again, unless something else was registered in their place."""
        for name, factory in defaults:
            if name not in self._overridden:
                self._lazy[name] = _Lazy(factory)
                self._ready.pop(name, None)

    def _unknown(self, name: str) -> UnknownComponentError:
        from difflib import get_close_matches

        near = get_close_matches(name, self.names(), 3, 0.5)
        hint = f" Did you mean {' or '.join(map(repr, near))}?" if near else ""
        return UnknownComponentError(name=name, hint=hint, known=", ".join(self.names()))
