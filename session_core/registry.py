"""The registry of a session's components: by instance, or by a factory that runs once."""

from __future__ import annotations

import sys
from _thread import RLock
from _weakref import ref

from ..components import errors
from ..components.after_fork import generation
from ..components.forksafe import ForkSafeLock

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import FrameType
    from typing import Any

__all__ = ["Component", "ComponentRegistry", "Components"]

_UNMADE: Any = object()
_NO_NAMES: frozenset[str] = frozenset()
_NOTHING: Mapping[str, Any] = {}
_lock = ForkSafeLock()


class _Making:
    """A component that is being made, or was when its factory failed, in one process of a forked family."""

    __slots__ = ("generation", "lock", "underway")

    def __init__(self) -> None:
        self.generation = generation()
        self.lock = RLock()
        self.underway = False


class Component:
    """One registration of a name: an object, or the factory that makes it at its first ``get``.

    Who holds it gets that object, whatever is registered under the name later.
    """

    __slots__ = ("_factory", "_making", "_owner", "is_default", "name", "value")

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
        self._making: _Making | None = None

    def get(self) -> Any:
        """Return the object, made now if it is not made yet."""
        value = self.value
        return self._make() if value is _UNMADE else value

    @property
    def is_made(self) -> bool:
        """Whether the object is there already."""
        return self.value is not _UNMADE

    def _make(self) -> Any:
        making = self._making
        if making is None or making.generation != generation():
            making = self._begin()
        with making.lock:
            if self.value is _UNMADE:
                if making.underway:
                    raise errors.ComponentCycleError(cycle=self._circle())
                assert self._factory is not None
                making.underway = True
                try:
                    self.value = self._factory() if self._owner is None else self._factory(self._alive_owner())
                finally:
                    making.underway = False
                self._making = None
        return self.value

    def _begin(self) -> _Making:
        with _lock:
            making = self._making
            if making is None or making.generation != generation():
                making = self._making = _Making()
        return making

    def _circle(self) -> str:
        """Return the names of the components whose factories lead back to this one, as the stack has them."""
        names: list[str] = []
        frame: FrameType | None = sys._getframe(1)
        while frame is not None and names.count(self.name) < 2:
            if frame.f_code is Component._make.__code__:
                names.append(frame.f_locals["self"].name)
            frame = frame.f_back
        return " -> ".join(reversed(names))

    def _alive_owner(self) -> Any:
        owner = None if self._owner is None else self._owner()
        if owner is None:
            raise ReferenceError("the session of this component is gone: keep the session as long as its components")
        return owner


class Components(dict[str, Component]):
    """The components of one moment. Defaults are entered when they are asked for; nothing else changes.

    Those of the default wiring come into being in the ``root``, wherever they
    are asked for first. Their owner is known by a weak reference: the session
    holds its registry, and a circle would wait for the collector. Who holds
    components holds the session too.
    """

    __slots__ = ("_owner", "factories", "root")

    def __init__(
        self,
        factories: Mapping[str, Callable[..., Any]],
        owner: ref[Any] | None,
        root: Components | None = None,
        known: Mapping[str, Component] = _NOTHING,
    ) -> None:
        super().__init__(known)
        self.factories = factories
        self.root = root
        self._owner = owner

    def __missing__(self, name: str) -> Component:
        return self.setdefault(name, self.new(name) if self.root is None else self.root[name])

    def new(self, name: str) -> Component:
        """Return another component of the default wiring; ``KeyError`` if there is none of that name."""
        return Component(name, _UNMADE, self.factories[name], True, self._owner)

    def but(self, component: Component) -> Components:
        """Return the same components, with this one."""
        return Components(self.factories, self._owner, self.root or self, {**self, component.name: component})

    def known(self, name: str) -> Component | None:
        """Return a component that was asked for or registered before, else ``None``."""
        found = self.get(name)
        return found if found is not None or self.root is None else self.root.get(name)

    def names(self) -> set[str]:
        """All names, of what there is and of what there may be."""
        return {*self, *self.factories}


class ComponentRegistry:
    """Named components. A lazy factory runs exactly once, whatever the number of threads.

    A factory may ask for other components; a circle raises
    ``ComponentCycleError`` with its names, an unknown name
    ``UnknownComponentError`` with near matches. A factory that raises may be
    asked again. Safe in threads and across fork.

    ``factories`` are the default wiring, which does not count as overriding;
    they are called with ``owner``, which is not kept alive.
    """

    __slots__ = ("components", "overridden")

    def __init__(self, factories: Mapping[str, Callable[..., Any]] = _NOTHING, owner: object | None = None) -> None:
        self.components = Components(factories, None if owner is None else ref(owner))
        """All components of this moment. Registering publishes another mapping in its place."""
        self.overridden = _NO_NAMES
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

    def rewire(self, name: str) -> None:
        """Have a default component made again, unless something else was registered in its place."""
        if name not in self.overridden:
            self._publish(self.components.new(name))

    def _override(self, component: Component) -> None:
        with _lock:
            self.overridden |= {component.name}
            self._publish(component)

    def _publish(self, component: Component) -> None:
        with _lock:
            self.components = self.components.but(component)

    def _unknown(self, name: str) -> errors.UnknownComponentError:
        from difflib import get_close_matches

        near = get_close_matches(name, self.names(), 3, 0.5)
        hint = f" Did you mean {' or '.join(map(repr, near))}?" if near else ""
        return errors.UnknownComponentError(name=name, hint=hint, known=", ".join(self.names()))
