"""Endpoint rule sets: from the parameters of a call to its URL and auth schemes.

A rule set is compiled branch by branch, when an evaluation first reaches one,
and results are cached by the parameters that the rules really read (found by
looking through the rules): S3 declares ``Key`` and ``Prefix``, no rule reads
them, and so ten thousand objects of one bucket are one entry.

Source: https://smithy.io/2.0/additional-specs/rules-engine/specification.html
"""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from ..components.errors import EndpointProviderError, EndpointResolutionError
from .endpoint_expressions import Expressions, Scope, Test, references
from .endpoint_functions import FUNCTIONS
from .endpoint_tables import is_compact
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


class Endpoint:
    """Where a request goes.

    ``url`` is the base URL; ``properties`` may hold ``authSchemes`` (a list of
    dictionaries, best first), ``metricValues`` and ``backend``; ``headers``
    maps header names to lists of values. An endpoint is shared by all calls
    with the same parameters: nothing in it may be changed.
    """

    __slots__ = ("headers", "properties", "url")

    def __init__(self, url: str, properties: Mapping[str, Any], headers: Mapping[str, Sequence[str]]) -> None:
        self.url = url
        self.properties = properties
        self.headers = headers

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Endpoint):
            return NotImplemented
        return (self.url, self.properties, self.headers) == (other.url, other.properties, other.headers)

    __hash__ = None  # type: ignore[assignment] # properties are dictionaries

    def __repr__(self) -> str:
        return f"Endpoint(url={self.url!r}, properties={self.properties!r}, headers={self.headers!r})"


class CacheInfo:
    """How the cache of a resolver did: ``hits``, ``misses``, ``size`` and ``limit``."""

    __slots__ = ("hits", "limit", "misses", "size")

    def __init__(self, hits: int, misses: int, size: int, limit: int) -> None:
        self.hits, self.misses, self.size, self.limit = hits, misses, size, limit

    def __repr__(self) -> str:
        return f"CacheInfo(hits={self.hits}, misses={self.misses}, size={self.size}, limit={self.limit})"


def compile_ruleset(ruleset: Mapping[str, Any], partitions: Partitions) -> "EndpointResolver":
    """Return the resolver of a rule set, given as in the model files or in the compact form of ``endpoint_tables``.

    Takes microseconds: rules are compiled when they are reached. The rule set
    must not be changed afterwards. ``EndpointProviderError`` if it has no rules.
    """
    return EndpointResolver(ruleset, partitions)


_Result = Callable[[Scope], "Endpoint | None"]


class _Rule:
    """A rule: ``tests`` are compiled when it is first reached, ``result`` when they first all pass."""

    __slots__ = ("record", "result", "tests")

    def __init__(self, record: Any) -> None:
        self.record = record
        self.tests: Sequence[Test] | None = None
        self.result: _Result | None = None


class EndpointResolver:
    """A compiled rule set. Safe in threads and across fork.

    ``parameters`` are the declared parameters: name to ``type``, and where the
    rule set has them ``builtIn``, ``required`` and ``default``.
    """

    def __init__(self, ruleset: Mapping[str, Any], partitions: Partitions) -> None:
        self.parameters: Mapping[str, Mapping[str, Any]] = ruleset.get("parameters", {})
        self._ruleset = ruleset
        self._expressions = Expressions({**FUNCTIONS, "aws.partition": _partition_function(partitions)})
        self._names: tuple[str, ...] | None = None
        self._lists: tuple[int, ...] = ()
        self._conditions: dict[int, Test] = {}
        self._rules: Sequence[_Rule]
        if is_compact(ruleset):
            self._nodes: list[_Rule | None] = [None] * len(ruleset["nodes"])
            self._rules = self._numbered(ruleset["root"])
        elif "rules" in ruleset:
            self._rules = [_Rule(record) for record in ruleset["rules"]]
        else:
            raise EndpointProviderError(
                msg=f"The endpoint rule set has no 'rules', only {', '.join(ruleset) or 'nothing'}: "
                "this version evaluates rule trees (endpointRuleSet) of version 1.x"
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
        ruleset = self._ruleset
        found = ruleset["reads"] if is_compact(ruleset) else references(ruleset["rules"])
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
        found = self._run(self._rules, scope)
        if found is None:
            given = ", ".join(name for name in scope if name in self.parameters) or "none"
            raise EndpointResolutionError(msg=f"No endpoint rule matches; the parameters that are set: {given}")
        return found

    def _run(self, rules: Sequence[_Rule], scope: Scope) -> Endpoint | None:
        for rule in rules:
            tests = rule.tests
            if tests is None:
                tests = self._compile_tests(rule)
            for test in tests:
                if not test(scope):
                    break
            else:
                found = (rule.result or self._compile_result(rule))(scope)
                if found is not None:
                    return found
        return None

    # Two threads may both compile a rule, and either outcome serves.

    def _compile_tests(self, rule: _Rule) -> Sequence[Test]:
        record = rule.record
        if isinstance(record, list):
            rule.tests = tests = [self._condition(number) for number in record[0]]
        else:
            rule.tests = tests = [self._expressions.condition(condition) for condition in record.get("conditions", ())]
        return tests

    def _compile_result(self, rule: _Rule) -> _Result:
        record = rule.record
        rules: Sequence[_Rule]
        if isinstance(record, list):
            target = record[1]
            if not isinstance(target, list):
                rule.result = _leaf(self._ruleset["results"][target], self._expressions)
                return rule.result
            rules = self._numbered(target)
        elif "rules" in record:
            rules = [_Rule(child) for child in record["rules"]]
        else:
            rule.result = _leaf(record, self._expressions)
            return rule.result
        run = self._run
        rule.result = lambda scope: run(rules, scope)
        return rule.result

    def _condition(self, number: int) -> Test:
        test = self._conditions.get(number)
        if test is None:
            test = self._conditions[number] = self._expressions.condition(self._ruleset["conditions"][number])
        return test

    def _numbered(self, numbers: Sequence[int]) -> Sequence[_Rule]:
        nodes, records, rules = self._nodes, self._ruleset["nodes"], []
        for number in numbers:
            rule = nodes[number]
            if rule is None:
                rule = nodes[number] = _Rule(records[number])
            rules.append(rule)
        return rules


def _partition_function(partitions: Partitions) -> Callable[[str | None], dict[str, Any] | None]:
    def partition(region: str | None) -> dict[str, Any] | None:
        return None if region is None else partitions.for_region(region) or None

    return partition


def _leaf(record: Mapping[str, Any], expressions: Expressions) -> _Result:
    if "error" in record:
        message = expressions.value(record["error"])

        def refuse(scope: Scope) -> Endpoint:
            raise EndpointResolutionError(msg=message(scope))

        return refuse
    endpoint = record["endpoint"]
    url = expressions.value(endpoint["url"])
    properties = expressions.document(endpoint.get("properties", {}))
    headers = expressions.document(endpoint.get("headers", {}))

    def answer(scope: Scope) -> Endpoint:
        found = url(scope)
        if found is None:
            raise EndpointResolutionError(
                msg=f"The endpoint template {endpoint['url']!r} needs a value that is not set"
            )
        return Endpoint(found, properties(scope), headers(scope))

    return answer
