"""Decoded JSON becomes a result in place: nothing of the wire may be left in it, and faults keep their places."""

import copy
import json
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_models import make_operation
from sotalia.exceptions import ResponseParserError
from sotalia.models import parse_json
from sotalia.models.parse import compile_parser
from sotalia.models.parse_json import JsonCompiler

OUTPUT = {
    "operation": {"output": {"shape": "Tree"}},
    "shapes": {
        "Stamps": {"type": "list", "member": {"shape": "Timestamp"}},
        "StampMap": {"type": "map", "key": {"shape": "String"}, "value": {"shape": "Timestamp"}},
        "Sparse": {"type": "map", "key": {"shape": "String"}, "value": {"shape": "Tree"}, "sparse": True},
        "Renamed": {
            "type": "structure",
            "members": {"Name": {"shape": "String", "locationName": "n"}, "At": {"shape": "Timestamp"}},
        },
        "Mixed": {
            "type": "structure",
            "members": {
                "At": {"shape": "Timestamp"},
                "Stamps": {"shape": "Stamps"},
                "ByName": {"shape": "StampMap"},
                "Sparse": {"shape": "Sparse"},
                "Renamed": {"shape": "Renamed"},
                "Free": {"shape": "Document"},
            },
        },
    },
}


def parser(output="Tree", protocol="json"):
    operation = make_operation(
        protocol, {}, operation={"output": {"shape": output}}, shapes=copy.deepcopy(OUTPUT["shapes"])
    )
    parse = compile_parser(operation)

    def read(value):
        body = value if isinstance(value, bytes) else json.dumps(value).encode()
        result = parse({"status_code": 200, "headers": {}, "body": body})
        del result["ResponseMetadata"]
        return result

    return read


def test_unknown_members_and_nulls_are_dropped_at_every_depth():
    read = parser()
    sent = {
        "Name": "a",
        "Unknown": {"Name": "x"},
        "Left": {"Name": None, "More": [1], "Left": {"Blob": "YQ=="}},
        "Branches": [{"Name": "b", "Odd": 1}, None, {}],
        "Named": {"x": {"Name": "c", "Odd": None}},
        "Blob": None,
    }
    assert read(sent) == {
        "Name": "a",
        "Left": {"Left": {"Blob": b"a"}},
        "Branches": [{"Name": "b"}, None, {}],
        "Named": {"x": {"Name": "c"}},
    }


def test_nulls_in_maps_go_unless_the_map_is_sparse():
    read = parser("Mixed")
    assert read({"Sparse": {"a": None, "b": {"Name": "x"}}})["Sparse"] == {"a": None, "b": {"Name": "x"}}
    assert parser()({"Named": {"a": None, "b": {"Name": "x"}}})["Named"] == {"a": None, "b": {"Name": "x"}}


def test_members_with_other_names_on_the_wire_get_their_own():
    read = parser("Mixed")
    found = read({"Renamed": {"n": "x", "Name": "not a member", "At": 0, "Odd": 1}, "At": 0.5})
    assert found["Renamed"]["Name"] == "x"
    assert set(found["Renamed"]) == {"Name", "At"}
    assert found["At"].microsecond == 500000


def test_documents_are_left_as_they_are():
    document = {"a": None, "b": [{"c": None}], "__type": "x"}
    assert parser("Mixed")({"Free": document})["Free"] == document


def test_every_answer_is_a_new_one():
    read = parser("Mixed")
    body = json.dumps({"ByName": {"a": 1}, "Stamps": [1, 2]}).encode()
    first, second = read(body), read(body)
    assert first == second
    first["ByName"]["a"] = None
    assert second["ByName"]["a"] is not None


@pytest.mark.parametrize(
    ("value", "place"),
    [
        ({"At": 1, "Stamps": [1, 2, "never"]}, r"Stamps\[2\] is no timestamp but a string"),
        ({"ByName": {"good": 1, "bad": []}}, r"ByName\.\* is no timestamp but an array"),
        ({"At": 5, "Renamed": {"n": "x", "At": {}}}, r"Renamed\.At is no timestamp but an object"),
        ({"At": 5, "Stamps": 7}, "Stamps is no list"),
    ],
)
def test_a_fault_is_placed_although_what_stood_before_it_was_converted(value, place):
    with pytest.raises(ResponseParserError, match=place):
        parser("Mixed")(value)


def test_closures_of_a_service_are_made_once():
    compiler = JsonCompiler("json")
    shape = make_operation("json", {}, operation={"output": {"shape": "Tree"}}).output_shape
    assert compiler.structure(shape) is compiler.structure(shape)


BLOBS = st.sampled_from(["YQ==", "", "&", 5])
TREES = st.recursive(
    st.dictionaries(st.sampled_from(["Name", "Unknown", "At"]), st.sampled_from(["a", 1, "2020-01-01T00:00:00Z"])),
    lambda trees: st.fixed_dictionaries(
        {},
        optional={
            "Name": st.sampled_from(["a", 1, []]),
            "Blob": BLOBS,
            "Left": trees,
            "Branches": st.lists(trees, max_size=3) | st.just("none"),
            "Named": st.dictionaries(st.sampled_from("xyz"), trees | st.just("text"), max_size=3),
            "Unknown": trees,
        },
    ),
    max_leaves=12,
)


@given(TREES)
def test_a_body_without_a_null_is_read_as_one_with_a_null_beside(tree):
    read, outcomes = parser(), []
    for value in (tree, {**tree, "Nothing": None}):
        try:
            outcomes.append(read(value))
        except ResponseParserError as error:
            outcomes.append(str(error).partition(" (body of")[0])
    assert outcomes[0] == outcomes[1]


def test_without_the_fast_decoder_all_goes_on_with_that_of_the_standard_library(monkeypatch):
    monkeypatch.setitem(sys.modules, "msgspec.json", None)  # as where there is no wheel of it
    monkeypatch.setattr(parse_json, "_fast", None)
    monkeypatch.setattr(parse_json, "_decoded", parse_json._FAST_AFTER)
    read = parser()
    assert [read({"Name": "a" * 1000})["Name"][:1] for _ in range(3)] == ["a"] * 3
    assert not parse_json.fast_decoder_is_loaded()
