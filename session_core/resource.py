"""The base of all resource classes, and what each resource knows of itself."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar

from ..components.errors import ResourceLoadException
from .default_holder import current_or_new

if TYPE_CHECKING:
    from .resource_definitions import ResourceModel

__all__ = ["ResourceMeta", "ServiceResource", "loader_of"]


class ResourceMeta:
    """A resource's client, its data (``None`` before they are loaded), and how it is described."""

    __slots__ = ("client", "data", "identifiers", "resource_model", "service_name")

    def __init__(
        self,
        service_name: str,
        identifiers: list[str] | None = None,
        client: Any = None,
        data: Any = None,
        resource_model: "ResourceModel | None" = None,
    ) -> None:
        self.service_name = service_name
        self.identifiers = [] if identifiers is None else identifiers
        self.client = client
        self.data = data
        self.resource_model = resource_model

    def __repr__(self) -> str:
        return f"ResourceMeta({self.service_name!r}, identifiers={self.identifiers})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, ResourceMeta):
            return NotImplemented
        return all(getattr(self, name) == getattr(other, name) for name in self.__slots__)

    __hash__ = None  # type: ignore[assignment] # its data change

    def copy(self) -> "ResourceMeta":
        """Return a copy with the same client and data."""
        return ResourceMeta(self.service_name, self.identifiers, self.client, self.data, self.resource_model)


def loader_of(fetch: Callable[[Any], Any]) -> Callable[..., None]:
    """Return the method ``load`` of a resource whose data ``fetch`` returns.

    Attributes use what ``fetch`` returned to them, so that an action in
    another thread, which drops the data, takes nothing from them.
    """

    def load(self: Any, *args: Any, **kwargs: Any) -> None:
        """Get the data that the attributes are read from. Attributes call this themselves, once."""
        self.meta.data = fetch(self, *args, **kwargs)

    load.fetch = fetch  # type: ignore[attr-defined] # found by _data_or_load
    return load


class ServiceResource:
    """The base of all resource classes: a thing at a service, told from others of its class by its identifiers.

    Equal are resources of one class name with equal identifiers. Safe in
    threads; two that need the data at once may both load them. Pickles as a
    recipe (its client's, and the identifiers) without data; copies share the client.
    """

    meta: ResourceMeta
    _remake: ClassVar[Callable[..., Any]]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.meta = type(self).meta.copy()
        names = self.meta.identifiers
        given = {"client": None, **dict.fromkeys(names), **dict(zip(names, args, strict=False))}
        if len(args) > len(names):
            raise TypeError(f"{type(self).__name__} takes {', '.join(names) or 'nothing'}: {len(args)} were given")
        for name, value in kwargs.items():
            if name not in given:
                raise ValueError(f"Unknown keyword argument: {name}")
            given[name] = value
        self.meta.client = given.pop("client") or _default_client(self.meta.service_name)
        for name, value in given.items():
            if value is None:
                raise ValueError(f"Required parameter {name} not set")
            setattr(self, f"_{name}", value)

    def __repr__(self) -> str:
        identifiers = ", ".join(f"{name}={value!r}" for name, value in self._identity().items())
        return f"{type(self).__name__}({identifiers})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, ServiceResource) or type(self).__name__ != type(other).__name__:
            return False
        return self._identity() == other._identity()

    def __hash__(self) -> int:
        return hash((type(self).__name__, *self._identity().values()))

    def __copy__(self) -> "ServiceResource":
        made = type(self)(client=self.meta.client, **self._identity())
        made.meta.data = self.meta.data
        return made

    def __deepcopy__(self, memo: dict[int, Any]) -> "ServiceResource":
        from copy import deepcopy

        made = self.__copy__()
        made.meta.data = deepcopy(self.meta.data, memo)
        return made

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self)._remake, (self.meta.client, type(self).__name__.partition(".")[2], self._identity())

    def _identity(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.meta.identifiers}

    def _data_or_load(self) -> Any:
        """Return the data, loaded if need be; ``None`` where nothing loads them."""
        data = self.meta.data
        if data is None:
            load = getattr(self, "load", None)
            fetch = getattr(load, "fetch", None)
            if fetch is not None:
                data = self.meta.data = fetch(self)
            elif load is not None:  # somebody's own
                load()
                data = self.meta.data
        return data

    def _attribute(self, member: str) -> Any:
        """Return a member of the data; ``ResourceLoadException`` if there are no data."""
        data = self._data_or_load()
        if data is None:
            if not hasattr(self, "load"):
                raise ResourceLoadException(f"{type(self).__name__} has no load method")
            raise ResourceLoadException(f"{self!r} has no data: the service answered without any; it may not exist")
        return data.get(member)


def _default_client(service_name: str) -> Any:
    return current_or_new().client(service_name)
