import contextlib
import gc
import io
import os
import pickle
import select
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator

import pytest
from servers import Connection, Request, serve
from sotalia.components.errors import (
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    HTTPClientError,
    IncompleteReadError,
    ReadTimeoutError,
    ResponseStreamingError,
)
from sotalia.components.http import AWSPreparedRequest, AWSRequest, AWSResponse, Headers
from sotalia.components.http1.transport import DirectTransport
from sotalia.components.streaming import StreamingBody
from sotalia.components.transport import Urllib3Transport

TRANSPORTS: list[Urllib3Transport | DirectTransport] = []
KIND: list[type] = []


def transport(**options: object) -> Urllib3Transport | DirectTransport:
    more = {"environ": {}} if KIND[0] is Urllib3Transport else {}
    made = KIND[0](**{"timeout": 5, **more, **options})
    TRANSPORTS.append(made)
    return made


@pytest.fixture(autouse=True, params=[DirectTransport, Urllib3Transport], ids=["direct", "urllib3"])
def _each_transport(request: pytest.FixtureRequest) -> Iterator[None]:
    """Run every test with both transports."""
    KIND[:] = [request.param]
    yield
    while TRANSPORTS:
        TRANSPORTS.pop().close()


def idle_socket(wire: Urllib3Transport | DirectTransport, port: int) -> socket.socket:
    """Return the socket of the latest idle connection to a server."""
    if isinstance(wire, DirectTransport):
        return wire._hosts[f"http://127.0.0.1:{port}/"].idle[-1].sock
    return wire._pools["http", f"127.0.0.1:{port}"][0].pool.queue[-1].sock


def request(
    url: str, method: str = "GET", body: object = None, stream: bool = False, **headers: object
) -> AWSPreparedRequest:
    fields = Headers({name.replace("_", "-"): value for name, value in headers.items()})
    return AWSPreparedRequest(method, url, fields, body, stream)


def once(*pieces: bytes):
    """Answer with raw bytes, then close."""

    def handler(connection: Connection, _: Request) -> bool:
        for piece in pieces:
            connection.send(piece)
        return True

    return handler


def test_answer_is_status_headers_and_body() -> None:
    def handler(connection: Connection, _: Request) -> None:
        connection.reply(b"hello", "404 Not Found", "X-A: 1", "x-a: 2", "Content-Encoding: gzip")

    with serve(handler) as server:
        answer = transport().send(request(server.url + "/x?y=1"))
    assert isinstance(answer, AWSResponse)
    assert (answer.status_code, answer.content, answer.url) == (404, b"hello", server.url + "/x?y=1")
    assert dict(answer.headers.lower_items()) == {"content-length": "5", "x-a": "1, 2", "content-encoding": "gzip"}


def test_headers_go_out_as_given() -> None:
    with serve() as server:
        transport().send(request(server.url + "/a/../b//c%2F?x=%2F&y", Host="other:1", X_A=5, X_B=b"bytes", X_C="ä"))
        transport().send(request(server.url, User_Agent="me"))
    first, second = server.requests
    assert first.target == "/a/../b//c%2F?x=%2F&y"
    assert first.headers == {
        "host": "other:1",
        "accept-encoding": "identity",
        "x-a": "5",
        "x-b": "bytes",
        "x-c": "ä".encode().decode("latin-1"),
    }
    assert second.headers == {
        "host": f"127.0.0.1:{server.port}",
        "accept-encoding": "identity",
        "user-agent": "me",
    }
    assert second.target == "/"


def test_header_with_a_line_break_is_refused_and_not_shown() -> None:
    with serve() as server, pytest.raises(HTTPClientError) as caught:
        transport().send(request(server.url, X_A="canary\r\nX-B: 1"))
    assert "canary" not in str(caught.value)
    assert caught.value.__suppress_context__
    assert server.requests == []


class Unseekable:
    def __init__(self, *pieces: bytes) -> None:
        self.pieces = list(pieces)

    def read(self, size: int = -1) -> bytes:
        return self.pieces.pop(0) if self.pieces else b""


def from_middle() -> io.BytesIO:
    body = io.BytesIO(b"xxhello")
    body.seek(2)
    return body


