"""Values of DynamoDB and of Python."""

from decimal import Decimal, Inexact, Rounded

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sotalia.dynamodb.types import DYNAMODB_CONTEXT, Binary, TypeDeserializer, TypeSerializer

serialize, deserialize = TypeSerializer().serialize, TypeDeserializer().deserialize


@pytest.mark.parametrize(
    ("value", "typed"),
    [
        (None, {"NULL": True}),
        (True, {"BOOL": True}),
        ("text", {"S": "text"}),
        (7, {"N": "7"}),
        (Decimal("1.50"), {"N": "1.50"}),
        (b"x", {"B": b"x"}),
        (Binary(b"x"), {"B": b"x"}),
        ({1}, {"NS": ["1"]}),
        ({"a"}, {"SS": ["a"]}),
        (frozenset([b"a"]), {"BS": [b"a"]}),
        (set(), {"NS": []}),
        ([1, ["a"]], {"L": [{"N": "1"}, {"L": [{"S": "a"}]}]}),
        ((1,), {"L": [{"N": "1"}]}),
        ({"a": {"b": None}}, {"M": {"a": {"M": {"b": {"NULL": True}}}}}),
    ],
)
def test_values_get_their_types(value, typed):
    assert serialize(value) == typed


@pytest.mark.parametrize(
    "value", [1.5, {1.5}, {"a": [1.5]}, object(), {1, "a"}, range(2), Decimal("-NaN"), Decimal("inf")]
)
def test_what_has_no_type_is_refused_without_its_value(value):
    with pytest.raises(TypeError) as caught:
        serialize(value)
    assert "1.5" not in str(caught.value)


def test_a_number_that_would_be_changed_is_refused():
    with pytest.raises(Inexact):
        serialize(10**38 + 1)
    with pytest.raises(Rounded):
        serialize(10**38)
    assert DYNAMODB_CONTEXT.prec == 38


JSON = st.recursive(
    st.none() | st.booleans() | st.text() | st.integers(-(10**30), 10**30) | st.sets(st.text(), min_size=1),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(JSON)
def test_values_come_back_as_they_were(value):
    assert deserialize(serialize(value)) == value


@pytest.mark.parametrize("typed", [{}, None, {"Q": 1}, {"B": "text"}])
def test_what_is_no_typed_value_is_refused(typed):
    with pytest.raises(TypeError):
        deserialize(typed)


def test_binary_is_like_its_bytes():
    made = Binary(bytearray(b"ab"))
    assert made == b"ab" == bytes(made)
    assert made == Binary(b"ab")
    assert made != b"c"
    assert hash(made) == hash(b"ab")
    assert repr(Binary(b"ab")) == "Binary(b'ab')"
    with pytest.raises(TypeError, match="not a str"):
        Binary("text")
