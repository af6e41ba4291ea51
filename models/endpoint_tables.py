"""A smaller form of endpoint rule sets, in which everything that repeats is written once.

Rule sets repeat themselves: of the 742 conditions of S3 105 are different, of
its 178 endpoints 78. The compact form numbers the different conditions,
results and rules. It is what a store should hold and ``compile_ruleset`` likes
best; ``expand_ruleset`` gives back the form of the model files.

    {"version", "parameters",
     "conditions": [condition, ...],
     "results": [{"endpoint": ...} or {"error": ...}, ...],
     "nodes": [[[condition numbers], result number or [node numbers]], ...],
     "root": [node numbers],
     "reads": [names of the declared parameters that a rule reads]}

This file imports nothing of the package, so that a build can load it by path.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any


__all__ = ["compact_diagram", "compact_ruleset", "expand_ruleset", "is_compact", "is_diagram"]


def is_compact(ruleset: Mapping[str, Any]) -> bool:
    """Whether the rule set is in the compact form."""
    return isinstance(ruleset.get("nodes"), list) and "root" in ruleset


def is_diagram(document: Mapping[str, Any]) -> bool:
    """Whether endpoint rules are a decision diagram (``endpoint_bdd``), with its nodes packed."""
    return "nodes" in document and not isinstance(document["nodes"], list)


def compact_diagram(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return a decision diagram without documentation, and with the names that it reads (``reads``)."""
    parameters = document.get("parameters", {})
    read = [document.get("conditions"), document.get("results")]
    return {
        **document,
        "parameters": {name: _undocumented(record) for name, record in parameters.items()},
        "reads": [name for name in parameters if _is_read(name, read)],
    }


def compact_ruleset(ruleset: Mapping[str, Any]) -> dict[str, Any]:
    """Return the compact form of a rule set, without documentation. Rules keep their order and meaning."""
    conditions, results, nodes = _Table(), _Table(), _Table()

    def rules(records: Sequence[Mapping[str, Any]]) -> list[int]:
        return [rule(record) for record in records]

    def rule(record: Mapping[str, Any]) -> int:
        tests = [conditions.number(condition) for condition in record.get("conditions", ())]
        if "rules" in record:
            return nodes.number([tests, rules(record["rules"])])
        kind = record["type"]
        return nodes.number([tests, results.number({kind: record[kind]})])

    root = rules(ruleset["rules"])
    return {
        "version": ruleset.get("version"),
        "parameters": {name: _undocumented(record) for name, record in ruleset.get("parameters", {}).items()},
        "conditions": conditions.rows,
        "results": results.rows,
        "nodes": nodes.rows,
        "root": root,
        "reads": [name for name in ruleset.get("parameters", {}) if _is_read(name, conditions.rows + results.rows)],
    }


def expand_ruleset(compact: Mapping[str, Any]) -> dict[str, Any]:
    """Return the form of the model files. Equal parts are one shared object: copy before changing anything."""
    conditions, results, nodes = compact["conditions"], compact["results"], compact["nodes"]
    made: dict[int, dict[str, Any]] = {}

    def rule(number: int) -> dict[str, Any]:
        if number not in made:
            tests, target = nodes[number]
            record: dict[str, Any] = {"conditions": [conditions[test] for test in tests]}
            if isinstance(target, list):
                record.update(rules=[rule(child) for child in target], type="tree")
            else:
                (kind,) = results[target]
                record.update(results[target], type=kind)
            made[number] = record
        return made[number]

    return {
        "version": compact["version"],
        "parameters": compact["parameters"],
        "rules": [rule(number) for number in compact["root"]],
    }


class _Table:
    """Numbers values, equal ones alike."""

    def __init__(self) -> None:
        self.rows: list[Any] = []
        self._numbers: dict[str, int] = {}

    def number(self, value: Any) -> int:
        """The number of a value."""
        import json  # for the compiler alone

        key = json.dumps(value, sort_keys=True)
        number = self._numbers.setdefault(key, len(self.rows))
        if number == len(self.rows):
            self.rows.append(value)
        return number


def _undocumented(record: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in record.items() if key != "documentation"}


def _is_read(name: str, record: Any) -> bool:
    if isinstance(record, str):
        unescaped = record.replace("{{", "")
        return f"{{{name}}}" in unescaped or f"{{{name}#" in unescaped
    if isinstance(record, dict):
        return record.get("ref") == name or any(_is_read(name, value) for value in record.values())
    return isinstance(record, list) and any(_is_read(name, value) for value in record)
