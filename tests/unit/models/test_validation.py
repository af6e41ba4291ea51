import io
import sys
from collections import OrderedDict
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_models import make_operation
from sotalia.components.errors import ParamValidationError
from sotalia.models.serialize import compile_serializer
from sotalia.models.validation import compile_operation_validator, compile_validator, validate_parameters
from sotalia.models.validation_report import describe_faults

SHAPES = {
    "Short": {"type": "string", "min": 2, "max": 3},
    "Small": {"type": "integer", "min": 2, "max": 3},
    "Some": {"type": "list", "member": {"shape": "Small"}, "min": 2},
    "Keyed": {"type": "map", "key": {"shape": "Short"}, "value": {"shape": "String"}},
    "Ratio": {"type": "double", "min": 0.5},
    "Secret": {"type": "string", "sensitive": True},
    "Holder": {"type": "structure", "members": {"Secret": {"shape": "Secret"}}},
    "Choice": {"type": "structure", "union": True, "members": {"a": {"shape": "String"}, "b": {"shape": "Integer"}}},
    "Strict": {
        "type": "structure",
        "required": ["x", "y"],
        "members": {"x": {"shape": "String"}, "y": {"shape": "Integer"}, "n": {"shape": "Strict"}},
    },
    "Stricts": {"type": "list", "member": {"shape": "Strict"}},
    "StrictMap": {"type": "map", "key": {"shape": "String"}, "value": {"shape": "Strict"}},
}


def faults(shape, value, **member):
    operation = make_operation("json", {"m": {"shape": shape, **member}}, shapes=SHAPES)
    return compile_validator(operation.input_shape)({"m": value})


def wrong_type(value, valid, path="m"):
    return [f"Invalid type for parameter {path}, value: {value}, type: {type(value)}, valid types: {valid}"]


TEXT, DICT, INT, BOOL = "<class 'str'>", "<class 'dict'>", "<class 'int'>", "<class 'bool'>"
LIST = "<class 'list'>, <class 'tuple'>"
NUMBER = "<class 'float'>, <class 'decimal.Decimal'>, <class 'int'>"
BLOB = "<class 'bytes'>, <class 'bytearray'>, file-like object"
TIME = "<class 'datetime.datetime'>, timestamp-string"


@pytest.mark.parametrize(
    ("shape", "value"),
    [
        ("String", ""),
        ("Short", "ab"),
        ("Short", "far too long, which only the service judges"),
        ("Integer", True),
        ("Integer", 2**70),
        ("Small", 2),
        ("Double", 1),
        ("Double", Decimal("1.5")),
        ("Ratio", float("nan")),
        ("Boolean", False),
        ("Timestamp", datetime(2020, 1, 1)),
        ("Timestamp", datetime(2020, 1, 1, tzinfo=UTC)),
        ("Timestamp", "2020-01-01T00:00:00Z"),
        ("Timestamp", 1.5),
        ("Blob", bytearray(b"")),
        ("Blob", "text"),
        ("Blob", io.StringIO("")),
        ("Strings", ("a",)),
        ("Some", [2, 3]),
        ("Keyed", OrderedDict(ab="x")),
        ("Document", [1, {"a": None, 1: 2.5}]),
        ("Document", None),
        ("Choice", {"a": "x"}),
        ("Strict", {"x": "", "y": 0, "n": {"x": "", "y": 1}}),
    ],
)
def test_good_values_have_no_fault(shape, value):
    assert faults(shape, value) == []


@pytest.mark.parametrize(
    ("shape", "value", "valid"),
    [
        ("String", 1, TEXT),
        ("String", None, TEXT),
        ("String", b"x", TEXT),
        ("Integer", 1.5, INT),
        ("Integer", "1", INT),
        ("Double", "1", NUMBER),
        ("Boolean", 1, BOOL),
        ("Timestamp", date(2020, 1, 1), TIME),
        ("Timestamp", "garbage", TIME),
        ("Timestamp", 10**30, TIME),
        ("Timestamp", float("inf"), TIME),
        ("Timestamp", [], TIME),
        ("Blob", 1, BLOB),
        ("Blob", memoryview(b""), BLOB),
        ("Strings", "a", LIST),
        ("Strings", {1}, LIST),
        ("StringMap", [], DICT),
        ("Tree", "x", DICT),
        ("Choice", None, DICT),
    ],
)
def test_a_wrong_type_is_reported_with_its_value_and_the_valid_types(shape, value, valid):
    assert faults(shape, value) == wrong_type(value, valid)


