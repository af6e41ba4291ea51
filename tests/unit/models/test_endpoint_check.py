import copy

import pytest
from sotalia.components.errors import InvalidModelError
from sotalia.models.endpoint_check import ARGUMENTS, check_endpoint_rules
from sotalia.models.endpoint_expressions import _TESTS
from sotalia.models.endpoint_functions import FUNCTIONS

IS_SET = {"fn": "isSet", "argv": [{"ref": "A"}]}


def tree():
    return {
        "version": "1.0",
        "parameters": {"A": {"type": "String"}, "L": {"type": "stringArray"}},
        "rules": [
            {
                "type": "tree",
                "conditions": [copy.deepcopy(IS_SET)],
                "rules": [
                    {"type": "endpoint", "endpoint": {"url": "https://{A}", "headers": {"a/b": ["{A}"]}}},
                ],
            },
            {"type": "error", "conditions": [], "error": "no A"},
        ],
    }


def diagram():
    return {
        "version": "1.1",
        "parameters": {},
        "conditions": [copy.deepcopy(IS_SET)],
        "results": [{"error": "no"}],
        "nodes": "",
    }


def put(document, pointer, value):
    *steps, last = pointer.strip("/").split("/")
    for step in steps:
        document = document[int(step)] if isinstance(document, list) else document[step.replace("~1", "/")]
    if value is None:
        del document[last]
    else:
        document[int(last) if isinstance(document, list) else last.replace("~1", "/")] = value


def test_every_function_that_rules_may_call_has_its_number_of_arguments():
    assert ARGUMENTS.keys() == {*FUNCTIONS, *_TESTS, "getAttr", "aws.partition"}


@pytest.mark.parametrize("whole", [tree(), diagram()])
def test_rules_in_good_form_pass(whole):
    check_endpoint_rules(whole, "x.json")


@pytest.mark.parametrize(
    ("pointer", "value", "says"),
    [
        ("/parameters", None, "missing"),
        ("/parameters/A", 3, "expected an object, found int"),
        ("/parameters/A/type", "number", "'number' is no type"),
        ("/rules", None, "missing"),
        ("/rules", {}, "expected an array"),
        ("/rules/1", "x", "expected an object"),
        ("/rules/0/conditions", {}, "expected an array"),
        ("/rules/0/conditions/0/fn", "isset", "'isset' is no function"),
        ("/rules/0/conditions/0/argv", None, "missing"),
        ("/rules/0/conditions/0/argv", [], "isSet takes 1 arguments, not 0"),
        ("/rules/0/conditions/0/argv/0", {"ref": 1}, "expected text"),
        ("/rules/0/rules", 1, "expected an array"),
        ("/rules/0/rules/0/endpoint", None, "none of 'rules', 'endpoint' and 'error'"),
        ("/rules/0/rules/0/endpoint/url", None, "missing"),
        ("/rules/0/rules/0/endpoint/url", "https://{A", "does not close"),
        ("/rules/0/rules/0/endpoint/headers/a~1b/0", "{A", "does not close"),
        ("/rules/1/error", {"fn": "nope", "argv": []}, "'nope' is no function"),
    ],
)
def test_the_first_fault_of_a_tree_is_named_with_file_and_place(pointer, value, says):
    document = tree()
    put(document, pointer, value)
    with pytest.raises(InvalidModelError) as raised:
        check_endpoint_rules(document, "x.json")
    assert raised.value.kwargs["path"] == "x.json"
    assert raised.value.kwargs["pointer"].startswith(pointer.rpartition("/")[0])
    assert says in str(raised.value)


@pytest.mark.parametrize(
    ("pointer", "value", "says"),
    [
        ("/conditions", None, "missing"),
        ("/conditions/0", [], "expected an object"),
        ("/results", {}, "expected an array"),
        ("/results/0", {"endpoint": {"url": None}}, "null is no value"),
    ],
)
def test_the_first_fault_of_a_diagram_is_named_with_its_place(pointer, value, says):
    document = diagram()
    put(document, pointer, value)
    with pytest.raises(InvalidModelError, match=says) as raised:
        check_endpoint_rules(document, "x.json")
    assert raised.value.kwargs["pointer"].startswith(pointer)
