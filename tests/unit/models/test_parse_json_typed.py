"""The decoder that knows the shapes gives the same result as the closures, or leaves the body to them."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_models import make_operation
from sotalia.models import parse_json, parse_json_typed
from sotalia.models.parse import compile_parser
from sotalia.models.parse_json import JsonCompiler
from sotalia.models.parse_json_typed import TypedReader

MEMBERS = {
    "Text": {"shape": "String"},
    "Count": {"shape": "Integer"},
    "Share": {"shape": "Double"},
    "On": {"shape": "Boolean"},
    "Blob": {"shape": "Blob"},
    "At": {"shape": "Timestamp"},
    "Day": {"shape": "Timestamp", "timestampFormat": "iso8601"},
    "Times": {"shape": "Times"},
    "Shares": {"shape": "Shares"},
    "ByName": {"shape": "RowMap"},
    "TimesByName": {"shape": "TimeMap"},
    "Rows": {"shape": "Rows"},
    "Row": {"shape": "Row"},
    "Free": {"shape": "Document"},
    "Tree": {"shape": "Tree"},
}
SHAPES = {
    "Row": {"type": "structure", "members": MEMBERS},
    "Rows": {"type": "list", "member": {"shape": "Row"}},
    "RowMap": {"type": "map", "key": {"shape": "String"}, "value": {"shape": "Row"}},
    "Times": {"type": "list", "member": {"shape": "Timestamp"}},
    "TimeMap": {"type": "map", "key": {"shape": "String"}, "value": {"shape": "Timestamp"}},
    "Shares": {"type": "list", "member": {"shape": "Double"}},
    "Renamed": {"type": "structure", "members": {"Name": {"shape": "String", "locationName": "n"}}},
    "Choice": {"type": "structure", "union": True, "members": {"A": {"shape": "String"}}},
}


@pytest.fixture(autouse=True)
def _much_was_read(monkeypatch):
    monkeypatch.setattr(parse_json_typed, "_COMPILE_AFTER", 0)
    monkeypatch.setattr(parse_json_typed, "fast_decoder_is_loaded", lambda: True)


def readers(output, protocol="json"):
    operation = make_operation(protocol, {}, operation={"output": {"shape": output}}, shapes=SHAPES)
    shape = operation.output_shape
    convert = JsonCompiler(protocol).structure(shape)
    return TypedReader(shape, integers=protocol == "rest-json"), lambda body: convert(json.loads(body))


BY_PROTOCOL = {}


def by_both(body, protocol):
    if protocol not in BY_PROTOCOL:
        BY_PROTOCOL[protocol] = readers("Row", protocol)
    typed, closures = BY_PROTOCOL[protocol]
    try:
        expected = closures(body)
    except (AttributeError, TypeError, ValueError, ArithmeticError, LookupError, OSError):
        expected = None
    return typed(body), expected


FULL = {
    "Text": "a\u20ac", "Count": 7, "Share": 3, "On": True, "Blob": "YWI=", "At": 1795262400.123456,
    "Day": "2026-11-21T09:00:00+02:00", "Times": [0, 1.5, -7, 1795262400], "Shares": [1, 2.5, 10**30],
    "ByName": {"x": {"At": 5, "Odd": 1}}, "TimesByName": {"x": 3}, "Rows": [{"Row": {"Day": "2026-11-21T09:00:00"}}],
    "Free": {"a": [1, {"b": False}]}, "Tree": {"Name": "n", "Branches": [{"Left": {"Blob": ""}}]}, "Odd": {"At": "x"},
}  # fmt: skip


@pytest.mark.parametrize("protocol", ["json", "rest-json"])
def test_what_fits_is_read_with_its_types(protocol):
    found, expected = by_both(json.dumps(FULL).encode(), protocol)
    assert repr(found) == repr(expected)
    assert "Odd" not in found
    assert found["At"].microsecond == 123456


@pytest.mark.parametrize(
    "given_value",
    [
        {"Text": None}, {"Share": "NaN"}, {"Blob": "YQ"}, {"At": "1795262400"}, {"At": 10**15}, {"Row": []},
        {"Day": 5}, {"Times": {}}, {"Rows": {"a": 1}},
    ],
)  # fmt: skip
def test_what_does_not_fit_is_left_to_the_closures(given_value):
    found, _ = by_both(json.dumps(given_value).encode(), "json")
    assert found is None


@pytest.mark.parametrize("output", ["Renamed", "Choice"])
def test_shapes_that_no_typed_dictionary_describes_are_left_to_the_closures(output):
    typed, _ = readers(output)
    assert typed(b'{"A": "x"}') is None


def test_nothing_is_compiled_before_much_was_read(monkeypatch):
    monkeypatch.setattr(parse_json_typed, "_COMPILE_AFTER", 100)
    typed, _ = readers("Row")
    assert typed(b'{"Text": "a"}') is None
    assert typed(b'{"Text": "' + b"a" * 100 + b'"}') is not None
    monkeypatch.setattr(parse_json_typed, "fast_decoder_is_loaded", lambda: False)
    typed, _ = readers("Row")
    assert typed(b'{"Text": "' + b"a" * 200 + b'"}') is None


def test_a_process_that_reads_much_changes_to_it(monkeypatch):
    monkeypatch.undo()
    monkeypatch.setattr(parse_json, "_FAST_AFTER", 0)
    operation = make_operation("json", {}, operation={"output": {"shape": "Row"}}, shapes=SHAPES)
    parse = compile_parser(operation)
    body = json.dumps({"Rows": [FULL] * 200}).encode()
    results = [parse({"status_code": 200, "headers": {}, "body": body}) for _ in range(3)]
    assert repr(results[0]) == repr(results[1]) == repr(results[2])


SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**70), 2**70), st.floats(-1e13, 1e13), st.text(max_size=3),
    st.sampled_from(["YQ==", "YR==", "YQ", "1", "1.0", "true", "NaN", "-Infinity", "2026-11-21T09:00:00Z",
                     "2026-11-21", "2026-11-21T09:00:00.1234567Z", "2026-11-21 09:00:00",
                     "Sat, 21 Nov 2026 09:00:00 GMT",
                     0.5, 1e300]),
)  # fmt: skip
NAMES = st.sampled_from([*MEMBERS, "Odd", "Name", "Branches"])
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4), max_leaves=12
)


def fitting(depth=2):
    numbers = st.integers(-(10**9), 10**10) | st.floats(-1e9, 1e10)
    members = {
        "Text": st.text(max_size=3), "Count": st.integers(), "Share": st.floats(allow_nan=False, allow_infinity=False),
        "On": st.booleans(), "Blob": st.sampled_from(["", "YQ==", "YWI="]), "At": numbers,
        "Day": st.sampled_from(["2026-11-21T09:00:00Z", "2026-11-21"]), "Times": st.lists(numbers, max_size=3),
        "Shares": st.lists(numbers, max_size=3),
        "TimesByName": st.dictionaries(st.text(max_size=2), numbers, max_size=2),
        "Free": VALUES, "Odd": VALUES,
    }  # fmt: skip
    if depth:
        inner = fitting(depth - 1)
        members |= {"Row": inner, "Rows": st.lists(inner, max_size=2)}
        members["ByName"] = st.dictionaries(st.text(max_size=2), inner, max_size=2)
    return st.fixed_dictionaries({}, optional=members)


@settings(max_examples=60, deadline=None)
@given(value=fitting() | st.dictionaries(NAMES, VALUES, max_size=5), protocol=st.sampled_from(["json", "rest-json"]))
def test_bodies_are_read_as_by_the_closures_or_not_at_all(value, protocol):
    found, expected = by_both(json.dumps(value).encode(), protocol)
    if found is not None:
        assert repr(found) == repr(expected)
