"""The types of shapes: what callers give, what they get, and names that Python does not take."""

import small_models
from sotalia.ops.stubs_names import Names
from sotalia.ops.stubs_shapes import GIVEN, GOT, ShapeTypes


def _types(members, shapes=None, *, output=None, **options):
    model = small_models.make_operation("json", members, shapes={**(shapes or {}), **_output(output)}).service_model
    types = ShapeTypes(model, Names(), **options)
    types.reach("OpInput", GIVEN)
    if output is not None:
        types.reach_result("Op", "OpOutput")
    return types


def _output(members):
    return {} if members is None else {"OpOutput": {"type": "structure", "members": members}}


def _given(shape, shapes=None, **options):
    return _types({"It": {"shape": shape}}, shapes, **options).given_parameters("OpInput")["It"]


def _definition(types, name):
    return next(text for text in types.definitions() if text.startswith((f"class {name}(", f"{name} =", f"{name}:")))


def test_scalars_have_the_types_that_callers_know():
    names = ("String", "Integer", "Long", "Float", "Double", "Boolean")
    assert [_given(name) for name in names] == ["str", "int", "int", "float", "float", "bool"]


def test_what_is_given_may_be_more_than_what_is_got():
    members = {name: {"shape": name} for name in ("Blob", "Timestamp", "Strings", "StringMap", "Document")}
    types = _types(members, output=members)
    given = ["Blob", "Timestamp", "Sequence[str]", "Mapping[str, str]", "Document"]
    got = ["bytes", "datetime", "list[str]", "dict[str, str]", "Any"]
    assert list(types.given_parameters("OpInput").values()) == given
    assert [types.type_of(reference, GOT) for reference in members.values()] == got


def test_a_structure_is_a_typed_dictionary_with_its_required_members():
    shapes = {"Tag": {"type": "structure", "required": ["Key"], "members": {"Key": {"shape": "String"}}}}
    shapes["Tag"]["members"]["Value"] = {"shape": "Integer"}
    types = _types({"Tag": {"shape": "Tag"}}, shapes)
    text = "class TagTypeDef(TypedDict, total=False):\n    Key: Required[str]\n    Value: int\n"
    assert _definition(types, "TagTypeDef") == text


def test_every_member_of_a_result_may_be_read_unless_that_is_asked_for():
    whole = _types({}, output={"Name": {"shape": "String"}})
    assert _definition(whole, "OpOutputTypeDef") == (
        "class OpOutputTypeDef(TypedDict):\n    Name: str\n    ResponseMetadata: ResponseMetadataTypeDef\n"
    )
    strict = _types({}, output={"Name": {"shape": "String"}}, whole=False)
    assert _definition(strict, "OpOutputTypeDef") == (
        "class OpOutputTypeDef(TypedDict, total=False):\n"
        "    Name: str\n    ResponseMetadata: Required[ResponseMetadataTypeDef]\n"
    )


def test_a_recursive_shape_names_itself_and_what_was_got_may_be_given():
    types = _types({"Tree": {"shape": "Tree"}}, output={"Tree": {"shape": "Tree"}})
    assert types.given_parameters("OpInput")["Tree"] == "TreeTypeDef | TreeOutputTypeDef"
    assert '"Branches": list[TreeOutputTypeDef],\n' in _definition(types, "TreeOutputTypeDef")
    assert '"Left": TreeTypeDef | TreeOutputTypeDef,\n' in _definition(types, "TreeTypeDef")


def test_a_structure_of_required_scalars_has_one_type():
    shapes = {"Tag": {"type": "structure", "required": ["Key"], "members": {"Key": {"shape": "String"}}}}
    types = _types({"Tag": {"shape": "Tag"}}, shapes, output={"Tag": {"shape": "Tag"}})
    assert types.given_parameters("OpInput")["Tag"] == "TagTypeDef" == types.type_of({"shape": "Tag"}, GOT)


def test_an_enum_is_a_literal_of_its_values():
    types = _types({"Mode": {"shape": "Mode"}}, {"Mode": {"type": "string", "enum": ["a", 'b"\\', "a"]}})
    assert _definition(types, "ModeType") == 'ModeType: TypeAlias = Literal["a", "b\\"\\\\"]\n'


def test_a_member_that_is_no_name_makes_the_dictionary_by_a_call():
    shapes = {"Range": {"type": "structure", "required": ["from"], "members": {"from": {"shape": "String"}}}}
    types = _types({"Range": {"shape": "Range"}}, shapes)
    start, end = 'RangeTypeDef = TypedDict(\n    "RangeTypeDef",\n', "    total=False,\n)\n"
    assert _definition(types, "RangeTypeDef") == f'{start}    {{\n        "from": Required[str],\n    }},\n{end}'


def test_a_member_that_would_hide_a_type_makes_it_by_a_call_too():
    types = _types({"str": {"shape": "String"}, "datetime": {"shape": "Timestamp"}})
    assert _definition(types, "OpInputTypeDef").startswith("OpInputTypeDef = TypedDict(")


def test_a_streaming_body_is_read_and_an_event_stream_is_iterated_over():
    events = {"type": "structure", "eventstream": True, "members": {"Part": {"shape": "Tree"}}}
    types = _types({}, {"Events": events}, output={"Events": {"shape": "Events"}})
    assert types.type_of({"shape": "Blob", "streaming": True}, GOT) == "StreamingBody"
    assert types.type_of({"shape": "Events"}, GOT) == "EventStream[EventsTypeDef]"


def test_shapes_that_are_something_else_here_are_replaced():
    assert _given("Tree", replaced={"Tree": ("str | int", "str")}) == "str | int"


def test_two_shapes_of_one_name_get_two():
    names = Names()
    assert [names.give(name) for name in ("ATypeDef", "ATypeDef", "__A-b", "class", "Any", "1x")] == [
        "ATypeDef",
        "ATypeDef_",
        "A_b",
        "class_",
        "Any_",
        "N1x",
    ]
