"""Rule trees as decision diagrams (``endpointBdd``), for the tests: every way is kept, equal nodes are one."""

import base64
import json
import struct
from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

RESULTS = 100_000_000


class _Diagram:
    def __init__(self, random: Random | None) -> None:
        self.conditions: list[Any] = []
        self.results: list[Any] = []
        self.nodes: list[tuple[int, int, int]] = [(-1, 1, -1)]
        self._random = random
        self._numbers: dict[str, int] = {}
        self._nodes: dict[tuple[int, int, int], int] = {}

    def number(self, table: list[Any], value: Any) -> int:
        key = f"{id(table)}{json.dumps(value, sort_keys=True)}"
        found = self._numbers.setdefault(key, len(table))
        if found == len(table):
            table.append(value)
        return found

    def node(self, condition: int, high: int, low: int) -> int:
        """A reference to the node; now and then to its complement, which means the same."""
        if high == low and "assign" not in self.conditions[condition]:
            return high
        complement = self._random is not None and self._random.random() < 0.3
        record = (condition, low, high) if complement else (condition, high, low)
        found = self._nodes.get(record)
        if found is None:
            self.nodes.append(record)
            found = self._nodes[record] = len(self.nodes)
        return -found if complement else found

    def rules(self, records: Sequence[Mapping[str, Any]], otherwise: int) -> int:
        """A reference to where the rules begin; where none matches, the way goes on at ``otherwise``."""
        for record in reversed(records):
            if "rules" in record:
                reference = self.rules(record["rules"], otherwise)
            else:
                kind = "error" if "error" in record else "endpoint"
                result = {"type": kind, "conditions": [], kind: record[kind]}
                reference = RESULTS + 1 + self.number(self.results, result)
            for condition in reversed(record.get("conditions", ())):
                reference = self.node(self.number(self.conditions, condition), reference, otherwise)
            otherwise = reference
        return otherwise


def diagram_of(ruleset: Mapping[str, Any], random: Random | None = None) -> dict[str, Any]:
    """Return the diagram of a rule set; with ``random`` some of its references are complemented."""
    made = _Diagram(random)
    root = made.rules(ruleset["rules"], -1)
    if root < 0:  # no evaluation begins at a complement
        condition, high, low = made.nodes[-root - 1] if root < -1 else (-1, 1, -1)
        made.nodes.append((condition, low, high))
        root = len(made.nodes) if root < -1 else 1
    packed = b"".join(struct.pack(">3i", *node) for node in made.nodes)
    return {
        "version": "1.1",
        "parameters": ruleset["parameters"],
        "conditions": made.conditions,
        "results": made.results,
        "root": root,
        "nodeCount": len(made.nodes),
        "nodes": base64.b64encode(packed).decode(),
    }
