from small_models import SHAPES, make_operation
from sotalia.models.documentation.operation import operation_text, parameters_of
from sotalia.models.documentation.pages import paginator_text, waiter_text
from sotalia.models.documentation.service import error_text, service_text
from sotalia.models.shapes import ServiceModel

REQUIRED = {"Name": {"shape": "String", "documentation": "<p>The <b>name</b>.</p>"}, "Size": {"shape": "Integer"}}


def text_of(members, shapes=None, **kwargs):
    return operation_text(make_operation("json", members, shapes=shapes, **kwargs), "op")


def test_what_must_be_given_comes_first_and_says_so():
    text = text_of({"Size": {"shape": "Integer"}, "Name": REQUIRED["Name"]}, traits={"required": ["Name"]})
    assert "    response = client.op(\n        Name='string',  # required\n        Size=123,\n    )\n" in text
    assert "    Name: str, required\n        The name.\n\n    Size: int\n" in text


def test_an_operation_without_members_is_called_without_any():
    assert "    response = client.op()\n" in text_of(None)
    assert "Parameters" not in text_of({})


def test_a_token_that_is_made_up_need_not_be_given():
    operation = make_operation(
        "json", {"Token": {"shape": "String", "idempotencyToken": True}}, traits={"required": ["Token"]}
    )
    assert parameters_of(operation).required == []
    assert "Token: str, made up if left out" in operation_text(operation, "op")


def test_a_structure_that_holds_itself_is_shown_once():
    text = text_of({"Tree": {"shape": "Tree"}})
    assert "'Branches': [{...Tree, as above...}]," in text
    assert "'Named': {'string': {...Tree, as above...}}," in text
    assert text.count("Blob: bytes") == 1
    assert text.count("(Tree is described above.)") == 3


def test_a_list_that_holds_itself_ends():
    shapes = {"Nest": {"type": "list", "member": {"shape": "Nest"}}}
    assert "Nest=[[...]]," in text_of({"Nest": {"shape": "Nest"}}, shapes)


def test_limits_values_and_kinds_are_told():
    shapes = {
        "Short": {"type": "string", "min": 1, "max": 63},
        "Few": {"type": "list", "member": {"shape": "String"}, "max": 3},
        "Colour": {"type": "string", "enum": ["red", "green"]},
        "Many": {"type": "string", "enum": [f"v{number}" for number in range(100)]},
        "Either": {"type": "structure", "union": True, "members": {"A": {"shape": "String"}}},
        "Percent": {"type": "integer", "min": 0, "max": 100},
    }
    text = text_of({name: {"shape": name} for name in [*shapes, "Document", "Timestamp"]}, shapes)
    for line in (
        "Short: str, 1 to 63 characters",
        "Few: list of str, at most 3 items",
        "Percent: int, 0 to 100",
        "One of 'red', 'green'.",
        "Either: dict with one key (Either)",
        "Colour='red'|'green',",
        "Many='v0'|'v1'|'v2'|'v3'|'v4'|'v5'|...,",
        "Document: any JSON value",
        "Timestamp=datetime(2015, 1, 1),",
        "and 40 more:",
    ):
        assert line in text, line


def test_names_that_python_cannot_write_go_into_a_dictionary():
    text = text_of({"x-y": {"shape": "String"}, "Size": {"shape": "Integer"}})
    assert "client.op(**{\n        'x-y': 'string',\n        'Size': 123,\n    })" in text


def test_the_events_of_an_answer_are_shown():
    shapes = {
        "Out": {"type": "structure", "members": {"Events": {"shape": "Stream"}, "Body": {"shape": "Body"}}},
        "Stream": {"type": "structure", "eventstream": True, "members": {"Tick": {"shape": "Tick"}}},
        "Tick": {
            "type": "structure",
            "event": True,
            "members": {"At": {"shape": "Timestamp", "documentation": "when"}},
        },
        "Body": {"type": "blob", "streaming": True},
    }
    text = text_of({}, shapes, operation={"output": {"shape": "Out"}})
    assert "'Events': EventStream([{  # one of these keys\n            'Tick': {" in text
    assert "Events: iterator of events (Stream)" in text
    assert "At: datetime\n                when" in text
    assert "Body: StreamingBody" in text
    assert "'ResponseMetadata'" in text


