import base64
import shutil
import socket
import ssl
import subprocess
import threading
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
from servers import Authority, Connection, Request, make_authority, proxy, serve
from sotalia.components.errors import (
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    InvalidProxiesConfigError,
    ProxyConnectionError,
    ReadTimeoutError,
    SSLError,
)
from sotalia.components.http import AWSPreparedRequest, AWSResponse, Headers
from sotalia.components.tls import tls_context
from sotalia.components.transport_choice import ChosenTransport

TRANSPORTS: list[ChosenTransport] = []
KIND = ["auto"]


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return make_authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(autouse=True, params=["auto", "urllib3"])
def _each_transport(request: pytest.FixtureRequest) -> Iterator[None]:
    """Run every test with urllib3, and with the direct transport where there is no proxy."""
    KIND[:] = [request.param]
    yield
    while TRANSPORTS:
        TRANSPORTS.pop().close()


def get(url: str, **options: object) -> AWSResponse:
    wire = ChosenTransport(**{"kind": KIND[0], "timeout": 5, "environ": {}, **options})
    TRANSPORTS.append(wire)
    return wire.send(AWSPreparedRequest("GET", url, Headers({"X-A": "1"}), None))


def test_own_authority(authority: Authority) -> None:
    with serve(tls=authority.context()) as server:
        assert get(server.url + "/x", verify=authority.ca).content == b"hello"


def test_folder_of_authorities(authority: Authority, tmp_path: Path) -> None:
    # OpenSSL looks certificates up by a hash of their subject; a name that does not fit is not found.
    shutil.copy(authority.ca, tmp_path / "ca.pem")
    with serve(tls=authority.context()) as server, pytest.raises(SSLError):
        get(server.url, verify=str(tmp_path))


def test_folder_of_authorities_by_their_hashes(authority: Authority, tmp_path: Path) -> None:
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl, which knows the hashes of names, is not installed")
    command = [openssl, "x509", "-noout", "-subject_hash", "-in", authority.ca]
    name = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    shutil.copy(authority.ca, tmp_path / f"{name}.0")
    with serve(tls=authority.context()) as server:
        assert get(server.url, verify=str(tmp_path)).content == b"hello"


def test_http_1_1_is_agreed_upon(authority: Authority) -> None:
    """By ALPN: a server that would rather speak HTTP/2 is told that this is not."""
    context = authority.context()
    context.set_alpn_protocols(["h2", "http/1.1"])
    agreed = []

    def handler(connection: Connection, _: Request) -> None:
        assert isinstance(connection.sock, ssl.SSLSocket)
        agreed.append((connection.sock.selected_alpn_protocol(), connection.sock.version()))
        connection.reply()

    with serve(handler, tls=context) as server:
        assert get(server.url, verify=authority.ca).content == b"hello"
    assert agreed == [("http/1.1", "TLSv1.3")]


def test_the_name_of_the_server_is_told_in_the_handshake(authority: Authority) -> None:
    """By SNI, names alone: an address is none (RFC 6066, section 3)."""
    context, told = authority.context(), []
    context.sni_callback = lambda sock, name, context: told.append(name)
    with serve(tls=context) as server:
        assert get(server.url, verify=authority.ca).content == b"hello"
        with pytest.raises(SSLError):
            get(f"https://localhost:{server.port}/", verify=authority.ca)
    assert told == [None, "localhost"]


def test_old_versions_are_refused(authority: Authority) -> None:
    context = authority.context()
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    with serve(tls=context) as server, pytest.raises(SSLError):
        get(server.url, verify=authority.ca)


def test_a_handshake_that_nobody_answers_ends_with_the_timeout() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener, pytest.raises((ConnectTimeoutError, ReadTimeoutError)):
        get(f"https://127.0.0.1:{listener.getsockname()[1]}/", timeout=(0.3, 0.3))


def test_unknown_authority_is_refused(authority: Authority) -> None:
    with serve(tls=authority.context()) as server:
        for verify in (True, None, authority.other_ca):
            with pytest.raises(SSLError, match="certificate verify failed"):
                get(server.url, verify=verify)
        assert server.requests == []


def test_other_host_name_is_refused(authority: Authority) -> None:
    with serve(tls=authority.context()) as server, pytest.raises(SSLError, match="certificate is not valid for"):
        get(f"https://localhost:{server.port}/", verify=authority.ca)


@pytest.mark.filterwarnings("ignore:Unverified HTTPS request")
def test_verification_can_be_turned_off(authority: Authority) -> None:
    with serve(tls=authority.context()) as server:
        assert get(server.url, verify=False).content == b"hello"


def test_plain_server_is_no_tls_server() -> None:
    def answer() -> None:
        connection = listener.accept()[0]
        with connection:
            connection.recv(100)
            connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=answer)
        thread.start()
        with pytest.raises(SSLError):
            get(f"https://127.0.0.1:{listener.getsockname()[1]}/")
        thread.join()


def test_client_certificate(authority: Authority, tmp_path: Path) -> None:
    both = tmp_path / "both.pem"
    both.write_text(Path(authority.client).read_text() + Path(authority.client_key).read_text())
    with serve(tls=authority.context(client_needed=True)) as server:
        for cert in ((authority.client, authority.client_key), [authority.client, authority.client_key], str(both)):
            assert get(server.url, verify=authority.ca, cert=cert).content == b"hello"
        with pytest.raises((SSLError, ConnectionClosedError)):
            get(server.url, verify=authority.ca)


@pytest.mark.parametrize("options", [{"verify": "/nowhere/ca.pem"}, {"cert": "/nowhere/cert.pem"}])
def test_missing_file_is_named(options: dict[str, str]) -> None:
    with pytest.raises(SSLError, match="/nowhere/"):
        get("https://127.0.0.1:1/", **options)


