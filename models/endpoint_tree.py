"""Endpoint rules as a tree, in the form of the model files or in the compact one of ``endpoint_tables``.

A rule is compiled when an evaluation first reaches it.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from .endpoint_expressions import Expressions, Scope, Test, references
from .endpoint_results import Endpoint, Result, compile_result
from .endpoint_tables import is_compact

__all__ = ["RuleTree"]


class _Rule:
    """A rule: ``tests`` are compiled when it is first reached, ``result`` when they first all pass."""

    __slots__ = ("record", "result", "tests")

    def __init__(self, record: Any) -> None:
        self.record = record
        self.tests: Sequence[Test] | None = None
        self.result: Result | None = None


class RuleTree:
    """The rules of a rule set. Two threads may both compile a rule, and either outcome serves."""

    __slots__ = ("_conditions", "_expressions", "_nodes", "_rules", "_ruleset")

    def __init__(self, ruleset: Mapping[str, Any], expressions: Expressions) -> None:
        self._ruleset = ruleset
        self._expressions = expressions
        self._conditions: dict[int, Test] = {}
        self._nodes: list[_Rule | None] = []
        self._rules: Sequence[_Rule]
        if is_compact(ruleset):
            self._nodes = [None] * len(ruleset["nodes"])
            self._rules = self._numbered(ruleset["root"])
        else:
            self._rules = [_Rule(record) for record in ruleset["rules"]]

    def names(self) -> frozenset[str]:
        """The names of all that the rules read."""
        ruleset = self._ruleset
        return frozenset(ruleset["reads"]) if is_compact(ruleset) else references(ruleset["rules"])

    def run(self, scope: Scope) -> Endpoint | None:
        """Return what the first rule whose conditions all hold ends in, ``None`` if there is none."""
        return self._run(self._rules, scope)

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

    def _compile_tests(self, rule: _Rule) -> Sequence[Test]:
        record = rule.record
        if isinstance(record, list):
            rule.tests = tests = [self._condition(number) for number in record[0]]
        else:
            rule.tests = tests = [self._expressions.condition(condition) for condition in record.get("conditions", ())]
        return tests

    def _compile_result(self, rule: _Rule) -> Result:
        record = rule.record
        rules: Sequence[_Rule]
        if isinstance(record, list):
            target = record[1]
            if not isinstance(target, list):
                rule.result = compile_result(self._ruleset["results"][target], self._expressions)
                return rule.result
            rules = self._numbered(target)
        elif "rules" in record:
            rules = [_Rule(child) for child in record["rules"]]
        else:
            rule.result = compile_result(record, self._expressions)
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
