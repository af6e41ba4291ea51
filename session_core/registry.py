"""The registry of a session's components: by instance, or by a factory that runs once."""

import threading
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ..components.after_fork import generation
from ..components.errors import ComponentCycleError, UnknownComponentError
from ..components.forksafe import ForkSafeLock

__all__ = ["Component", "ComponentRegistry"]

_UNMADE: Any = object()
_NO_LOCK: tuple[int, Any] = (0, None)
_lock = ForkSafeLock()
_making = threading.local()


class Component:
    """One registration of a name: an object, or the factory that makes it at its first ``get``.

    Who holds it gets that object, whatever is registered under the name later.
    """

    __slots__ = ("_factory", "_lock", "_owner", "is_default", "name", "value")

    def __init__(
        self,
        name: str,
        value: Any = _UNMADE,
        factory: Callable[..., Any] | None = None,
        owner: tuple[Any, ...] | None = None,
    ) -> None:
        self.name = name
        self.value = value
        self.is_default = owner is not None
        self._factory = factory
        self._owner = owner or ()
        self._lock: tuple[int, Any] = _NO_LOCK

    def get(self) -> Any:
        """Return the object, made now if it is not made yet."""
        value = self.value
        return self._make() if value is _UNMADE else value

    @property
    def is_made(self) -> bool:
        """Whether the object is there already."""
        return self.value is not _UNMADE

    def _make(self) -> Any:
        chain: list[Component] = _making.__dict__.setdefault("chain", [])
        if chain and self in chain:
            raise ComponentCycleError(cycle=" -> ".join(one.name for one in [*chain[chain.index(self) :], self]))
        with self._own_lock():
            if self.value is _UNMADE:
                assert self._factory is not None
                chain.append(self)
                try:
                    self.value = self._factory(*self._owner)
                finally:
                    chain.pop()
            return self.value

    def _own_lock(self) -> Any:
        """Return the lock of this component, a new one in a forked child; most components never need theirs."""
        made_in, lock = self._lock
        if lock is None or made_in != generation():
            with _lock:
                made_in, lock = self._lock
                if lock is None or made_in != generation():
                    lock = threading.RLock()
                    self._lock = (generation(), lock)
        return lock


class ComponentRegistry:
    """Named components. A lazy factory runs exactly once, whatever the number of threads.

    A factory may ask for other components; a circle raises
    ``ComponentCycleError`` with its names, an unknown name
    ``UnknownComponentError`` with near matches. A factory that raises may be
    asked again. Safe in threads and across fork.
    """

    def __init__(self) -> None:
        self.components: Mapping[str, Component] = {}
        """All components of this moment. Never changed: registering publishes another mapping in its place."""
        self.overridden: frozenset[str] = frozenset()
        """The names that were registered after the default wiring."""

    def __contains__(self, name: object) -> bool:
        return name in self.components

    def names(self) -> list[str]:
        """All names, sorted."""
        return sorted(self.components)

    def get_component(self, name: str) -> Any:
        """Return the component, made now if it is lazy."""
        while True:
            component = self.components.get(name)
            if component is None:
                raise self._unknown(name)
            value = component.get()
            if self.components.get(name) is component:  # else another one was registered while it was made
                return value

    def get_if_ready(self, name: str) -> Any | None:
        """Return the component if it exists already, ``None`` while it is lazy or unknown."""
        component = self.components.get(name)
        return component.value if component is not None and component.is_made else None

    def register_component(self, name: str, component: Any) -> None:
        """Put a component in place of whatever the name meant before."""
        self._override(Component(name, component))

    def lazy_register_component(self, name: str, factory: Callable[[], Any]) -> None:
        """Put a factory in place of whatever the name meant before; it runs at the first ``get_component``."""
        self._override(Component(name, factory=factory))

    def wire(self, defaults: Iterable[tuple[str, Callable[..., Any]]], *owner: Any) -> None:
        """Register the default wiring, which does not count as overriding; factories are called with ``owner``."""
        made = {name: Component(name, _UNMADE, factory, owner) for name, factory in defaults}
        with _lock:
            self.components = {**self.components, **made}

    def rewire(self, defaults: Iterable[tuple[str, Callable[..., Any]]], *owner: Any) -> None:
        """Have default components made again, unless something else was registered in their place."""
        self.wire([(name, factory) for name, factory in defaults if name not in self.overridden], *owner)

    def _override(self, component: Component) -> None:
        with _lock:
            self.overridden |= {component.name}
            self.components = {**self.components, component.name: component}

    def _unknown(self, name: str) -> UnknownComponentError:
        from difflib import get_close_matches

        near = get_close_matches(name, self.names(), 3, 0.5)
        hint = f" Did you mean {' or '.join(map(repr, near))}?" if near else ""
        return UnknownComponentError(name=name, hint=hint, known=", ".join(self.names()))