def test_file_that_is_no_certificate(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.pem"
    wrong.write_text("nothing")
    with pytest.raises(SSLError, match=str(wrong)):
        get("https://127.0.0.1:1/", verify=str(wrong))


def test_context_is_shared_until_its_file_changes(authority: Authority, tmp_path: Path) -> None:
    bundle = tmp_path / "bundle.pem"
    shutil.copy(authority.ca, bundle)
    first = tls_context(str(bundle), None, "u")
    assert tls_context(str(bundle), None, "u") is first
    assert isinstance(first, ssl.SSLContext)
    bundle.unlink()
    bundle.write_text(Path(authority.other_ca).read_text())
    assert tls_context(str(bundle), None, "u") is not first
    assert tls_context(True, None, "u") is tls_context(True, None, "other")


def test_http_through_a_proxy(authority: Authority) -> None:
    with serve() as server, serve(proxy) as between:
        answer = get(server.url + "/a%20b?c=d", proxies={"http": f"http://us%40er:pass@127.0.0.1:{between.port}"})
        assert answer.content == b"hello"
        assert between.requests[0].target == f"{server.url}/a%20b?c=d"
        assert base64.b64decode(between.requests[0].headers["proxy-authorization"].split()[1]) == b"us@er:pass"
        assert server.requests[0].target == "/a%20b?c=d"
        assert server.requests[0].headers["x-a"] == "1"


def test_https_through_a_tunnel(authority: Authority) -> None:
    with serve(tls=authority.context()) as server, serve(proxy) as between:
        proxies = {"https": f"http://user:pass@127.0.0.1:{between.port}"}
        assert get(server.url + "/x?y", verify=authority.ca, proxies=proxies).content == b"hello"
        asked = between.requests[0]
        assert (asked.method, asked.target) == ("CONNECT", f"127.0.0.1:{server.port}")
        assert base64.b64decode(asked.headers["proxy-authorization"].split()[1]) == b"user:pass"
        assert server.requests[0].target == "/x?y"
        assert "proxy-authorization" not in server.requests[0].headers


def test_proxy_over_tls(authority: Authority) -> None:
    with serve() as server, serve(proxy, tls=authority.context(client_needed=True)) as between:
        config = {"proxy_ca_bundle": authority.ca, "proxy_client_cert": (authority.client, authority.client_key)}
        assert get(server.url, proxies={"http": between.url}, proxies_config=config).content == b"hello"
        with pytest.raises(ProxyConnectionError):
            get(server.url, proxies={"http": between.url})
        with pytest.raises(InvalidProxiesConfigError):
            get(server.url, proxies={"http": between.url}, proxies_config={"proxy_ca_bundle": "/nowhere.pem"})


def test_https_can_be_forwarded_to_a_proxy_over_tls(authority: Authority) -> None:
    with serve(tls=authority.context()) as between:
        config = {"proxy_ca_bundle": authority.ca, "proxy_use_forwarding_for_https": True}
        get("https://s3.example.com/x", verify=authority.ca, proxies={"https": between.url}, proxies_config=config)
        assert between.requests[0].target == "https://s3.example.com/x"


def test_proxy_that_is_not_there() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    for scheme in ("http", "https"):
        with pytest.raises(ProxyConnectionError, match=f"http://127.0.0.1:{port}") as caught:
            get(f"{scheme}://127.0.0.1:1/", proxies={scheme: f"http://user:canary@127.0.0.1:{port}"})
        assert "canary" not in str(caught.value) + repr(caught.value.kwargs)


def test_proxy_that_refuses_the_tunnel() -> None:
    def refuse(connection: Connection, _: Request) -> None:
        connection.reply(b"", "407 Proxy Authentication Required")

    with serve(refuse) as between, pytest.raises(ProxyConnectionError) as caught:
        get("https://127.0.0.1:1/", proxies={"https": between.url})
    assert "407" in caught.value.kwargs["error"]


@pytest.mark.parametrize("url", ["socks5://h:1", "http://", "http://[::1"])
def test_proxy_url_that_cannot_be_used(url: str) -> None:
    with pytest.raises(ProxyConnectionError):
        get("http://127.0.0.1:1/", proxies={"http": url})


def test_environment_names_the_proxy_and_its_exceptions() -> None:
    with serve() as server, serve(proxy) as between:
        environ = {"http_proxy": f"127.0.0.1:{between.port}"}
        assert get(server.url, environ=environ).content == b"hello"
        assert len(between.requests) == 1
        assert get(server.url, environ={**environ, "NO_PROXY": "127.0.0.1"}).content == b"hello"
        assert get(server.url, environ=environ, proxies={}).content == b"hello"
        assert len(between.requests) == 1


def test_proxy_of_the_other_scheme_is_not_used() -> None:
    with pytest.raises(EndpointConnectionError):
        get("http://127.0.0.1:1/", proxies={"https": "http://127.0.0.1:2"})


def test_bytes_behind_a_body_that_was_read_into_a_buffer_end_the_connection(authority: Authority) -> None:
    def handler(connection: Connection, request: Request) -> None:
        connection.send(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n")
        connection.send(b"hello" + b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nothers")  # one record

    with serve(handler, tls=authority.context()) as server:
        wire = ChosenTransport(kind="direct", timeout=5, verify=authority.ca, environ={})
        for _ in range(2):
            body = wire.send(AWSPreparedRequest("GET", server.url, Headers(), None, True)).raw
            buffer = bytearray(5)
            assert body.readinto(memoryview(buffer)) == 5
            assert buffer == b"hello"
        wire.close()
        assert len(server.connections) == 2
