"""URLs of requests, of whatever a call without validation brings."""

import pytest
from sotalia.exceptions import ParamValidationError
from sotalia.session_core.request_url import join_url


@pytest.mark.parametrize(
    ("base", "path", "query", "url"),
    [
        ("https://a.example", "/", "", "https://a.example/"),
        ("https://a.example/base/", "/x", {"b": "c d"}, "https://a.example/base/x?b=c%20d"),
        ("https://a.example?k=v", "/?list", {"b": ["c", "d"]}, "https://a.example/?list&k=v&b=c&b=d"),
    ],
)
def test_endpoint_path_and_query_follow_each_other(base, path, query, url):
    assert join_url(base, path, query) == url


def deep():
    made = {}
    for _ in range(3000):
        made = {"a": made}
    return made


def test_a_value_that_is_nested_too_deeply_is_refused():
    with pytest.raises(ParamValidationError, match="nested too deeply"):
        join_url("https://a.example", "/", {"q": deep()})
