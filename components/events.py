"""The event system: handlers under dotted names, called by whoever emits a name below them."""

from __future__ import annotations

import os
from _thread import RLock

from . import errors
from .event_handlers import BuiltinHandler, check_counting, check_handler

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
    from typing import Any, Final, Literal, TypeAlias

    Handler: TypeAlias = Callable[..., Any]
    """What can be registered: any callable that takes ``**kwargs``."""

    _Section: TypeAlias = Literal[0, 1, 2]
    _Builtins: TypeAlias = Callable[[], Mapping[str, BuiltinHandler]]

__all__ = ["EventEmitter", "first_non_none_response"]

_FIRST: Final = 0
_NORMAL: Final = 1
_LAST: Final = 2

_ANY: Final = "*"
_CACHED_NAMES: Final = 4096  # names are few; this bounds the cache of a program that invents them

# One lock for the writers of all emitters: registering is rare and takes microseconds.
# Reentrant, because a finalizer that runs meanwhile may register or unregister as well.
_writing = RLock()


def _renew_lock() -> None:
    global _writing
    _writing = RLock()


os.register_at_fork(after_in_child=_renew_lock)


def _no_builtins() -> Mapping[str, BuiltinHandler]:
    return {}


class _Entry:
    """One registration; compared by identity."""

    __slots__ = ("handler", "unique_id")

    def __init__(self, handler: Handler, unique_id: Hashable | None) -> None:
        self.handler = handler
        self.unique_id = unique_id


class _Node:
    """One part of a name: what is registered here and what lies below. Never changed once published."""

    __slots__ = ("children", "entries")

    def __init__(
        self,
        children: dict[str, _Node],
        entries: tuple[tuple[_Entry, ...], tuple[_Entry, ...], tuple[_Entry, ...]] = ((), (), ()),
    ) -> None:
        self.children = children
        self.entries = entries

    def put(self, parts: tuple[str, ...], section: _Section, entry: _Entry) -> _Node:
        """Return this node with the entry below it at ``parts``."""
        if not parts:
            sections = list(self.entries)
            sections[section] = (*sections[section], entry)
            return _Node(self.children, (sections[0], sections[1], sections[2]))
        child = self.children.get(parts[0]) or _Node({})
        return _Node({**self.children, parts[0]: child.put(parts[1:], section, entry)}, self.entries)

    def take(self, parts: tuple[str, ...], entry: _Entry) -> _Node:
        """Return this node without the entry, which is there."""
        if not parts:
            first, normal, last = (tuple(e for e in section if e is not entry) for section in self.entries)
            return _Node(self.children, (first, normal, last))
        child = self.children[parts[0]].take(parts[1:], entry)
        children = {**self.children, parts[0]: child}
        if not child.children and not any(child.entries):
            del children[parts[0]]
        return _Node(children, self.entries)

    def at(self, parts: tuple[str, ...]) -> _Node | None:
        """Return the node of exactly that name."""
        node: _Node | None = self
        for part in parts:
            if node is None:
                break
            node = node.children.get(part)
        return node

    def ordered(self) -> Iterator[_Entry]:
        """Yield the entries of this node alone, in the order of their calls."""
        for section in self.entries:
            yield from section

    def all(self, name: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Handler]]:
        """Yield every handler here and below, with its name, in a fixed order."""
        for entry in self.ordered():
            yield name, entry.handler
        for part in sorted(self.children):
            yield from self.children[part].all((*name, part))


class _Identified:
    """The one registration behind a unique id, and how often it was asked for."""

    __slots__ = ("count", "counts", "entry", "parts")

    def __init__(self, parts: tuple[str, ...], entry: _Entry, counts: bool, count: int = 1) -> None:
        self.parts = parts
        self.entry = entry
        self.counts = counts
        self.count = count


class _Heard(tuple["Handler", ...]):
    """The handlers that an event reaches, in order, and its name as they are told it; empty if nobody hears it."""

    name: str


class _Table(dict[str, _Heard]):
    """All registrations of an emitter at one moment.

    As a mapping it is the cache of what each emitted name reaches; a name that
    is not in it is worked out at its first emission.
    """

    __slots__ = ("aliases", "builtins", "identified", "left_out", "root")

    def __init__(
        self,
        root: _Node,
        identified: dict[Hashable, _Identified],
        aliases: Mapping[str, str],
        builtins: _Builtins,
        left_out: frozenset[tuple[str, str]],
    ) -> None:
        super().__init__()
        self.root = root
        self.identified = identified
        self.aliases = aliases
        self.builtins = builtins
        self.left_out = left_out

    def __missing__(self, event_name: str) -> _Heard:
        parts = _split(event_name, self.aliases)
        level = [self.root]
        levels: list[list[_Node]] = []
        for part in parts:
            names = (_ANY,) if part == _ANY else (_ANY, part)
            level = [node.children[name] for node in level for name in names if name in node.children]
            if not level:
                break
            levels.append(level)
        found = _Heard(e.handler for nodes in reversed(levels) for node in nodes for e in node.ordered())
        found.name = ".".join(parts)
        if len(self) >= _CACHED_NAMES:
            self.clear()
        self[event_name] = found
        return found


