from urllib.parse import quote, urlencode, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sotalia.components.http import Headers
from sotalia.components.signers.canonical import (
    canonical_headers,
    canonical_query,
    canonical_uri,
    encode_pairs,
    host_of,
    split_url,
)

words = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://H.Example.COM/", "h.example.com"),
        ("https://h:443/", "h"),
        ("http://h:80", "h"),
        ("https://h:80/", "h:80"),
        ("http://h:443/", "h:443"),
        ("http://[::1]:80/", "[::1]"),
        ("http://[::1]:8080/", "[::1]:8080"),
        ("https://user:pw@h/", "h"),
    ],
)
def test_host_is_what_the_client_sends(url: str, host: str) -> None:
    scheme, authority, _, _ = split_url(url)
    assert host_of(scheme, authority) == host


@given(words.map(quote), words.map(quote), words.map(quote))
def test_url_is_split_as_the_standard_library_does(path: str, query: str, fragment: str) -> None:
    url = f"https://host:8443/{path}?{query}#{fragment}"
    parts = urlsplit(url)
    assert split_url(url) == (parts.scheme, parts.netloc, parts.path, parts.query)


@given(st.lists(st.tuples(words, words), max_size=6))
def test_every_spelling_of_a_query_has_one_canonical_form(pairs: list[tuple[str, str]]) -> None:
    expected = "&".join(
        f"{name}={value}"
        for name, value in sorted((quote(name, safe="-_.~"), quote(value, safe="-_.~")) for name, value in pairs)
    )
    assert canonical_query(encode_pairs(pairs)) == expected
    assert canonical_query(urlencode(pairs)) == expected  # blanks as plus signs
    assert canonical_query(canonical_query(urlencode(pairs))) == expected


def test_encoded_characters_that_need_no_encoding_are_decoded() -> None:
    assert canonical_query("a%7Eb=%41&x=%2f") == "a~b=A&x=%2F"
    assert canonical_uri("/%41%2f,%7E", double_encode=False, normalize=False) == "/A/%2C~"


def test_query_without_values() -> None:
    assert canonical_query("uploads") == "uploads="
    assert canonical_query("b&a=1&&c=x=y") == "a=1&b=&c=x%3Dy"


def test_list_is_a_parameter_several_times() -> None:
    assert encode_pairs({"a": [1, "x y"], "b": b"\xff", "c": ("z",)}) == "a=1&a=x%20y&b=%FF&c=z"


@pytest.mark.parametrize(
    ("path", "services", "s3"),
    [
        ("", "/", "/"),
        ("/", "/", "/"),
        ("/a//b/", "/a/b/", "/a//b/"),
        ("/a/../../b", "/b", "/a/../../b"),
        ("/./a/.", "/a", "/./a/."),
        ("/a%20b", "/a%2520b", "/a%20b"),
        ("/a b", "/a%20b", "/a%20b"),
        ("/a.txt", "/a.txt", "/a.txt"),
    ],
)
def test_path(path: str, services: str, s3: str) -> None:
    assert canonical_uri(path) == services
    assert canonical_uri(path, double_encode=False, normalize=False) == s3


def test_headers_are_sorted_and_trimmed() -> None:
    fields = Headers(
        {"X-B": " 1   2\t3 ", "user-agent": "x", "X-a": 5, "Expect": "100-continue", "x-c": b"bytes"}
    ).fields
    assert canonical_headers(fields, "h") == ("host:h\nx-a:5\nx-b:1 2 3\nx-c:bytes\n", "host;x-a;x-b;x-c")


def test_given_host_wins() -> None:
    fields = Headers({"Host": "given"}).fields
    assert canonical_headers(fields, "h") == ("host:given\n", "host")
    assert list(fields) == ["host"]


def test_the_host_takes_its_place_among_the_others() -> None:
    for names in ((), ("a", "z"), ("x",), ("a",)):
        block, signed = canonical_headers(Headers(dict.fromkeys(names, "1")).fields, "h")
        assert signed == ";".join(sorted((*names, "host")))
        assert [line.partition(":")[0] for line in block.splitlines()] == signed.split(";")