@pytest.mark.parametrize(
    ("shape", "value", "report"),
    [
        ("Short", "a", ["Invalid length for parameter m, value: 1, valid min length: 2"]),
        ("Small", 1, ["Invalid value for parameter m, value: 1, valid min value: 2"]),
        ("Ratio", 0.25, ["Invalid value for parameter m, value: 0.25, valid min value: 0.5"]),
        (
            "Some",
            [1],
            [
                "Invalid length for parameter m, value: 1, valid min length: 2",
                "Invalid value for parameter m[0], value: 1, valid min value: 2",
            ],
        ),
        ("Keyed", {"a": "x"}, ["Invalid length for parameter m (key: a), value: 1, valid min length: 2"]),
        ("StringMap", {1: "x"}, wrong_type(1, TEXT, "m (key: 1)")),
        ("StringMap", {"k": 1}, wrong_type(1, TEXT, "m.k")),
        ("Strings", ["a", 1], wrong_type(1, TEXT, "m[1]")),
        ("Choice", {}, ["Must set one of the following keys for tagged unionstructure m: a, b."]),
        (
            "Choice",
            {"a": "x", "b": 1},
            [
                "Invalid number of parameters set for tagged union structure m. "
                "Can only set one of the following keys: a, b."
            ],
        ),
        ("Choice", {"c": 1}, ['Unknown parameter in m: "c", must be one of: a, b']),
        ("Strict", {}, ['Missing required parameter in m: "x"', 'Missing required parameter in m: "y"']),
        ("Stricts", [{"x": "", "y": 1}, {"x": ""}], ['Missing required parameter in m[1]: "y"']),
        ("StrictMap", {"k": {"x": ""}}, ['Missing required parameter in m.k: "y"']),
        (
            "Strict",
            {"x": 1, "y": 1, "z": 2, "n": {"y": "a"}},
            [
                'Unknown parameter in m: "z", must be one of: x, y, n',
                *wrong_type(1, TEXT, "m.x"),
                'Missing required parameter in m.n: "x"',
                *wrong_type("a", INT, "m.n.y"),
            ],
        ),
    ],
)
def test_every_fault_is_reported_with_its_path(shape, value, report):
    assert faults(shape, value) == report


def test_faults_of_documents_name_the_key():
    (first, second) = faults("Document", {"a": [b"x"], "b": {(1,): 1}})
    assert first.startswith("Invalid type for document parameter a[0], value: b'x', type: <class 'bytes'>")
    assert "(key: (1,))" in second


def test_json_in_a_header_takes_whatever_json_can_hold():
    traits = {"jsonvalue": True, "location": "header", "locationName": "X"}
    assert faults("String", {"a": [1, None]}, **traits) == []
    (fault,) = faults("String", {"a": object}, **traits)
    assert fault.startswith("Invalid parameter m must be json serializable: ")


@pytest.mark.parametrize("params", [None, [], "x", 1])
def test_parameters_that_are_no_dictionary_are_a_fault_of_the_input(params):
    operation = make_operation("json", {"m": {"shape": "String"}})
    with pytest.raises(ParamValidationError) as caught:
        compile_operation_validator(operation)(params)
    assert caught.value.kwargs["report"] == wrong_type(params, DICT, "input")[0]
    assert str(caught.value).startswith("Parameter validation failed:\nInvalid type for parameter input")


def test_an_operation_without_input_takes_anything():
    compile_operation_validator(make_operation("json", None))({"Ignored": 1})


def test_a_sensitive_value_is_not_shown():
    assert "hunter2" not in str(faults("Secret", [b"hunter2"]))
    assert "<sensitive>" in str(faults("Secret", [b"hunter2"]))
    assert "hunter2" not in str(faults("Holder", [{"Secret": "hunter2"}]))
    assert "visible" in str(faults("String", [b"visible"]))


