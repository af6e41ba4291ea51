"""One walk over parameters does what validation and serialization do one after the other, faults included."""

from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO
from random import Random

import pytest
from random_params import random_params
from small_models import make_operation
from sotalia.exceptions import ParamValidationError
from sotalia.models.serialize import compile_checked_serializer, compile_serializer
from sotalia.models.validation import compile_operation_validator

MEMBERS = {
    "Text": {"shape": "String"},
    "Name": {"shape": "Named"},
    "Count": {"shape": "Integer"},
    "Size": {"shape": "Size"},
    "Share": {"shape": "Double"},
    "On": {"shape": "Boolean"},
    "Blob": {"shape": "Blob"},
    "At": {"shape": "Timestamp"},
    "Day": {"shape": "Timestamp", "timestampFormat": "iso8601"},
    "Other": {"shape": "String", "locationName": "other"},
    "Words": {"shape": "Strings"},
    "Blobs": {"shape": "Blobs"},
    "BlobMap": {"shape": "BlobMap"},
    "Rows": {"shape": "Rows"},
    "Free": {"shape": "Document"},
    "Choice": {"shape": "Choice"},
    "Tree": {"shape": "Tree"},
}
SHAPES = {
    "Named": {"type": "string", "min": 2},
    "Size": {"type": "long", "min": 0},
    "Blobs": {"type": "list", "member": {"shape": "Blob"}, "min": 1},
    "BlobMap": {"type": "map", "key": {"shape": "String"}, "value": {"shape": "Blob"}},
    "Row": {"type": "structure", "members": MEMBERS, "required": ["Name"]},
    "Rows": {"type": "list", "member": {"shape": "Row"}},
    "Choice": {"type": "structure", "union": True, "members": {"A": {"shape": "String"}, "B": {"shape": "Blob"}}},
}


SPOILS = (None, 1, True, "", "x", 1.5, b"x", [], {}, [1], {"a": 1}, (), ("a",), Decimal(1), object(), "\ud800", -1)
PROTOCOLS = ("json", "query", "ec2")


def both(protocol):
    """Return an operation, and both ways to check and write its parameters."""
    members = MEMBERS
    if protocol in ("query", "ec2", "rest-xml"):  # which have no documents
        members = {name: member for name, member in MEMBERS.items() if name != "Free"}
    operation = make_operation(protocol, members, shapes=SHAPES)
    validate, serialize = compile_operation_validator(operation), compile_serializer(operation)

    def one_by_one(params):
        validate(params)
        return serialize(params)

    return operation, compile_checked_serializer(operation, validate, serialize), one_by_one


def outcome(function, params):
    try:
        return repr(function(params))  # in its order, and with NaN
    except ParamValidationError as error:
        return str(error)


class Text(str):
    __slots__ = ()


class Dictionary(dict):
    pass


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize(
    "params",
    [
        {}, {"Text": None}, {"Text": Text("a")}, {"Name": "a"}, {"Name": Text("ab")}, {"Count": True}, {"Size": -1},
        {"Size": 0}, {"Share": Decimal("1.5")}, {"Share": float("nan")}, {"Share": 7}, {"On": 1}, {"Blob": "text"},
        {"Blob": bytearray(b"x")}, {"At": 5}, {"At": "2026-11-21"}, {"At": datetime(2026, 1, 1, tzinfo=UTC)},
        {"Day": datetime(2026, 1, 1, 1, 2, 3, 4, tzinfo=UTC)}, {"Words": ("a", "b")}, {"Words": ["a", None]},
        {"Blobs": []}, {"Blobs": [b"a", b"b"]}, {"BlobMap": {"a": b"b"}}, {"BlobMap": {1: b"b"}}, {"Rows": [{}]},
        {"Rows": [{"Name": "ab", "Other": "x", "Blob": b"y"}]}, {"Rows": Dictionary()}, {"Free": None},
        {"Free": {"a": [None]}}, {"Free": {1: 2}}, {"Choice": {}}, {"Choice": {"A": "a", "B": b"b"}},
        {"Choice": {"B": b"b"}}, {"Unknown": 1}, {"Other": "x", "Tree": {"Left": {"Blob": b""}}}, Dictionary(Text="a"),
        [], None, {"Text": "\ud800"},
    ],
)  # fmt: skip
def test_good_and_bad_parameters_end_as_one_by_one(protocol, params):
    _, checked, one_by_one = both(protocol)
    assert outcome(checked, params) == outcome(one_by_one, params)


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_random_parameters_end_as_one_by_one(protocol):
    operation, checked, one_by_one = both(protocol)
    random = Random(11)
    for _ in range(200):
        params = random_params(operation.input_shape, random)
        assert outcome(checked, params) == outcome(one_by_one, params)
        spoil(params, random)
        assert outcome(checked, params) == outcome(one_by_one, params)


def spoil(params, random):
    """Put something else in the place of one value somewhere in the parameters."""
    while params:
        key = random.choice(list(params)) if isinstance(params, dict) else random.randrange(len(params))
        inner = params[key]
        if isinstance(inner, dict | list) and inner and random.random() < 0.8:
            params = inner
            continue
        params[key] = random.choice(SPOILS)
        return


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_file_is_read_once_though_the_walk_ends_after_it(protocol):
    _, checked, one_by_one = both(protocol)

    def params():
        return {"Blob": BytesIO(b"content"), "Words": ("a", "b")}

    assert outcome(checked, params()) == outcome(one_by_one, params())


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_long_lists_of_texts_have_the_names_of_short_ones(protocol):
    _, checked, one_by_one = both(protocol)
    for count in (3, 2, 150, 300, 1, 300):
        params = {"Words": [f"{number} \u00e9" if number == 2 else str(number) for number in range(count)]}
        assert outcome(checked, params) == outcome(one_by_one, params)


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_what_the_caller_gave_is_not_changed(protocol):
    _, checked, _ = both(protocol)
    params = {"Blobs": [b"a"], "BlobMap": {"a": b"b"}, "Rows": [{"Name": "ab", "At": 5, "Other": "x"}], "Blob": b"c"}
    before = repr(params)
    assert checked(params) == checked(params)
    assert repr(params) == before


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_parameters_that_hold_themselves_are_refused(protocol):
    _, checked, _ = both(protocol)
    tree = {"Name": "a"}
    tree["Left"] = tree
    with pytest.raises(ParamValidationError, match="nested too deeply"):
        checked({"Tree": tree})


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_each_request_has_headers_of_its_own(protocol):
    _, checked, _ = both(protocol)
    checked({})["headers"]["x"] = "y"
    assert "x" not in checked({})["headers"]


@pytest.mark.parametrize("required", [[], ["Text"]])
@pytest.mark.parametrize("params", [{}, None, [], Dictionary(), {"Text": "a"}, {"Unknown": 1}])
@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_operations_of_few_members(protocol, params, required):
    operation = make_operation(protocol, {"Text": {"shape": "String"}}, traits={"required": required})
    validate, serialize = compile_operation_validator(operation), compile_serializer(operation)

    def one_by_one(params):
        validate(params)
        return serialize(params)

    checked = compile_checked_serializer(operation, validate, serialize)
    assert outcome(checked, params) == outcome(one_by_one, params)