@pytest.mark.parametrize(
    ("method", "body", "sent", "length"),
    [
        ("GET", None, b"", None),
        ("GET", b"", b"", None),
        ("HEAD", None, b"", None),
        ("PUT", None, b"", "0"),
        ("POST", b"", b"", "0"),
        ("DELETE", None, b"", "0"),
        ("POST", b"hello", b"hello", "5"),
        ("POST", "hällo", "hällo".encode(), "6"),
        ("POST", bytearray(b"hello"), b"hello", "5"),
        ("POST", memoryview(b"hello"), b"hello", "5"),
        ("PUT", lambda: io.BytesIO(b"x" * 200_000), b"x" * 200_000, "200000"),
        ("PUT", io.BytesIO, b"", "0"),
        ("PUT", from_middle, b"hello", "5"),
        ("PUT", lambda: Unseekable(b"he", b"llo"), b"hello", None),
        ("PUT", lambda: iter([b"he", b"llo"]), b"hello", None),
    ],
)
def test_bodies(method: str, body: object, sent: bytes, length: str | None) -> None:
    with serve() as server:
        transport().send(request(server.url, method, body() if callable(body) else body))
    assert server.requests[0].body == sent
    assert server.requests[0].headers.get("content-length") == length
    chunked = length is None and body is not None and body != b""
    assert server.requests[0].headers.get("transfer-encoding") == ("chunked" if chunked else None)


def test_announced_length_and_coding_are_believed() -> None:
    with serve() as server:
        transport().send(request(server.url, "PUT", Unseekable(b"hello"), Content_Length="5"))
        transport().send(request(server.url, "PUT", io.BytesIO(b"hello"), Transfer_Encoding="chunked"))
    assert [each.body for each in server.requests] == [b"hello", b"hello"]
    assert server.requests[0].headers["content-length"] == "5"
    assert "content-length" not in server.requests[1].headers


def test_head_has_no_body() -> None:
    def handler(connection: Connection, _: Request) -> None:
        connection.send(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n")

    with serve(handler) as server:
        answer = transport().send(request(server.url, "HEAD"))
        assert (answer.content, answer.headers["content-length"]) == (b"", "100")


def test_redirects_are_not_followed() -> None:
    with serve(lambda connection, _: connection.reply(b"", "307 Temporary Redirect", "Location: /x")) as server:
        assert transport().send(request(server.url)).status_code == 307
    assert len(server.requests) == 1


def test_connections_are_kept_alive() -> None:
    with serve() as server:
        wire = transport()
        for _ in range(5):
            assert wire.send(request(server.url)).content == b"hello"
        assert len(server.connections) == 1
        wire.close()
        assert wire.send(request(server.url)).content == b"hello"
        assert len(server.connections) == 2


def test_connection_that_the_server_closed_in_the_meantime_is_replaced() -> None:
    def handler(connection: Connection, _: Request) -> bool:
        connection.reply()
        return True

    with serve(handler) as server:
        wire = transport()
        for expected in (1, 2):
            wire.send(request(server.url))
            assert len(server.connections) == expected
            select.select([idle_socket(wire, server.port)], [], [], 5)


def unused_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return taken.getsockname()[1]


def test_refused_connection() -> None:
    url = f"http://127.0.0.1:{unused_port()}/key?X-Amz-Signature=canary"
    with pytest.raises(EndpointConnectionError, match="Could not connect") as caught:
        transport().send(request(url))
    assert "canary" not in str(caught.value)
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)


def test_unknown_host() -> None:
    with pytest.raises(EndpointConnectionError):
        transport().send(request("http://nowhere.invalid/"))


@pytest.mark.parametrize("url", ["ftp://127.0.0.1/", "http:///x", "http://[::1/", "nonsense", "http://h:99999/"])
def test_what_is_no_http_url_is_refused(url: str) -> None:
    with pytest.raises(HTTPClientError):
        transport().send(request(url))


def test_connect_timeout() -> None:
    with socket.socket() as listener:
        # A full backlog: the kernel answers no further handshake.
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        address = listener.getsockname()
        fillers = [socket.socket() for _ in range(4)]
        for filler in fillers:
            filler.setblocking(False)
            filler.connect_ex(address)
        try:
            with pytest.raises(ConnectTimeoutError):
                transport(timeout=(0.1, 5)).send(request(f"http://127.0.0.1:{address[1]}/"))
        finally:
            for filler in fillers:
                filler.close()


def test_read_timeout() -> None:
    release = threading.Event()
    with serve(lambda *_: release.wait(5)) as server:
        with pytest.raises(ReadTimeoutError, match="Read timeout"):
            transport(timeout=(5, 0.05)).send(request(server.url))
        release.set()


