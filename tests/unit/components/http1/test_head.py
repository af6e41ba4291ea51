import pytest
from hypothesis import given
from hypothesis import strategies as st
from sotalia.components.errors import HTTPClientError
from sotalia.components.http import Headers
from sotalia.components.http1.head import request_head


def head(method="GET", target="/", fields=(), framing=""):
    return request_head(method, target, "h:1", Headers(fields), framing)


def test_the_head_of_a_request():
    assert head("PUT", "/a?b", [("X-A", 1), ("x-b", b"v")], "Content-Length: 2\r\n") == (
        b"PUT /a?b HTTP/1.1\r\nHost: h:1\r\nX-A: 1\r\nx-b: v\r\nAccept-Encoding: identity\r\nContent-Length: 2\r\n\r\n"
    )


def test_given_fields_are_not_doubled():
    made = head(fields=[("host", "other"), ("Accept-encoding", "gzip")])
    assert made == b"GET / HTTP/1.1\r\nhost: other\r\nAccept-encoding: gzip\r\n\r\n"


def test_what_may_not_stand_in_a_target_is_quoted():
    assert head(target="/a b\r\nX: y\x7fä").startswith(b"GET /a%20b%0D%0AX:%20y%7F%C3%A4 HTTP/1.1\r\n")


@pytest.mark.parametrize("method", ["GET /", "", "G\r\n", "GÄT"])
def test_a_method_that_is_none(method):
    with pytest.raises(HTTPClientError):
        head(method)


@given(name=st.text(max_size=5), value=st.one_of(st.text(max_size=10), st.binary(max_size=10)))
def test_no_field_makes_another_line(name, value):
    try:
        made = head(fields=[(name, value)])
    except HTTPClientError:
        return
    given = name.lower() in ("host", "accept-encoding")
    assert made.count(b"\r\n") == made.count(b"\n") == made.count(b"\r") == (5 if not given else 4)


@given(name=st.text(alphabet="%sd!'ab", min_size=1, max_size=6), value=st.text(alphabet="%sd!ab", max_size=6))
def test_per_cents_are_no_places_for_values(name, value):
    made = head(fields=[(name, value)])
    assert made == f"GET / HTTP/1.1\r\nHost: h:1\r\n{name}: {value}\r\nAccept-Encoding: identity\r\n\r\n".encode()


def test_a_target_has_no_fragment_and_no_empty_query():
    for target, sent in (
        ("", "/"),
        ("?", "/"),
        ("?a", "/?a"),
        ("#f", "/"),
        ("/?", "/"),
        ("/a?", "/a"),
        ("/a?b?", "/a?b?"),
        ("/a?b#c?d", "/a?b"),
        ("/a#b?c", "/a"),
        ("//a", "//a"),
    ):
        assert head(target=target).startswith(f"GET {sent} HTTP/1.1\r\n".encode()), target
