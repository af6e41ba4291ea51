"""The order of a chain into which installed providers are fitted by their ``BEFORE`` and ``AFTER``."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from heapq import heapify, heappop, heappush
from itertools import pairwise
from typing import Any, NamedTuple

from ..components.errors import ResolverOrderError
from ..components.near_matches import did_you_mean

__all__ = ["fit_in"]

Provider = Any
_Slot = tuple[int, int, str]


class _Edge(NamedTuple):
    """``first`` comes before ``then``, because of ``why``."""

    first: str
    then: str
    why: str


def fit_in(chain: Sequence[Provider], joining: Iterable[Provider], default_before: str) -> list[Provider]:
    """Return the chain with more providers in it; the providers of ``chain`` keep their order among themselves.

    A provider with ``AFTER`` comes right behind the last one that it names, one
    with ``BEFORE`` alone right before the first one that it names, one with
    neither right before ``default_before``. Providers that could take the same
    place come in the order of their names, so the result does not depend on the
    order of installation. Raises ``ResolverOrderError`` for two providers of
    one name, for a name that is not there (with near matches), and for
    constraints that cannot all be met (with the circle that they make).
    """
    built_in = {provider.METHOD: place for place, provider in enumerate(chain)}
    by_name = {provider.METHOD: provider for provider in chain}
    joined = []
    for provider in joining:
        if provider.METHOD in by_name:
            raise ResolverOrderError(reason=f"two providers are named {provider.METHOD!r}")
        by_name[provider.METHOD] = provider
        joined.append(provider)
    if not joined:
        return list(chain)
    edges = [*_chain_edges(chain), *(edge for provider in joined for edge in _own_edges(provider, by_name))]
    slots = {name: (place, 0, name) for name, place in built_in.items()}
    after, before = _neighbours(edges)
    end = built_in.get(default_before, len(chain))
    for provider in joined:
        slots[provider.METHOD] = _slot(provider.METHOD, built_in, after, before, end)
    return [by_name[name] for name in _sorted(slots, edges)]


def _chain_edges(chain: Sequence[Provider]) -> Iterator[_Edge]:
    for first, then in pairwise(chain):
        yield _Edge(first.METHOD, then.METHOD, "the order of the chain")


def _own_edges(provider: Provider, known: Mapping[str, Provider]) -> Iterator[_Edge]:
    name = provider.METHOD
    for trait in ("BEFORE", "AFTER"):
        for other in _names_in(provider, trait):
            if other not in known:
                reason = f"{name!r} names {other!r} in {trait}, and no provider is named so."
                raise ResolverOrderError(reason=reason + did_you_mean(other, known))
            first, then = (name, other) if trait == "BEFORE" else (other, name)
            yield _Edge(first, then, f"{trait} of {name}")


def _names_in(provider: Provider, trait: str) -> tuple[str, ...]:
    """Return the names of a constraint, which may be written as one name."""
    names = getattr(provider, trait, ())
    return (names,) if isinstance(names, str) else tuple(names)


def _neighbours(edges: Iterable[_Edge]) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    after: dict[str, set[str]] = {}
    before: dict[str, set[str]] = {}
    for edge in edges:
        after.setdefault(edge.then, set()).add(edge.first)
        before.setdefault(edge.first, set()).add(edge.then)
    return after, before


def _slot(
    name: str,
    built_in: Mapping[str, int],
    after: Mapping[str, set[str]],
    before: Mapping[str, set[str]],
    end: int,
) -> _Slot:
    """Return where a provider wants to stand among those of the chain: behind one, or else before one."""
    behind = [built_in[other] for other in _reached(name, after, built_in) if other in built_in]
    if behind:
        return max(behind), 1, name
    ahead = [built_in[other] for other in _reached(name, before, built_in) if other in built_in]
    return (min(ahead) if ahead else end) - 1, 2, name


def _reached(name: str, neighbours: Mapping[str, set[str]], stop: Mapping[str, int]) -> set[str]:
    """Return all that a provider comes behind (or before) by constraints, those of other joining providers included."""
    found: set[str] = set()
    look = [name]
    while look:
        for other in neighbours.get(look.pop(), ()):
            if other not in found:
                found.add(other)
                if other not in stop:
                    look.append(other)
    return found


def _sorted(slots: Mapping[str, _Slot], edges: Iterable[_Edge]) -> list[str]:
    edges = list(edges)
    waits = dict.fromkeys(slots, 0)
    for edge in edges:
        waits[edge.then] += 1
    ready = [slot for name, slot in slots.items() if not waits[name]]
    heapify(ready)
    done: list[str] = []
    while ready:
        name = heappop(ready)[2]
        done.append(name)
        for edge in edges:
            if edge.first == name:
                waits[edge.then] -= 1
                if not waits[edge.then]:
                    heappush(ready, slots[edge.then])
    if len(done) < len(slots):
        circle = _circle([edge for edge in edges if edge.first not in done and edge.then not in done])
        raise ResolverOrderError(reason="; ".join(f"{one.first} before {one.then} ({one.why})" for one in circle))
    return done


def _circle(edges: Sequence[_Edge]) -> list[_Edge]:
    """Return the edges of one circle; runs of the chain's own order are told as one."""
    into = {edge.then: edge for edge in edges}  # each provider that is left waits for another one that is left
    path = [next(iter(into.values()))]
    seen = {path[0].then: 0}
    while path[-1].first not in seen:
        seen[path[-1].first] = len(path)
        path.append(into[path[-1].first])
    circle = path[seen[path[-1].first] :][::-1]
    start = next((place for place, edge in enumerate(circle) if edge.why != "the order of the chain"), 0)
    told: list[_Edge] = []
    for edge in [*circle[start:], *circle[:start]]:
        if told and told[-1].why == edge.why == "the order of the chain":
            told[-1] = _Edge(told[-1].first, edge.then, edge.why)
        else:
            told.append(edge)
    return told