def test_read_timeout_within_the_body() -> None:
    release = threading.Event()

    def handler(connection: Connection, _: Request) -> bool:
        connection.send(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello")
        return release.wait(5)

    with serve(handler) as server:
        wire = transport(timeout=(5, 0.05))
        with pytest.raises(ReadTimeoutError):
            wire.send(request(server.url))
        answer = wire.send(request(server.url, stream=True))
        body = StreamingBody(answer.raw, 10)
        assert body.read(5) == b"hello"
        with pytest.raises(ReadTimeoutError):
            body.read(5)
        release.set()


def test_timeout_of_a_stream_can_be_set() -> None:
    release = threading.Event()

    def handler(connection: Connection, _: Request) -> bool:
        connection.send(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello")
        return release.wait(5)

    with serve(handler) as server:
        answer = transport(timeout=60).send(request(server.url, stream=True))
        body = StreamingBody(answer.raw, 10)
        body.set_socket_timeout(0.05)
        with pytest.raises(ReadTimeoutError):
            body.read()
        release.set()


HEAD = b"HTTP/1.1 200 OK\r\n"


@pytest.mark.parametrize(
    "pieces",
    [
        (),
        (b"garbage\r\n\r\n",),
        (b"\x16\x03\x01\x02",),
        (b"HTTP/1.1 abc OK\r\n\r\n",),
        (HEAD,),
        (HEAD + b"Content-Le",),
        (HEAD + b"X-A: 1\r\nContent-Le",),
        (HEAD + b"no header\r\n\r\nhello",),
    ],
)
@pytest.mark.parametrize("stream", [False, True])
def test_no_answer_or_garbage(pieces: tuple[bytes, ...], stream: bool) -> None:
    with serve(once(*pieces)) as server, pytest.raises(ConnectionClosedError):
        transport().send(request(server.url, stream=stream))


def test_reset_connection() -> None:
    def handler(connection: Connection, _: Request) -> bool:
        connection.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        return True

    with serve(handler) as server, pytest.raises(ConnectionClosedError):
        transport().send(request(server.url, "POST", b"x"))


HALVES = [
    HEAD + b"Content-Length: 10\r\n\r\nhello",
    HEAD + b"Transfer-Encoding: chunked\r\n\r\n9\r\nhello",
    HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
    HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nhello",
]


@pytest.mark.parametrize("answer", HALVES)
def test_half_a_body(answer: bytes) -> None:
    with serve(once(answer)) as server, pytest.raises(ResponseStreamingError):
        transport().send(request(server.url))


@pytest.mark.parametrize("answer", HALVES)
@pytest.mark.parametrize("amount", [None, 2])
def test_half_a_body_as_a_stream(answer: bytes, amount: int | None) -> None:
    with serve(once(answer)) as server:
        got = transport().send(request(server.url, stream=True))
        body = StreamingBody(got.raw, got.headers.get("content-length"))
        with pytest.raises((ResponseStreamingError, IncompleteReadError)):
            list(iter(lambda: body.read(amount), b""))


def test_body_without_length_ends_with_the_connection() -> None:
    with serve(once(HEAD + b"X-A: 1\r\n\r\nhel", b"lo")) as server:
        assert transport().send(request(server.url)).content == b"hello"


@pytest.mark.parametrize("amount", [None, 3, 5, 100])
def test_stream_gives_its_connection_back_at_its_end(amount: int | None) -> None:
    with serve() as server:
        wire = transport()
        for _ in range(3):
            body = StreamingBody(wire.send(request(server.url, stream=True)).raw, 5)
            assert b"".join(iter(lambda body=body: body.read(amount), b"")) == b"hello"
            assert body.read() == b""
        assert len(server.connections) == 1


def test_chunked_stream() -> None:
    def handler(connection: Connection, _: Request) -> None:
        connection.send(HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n")

    with serve(handler) as server:
        wire = transport()
        for _ in range(3):
            answer = wire.send(request(server.url, stream=True))
            assert b"".join(answer.raw.stream(4)) == b"hello world"
        assert wire.send(request(server.url, stream=True)).content == b"hello world"
        assert len(server.connections) == 1


def test_unread_stream_is_dropped_on_close() -> None:
    with serve(lambda connection, _: connection.reply(b"x" * 1_000_000)) as server:
        wire = transport()
        with StreamingBody(wire.send(request(server.url, stream=True)).raw, 1_000_000) as body:
            assert body.read(3) == b"xxx"
        assert wire.send(request(server.url)).content == b"x" * 1_000_000
        assert len(server.connections) == 2


def test_stream_is_not_read_ahead() -> None:
    second = threading.Event()

    def handler(connection: Connection, _: Request) -> None:
        connection.send(HEAD + b"Content-Length: 10\r\n\r\nhello")
        second.wait(5)
        connection.send(b"world")

    with serve(handler) as server:
        body = StreamingBody(transport().send(request(server.url, stream=True)).raw, 10)
        assert body.read(5) == b"hello"
        second.set()
        assert body.read() == b"world"


def test_twenty_threads_share_a_transport() -> None:
    def handler(connection: Connection, asked: Request) -> None:
        connection.reply(asked.target.encode() + asked.body)

    wrong: list[bytes] = []

    def work(number: int) -> None:
        for count in range(20):
            path = f"/{number}/{count}"
            answer = wire.send(request(server.url + path, "POST", path.encode() * 100, stream=bool(count % 2)))
            if answer.content != path.encode() * 101:
                wrong.append(answer.content)

    with serve(handler) as server:
        wire = transport(max_pool_connections=20)
        threads = [threading.Thread(target=work, args=(number,)) for number in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert wrong == []
        assert len(server.requests) == 400
        assert len(server.connections) <= 20


def test_no_more_idle_connections_are_kept_than_asked_for() -> None:
    together = threading.Barrier(4)

    def handler(connection: Connection, _: Request) -> bool:
        together.wait(10)
        connection.reply()
        return False

    with serve(handler) as server:
        wire = transport(max_pool_connections=2)
        threads = [threading.Thread(target=wire.send, args=(request(server.url),)) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(10)
        if isinstance(wire, DirectTransport):
            idle = [connection.sock for host in wire._hosts.values() for connection in host.idle]
        else:
            idle = [connection.sock for pool, _ in wire._pools.values() for connection in pool.pool.queue]
        assert len(idle) == 2
        assert all(sock.fileno() >= 0 for sock in idle)


def test_threads_survive_close_in_between() -> None:
    errors: list[Exception] = []
    stop = threading.Event()

    def work() -> None:
        while not stop.is_set():
            try:
                wire.send(request(server.url))
            except Exception as problem:
                errors.append(problem)

    with serve() as server:
        wire = transport()
        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for _ in range(30):
            wire.close()
            time.sleep(0.002)
        stop.set()
        for thread in threads:
            thread.join()
    assert errors == []


def test_number_of_hosts_is_bounded() -> None:
    with serve() as server:
        wire = transport()
        for number in range(100):
            assert wire.send(request(f"http://user-{number}@127.0.0.1:{server.port}/")).content == b"hello"
            assert len(wire._hosts if isinstance(wire, DirectTransport) else wire._pools) <= 64


def _answer_of_child(work) -> bytes:
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.write(writing, work())
        except BaseException as problem:
            os.write(writing, repr(problem).encode())
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        result = pipe.read()
    os.waitpid(child, 0)
    return result


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")  # fork with threads is what is tested
def test_forked_child_uses_connections_of_its_own() -> None:
    def handler(connection: Connection, asked: Request) -> None:
        connection.reply(str(asked.peer).encode())

    with serve(handler) as server:
        wire = transport()
        parent = wire.send(request(server.url)).content

        def work() -> bytes:
            return wire.send(request(server.url)).content + b" " + wire.send(request(server.url)).content

        children = set()
        for _ in range(3):
            first, second = _answer_of_child(work).split()
            assert first == second
            children.add(first)
            assert wire.send(request(server.url)).content == parent
        assert len(children | {parent}) == 4
        assert len(server.connections) == 4


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_fork_while_every_lock_is_held() -> None:
    with serve() as server:
        wire = transport()
        wire.send(request(server.url))

        def work() -> bytes:
            content = wire.send(request(server.url)).content
            wire.close()
            gc.collect()  # the parent's pool too, whose end takes its queue's lock
            return content

        with contextlib.ExitStack() as held:  # as if a thread, which the child does not have, were inside
            if isinstance(wire, Urllib3Transport):  # the direct transport has no locks
                held.enter_context(wire._lock)
                held.enter_context(wire._pools["http", f"127.0.0.1:{server.port}"][0].pool.mutex)
            assert _answer_of_child(work) == b"hello"
        assert wire.send(request(server.url)).content == b"hello"
        assert len(server.connections) == 2


def test_nothing_heavy_is_imported_before_the_first_request() -> None:
    program = (
        "import sys; before = set(sys.modules)\n"
        "from sotalia.components.transport import Urllib3Transport\n"
        "import sotalia.components.signers.table, sotalia.components.retry, sotalia.components.streaming\n"
        "from sotalia.components.http1.transport import DirectTransport\n"
        "Urllib3Transport(); DirectTransport(); sotalia.components.signers.table.SignerTable()\n"
        "heavy = {'urllib3', 'httptools', 'ssl', 'http.client', 'hashlib', 'email', 'socket', 'random', 'inspect'}\n"
        "print(sorted(heavy & (set(sys.modules) - before)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_prepared_request_of_an_awsrequest_is_sent() -> None:
    with serve() as server:
        transport().send(AWSRequest("POST", server.url + "/x", data={"a": "b c"}, params={"q": "1"}).prepare())
    assert (server.requests[0].target, server.requests[0].body) == ("/x?q=1", b"a=b+c")


def test_keepalive_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    options: list[tuple[int, ...]] = []

    class Spy(socket.socket):
        def setsockopt(self, *args: object) -> None:
            options.append(args)
            super().setsockopt(*args)

    with serve() as server:
        monkeypatch.setattr(socket, "socket", Spy)
        transport(tcp_keepalive=True).send(request(server.url))
        monkeypatch.undo()
    assert (socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1) in options


def test_repr_is_short() -> None:
    assert repr(transport()) == f"<{KIND[0].__name__} to 0 hosts>"
