import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sotalia.models.serialize_json import encode_json


@given(
    st.dictionaries(
        st.text(),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
            lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
            max_leaves=8,
        ),
        max_size=4,
    )
)
def test_json_is_written_as_the_standard_library_does(value):
    assert encode_json(value) == json.dumps(value).encode()


def test_a_value_that_holds_itself_is_no_json():
    loop: dict[str, object] = {}
    loop["loop"] = loop
    with pytest.raises(RecursionError):
        encode_json(loop)
