import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sotalia.models.data_files import json_pointer_at


@pytest.mark.parametrize(
    ("text", "pointer"),
    [
        ("", ""),
        ("{", ""),
        ('{"a"', "/a"),
        ('{"a": ', "/a"),
        ('{"a": [1, ', "/a/1"),
        ('{"a": [1, {"b": 2}, ', "/a/2"),
        ('{"a": 1, ', ""),
        ('{"a": {"b": 1}, "c": [[', "/c/0/0"),
        ('{"a,]}": "x}{,", "~/": ', "/~0~1"),
        ("}]", ""),
    ],
)
def test_the_pointer_of_a_place_in_broken_json(text, pointer):
    assert json_pointer_at(text, len(text)) == pointer


_JSON = st.recursive(
    st.integers() | st.text("ab", max_size=2),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab{}[],:", min_size=1), inner, max_size=3),
)


@given(value=_JSON)
def test_the_pointer_of_a_marker_leads_to_the_marker(value):
    document = {"x": [value, {"y": [value, "HERE"]}]}
    text = json.dumps(document)
    assert json_pointer_at(text, text.index('"HERE"')) == "/x/1/y/1"
