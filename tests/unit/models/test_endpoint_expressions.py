"""Compiled rule sets against an interpreter that walks the rules in the plainest way."""

from collections.abc import Mapping
from types import MappingProxyType

from hypothesis import given, settings
from hypothesis import strategies as st
from sotalia.components.errors import EndpointResolutionError
from sotalia.models.endpoint_expressions import references
from sotalia.models.endpoint_rules import compile_ruleset
from sotalia.models.endpoint_tables import compact_ruleset
from sotalia.models.partitions import Partitions

NAMES = ["A", "B", "Flag"]
PARAMETERS = {"A": {"type": "string"}, "B": {"type": "string"}, "Flag": {"type": "boolean"}}
PARTITIONS = Partitions({"partitions": [{"id": "aws", "outputs": {"dnsSuffix": "x.com"}}]})

refs = st.sampled_from(NAMES).map(lambda name: {"ref": name})
strings = st.sampled_from(["", "a", "b", "{A}", "x{B}y", "{{A}}"])
tests = st.recursive(
    st.builds(lambda ref: {"fn": "isSet", "argv": [ref]}, refs)
    | st.builds(lambda ref, value: {"fn": "booleanEquals", "argv": [ref, value]}, refs, st.booleans())
    | st.builds(lambda ref, value: {"fn": "stringEquals", "argv": [ref, value]}, refs, strings)
    | st.builds(lambda ref, value: {"fn": "stringEquals", "argv": [value, ref]}, refs, strings),
    lambda inner: st.builds(lambda test: {"fn": "not", "argv": [test]}, inner),
    max_leaves=2,
)
assignments = st.builds(
    lambda fn, ref: (
        {"fn": fn, "argv": [ref], "assign": "v"} | ({"argv": [ref, {"ref": "B"}]} if fn == "coalesce" else {})
    ),
    st.sampled_from(["coalesce", "uriEncode"]),
    st.sampled_from(["A", "B"]).map(lambda name: {"ref": name}),
)
conditions = st.lists(tests, max_size=2) | st.builds(lambda one, two: [one, two], assignments, tests)
leaves = st.builds(
    lambda kind, conditions, number: {
        "type": kind, "conditions": conditions, kind: {"url": f"u{number}"} if kind == "endpoint" else f"e{number}",
    },
    st.sampled_from(["endpoint", "error"]), conditions, st.integers(0, 5),
)  # fmt: skip
rules = st.recursive(
    leaves,
    lambda inner: st.builds(
        lambda conditions, rules: {"type": "tree", "conditions": conditions, "rules": rules},
        conditions,
        st.lists(inner, min_size=1, max_size=3),
    ),
    max_leaves=8,
)
values = st.sampled_from([None, "", "a", "b", "xay", "{A}"])


def value(record, scope):
    if isinstance(record, str):
        text = record.replace("{{", "\0").replace("}}", "\1")
        for name in ("A", "B"):
            if f"{{{name}}}" in text:
                if scope.get(name) is None:
                    return None
                text = text.replace(f"{{{name}}}", scope[name])
        return text.replace("\0", "{").replace("\1", "}")
    if not isinstance(record, Mapping):
        return record
    if "ref" in record:
        return scope.get(record["ref"])
    found = [value(argument, scope) for argument in record["argv"]]
    match record["fn"]:
        case "isSet":
            return found[0] is not None
        case "not":
            return not found[0]
        case "booleanEquals" | "stringEquals":
            return found[0] is not None and found[0] == found[1]
        case "coalesce":
            return next((one for one in found if one is not None), None)
        case "uriEncode":
            return None if found[0] is None else found[0].replace("{", "%7B").replace("}", "%7D")


def interpret(rules, scope):
    for rule in rules:
        scope = dict(scope)
        for condition in rule["conditions"]:
            found = value(condition, scope)
            if found is None or found is False:
                break
            if "assign" in condition:
                scope[condition["assign"]] = found
        else:
            if rule["type"] != "tree":
                return rule[rule["type"]]
            found = interpret(rule["rules"], scope)
            if found is not None:
                return found
    return None


def resolve(resolver, params):
    try:
        return {"url": resolver.resolve(params).url}
    except EndpointResolutionError as refused:
        return None if "No endpoint rule matches" in str(refused) else str(refused)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(rules, min_size=1, max_size=4), st.lists(st.tuples(values, values, st.none() | st.booleans()), max_size=6)
)
def test_both_forms_mean_what_the_interpreter_means(rules, calls):
    ruleset = {"version": "1.0", "parameters": PARAMETERS, "rules": rules}
    plain, compact = compile_ruleset(ruleset, PARTITIONS), compile_ruleset(compact_ruleset(ruleset), PARTITIONS)
    assert plain.cache_key_params == compact.cache_key_params
    for call in calls:
        params = {name: given for name, given in zip(NAMES, call, strict=True) if given is not None}
        assert resolve(plain, params) == resolve(compact, params) == interpret(rules, params)


def test_references_are_found_in_any_kind_of_mapping_and_sequence():
    rules = MappingProxyType({"rules": ({"argv": [{"ref": "A"}]}, "{B#x} {{C}}")})
    assert references(rules) == {"A", "B"}
