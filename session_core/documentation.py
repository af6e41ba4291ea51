"""What ``help()`` finds at clients, paginators, waiters and errors: text that is made when somebody looks at it.

A function can only keep an object as its ``__doc__`` and ``__signature__``, so
a method gets two small ones that know where to ask: 0.4 µs for both. Classes
have a descriptor. The last few texts are kept, and nothing is opened before.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..models.shapes import ServiceModel

__all__ = [
    "ClassDocumentation",
    "LazySignature",
    "LazyText",
    "document_method",
    "documented_class",
    "error_documentation",
    "service_documentation",
]

_KEPT = 16
"""Texts kept, 30 KB each on average."""

_PLAIN = frozenset({"__class__", "__reduce__", "__reduce_ex__", "__getstate__", "model", "kind"})


_NAME = str.__str__
"""Gives the content of a ``LazyText`` itself."""


def _of_the_text(name: str) -> Callable[..., Any]:
    method = getattr(str, name)

    def ask(self: "LazyText", *args: Any) -> Any:
        return method(self.text(), *args)

    return ask


class LazyText(str):
    """A string whose text is made when it is first used; its own content is the name of what is asked about.

    What reads its memory directly (``re``, ``"".join``) needs ``str(text)``.
    Pickles and copies as the plain string.
    """

    __slots__ = ("kind", "model")

    kind: str
    model: "ServiceModel"

    def text(self) -> str:
        """Return the text, which is made unless it is one of the last few that were asked for."""
        return _text(self.kind, self.model, _NAME(self))

    def __getattribute__(self, name: str) -> Any:
        """Return a method of the text (``strip``), or one of this object."""
        if name == "text" or name in _PLAIN:
            return object.__getattribute__(self, name)
        return getattr(self.text(), name)

    def __reduce__(self) -> tuple[Any, ...]:
        return str, (self.text(),)

    def __reduce_ex__(self, protocol: Any) -> tuple[Any, ...]:
        return self.__reduce__()

    def __radd__(self, other: str) -> str:
        return other + self.text()

    __str__ = _of_the_text("__str__")
    __repr__ = _of_the_text("__repr__")
    __format__ = _of_the_text("__format__")
    __len__ = _of_the_text("__len__")
    __iter__ = _of_the_text("__iter__")
    __contains__ = _of_the_text("__contains__")
    __getitem__ = _of_the_text("__getitem__")
    __hash__ = _of_the_text("__hash__")
    __eq__ = _of_the_text("__eq__")
    __ne__ = _of_the_text("__ne__")
    __lt__ = _of_the_text("__lt__")
    __le__ = _of_the_text("__le__")
    __gt__ = _of_the_text("__gt__")
    __ge__ = _of_the_text("__ge__")
    __add__ = _of_the_text("__add__")
    __mul__ = _of_the_text("__mul__")
    __rmul__ = _of_the_text("__rmul__")
    __mod__ = _of_the_text("__mod__")


class LazySignature:
    """An ``inspect.Signature`` that is made when it is looked at."""

    __slots__ = ("kind", "model", "name")

    kind: str
    model: "ServiceModel"
    name: str

    def signature(self) -> Any:
        """Return the signature."""
        from . import signatures

        return getattr(signatures, self.kind)(self.model, self.name)

    @property  # type: ignore[misc] # isinstance() asks for it
    def __class__(self) -> type:  # pyright: ignore[reportIncompatibleMethodOverride]
        import inspect

        return inspect.Signature

    def __getattr__(self, name: str) -> Any:
        return getattr(self.signature(), name)

    def __eq__(self, other: object) -> bool:
        return bool(self.signature() == (other.signature() if type(other) is LazySignature else other))

    def __hash__(self) -> int:
        return hash(self.signature())

    def __repr__(self) -> str:
        return repr(self.signature())

    def __str__(self) -> str:
        return str(self.signature())

    def __reduce__(self) -> Any:
        return self.signature().__reduce__()

    def __reduce_ex__(self, protocol: Any) -> Any:
        return self.signature().__reduce_ex__(protocol)


class ClassDocumentation:
    """The ``__doc__`` of a class that is made at run time, and of its instances."""

    __slots__ = ("_kind", "_model", "_name")

    def __init__(self, kind: str, model: "ServiceModel", name: str) -> None:
        self._kind, self._model, self._name = kind, model, name

    def __get__(self, instance: object, owner: type | None = None) -> str:
        return _text(self._kind, self._model, self._name)


@lru_cache(maxsize=_KEPT)
def _text(kind: str, model: "ServiceModel", name: str) -> str:
    from . import documents

    make: Callable[[ServiceModel, str], str] = getattr(documents, kind)
    return make(model, name)


def document_method(function: Any, kind: str, model: "ServiceModel", name: str) -> None:
    """Give a function the documentation and signature of an operation, a paginator or a waiter."""
    text = LazyText(name)
    signature = LazySignature()
    text.kind = signature.kind = kind
    text.model = signature.model = model
    signature.name = name
    function.__doc__ = text
    function.__signature__ = signature


def service_documentation(model: "ServiceModel") -> str:
    """Return the documentation of a service's client class."""
    return _text("service", model, "")


def error_documentation(model: "ServiceModel", shape: str) -> ClassDocumentation:
    """Return the ``__doc__`` of a modelled error."""
    return ClassDocumentation("error", model, shape)


def documented_class(base: type, verb: str, model: "ServiceModel", name: str, title: str) -> Any:
    """Return the class of a service's paginator or waiter, made once: ``base`` with documentation of its own.

    ``verb`` is the method that users call, ``name`` the operation or the waiter.
    """
    key = (base, name)
    found = model.derived.get(key)
    if found is None:
        kind = base.__name__.lower()

        def call(self: Any, *args: Any, **kwargs: Any) -> Any:
            return getattr(base, verb)(self, *args, **kwargs)

        call.__name__, call.__qualname__, call.__module__ = verb, f"{title}.{verb}", base.__module__
        document_method(call, kind, model, name)
        doc = ClassDocumentation(kind, model, name)
        body = {"__module__": base.__module__, "__qualname__": title, "__doc__": doc, verb: call}
        found = model.derived.setdefault(key, type(title, (base,), body))
    return found
