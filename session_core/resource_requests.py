"""The parameters that a resource gives to a call, put where the definitions say.

A target is a dotted path. ``Name[0]`` is an element of a list, ``Name[]`` a
new one, ``Name[*]`` that of the resource's place in a page.
"""

import re
from collections.abc import Iterable, Mapping, MutableMapping
from functools import lru_cache
from typing import Any, Protocol

from ..components.after_fork import import_whole
from ..models.names import python_name
from .resource_definitions import Parameter

__all__ = ["DataOwner", "fill_parameters", "merge_parameters", "search", "value_of"]

_STEP = re.compile(r"([^\[\]]+)(?:\[(\d*|\*)\])?")


class DataOwner(Protocol):
    """A resource, as its requests see it."""

    def _data_or_load(self) -> Any:
        """The data of the resource, loaded if need be; ``None`` if it has none and nothing loads them."""


def search(path: str, data: Any) -> Any:
    """Return what a JMESPath expression finds."""
    import_whole("jmespath")
    import jmespath  # type: ignore[import-untyped] # has no types

    return jmespath.search(path, data)


def value_of(parameter: Parameter, owner: DataOwner) -> Any:
    """Return the value that a resource gives, ``None`` for one that the caller has to give."""
    if parameter.source == "identifier":
        return getattr(owner, python_name(parameter.name or ""))
    if parameter.source == "data":
        return search(parameter.path or "", owner._data_or_load())
    if parameter.source in ("string", "integer", "boolean"):
        return parameter.value
    if parameter.source == "input":
        return None
    raise NotImplementedError(
        f"the definition of {type(owner).__name__} takes the parameter {parameter.target!r} from {parameter.source!r}: "
        "there are identifier, data, string, integer, boolean and input"
    )


def fill_parameters(
    params: dict[str, Any], parameters: Iterable[Parameter], owner: DataOwner, index: int | None = None
) -> dict[str, Any]:
    """Put the values of a resource into ``params``; ``index`` is its place where a target has ``[*]``."""
    for parameter in parameters:
        if parameter.source != "input":
            _put(params, parameter.target, value_of(parameter, owner), index)
    return params


@lru_cache(maxsize=512)
def _steps(target: str) -> tuple[tuple[str, str | None], ...]:
    found = []
    for part in target.split("."):
        step = _STEP.fullmatch(part)
        if step is None:
            raise ValueError(f"a target of a parameter is no path: {target!r}")
        found.append((step[1], step[2]))
    return tuple(found)


def _put(params: dict[str, Any], target: str, value: Any, place: int | None) -> None:
    into: Any = params
    key: Any = None
    for name, index in _steps(target):
        into = into if key is None else _object_at(into, key)
        key = name
        if index is None:
            continue
        known = into.get(name)
        into = known if isinstance(known, list) else into.setdefault(name, [])
        key = len(into) if index == "" else place if index == "*" else int(index)
        if key is None:
            raise ValueError(f"{target!r} is for resources of a collection alone")
        into += [{} for _ in range(key + 1 - len(into))]
    into[key] = value


def _object_at(into: Any, key: Any) -> Any:
    if isinstance(into, list):
        return into[key]
    return into.setdefault(key, {})


def merge_parameters(base: MutableMapping[str, Any], more: Mapping[str, Any]) -> None:
    """Merge ``more`` into ``base``: objects member by member, lists are joined, any other value replaces."""
    for key, value in more.items():
        known = base.get(key)
        if isinstance(known, dict) and isinstance(value, Mapping):
            merge_parameters(known, value)
        elif isinstance(known, list) and isinstance(value, list):
            known.extend(value)
        else:
            base[key] = value
