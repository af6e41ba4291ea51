import copy
import pickle

from hypothesis import given
from hypothesis import strategies as st
from sotalia.components.http import Headers
from sotalia.components.http1.answer_fields import headers_of

NAMES = st.sampled_from([b"Date", b"date", b"ETag", b"X-A", b"x-a", b"Content-Length"])
VALUES = st.binary(max_size=4).map(lambda value: value.translate(None, b"\r\n\0"))


@given(st.lists(st.tuples(NAMES, VALUES), max_size=8))
def test_they_are_what_adding_one_after_the_other_makes(fields):
    expected = {}
    for name, value in fields:
        text, lower = value.decode("latin-1"), name.decode().lower()
        first, before = expected.get(lower, (name.decode(), None))
        expected[lower] = first, text if before is None else f"{before}, {text}"
    made = headers_of(fields)
    for name in ("DATE", "etag", "none"):
        assert made.get(name, 7) == expected.get(name.lower(), (None, 7))[1]
    assert made.items() == list(expected.values())
    assert made.by_lower_name() == {lower: value for lower, (_, value) in expected.items()}
    assert made.items() == list(expected.values())
    assert made.fields == expected
    assert list(made.by_lower_name()) == list(expected)
    for lower, (name, value) in expected.items():
        assert made[name] == made[lower.upper()] == made.get(lower) == value


def new():
    return headers_of([(b"Date", b"today"), (b"ETag", b'"e"')])


def test_changes_are_seen_by_all():
    headers = new()
    assert headers.by_lower_name() is not headers.by_lower_name()
    headers["Date"] = "tomorrow"
    del headers["etag"]
    headers.add_header("X-A", "1")
    assert headers.by_lower_name() == {"date": "tomorrow", "x-a": "1"}
    assert dict(headers.lower_items()) == headers.by_lower_name()
    assert dict(headers) == {"Date": "tomorrow", "X-A": "1"}


def test_they_are_headers_like_others():
    assert new() == Headers({"Date": "today", "ETag": '"e"'})
    assert repr(new()) == "Headers(['Date', 'ETag'])"
    assert len(new()) == 2
    assert "date" in new()
    twin = new().copy()
    twin["Date"] = "never"
    for other in (copy.deepcopy(new()), copy.copy(new()), pickle.loads(pickle.dumps(new()))):
        assert other == new()
        other["Date"] = "never"
        assert other == twin
    assert not hasattr(new(), "nothing")


def test_names_of_one_long_head_are_not_kept():
    from sotalia.components.http1 import answer_fields

    before = len(answer_fields._known)
    fields = [(b"x-%d" % number, b"1") for number in range(1000)]
    assert headers_of(fields).by_lower_name() == {f"x-{number}": "1" for number in range(1000)}
    assert len(answer_fields._known) == before
    for number in range(2000):
        headers_of([(b"x-%d" % number, b"1")])
    assert len(answer_fields._known) <= 256
