import base64
import struct
from random import Random

import pytest
from diagram_compiler import diagram_of
from hypothesis import given, settings
from hypothesis import strategies as st
from sotalia.components.errors import EndpointResolutionError, InvalidModelError
from sotalia.models.endpoint_rules import compile_ruleset
from sotalia.models.endpoint_tables import compact_diagram
from sotalia.models.partitions import Partitions

PARTITIONS = Partitions(
    {"partitions": [{"id": "aws", "outputs": {"dnsSuffix": "amazonaws.com"}, "regions": {"us-east-1": {}}}]}
)
R = 100_000_000


def packed(*nodes):
    return base64.b64encode(b"".join(struct.pack(">3i", *node) for node in ((-1, 1, -1), *nodes))).decode()


def diagram(*nodes, root=2, **more):
    return {
        "version": "1.1",
        "parameters": {"Fips": {"type": "boolean", "required": True, "default": False}, "Name": {"type": "string"}},
        "conditions": [
            {"fn": "booleanEquals", "argv": [{"ref": "Fips"}, True]},
            {"fn": "split", "argv": [{"ref": "Name"}, "--", 0], "assign": "parts"},
            {"fn": "ite", "argv": [{"ref": "Fips"}, "-fips", ""], "assign": "suffix"},
            {"fn": "coalesce", "argv": [{"ref": "Name"}, "nobody"], "assign": "who"},
        ],
        "results": [
            {"type": "endpoint", "conditions": [], "endpoint": {"url": "https://{parts#[-1]}.{parts#[0]}"}},
            {"type": "error", "conditions": [], "error": "no name"},
            {"type": "endpoint", "endpoint": {"url": "https://{who}{suffix}", "headers": {"x-who": ["{who}"]}}},
        ],
        "root": root,
        "nodeCount": len(nodes) + 1,
        "nodes": packed(*nodes),
        **more,
    }


def resolve(document, **params):
    return compile_ruleset(document, PARTITIONS, "folder/endpoint-bdd-1.json").resolve(params)


def test_the_way_follows_the_conditions_to_a_result():
    document = diagram((0, 3, R + 2), (1, R + 1, R + 2))
    assert resolve(document, Fips=True, Name="a--b").url == "https://b.a"
    for params in ({}, {"Fips": True}):
        with pytest.raises(EndpointResolutionError, match=r"^no name$"):
            resolve(document, **params)


def test_newer_functions_assign_what_results_read():
    document = diagram((2, 3, 1), (3, R + 3, -1))
    found = resolve(document, Fips=True)
    assert (found.url, found.headers) == ("https://nobody-fips", {"x-who": ["nobody"]})
    assert resolve(document, Name="me").url == "https://me"


@pytest.mark.parametrize("terminal", [1, -1, R])
def test_terminals_and_the_first_of_the_results_mean_that_no_rule_matches(terminal):
    with pytest.raises(EndpointResolutionError, match="No endpoint rule matches"):
        resolve(diagram((0, R + 2, terminal)))


def test_a_complemented_reference_exchanges_the_sides_of_its_node_alone():
    document = diagram((0, -3, R + 2), (1, R + 2, 4), (3, R + 3, 1))
    assert resolve(diagram((0, -3, R + 2), (1, R + 2, R + 1)), Fips=True, Name="x--y").url == "https://y.x"
    with pytest.raises(EndpointResolutionError, match="no name"):
        resolve(document, Fips=True)


def test_parameters_that_neither_conditions_nor_results_read_are_not_part_of_the_cache_key():
    document = diagram((0, R + 2, R + 2), parameters={"Fips": {"type": "boolean"}, "Key": {"type": "string"}})
    for form in (document, compact_diagram(document)):
        resolver = compile_ruleset(form, PARTITIONS)
        assert resolver.cache_key_params == ("Fips",)


