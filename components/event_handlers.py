"""What can be registered for an event: callables that take ``**kwargs``, and what the library does of its own."""

from __future__ import annotations

from . import errors

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Hashable
    from typing import Any, Final, NoReturn

__all__ = ["BuiltinHandler", "check_counting", "check_handler"]

_VARKEYWORDS: Final = 0x08  # the flag of a code object that takes **kwargs


class BuiltinHandler:
    """Something that the library does at an event by itself; given to ``unregister`` it is left out from then on.

    ``name`` serves as its unique id, ``events`` are those at which it happens.
    To ``register`` it again at one of them undoes that. It is no function: the
    library has compiled what it stands for into its calls.
    """

    __slots__ = ("events", "name")

    def __init__(self, name: str, events: tuple[str, ...]) -> None:
        self.name = name
        self.events = events

    def __repr__(self) -> str:
        return f"<built-in handler {self.name} of {', '.join(self.events)}>"

    def __call__(self, **_: Any) -> NoReturn:
        """Raise ``TypeError``."""
        raise TypeError(f"{self.name} is done by the library itself: it can be unregistered and registered, not called")


def check_handler(event_name: str, handler: Callable[..., Any]) -> None:
    """Raise ``InvalidHandlerError`` for what cannot be registered, or called with any keywords."""
    if not isinstance(event_name, str):
        raise errors.InvalidHandlerError(
            handler=_describe(handler), event_name=event_name, reason="needs an event name that is a str."
        )
    if not callable(handler):
        raise errors.InvalidHandlerError(handler=_describe(handler), event_name=event_name, reason="must be callable.")
    if not _takes_any_keyword(handler):
        raise errors.InvalidHandlerError(
            handler=_describe(handler),
            event_name=event_name,
            reason="must accept keyword arguments (**kwargs): events may be given new ones at any time.",
        )


def check_counting(
    known: bool, counts: bool, handler: Callable[..., Any], event_name: str, unique_id: Hashable | None
) -> None:
    """Raise ``InvalidHandlerError`` unless an id is used with or without counting as it was before."""
    if known != counts:
        raise errors.InvalidHandlerError(
            handler=_describe(handler),
            event_name=event_name,
            reason=f"has the unique id {unique_id!r}, which was registered with unique_id_uses_count={known}: "
            "every later call for that id must say the same.",
        )


def _takes_any_keyword(handler: Callable[..., Any]) -> bool:
    function: Any = handler
    if not isinstance(handler, type):
        if not hasattr(function, "__code__") and not hasattr(function, "__func__"):
            function = type(function).__call__
        function = getattr(function, "__func__", function)
        code = getattr(function, "__code__", None)
        if code is not None:  # the common cases need no inspect, whose import costs milliseconds
            return bool(code.co_flags & _VARKEYWORDS)
    from inspect import Parameter, signature

    try:
        parameters = signature(handler).parameters.values()
    except (TypeError, ValueError):  # a built-in that does not tell: the call will show
        return True
    return any(parameter.kind is Parameter.VAR_KEYWORD for parameter in parameters)


def _describe(handler: object) -> str:
    # Not repr(): a bound method's shows its object, which may hold anything.
    name = getattr(handler, "__qualname__", None)
    return f"{getattr(handler, '__module__', '?')}.{name}" if name else f"of type {type(handler).__qualname__}"
