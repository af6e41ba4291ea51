import pytest
from servers import proxy, serve
from sotalia.components.http import AWSPreparedRequest, Headers
from sotalia.components.transport_choice import ChosenTransport

PROXY = "http://127.0.0.1:1"


@pytest.mark.parametrize(
    ("options", "url", "choice"),
    [
        ({}, "https://a.example/", "direct"),
        ({"environ": {"https_proxy": PROXY}}, "https://a.example/x?y", "urllib3"),
        ({"environ": {"https_proxy": PROXY}}, "http://a.example/", "direct"),
        ({"environ": {"https_proxy": PROXY, "no_proxy": ".example"}}, "https://a.example/", "direct"),
        ({"proxies": {"https": PROXY}}, "https://a.example/", "urllib3"),
        ({"proxies": {}, "environ": {"https_proxy": PROXY}}, "https://a.example/", "direct"),
        ({"kind": "urllib3"}, "https://a.example/", "urllib3"),
        ({"kind": "direct", "proxies": {"https": PROXY}}, "https://a.example/", "direct"),
        ({}, "http://[::1", "direct"),
    ],
)
def test_the_choice_is_made_by_host_and_told(options, url, choice):
    assert ChosenTransport(**{"environ": {}, **options}).choice(url)[0] == choice


def get(wire, url):
    return wire.send(AWSPreparedRequest("GET", url, Headers(), None)).content


def test_hosts_with_and_without_a_proxy_at_once():
    with serve() as server, serve(proxy) as between:
        wire = ChosenTransport(environ={"http_proxy": between.url, "no_proxy": "127.0.0.1"})
        assert get(wire, server.url) == b"hello"
        assert repr(wire) == "<ChosenTransport auto, made: direct>"
        assert get(wire, server.url.replace("127.0.0.1", "localhost")) == b"hello"
        assert repr(wire) == "<ChosenTransport auto, made: direct, urllib3>"
        wire.close()
        assert get(wire, server.url) == b"hello"
        wire.close()