@pytest.mark.parametrize(
    ("broken", "pointer", "says"),
    [
        ({"root": None}, "/root", "found NoneType"),
        ({"root": -2}, "/root", "begin at"),
        ({"root": 0}, "/root", "begin at"),
        ({"root": 9}, "/root", "begin at"),
        ({"results": {}}, "/results", "found dict"),
        ({"nodes": 7}, "/nodes", "found int"),
        ({"nodes": "####"}, "/nodes", "no base64"),
        ({"nodes": base64.b64encode(b"12345678").decode()}, "/nodes", "8 bytes"),
        ({"nodes": ""}, "/nodeCount", "3, but 'nodes' has 0"),
        ({"nodes": packed((0, 3, 1))}, "/nodeCount", "has 2"),
        ({"nodes": packed((0, 9, 1), (0, 1, 1))}, "/nodes", "node 1 goes on at 9"),
        ({"nodes": packed((0, 0, 1), (0, 1, 1))}, "/nodes", "node 1 goes on at 0"),
        ({"nodes": packed((0, R + 4, 1), (0, 1, 1))}, "/nodes", "node 1 goes on at 100000004"),
        ({"nodes": packed((4, 1, 1), (0, 1, 1))}, "/nodes", "node 1 asks condition 4 of 4"),
        ({"nodes": packed((0, 3, 1), (1, 1, -2))}, "/nodes", "node 1 leads back to itself"),
    ],
)
def test_a_broken_diagram_names_the_file_the_place_and_the_fault(broken, pointer, says):
    with pytest.raises(InvalidModelError) as raised:
        resolve(diagram((0, 3, R + 2), (1, R + 1, R + 2), **broken))
    assert raised.value.kwargs["path"] == "folder/endpoint-bdd-1.json"
    assert raised.value.kwargs["pointer"] == pointer
    assert says in str(raised.value)


def test_the_first_node_is_that_of_the_specification():
    nodes = base64.b64encode(struct.pack(">6i", 0, 1, 1, 0, 1, 1)).decode()
    with pytest.raises(InvalidModelError, match="first node"):
        resolve(diagram((0, 1, 1), nodes=nodes))


REFERENCES = st.sampled_from(["A", "B", "Flag", "x", "y"]).map(lambda name: {"ref": name})
TEXTS = st.sampled_from(["", "a", "a-b", "ab", "{A}!"])
CONDITIONS = st.one_of(
    REFERENCES.map(lambda ref: {"fn": "isSet", "argv": [ref]}),
    REFERENCES.map(lambda ref: {"fn": "not", "argv": [{"fn": "isSet", "argv": [ref]}]}),
    st.builds(lambda ref, text: {"fn": "stringEquals", "argv": [ref, text]}, REFERENCES, TEXTS),
    st.booleans().map(lambda value: {"fn": "booleanEquals", "argv": [{"ref": "Flag"}, value]}),
    st.builds(
        lambda name, ref: {"fn": "coalesce", "argv": [ref, {"ref": "B"}], "assign": name},
        st.sampled_from("xy"),
        st.sampled_from([{"ref": "A"}, {"ref": "B"}]),
    ),
    st.builds(
        lambda stop: {"fn": "substring", "argv": [{"ref": "A"}, 0, stop, True], "assign": "x"}, st.integers(1, 3)
    ),
)
LEAVES = st.one_of(
    st.sampled_from(["https://{A}", "https://plain", "https://{x}.{y}"]).map(lambda url: {"endpoint": {"url": url}}),
    st.sampled_from(["refused", "refused {A}"]).map(lambda text: {"error": text}),
)
RULES = st.recursive(
    st.builds(lambda tests, leaf: {"conditions": tests, **leaf}, st.lists(CONDITIONS, max_size=3), LEAVES),
    lambda rules: st.builds(
        lambda tests, inner: {"conditions": tests, "rules": inner, "type": "tree"},
        st.lists(CONDITIONS, max_size=2),
        st.lists(rules, min_size=1, max_size=3),
    ),
    max_leaves=8,
)
VALUES = st.fixed_dictionaries(
    {"Flag": st.booleans()}, optional={"A": st.sampled_from(["a", "a-b", "ab"]), "B": st.sampled_from(["", "a"])}
)


@settings(max_examples=150)
@given(st.lists(RULES, min_size=1, max_size=3), st.lists(VALUES, min_size=1, max_size=6), st.integers())
def test_a_tree_and_its_diagram_answer_alike(rules, calls, seed):
    ruleset = {
        "version": "1.1",
        "parameters": {"A": {"type": "string"}, "B": {"type": "string"}, "Flag": {"type": "boolean"}},
        "rules": rules,
    }
    resolvers = [compile_ruleset(form, PARTITIONS) for form in (ruleset, diagram_of(ruleset, Random(seed)))]
    for params in calls:
        outcomes = []
        for resolver in resolvers:
            try:
                outcomes.append(resolver.resolve(params))
            except EndpointResolutionError as refused:
                outcomes.append(str(refused).partition(";")[0])
        assert outcomes[0] == outcomes[1]
