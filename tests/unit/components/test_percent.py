from urllib.parse import quote, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sotalia.components.percent import LABEL_SAFE, PATH_SAFE, form_encode, percent_encode, percent_encode_sequence


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_text_is_encoded_as_the_standard_library_does(text):
    assert percent_encode(text) == quote(text, safe="-._~")
    assert percent_encode(text, PATH_SAFE) == quote(text, safe="-._~/")


@given(st.binary())
def test_bytes_are_encoded_one_by_one(value):
    assert percent_encode(value, LABEL_SAFE) == quote(value, safe="-._~")


def test_other_values_are_encoded_as_their_text():
    assert percent_encode(1.5) == "1.5"
    assert percent_encode(True) == "True"


def test_a_lone_surrogate_is_refused():
    with pytest.raises(UnicodeEncodeError):
        percent_encode("\ud800")


def test_fields_keep_their_order_and_lists_repeat():
    assert percent_encode_sequence({"b": ["1 2", "~"], "a": 1, "e": "", "n": []}) == "b=1%202&b=~&a=1&e="
    assert percent_encode_sequence([("a", "/"), ("a", "&")]) == "a=%2F&a=%26"


TEXTS = st.text(st.characters(exclude_categories=["Cs"]))


@given(st.dictionaries(TEXTS, TEXTS))
def test_a_form_is_encoded_as_the_standard_library_does(fields):
    assert form_encode(fields) == urlencode(fields, doseq=True).encode()


def test_values_of_a_form_that_are_no_text_are_encoded_as_the_standard_library_does():
    fields = {"a": [1, "b c"], "n": None, "x": b"\x00", "t": True}
    assert form_encode(fields) == urlencode(fields, doseq=True).encode()
