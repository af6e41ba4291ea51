"""Endpoint rule sets: from the parameters of a call to its URL and auth schemes.

A rule set is a tree (``endpoint_tree``) or a decision diagram
(``endpoint_bdd``). Either is compiled branch by branch, when an evaluation first
reaches one, and results are cached by the parameters that the rules really read
(found by looking through the rules): S3 declares ``Key`` and ``Prefix``, no rule
reads them, and so ten thousand objects of one bucket are one entry.

Source: https://smithy.io/2.0/additional-specs/rules-engine/specification.html
"""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Protocol

from ..components.errors import EndpointProviderError, EndpointResolutionError
from .endpoint_expressions import Expressions, Scope
from .endpoint_functions import FUNCTIONS
from .endpoint_results import Endpoint
from .endpoint_tables import is_compact, is_diagram
from .endpoint_tree import RuleTree
from .partitions import Partitions

__all__ = ["PARAMETER_TYPES", "CacheInfo", "Endpoint", "EndpointResolver", "compile_ruleset"]

_CACHE_SIZE = 1000
"""Results kept per rule set, about 0.5 KiB each; more than this many buckets in turn cost 20 µs a call."""

PARAMETER_TYPES: Mapping[str, Callable[[Any], bool]] = {
    "string": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "stringarray": lambda value: isinstance(value, list | tuple) and all(isinstance(item, str) for item in value),
}
"""Whether a value fits a declared type, by the type's name in lower case (the data spells it both ways)."""


class CacheInfo:
    """How the cache of a resolver did: ``hits``, ``misses``, ``size`` and ``limit``."""

    __slots__ = ("hits", "limit", "misses", "size")

    def __init__(self, hits: int, misses: int, size: int, limit: int) -> None:
        self.hits, self.misses, self.size, self.limit = hits, misses, size, limit

    def __repr__(self) -> str:
        return f"CacheInfo(hits={self.hits}, misses={self.misses}, size={self.size}, limit={self.limit})"


def compile_ruleset(
    ruleset: Mapping[str, Any], partitions: Partitions, origin: str = "(endpoint rules)"
) -> "EndpointResolver":
    """Return the resolver of a rule set (the model files' form, or that of ``endpoint_tables``) or of a diagram.

    Takes microseconds: rules are compiled when they are reached. The rule set
    must not be changed afterwards. ``EndpointProviderError`` if it has no rules,
    ``InvalidModelError``, with ``origin`` for its path, for a broken diagram.
    """
    return EndpointResolver(ruleset, partitions, origin)


class _Rules(Protocol):
    """Rules in one of their forms."""

    def names(self) -> frozenset[str]:
        """The names of all that the rules read."""
        ...

    def run(self, scope: Scope) -> Endpoint | None:
        """Return the endpoint, ``None`` if no rule matches."""


class EndpointResolver:
    """A compiled rule set. Safe in threads and across fork.

    ``parameters`` are the declared parameters: name to ``type``, and where the
    rule set has them ``builtIn``, ``required`` and ``default``.
    """

    def __init__(self, ruleset: Mapping[str, Any], partitions: Partitions, origin: str = "(endpoint rules)") -> None:
        self.parameters: Mapping[str, Mapping[str, Any]] = ruleset.get("parameters", {})
        self._names: tuple[str, ...] | None = None
        self._lists: tuple[int, ...] = ()
        expressions = Expressions({**FUNCTIONS, "aws.partition": _partition_function(partitions)})
        self._rules: _Rules
        if is_diagram(ruleset):
            from .endpoint_bdd import DecisionDiagram  # no service of the store has one

            self._rules = DecisionDiagram(ruleset, expressions, origin)
        elif "rules" in ruleset or is_compact(ruleset):
            self._rules = RuleTree(ruleset, expressions)
        else:
            raise EndpointProviderError(
                msg=f"The endpoint rule set has neither 'rules' nor 'nodes', only {', '.join(ruleset) or 'nothing'}: "
                "this version evaluates rule trees (endpointRuleSet) and decision diagrams (endpointBdd) of version 1.x"
            )
        self._cached = lru_cache(_CACHE_SIZE)(self._evaluate)

    @property
    def cache_key_params(self) -> tuple[str, ...]:
        """The declared parameters that the rules read, in their order: all that the result depends on."""
        return self._names if self._names is not None else self._find_names()

    @property
    def read_parameters(self) -> dict[str, Mapping[str, Any]]:
        """``parameters`` without those that no rule reads."""
        return {name: self.parameters[name] for name in self.cache_key_params}

    def cache_info(self) -> CacheInfo:
        """Hits, misses and size of the cache of results."""
        info = self._cached.cache_info()
        return CacheInfo(info.hits, info.misses, info.currsize, _CACHE_SIZE)

    def resolve(self, params: Mapping[str, Any]) -> Endpoint:
        """Return the endpoint for parameters by name; names that the rules do not read may be there and cost nothing.

        ``EndpointResolutionError`` with the rules' own message where they
        refuse the combination, where a required parameter is missing and where
        no rule matches; ``EndpointProviderError`` for a value of a wrong type.
        The result comes from a cache and must not be changed.
        """
        names = self._names
        if names is None:
            names = self._find_names()
        key = tuple(map(params.get, names))
        if self._lists:
            key = self._hashable(key)
        try:
            return self._cached(key)
        except TypeError:
            self._scope(key)  # an unhashable value of a wrong type is told as such
            raise

    def _hashable(self, key: tuple[Any, ...]) -> tuple[Any, ...]:
        values = list(key)
        for index in self._lists:
            if isinstance(values[index], list):
                values[index] = tuple(values[index])
        return tuple(values)

    def _find_names(self) -> tuple[str, ...]:
        found = self._rules.names()
        names = tuple(name for name in self.parameters if name in found)
        self._lists = tuple(
            index for index, name in enumerate(names) if self.parameters[name]["type"].lower() == "stringarray"
        )
        self._names = names
        return names

    def _scope(self, key: tuple[Any, ...]) -> Scope:
        scope = Scope()
        for name, value in zip(self.cache_key_params, key, strict=True):
            declared = self.parameters[name]
            if value is None:
                value = declared.get("default")
                if value is None:
                    if declared.get("required"):
                        raise EndpointResolutionError(msg=f"The endpoint parameter {name} is required and not set")
                    continue
            elif not PARAMETER_TYPES[declared["type"].lower()](value):
                raise EndpointProviderError(
                    msg=f"The endpoint parameter {name} must be a {declared['type']}, not {type(value).__name__}"
                )
            scope[name] = value
        return scope

    def _evaluate(self, key: tuple[Any, ...]) -> Endpoint:
        scope = self._scope(key)
        found = self._rules.run(scope)
        if found is None:
            given = ", ".join(name for name in scope if name in self.parameters) or "none"
            raise EndpointResolutionError(msg=f"No endpoint rule matches; the parameters that are set: {given}")
        return found


def _partition_function(partitions: Partitions) -> Callable[[str | None], dict[str, Any] | None]:
    def partition(region: str | None) -> dict[str, Any] | None:
        return None if region is None else partitions.for_region(region) or None

    return partition