def test_errors_and_examples_are_shown():
    shapes = {"Gone": {"type": "structure", "members": {}, "exception": True, "documentation": "<p>It left.</p>"}}
    operation = make_operation("json", REQUIRED, shapes=shapes, operation={"errors": [{"shape": "Gone"}]})
    examples = [
        {
            "title": "One",
            "input": {"Name": "x", "Size": 1},
            "output": {"Tags": [{"Key": "a" * 30, "Value": "b" * 30}]},
            "comments": {"input": {"Size": "in bytes"}},
        },
        {"input": {}},
    ]
    text = operation_text(operation, "op", examples)
    assert "Errors:\n    client.exceptions.Gone\n        It left.\n" in text
    assert (
        "Example 1:\n    One\n\n    client.op(\n        Name='x',\n        Size=1,  # in bytes\n    )\n\n    gives\n"
        in text
    )
    assert "    {\n        'Tags': [\n            {\n                'Key': 'aaa" in text
    assert text.endswith("Example 2:\n    client.op()\n")


def test_a_page_of_aws_is_named_only_where_there_is_one():
    assert "AWS documentation" not in text_of({})
    text = text_of({}, metadata={"uid": "small-2020-01-01"})
    assert "AWS documentation: https://docs.aws.amazon.com/goto/WebAPI/small-2020-01-01/Op" in text


def test_a_paginator_hides_what_it_gives_itself():
    operation = make_operation("json", {"Token": {"shape": "String"}, "Max": {"shape": "Integer"}, **REQUIRED})
    rules = {"input_token": "Token", "output_token": "Token", "limit_key": "Max", "result_key": "Items"}
    text = paginator_text(operation, "op", rules)
    assert "Token=" not in text
    assert "Max=" not in text
    assert "pages = paginator.paginate(\n        Name='string',\n" in text
    assert "'PageSize': 123,  # Max: at most so many items in a page" in text
    assert "collect `Items` from all pages" in text


def test_a_waiter_says_when_it_ends():
    record = {
        "delay": 3,
        "maxAttempts": 7,
        "operation": "Op",
        "acceptors": [
            {"state": "success", "matcher": "path", "argument": "State", "expected": "UP"},
            {"state": "failure", "matcher": "error", "expected": "Gone"},
            {"state": "retry", "matcher": "error", "expected": True},
            {"state": "retry", "matcher": "status", "expected": 404},
        ],
    }
    text = waiter_text(make_operation("json", REQUIRED), "op", record)
    assert "every 3 seconds" in text
    assert "after 7 calls" in text
    for line in (
        "success: `State` is 'UP'",
        "failure: the error Gone",
        "retry: any error",
        "retry: the HTTP status is 404",
    ):
        assert line in text, line
    assert "WaiterConfig={'Delay': 3, 'MaxAttempts': 7}," in text


def test_a_service_lists_what_it_has():
    model = ServiceModel(
        {
            "metadata": {"apiVersion": "2020-01-01", "serviceFullName": "Small", "endpointPrefix": "small"},
            "documentation": "<p>A small one.</p>",
            "operations": {"GetIt": {"name": "GetIt", "documentation": "<p>Gets it. Again.</p>"}},
            "shapes": {"Gone": {"type": "structure", "members": {}, "exception": True}, **SHAPES},
        },
        "small",
    )
    text = service_text(model, {"get_it": "GetIt"}, ["get_it"], ["it_exists"])
    assert text.startswith("A client of Small (api version 2020-01-01).\n\nA small one.\n")
    assert "    get_it\n        Gets it.\n" in text
    assert "Paginators, for client.get_paginator(name):\n    get_it\n" in text
    assert "Waiters, for client.get_waiter(name):\n    it_exists\n" in text
    assert "Errors, as client.exceptions.<name>:\n    Gone\n" in text


def test_an_error_tells_its_code_and_members():
    shape = {
        "type": "structure",
        "exception": True,
        "error": {"code": "E1", "httpStatusCode": 402},
        "members": {"Missing": {"shape": "Integer", "documentation": "so much"}},
    }
    operation = make_operation("json", {}, shapes={"Poor": shape}, operation={"errors": [{"shape": "Poor"}]})
    text = error_text(operation.error_shapes[0])
    assert "Error code 'E1', HTTP status 402." in text
    assert "    Missing: int\n        so much\n" in text
