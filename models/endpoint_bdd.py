"""Endpoint rules as a binary decision diagram: the newer form, in which no condition is asked twice on a way.

    {"version", "parameters", "conditions": [condition, ...],
     "results": [{"type": "endpoint", "endpoint": ...} or {"type": "error", "error": ...}, ...],
     "root": reference, "nodeCount": n, "nodes": base64 of n times three big-endian 32-bit integers}

A node is (condition, reference if it holds, reference if not). A reference is
1 or -1 (no rule matches), n > 1 (node n - 1), -n (the same node with its two
sides exchanged), 100,000,000 (no rule matches) or 100,000,000 + n (the result
n - 1: the first of all results is "no match", and is not written down).

Source: https://smithy.io/2.0/additional-specs/rules-engine/specification.html#smithy-rules-endpointbdd-trait
"""

from collections.abc import Mapping, Sequence
from typing import Any

from ..components.errors import InvalidModelError
from .endpoint_expressions import Expressions, Scope, Test, references
from .endpoint_results import Endpoint, Result, compile_result

__all__ = ["DecisionDiagram", "decode_nodes"]

_RESULTS = 100_000_000
"""References from here on are results."""

_FIRST = (-1, 1, -1)
"""The node 0, which nothing refers to."""


class DecisionDiagram:
    """Endpoint rules as a diagram; conditions and results are compiled when an evaluation first reaches them.

    ``origin`` is what an ``InvalidModelError`` calls the document. Two threads
    may both compile a condition, and either outcome serves.
    """

    __slots__ = ("_document", "_expressions", "_nodes", "_results", "_root", "_tests")

    def __init__(self, document: Mapping[str, Any], expressions: Expressions, origin: str) -> None:
        self._document = document
        self._expressions = expressions
        self._nodes = decode_nodes(document, origin)
        self._root: int = document["root"]
        self._tests: list[Test | None] = [None] * len(document["conditions"])
        self._results: list[Result | None] = [None] * len(document["results"])

    def names(self) -> frozenset[str]:
        """The names of all that conditions and results read."""
        document = self._document
        reads = document.get("reads")
        return references([document["conditions"], document["results"]]) if reads is None else frozenset(reads)

    def run(self, scope: Scope) -> Endpoint | None:
        """Return what the way through the diagram ends in, ``None`` if no rule matches."""
        nodes, tests = self._nodes, self._tests
        reference = self._root
        while reference < _RESULTS:
            number = abs(reference) - 1
            if not number:
                return None
            condition, high, low = nodes[number]
            test = tests[condition] or self._compile_test(condition)
            reference = high if test(scope) is (reference > 0) else low
        if reference == _RESULTS:
            return None
        number = reference - _RESULTS - 1
        return (self._results[number] or self._compile_result(number))(scope)

    def _compile_test(self, number: int) -> Test:
        self._tests[number] = test = self._expressions.condition(self._document["conditions"][number])
        return test

    def _compile_result(self, number: int) -> Result:
        self._results[number] = result = compile_result(self._document["results"][number], self._expressions)
        return result


def decode_nodes(document: Mapping[str, Any], origin: str) -> Sequence[tuple[int, int, int]]:
    """Return the nodes of a diagram as triples.

    ``InvalidModelError`` names ``origin``, the place and what is wrong: a
    diagram that this accepts is evaluated in at most as many steps as it has nodes.
    """

    def fault(pointer: str, reason: str) -> InvalidModelError:
        return InvalidModelError(path=origin, pointer=pointer, reason=reason)

    for key, wanted in (("conditions", list), ("results", list), ("nodes", str), ("root", int)):
        if not isinstance(document.get(key), wanted):
            found = "it is missing" if key not in document else f"found {type(document[key]).__name__}"
            raise fault(f"/{key}", f"{found}, expected {'base64 text' if wanted is str else wanted.__name__}")
    import binascii
    import struct

    try:
        packed = binascii.a2b_base64(document["nodes"], strict_mode=True)
    except ValueError as error:
        raise fault("/nodes", f"no base64: {error}") from None
    if len(packed) % 12:
        raise fault("/nodes", f"{len(packed)} bytes are no whole number of nodes of three 32-bit integers")
    nodes = list(struct.iter_unpack(">3i", packed))
    count = document.get("nodeCount", len(nodes))
    if count != len(nodes):
        raise fault("/nodeCount", f"{count!r}, but 'nodes' has {len(nodes)}")
    if not nodes or nodes[0] != _FIRST:
        raise fault("/nodes", f"the first node must be {list(_FIRST)}, found {list(nodes[0]) if nodes else 'none'}")
    conditions, last = len(document["conditions"]), _RESULTS + len(document["results"])

    def wrong(reference: int) -> bool:
        return not (0 < abs(reference) <= len(nodes) or _RESULTS <= reference <= last)

    for number, (condition, high, low) in enumerate(nodes[1:], 1):
        if not 0 <= condition < conditions:
            raise fault("/nodes", f"node {number} asks condition {condition} of {conditions}")
        for reference in (high, low):
            if wrong(reference):
                raise fault("/nodes", f"node {number} goes on at {reference}, which is no node, terminal or result")
    root = document["root"]
    if wrong(root) or root < 0:
        raise fault("/root", f"{root} is no node, terminal or result that an evaluation could begin at")
    looping = _loop(nodes, root)
    if looping is not None:
        raise fault("/nodes", f"node {looping} leads back to itself")
    return nodes


def _loop(nodes: Sequence[tuple[int, int, int]], root: int) -> int | None:
    """Return a node that can be reached from itself."""
    open_, done = 1, 2
    seen = bytearray(len(nodes))
    pending = [root]
    while pending:
        reference = pending[-1]
        number = abs(reference) - 1
        if reference >= _RESULTS or not number or seen[number] == done:
            pending.pop()
        elif seen[number] == open_:
            seen[number] = done
            pending.pop()
        else:
            seen[number] = open_
            for branch in nodes[number][1:]:
                if branch < _RESULTS and abs(branch) > 1 and seen[abs(branch) - 1] == open_:
                    return abs(branch) - 1
                pending.append(branch)
    return None