def test_a_value_that_cannot_be_shown_is_named_by_its_type():
    class Broken:
        def __str__(self):
            raise RuntimeError("no text")

    assert "value: <Broken>" in faults("String", Broken())[0]
    assert len(faults("Integer", "x" * 100000)[0]) < 2500


def test_parameters_that_hold_themselves_are_reported():
    params: dict = {}
    params["Left"] = params
    operation = make_operation("json", {"Left": {"shape": "Tree"}})
    with pytest.raises(ParamValidationError, match="nested too deeply"):
        compile_operation_validator(operation)(params)


def test_nesting_beyond_the_stack_is_reported():
    value: list = []
    for _ in range(sys.getrecursionlimit() * 2):
        value = [value]
    assert "nested too deeply" in faults("Document", value)[0]
    while value:
        value = value[0]


def test_names_that_do_not_exist_are_not_kept():
    check = compile_validator(make_operation("json", {"m": {"shape": "String"}}).input_shape)
    for number in range(3):
        assert check({f"unknown{number}": 1}) == [f'Unknown parameter in input: "unknown{number}", must be one of: m']


def test_validate_parameters_checks_once():
    shape = make_operation("json", {"m": {"shape": "String"}}).input_shape
    validate_parameters({"m": "x"}, shape)
    with pytest.raises(ParamValidationError, match="valid types: <class 'str'>"):
        validate_parameters({"m": 1}, shape)


KINDS = [
    "String", "Integer", "Long", "Float", "Double", "Boolean", "Timestamp", "Blob", "Strings", "StringMap", "Document",
    "Tree", "Trees", "TreeMap", "Short", "Small", "Some", "Keyed", "Ratio", "Choice", "Strict", "Stricts", "StrictMap",
]  # fmt: skip
PROTOCOLS = ("json", "query", "ec2", "rest-json", "rest-xml", "smithy-rpc-v2-cbor")
OPERATIONS = [
    make_operation(protocol, {kind: {"shape": kind} for kind in KINDS}, shapes=SHAPES, reference={"locationName": "R"})
    for protocol in PROTOCOLS
] + [
    make_operation(
        protocol,
        {
            kind: {"shape": kind, "location": location, "locationName": kind}
            for kind, location in [
                *((kind, "header") for kind in KINDS[:9]),
                *((kind, "querystring") for kind in ("Short", "Small", "Ratio", "Keyed", "Some")),
            ]
        },
        shapes=SHAPES,
    )
    for protocol in ("rest-json", "rest-xml")
]
COMPILED = [(op, compile_operation_validator(op), compile_serializer(op)) for op in OPERATIONS]

scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters())
    | st.binary()
    | st.datetimes()
    | st.decimals()
    | st.dates()
    | st.sampled_from(["ab", "\ud800", "a\r\nb", 2, 3, {"x": "a", "y": 1}, {"a": "x"}])
)
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.tuples(inner)
        | st.dictionaries(
            st.sampled_from(["Name", "Blob", "Left", "Branches", "Named", "a", "b", "x", "y", "n", 1, None, "\ud800"]),
            inner,
            max_size=3,
        )
    ),
    max_leaves=8,
)


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(st.sampled_from([*KINDS, "Unknown"]), values, max_size=4), st.sampled_from(COMPILED))
def test_bad_input_raises_nothing_but_a_validation_error(params, compiled):
    operation, validate, serialize = compiled
    accepted = False
    try:
        validate(params)
        accepted = True
        serialize(params)
    except ParamValidationError:
        pass
    # The compiled answer and the report are two programs: they must agree.
    assert accepted == (not describe_faults(params, operation.input_shape))


@pytest.mark.parametrize("compiled", COMPILED)
def test_numbers_with_thousands_of_digits_raise_nothing_but_a_validation_error(compiled):
    _, validate, serialize = compiled
    for params in ({"Integer": 10**5000}, {"Double": 10**5000}, {"String": 10**5000}, {"Timestamp": 10**5000}):
        try:
            validate(params)
            serialize(params)
        except ParamValidationError:
            pass
