"""Whole clients by proxies, over TLS with certificates of their own, and with time limits of their own."""

import io
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import servers
from sotalia import CallOptions, CancelToken, Config, Session
from sotalia.exceptions import (
    CallCancelledError,
    CallDeadlineError,
    ConnectionClosedError,
    ConnectTimeoutError,
    ProxyConnectionError,
    ReadTimeoutError,
    SSLError,
)

OBJECT = {"Bucket": "b", "Key": "k"}
ONCE = {"retries": {"total_max_attempts": 1}, "s3": {"addressing_style": "path"}}


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> servers.Authority:
    return servers.make_authority(Path(tmp_path_factory.mktemp("ca")))


@pytest.fixture(autouse=True)
def proxies_are_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_PROXY")


def client_of(url: str, verify: Any = None, **config: Any) -> Any:
    session = Session("AKID", "secret", region_name="us-east-1")
    return session.client("s3", endpoint_url=url, verify=verify, config=Config(**{**ONCE, **config}))


def answer(connection: servers.Connection, request: servers.Request) -> None:
    connection.reply(b"hello" if request.method == "GET" else b"")


@contextmanager
def behind_a_proxy(authority: servers.Authority, **config: Any) -> Iterator[tuple[Any, Any, Any]]:
    """A server that wants a certificate, behind a proxy that speaks TLS and wants one, too."""
    with (
        servers.serve(answer, tls=authority.context(client_needed=True)) as one,
        servers.serve(servers.proxy, tls=authority.context(client_needed=True)) as between,
    ):
        given = {
            "proxies": {"https": between.url},
            "proxies_config": {
                "proxy_ca_bundle": authority.ca,
                "proxy_client_cert": (authority.client, authority.client_key),
            },
            "client_cert": (authority.client, authority.client_key),
        }
        yield client_of(one.url, authority.ca, **{**given, **config}), one, between


def test_a_proxy_and_a_server_that_want_certificates(authority) -> None:
    with behind_a_proxy(authority, tcp_keepalive=True) as (client, server, between):
        client.put_object(Body=io.BytesIO(b"x" * 100_000), **OBJECT)
        assert client.get_object(**OBJECT)["Body"].read() == b"hello"
        assert [asked.method for asked in between.requests] == ["CONNECT"]
        assert [asked.method for asked in server.requests] == ["PUT", "GET"]
        assert server.requests[0].body == b"x" * 100_000


@pytest.mark.parametrize("config", [{"client_cert": None}, {"proxies_config": None}], ids=str)
def test_a_certificate_that_is_missing_is_an_error_of_the_connection(authority, config) -> None:
    with behind_a_proxy(authority, **config) as (client, server, _):
        with pytest.raises((SSLError, ConnectionClosedError, ProxyConnectionError)):
            client.get_object(**OBJECT)
        assert server.requests == []


@pytest.mark.parametrize("source", ["verify", "AWS_CA_BUNDLE", "profile"])
def test_an_authority_of_ones_own(authority, source, monkeypatch, own_environment) -> None:
    if source == "AWS_CA_BUNDLE":
        monkeypatch.setenv("AWS_CA_BUNDLE", authority.ca)
    elif source == "profile":
        (own_environment / ".aws").mkdir()
        (own_environment / ".aws" / "config").write_text(f"[default]\nca_bundle = {authority.ca}\n")
    with servers.serve(tls=authority.context()) as server:
        client = client_of(server.url, authority.ca if source == "verify" else None)
        assert client.get_object(**OBJECT)["Body"].read() == b"hello"
        with pytest.raises(SSLError):
            client_of(server.url, authority.other_ca).get_object(**OBJECT)


def test_time_limits_of_a_client() -> None:
    def silent(connection: servers.Connection, _: servers.Request) -> bool:
        time.sleep(1.5)
        return True

    with servers.serve(silent) as server, pytest.raises(ReadTimeoutError):
        client_of(server.url, read_timeout=0.2).get_object(**OBJECT)
    with socket.socket() as listener, socket.socket() as first, socket.socket() as second:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for one in (first, second):  # a full backlog: the kernel answers no further handshake
            one.setblocking(False)
            one.connect_ex(listener.getsockname())
        client = client_of(f"http://127.0.0.1:{listener.getsockname()[1]}", connect_timeout=0.3)
        with pytest.raises(ConnectTimeoutError):
            client.get_object(**OBJECT)


@pytest.mark.parametrize("how", ["deadline", "cancelled"])
def test_a_proxy_that_says_nothing_is_left_in_time(how) -> None:
    over = threading.Event()
    with servers.serve(lambda *_: over.wait(20)) as between:
        client = client_of("https://127.0.0.1:1", False, proxies={"https": between.url})
        token = CancelToken()
        timer = threading.Timer(0.3, token.cancel)
        timer.start()
        options = CallOptions(timeout=0.3) if how == "deadline" else CallOptions(cancel=token)
        begin = time.monotonic()
        try:
            with pytest.raises(CallDeadlineError if how == "deadline" else CallCancelledError):
                client.get_object(**OBJECT, _options=options)
        finally:
            over.set()
        late = time.monotonic() - begin - 0.3
        timer.join()
    print(f"\nsilent proxy, {how}: {late * 1000:.1f} ms")
    assert late < 5


@pytest.mark.parametrize(
    ("forced", "proxied", "kind", "why"),
    [
        (None, False, "direct", "no proxy is in between"),
        (None, True, "urllib3", "a proxy is configured for this host"),
        ("urllib3", False, "urllib3", "http_transport says so"),
        ("direct", True, "direct", "http_transport says so"),
    ],
)
def test_the_choice_of_the_transport_is_told_and_can_be_forced(monkeypatch, forced, proxied, kind, why) -> None:
    with servers.serve(answer) as server, servers.serve(servers.proxy) as between:
        if forced is not None:
            monkeypatch.setenv("SOTALIA_HTTP_TRANSPORT", forced)
        client = client_of(server.url, proxies={"http": between.url} if proxied else {})
        told = client.explain("http_transport")
        assert told.value == (forced or "auto")
        assert f"transport to {server.url} = '{kind}' ({why})" in str(told)
        assert client.get_object(**OBJECT)["Body"].read() == b"hello"
        assert list(client._transport._made) == [kind]
        assert bool(between.requests) == (kind == "urllib3" and proxied)


def test_a_transport_of_somebody_else_is_told() -> None:
    class Elsewhere:
        def send(self, request: Any) -> Any:
            raise AssertionError

    session = Session("AKID", "secret", region_name="us-east-1")
    session.register_component("transport", Elsewhere())
    assert "transport = 'Elsewhere' (given in code)" in str(session.client("s3").explain("http_transport"))
