"""The registry of a session's components: by instance, or by a factory that runs once."""

from __future__ import annotations

from _thread import RLock, get_ident
from _weakref import ref

from ..components import errors
from ..components.after_fork import generation
from ..components.forksafe import ForkSafeLock

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

__all__ = ["Component", "ComponentRegistry"]

_UNMADE: Any = object()
_NO_LOCK: tuple[int, Any] = (0, None)
_lock = ForkSafeLock()
_making: dict[tuple[int, int], tuple[Component, ...]] = {}
"""What the threads of this process are making, each the outermost first."""


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
        is_default: bool = False,
        owner: ref[Any] | None = None,
    ) -> None:
        self.name = name
        self.value = value
        self.is_default = is_default
        self._factory = factory
        self._owner = owner
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
        me = generation(), get_ident()
        chain = _making.get(me, ())
        if self in chain:
            raise errors.ComponentCycleError(cycle=" -> ".join(one.name for one in [*chain[chain.index(self) :], self]))
        with self._own_lock():
            if self.value is _UNMADE:
                assert self._factory is not None
                _making[me] = (*chain, self)
                try:
                    self.value = self._factory() if self._owner is None else self._factory(self._alive_owner())
                finally:
                    if chain:
                        _making[me] = chain
                    else:
                        del _making[me]
                self._lock = _NO_LOCK
            return self.value

    def _alive_owner(self) -> Any:
        owner = None if self._owner is None else self._owner()
        if owner is None:
            raise ReferenceError("the session of this component is gone: keep the session as long as its components")
        return owner

    def _own_lock(self) -> Any:
        """Return the lock of this component, a new one in a forked child; most components never need theirs."""
        made_in, lock = self._lock
        if lock is None or made_in != generation():
            with _lock:
                made_in, lock = self._lock
                if lock is None or made_in != generation():
                    lock = RLock()
                    self._lock = (generation(), lock)
        return lock


class _Defaults:
    """The default wiring of one session, whose components come into being when they are asked for.

    The session is known by a weak reference: it holds its registry, and a
    circle would wait for the collector. Who holds components holds the session
    too.
    """

    __slots__ = ("_components", "_owner", "factories")

    def __init__(self, factories: Mapping[str, Callable[..., Any]], owner: object | None) -> None:
        self.factories = factories
        self._owner = None if owner is None else ref(owner)
        self._components: dict[str, Component] = {}

    def component(self, name: str) -> Component:
        """Return the one component of that name; ``KeyError`` if there is none."""
        found = self._components.get(name)
        return self._components.setdefault(name, self.new(name)) if found is None else found

    def new(self, name: str) -> Component:
        """Return another component of that name."""
        return Component(name, _UNMADE, self.factories[name], True, self._owner)


class _Components(dict[str, Component]):
    """The components of one moment. Defaults are entered when they are asked for; nothing else changes."""

    __slots__ = ("defaults",)

    def __init__(self, defaults: _Defaults, known: Mapping[str, Component]) -> None:
        super().__init__(known)
        self.defaults = defaults

    def __missing__(self, name: str) -> Component:
        return self.setdefault(name, self.defaults.component(name))

    def names(self) -> set[str]:
        """All names, of what there is and of what there may be."""
        return {*self, *self.defaults.factories}


class ComponentRegistry:
    """Named components. A lazy factory runs exactly once, whatever the number of threads.

    A factory may ask for other components; a circle raises
    ``ComponentCycleError`` with its names, an unknown name
    ``UnknownComponentError`` with near matches. A factory that raises may be
    asked again. Safe in threads and across fork.
    """

    def __init__(self) -> None:
        self.components = _Components(_Defaults({}, None), {})
        """All components of this moment. Registering publishes another mapping in its place."""
        self.overridden: frozenset[str] = frozenset()
        """The names that were registered after the default wiring."""

    def __contains__(self, name: object) -> bool:
        return name in self.components.names()

    def names(self) -> list[str]:
        """All names, sorted."""
        return sorted(self.components.names())

    def get_component(self, name: str) -> Any:
        """Return the component, made now if it is lazy."""
        while True:
            try:
                component = self.components[name]
            except KeyError:
                raise self._unknown(name) from None
            value = component.get()
            if self.components[name] is component:  # else another one was registered while it was made
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

    def wire(self, factories: Mapping[str, Callable[..., Any]], owner: object | None = None) -> None:
        """Register the default wiring, which does not count as overriding; factories are called with ``owner``.

        The owner is not kept alive.
        """
        with _lock:
            self.components = _Components(_Defaults(factories, owner), self.components)

    def rewire(self, name: str) -> None:
        """Have a default component made again, unless something else was registered in its place."""
        if name not in self.overridden:
            self._publish(self.components.defaults.new(name))

    def _override(self, component: Component) -> None:
        with _lock:
            self.overridden |= {component.name}
            self._publish(component)

    def _publish(self, component: Component) -> None:
        with _lock:
            before = self.components
            self.components = _Components(before.defaults, {**before, component.name: component})

    def _unknown(self, name: str) -> errors.UnknownComponentError:
        from difflib import get_close_matches

        near = get_close_matches(name, self.names(), 3, 0.5)
        hint = f" Did you mean {' or '.join(map(repr, near))}?" if near else ""
        return errors.UnknownComponentError(name=name, hint=hint, known=", ".join(self.names()))
