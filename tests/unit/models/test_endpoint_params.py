import pytest
from sotalia.models.endpoint_params import client_context_values, compile_endpoint_binder
from sotalia.models.shapes import ServiceModel

MODEL = {
    "metadata": {"serviceId": "S 3", "endpointPrefix": "s3", "protocol": "rest-xml"},
    "clientContextParams": {"ForcePathStyle": {"type": "boolean"}, "DisableS3ExpressSessionAuth": {"type": "boolean"}},
    "operations": {
        "Get": {
            "input": {"shape": "GetRequest"},
            "staticContextParams": {"Control": {"value": True}, "Undeclared": {"value": 1}},
            "operationContextParams": {
                "Names": {"path": "Items[*].[Put.Name, Get.Name][]"},
                "Keys": {"path": "keys(Table)"},
                "Bucket": {"path": "Nested.Bucket"},
            },
        },
        "List": {},
    },
    "shapes": {
        "GetRequest": {
            "type": "structure",
            "members": {
                "TheBucket": {"shape": "String", "contextParam": {"name": "Bucket"}},
                "Switch": {"shape": "Boolean", "contextParam": {"name": "Control"}},
                "Other": {"shape": "String"},
            },
        },
        "String": {"type": "string"},
        "Boolean": {"type": "boolean"},
    },
}
RULES = {
    "Region": {"type": "string", "builtIn": "AWS::Region"},
    "Bucket": {"type": "string", "builtIn": "X::Bucket"},
    "Control": {"type": "boolean", "builtIn": "X::Control"},
    "ForcePathStyle": {"type": "boolean", "builtIn": "AWS::S3::ForcePathStyle"},
    "DisableS3ExpressSessionAuth": {"type": "boolean"},
    "Names": {"type": "stringArray"},
    "Keys": {"type": "stringArray"},
    "Account": {"type": "string", "builtIn": "AWS::Auth::AccountId"},
}


@pytest.fixture
def bind():
    return compile_endpoint_binder(ServiceModel(MODEL).operation_model("Get"), RULES)


def test_the_most_specific_value_wins(bind):
    builtins = {"AWS::Region": "r", "X::Bucket": "builtin", "X::Control": False}
    assert bind({}, builtins) == {"Region": "r", "Bucket": "builtin", "Control": True}
    assert bind({"Nested": {"Bucket": "path"}}, builtins)["Bucket"] == "path"
    assert bind({"TheBucket": "member", "Nested": {"Bucket": "path"}}, builtins)["Bucket"] == "member"
    assert bind({"Switch": False}, builtins)["Control"] is True


def test_the_client_context_comes_before_a_builtin(bind):
    builtins = {"AWS::S3::ForcePathStyle": False}
    assert bind({}, builtins, {"ForcePathStyle": True})["ForcePathStyle"] is True
    assert bind({}, builtins, {"ForcePathStyle": None})["ForcePathStyle"] is False
    assert "Region" not in bind({}, {}, {"Region": "never declared as context"})


def test_a_context_parameter_without_builtin_hears_the_setting_of_its_service(bind):
    builtins = {"AWS::S3::DisableS3ExpressSessionAuth": True}
    assert bind({}, builtins)["DisableS3ExpressSessionAuth"] is True
    assert bind({}, builtins, {"DisableS3ExpressSessionAuth": False})["DisableS3ExpressSessionAuth"] is False


def test_paths_give_lists_of_what_is_there(bind):
    found = bind({"Items": [{"Get": {"Name": "a"}}, {"Put": {"Name": "b"}}], "Table": {"x": 1, "y": 2}}, {})
    assert (found["Names"], found["Keys"]) == (["a", "b"], ["x", "y"])


@pytest.mark.parametrize(
    "params",
    [{"TheBucket": 1}, {"TheBucket": None}, {"Table": 3}, {"Table": {1: 2}}, {"Items": [{"Get": {"Name": 1}}]}],
)
def test_a_value_of_a_wrong_type_is_left_for_validation(bind, params):
    found = bind(params, {})
    assert {name: value for name, value in found.items() if name not in ("Control", "Names")} == {}
    assert found.get("Names", []) == []


def test_a_builtin_may_be_a_function_and_may_know_nothing(bind):
    assert bind({}, {"AWS::Auth::AccountId": lambda: "123456789012"})["Account"] == "123456789012"
    assert "Account" not in bind({}, {"AWS::Auth::AccountId": lambda: None})
    assert "Account" not in bind({}, {"AWS::Auth::AccountId": None})


def test_only_declared_parameters_are_bound():
    operation = ServiceModel(MODEL).operation_model("Get")
    assert compile_endpoint_binder(operation, {"Region": RULES["Region"]})(
        {"TheBucket": "b"}, {"AWS::Region": "r"}
    ) == {"Region": "r"}


def test_an_operation_without_input_binds_builtins():
    bind = compile_endpoint_binder(ServiceModel(MODEL).operation_model("List"), RULES)
    assert bind({}, {"AWS::Region": "r"}) == {"Region": "r"}


def test_results_of_two_calls_are_apart(bind):
    first = bind({}, {})
    first["Region"] = "changed"
    assert "Region" not in bind({}, {})


def test_client_options_are_found_in_either_spelling():
    declared = MODEL["clientContextParams"]
    assert client_context_values(declared, {"force_path_style": True, "unknown": 1}) == {"ForcePathStyle": True}
    assert client_context_values(declared, {"DisableS3ExpressSessionAuth": False, "ForcePathStyle": None}) == {
        "DisableS3ExpressSessionAuth": False
    }