def first_non_none_response(responses: Iterable[tuple[Any, Any]], default: Any = None) -> Any:
    """Return the first response of ``emit`` that is not ``None``, ``default`` if all are."""
    return next((response for _, response in responses if response is not None), default)


class EventEmitter:
    """Calls the handlers that were registered for an event, or for anything above it.

    An event has a dotted name. A handler that is registered under ``a.b`` hears
    ``a.b`` and everything below it; a part that is ``*`` stands for exactly one
    part of any text, and nothing else is a pattern. The deepest names are
    called first; among names of one depth, comparing from the left, ``*`` goes
    before the written part. Within one name those of ``register_first`` go
    first and those of ``register_last`` last, each in the order of registering.

    Emitting takes no lock and sees one consistent set of handlers: what is
    registered or removed meanwhile counts from the next emission. Every method
    may be called from any thread, also from inside a handler, and after a fork.

    ``aliases`` maps former names of services to the ones that are emitted
    (``{"logs": "cloudwatch-logs"}``); a key may span several parts. They apply
    to the parts after the first, when registering and when emitting.

    ``builtins`` gives what is done at events without being called: whoever emits
    them looks into ``left_out`` for what was unregistered.
    """

    __slots__ = ("__weakref__", "_table", "heard", "left_out")

    def __init__(self, aliases: Mapping[str, str] | None = None, builtins: _Builtins = _no_builtins) -> None:
        self._table = table = _Table(_Node({}), {}, aliases if aliases is not None else {}, builtins, frozenset())
        self.heard: Mapping[str, tuple[Handler, ...]] = table
        """The handlers of any event at this moment, by its name: ``handlers_for`` without a call. Only to be read."""
        self.left_out: frozenset[tuple[str, str]] = table.left_out
        """The built-in handlers that were unregistered: pairs of event and name. To be read, not set."""

    # --- emitting ---------------------------------------------------------------------------

    def emit(self, event_name: str, **kwargs: Any) -> list[tuple[Handler, Any]]:
        """Call every handler of the event and return ``(handler, response)`` for each, in order.

        Handlers get the keywords and ``event_name``. What a handler raises goes
        to the caller, and the handlers after it are not called.
        """
        handlers = self._table[event_name]
        if not handlers:
            return []
        kwargs["event_name"] = handlers.name
        if len(handlers) == 1:  # the usual case; a comprehension costs a call before Python 3.12
            handler = handlers[0]
            return [(handler, handler(**kwargs))]
        return [(handler, handler(**kwargs)) for handler in handlers]

    def emit_until_response(self, event_name: str, **kwargs: Any) -> tuple[Handler | None, Any]:
        """Call the handlers until one returns something other than ``None``.

        Returns that handler and its response, or ``(None, None)``.
        """
        handlers = self._table[event_name]
        if handlers:
            kwargs["event_name"] = handlers.name
            for handler in handlers:
                response = handler(**kwargs)
                if response is not None:
                    return handler, response
        return None, None

    def has_handlers(self, event_name: str) -> bool:
        """Tell whether emitting the event would call anything."""
        return bool(self._table[event_name])

    def handlers_for(self, event_name: str) -> tuple[Handler, ...]:
        """Return the handlers that emitting the event would call, in order."""
        return tuple(self._table[event_name])

    def has_handlers_of(self, other: EventEmitter) -> bool:
        """Tell whether exactly the handlers of another emitter are registered here."""
        mine, theirs = self._table.root, other._table.root
        return mine is theirs or list(mine.all()) == list(theirs.all())

    # --- registering ------------------------------------------------------------------------

    def register(
        self, event_name: str, handler: Handler, unique_id: Hashable | None = None, unique_id_uses_count: bool = False
    ) -> None:
        """Register a handler.

        With a ``unique_id`` only the first registration under that id in this
        emitter counts, whatever its event; with ``unique_id_uses_count`` it
        takes as many ``unregister`` calls to remove it as there were
        ``register`` calls. Raises InvalidHandlerError (a ValueError) for a
        handler that cannot be called with any keywords, and for an id that is
        used with and without counting.
        """
        self._register(event_name, handler, _NORMAL, unique_id, unique_id_uses_count)

    def register_first(
        self, event_name: str, handler: Handler, unique_id: Hashable | None = None, unique_id_uses_count: bool = False
    ) -> None:
        """Register a handler to be called before the others of the same event name."""
        self._register(event_name, handler, _FIRST, unique_id, unique_id_uses_count)

    def register_last(
        self, event_name: str, handler: Handler, unique_id: Hashable | None = None, unique_id_uses_count: bool = False
    ) -> None:
        """Register a handler to be called after the others of the same event name."""
        self._register(event_name, handler, _LAST, unique_id, unique_id_uses_count)

    def unregister(
        self,
        event_name: str,
        handler: Handler | None = None,
        unique_id: Hashable | None = None,
        unique_id_uses_count: bool = False,
    ) -> None:
        """Remove one registration: that of ``unique_id``, else the first one of ``handler``.

        ``event_name`` is the name that it was registered under. What is not
        registered there is left alone, silently. A ``BuiltinHandler``, or its
        name as the id, is left out of what the library does at that event. Raises InvalidHandlerError for
        an id that was registered with the other ``unique_id_uses_count``.
        """
        parts = _split(event_name, self._table.aliases)

        def change(table: _Table) -> _Table:
            if isinstance(handler, BuiltinHandler):
                return _leave_out(table, parts, handler.name)
            if unique_id is None:
                return _without_handler(table, parts, handler)
            if unique_id not in table.identified and isinstance(unique_id, str):
                return _leave_out(table, parts, unique_id)
            return _without_id(table, parts, unique_id, unique_id_uses_count, event_name)

        self._publish(change)

    def copy(self) -> EventEmitter:
        """Return an emitter with the same handlers; from then on neither sees what the other registers."""
        twin = EventEmitter.__new__(type(self))
        twin._table = twin.heard = table = self._table
        twin.left_out = table.left_out
        return twin

    __copy__ = copy

    def _register(
        self,
        event_name: str,
        handler: Handler,
        section: _Section,
        unique_id: Hashable | None,
        counts: bool,
    ) -> None:
        check_handler(event_name, handler)
        parts = _split(event_name, self._table.aliases)
        if isinstance(handler, BuiltinHandler):
            self._publish(lambda table: _take_in(table, parts, handler))
            return

        def change(table: _Table) -> _Table:
            known = None if unique_id is None else table.identified.get(unique_id)
            if known is not None:
                check_counting(known.counts, counts, known.entry.handler, event_name, unique_id)
                if not counts:
                    return table
                again = _Identified(known.parts, known.entry, counts, known.count + 1)
                return _with_ids(table, table.root, {**table.identified, unique_id: again})
            entry = _Entry(handler, unique_id)
            identified = table.identified
            if unique_id is not None:
                identified = {**identified, unique_id: _Identified(parts, entry, counts)}
            return _with_ids(table, table.root.put(parts, section, entry), identified)

        self._publish(change)

    def _publish(self, change: Callable[[_Table], _Table]) -> None:
        with _writing:
            while True:
                before = self._table
                after = change(before)
                if self._table is before:  # else a finalizer on this thread published in between
                    self._table = self.heard = after
                    self.left_out = after.left_out
                    return


