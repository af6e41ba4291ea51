import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sotalia.components.json_scanner import scan
from sotalia.models.parse_json import decode_json

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)


@given(VALUES)
def test_values_are_those_of_the_standard_library(value):
    text = json.dumps(value)
    assert scan(text, 0) == (json.loads(text), len(text))


@pytest.mark.parametrize("text", ["", "{", '{"a"', "nope", "[1,", '"\n"', '{"a": 1,}', "\u2028"])
def test_what_is_no_value_is_refused(text):
    with pytest.raises((ValueError, StopIteration)):
        scan(text, 0)


@given(st.text(" \t\r\n", max_size=3), VALUES, st.text(" \t\r\n", max_size=3))
def test_bodies_may_have_white_space_around_them(before, value, after):
    text = before + json.dumps(value) + after
    assert decode_json(text.encode()) == json.loads(text)


def test_unusual_bodies_are_read_as_the_standard_library_does():
    assert decode_json('{"a": 1}'.encode("utf-16")) == {"a": 1}
    assert decode_json(b'\xef\xbb\xbf{"a": 1}') == {"a": 1}
    assert decode_json(b'"\\ud800"') == "\ud800"
    assert math.isnan(decode_json(b"NaN"))
    assert decode_json(b"-Infinity") == -math.inf