def _with_ids(table: _Table, root: _Node, identified: dict[Hashable, _Identified]) -> _Table:
    return _Table(root, identified, table.aliases, table.builtins, table.left_out)


def _leave_out(table: _Table, parts: tuple[str, ...], name: str) -> _Table:
    event = ".".join(parts)
    known = table.builtins().get(name)
    if known is None or event not in known.events:
        return table
    return _with_builtins(table, table.left_out | {(event, name)})


def _take_in(table: _Table, parts: tuple[str, ...], handler: BuiltinHandler) -> _Table:
    event = ".".join(parts)
    if event not in handler.events:
        raise errors.InvalidHandlerError(
            handler=handler.name,
            event_name=event,
            reason=f"is done by the library itself, at {', '.join(handler.events)} and nowhere else.",
        )
    return _with_builtins(table, table.left_out - {(event, handler.name)})


def _with_builtins(table: _Table, left_out: frozenset[tuple[str, str]]) -> _Table:
    if left_out == table.left_out:
        return table
    return _Table(table.root, table.identified, table.aliases, table.builtins, left_out)


def _without_handler(table: _Table, parts: tuple[str, ...], handler: Handler | None) -> _Table:
    node = table.root.at(parts)
    entry = next((e for e in node.ordered() if e.handler == handler), None) if node is not None else None
    if entry is None:
        return table
    identified = {key: value for key, value in table.identified.items() if value.entry is not entry}
    return _with_ids(table, table.root.take(parts, entry), identified)


def _without_id(table: _Table, parts: tuple[str, ...], unique_id: Hashable, counts: bool, event_name: str) -> _Table:
    known = table.identified.get(unique_id)
    if known is None or known.parts != parts:
        return table
    check_counting(known.counts, counts, known.entry.handler, event_name, unique_id)
    if counts and known.count > 1:
        fewer = _Identified(parts, known.entry, counts, known.count - 1)
        return _with_ids(table, table.root, {**table.identified, unique_id: fewer})
    identified = {key: value for key, value in table.identified.items() if key != unique_id}
    return _with_ids(table, table.root.take(parts, known.entry), identified)


def _split(event_name: str, aliases: Mapping[str, str]) -> tuple[str, ...]:
    """Return the parts of the name, with the first alias in it replaced by what it stands for."""
    parts = tuple(event_name.split("."))
    if aliases:
        for start in range(1, len(parts)):
            for end in range(len(parts), start, -1):
                actual = aliases.get(".".join(parts[start:end]))
                if actual is not None:
                    return (*parts[:start], *actual.split("."), *parts[end:])
    return parts
