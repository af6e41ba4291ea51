"""Servers that mean no good, or break at the worst moment: both transports end each exchange with an own error.

What comes back is the whole answer or an error of ``components.errors``: never
a part of an answer, never another request's, never a wait without an end.
"""

import socket
import threading
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from servers import Connection, Request, serve
from sotalia.components.errors import (
    ConnectionClosedError,
    HTTPClientError,
    ReadTimeoutError,
    ResponseStreamingError,
)
from sotalia.components.errors import ConnectionError as AnyConnectionError
from sotalia.components.http import AWSPreparedRequest, Headers
from sotalia.components.transport_choice import ChosenTransport

OWN_ERRORS = (AnyConnectionError, HTTPClientError, ResponseStreamingError, ReadTimeoutError)
BODY = b"0123456789"
ANSWERS = {
    "length": b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\nX-A: b\r\n\r\n" + BODY,
    "chunked": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n0123\r\n6\r\n456789\r\n0\r\n\r\n",
}


@pytest.fixture(params=["direct", "urllib3"])
def wire(request):
    made = ChosenTransport(kind=request.param, timeout=5, environ={})
    yield made
    made.close()


def ask(url, method="GET", body=None, stream=False, **headers):
    fields = Headers({name.replace("_", "-"): value for name, value in headers.items()})
    return AWSPreparedRequest(method, url, fields, body, stream)


def raw(*pieces, close=True, pause=0.0):
    """Answer with these bytes."""

    def handler(connection: Connection, _: Request) -> bool:
        for piece in pieces:
            connection.send(piece)
            if pause:
                time.sleep(pause)
        return close

    return handler


@pytest.mark.parametrize("kind", ANSWERS)
@pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
def test_a_connection_that_closes_early_at_any_byte(wire, kind, stream):
    answer = ANSWERS[kind]
    cuts = iter(range(len(answer)))

    def handler(connection: Connection, _: Request) -> bool:
        connection.send(answer[: next(cuts)])
        return True

    complete = 0
    with serve(handler) as server:
        for cut in range(len(answer)):
            try:
                content = wire.send(ask(server.url, stream=stream)).content
            except OWN_ERRORS:
                continue
            # What ends a body in chunks is there, or all of its bytes were: the last line ends are no part of it.
            assert content == BODY, answer[:cut]
            complete += 1
    assert complete <= (0 if kind == "length" else 5)


@pytest.mark.parametrize("kind", ANSWERS)
def test_an_answer_that_comes_byte_by_byte(wire, kind):
    answer = ANSWERS[kind]
    with serve(raw(*[answer[place : place + 1] for place in range(len(answer))], close=False)) as server:
        assert wire.send(ask(server.url)).content == BODY


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\nContent-Length: 12\r\n\r\n" + BODY,
        b"HTTP/1.1 200 OK\r\nContent-Length: ten\r\n\r\n" + BODY,
        b"HTTP/1.1 200 OK\r\nContent-Length: -10\r\n\r\n" + BODY,
        b"HTTP/1.1 200 OK\r\nContent-Length: +10\r\n\r\n" + BODY,
        b"HTTP/1.1 200 OK\r\nContent-Length: 1_0\r\n\r\n" + BODY,
        b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n" + BODY,
        b"HTTP/1.1 OK\r\n\r\n",
        b"SSH-2.0-OpenSSH_9.9\r\n",
        b"\x15\x03\x01\x00\x02\x02\x16",
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 100_000 + b"\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"y" * 300_000 + b"\r\n\r\n",
    ],
    ids=lambda answer: repr(answer[:50]),
)
def test_an_answer_that_is_none_ends_in_an_error_or_in_its_bytes(wire, answer):
    with serve(raw(answer)) as server:
        try:
            content = wire.send(ask(server.url)).content
        except OWN_ERRORS:
            return
    assert content == BODY, "only a length that is given twice may be overlooked"


@pytest.mark.parametrize(
    "chunks",
    [
        b"zz\r\n",
        b"-1\r\n" + BODY,
        b"-a\r\n" + BODY,
        b"0x4\r\n0123\r\n0\r\n\r\n",
        b"1_0\r\n" + BODY,
        b"+a\r\n" + BODY,
        b"f" * 17 + b"\r\n" + BODY,
        b"f" * 100_000 + b"\r\n" + BODY,
        b"4\r\n0123XX6\r\n456789\r\n0\r\n\r\n",
        b"a;" + b"x" * 300_000,
        b"a\r\n" + BODY + b"\r\n0\r\n" + b"X: y\r\n" * 100_000,
    ],
    ids=lambda chunks: repr(chunks[:20]),
)
@pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
def test_chunks_that_are_none_end_in_an_error_or_in_their_bytes(wire, chunks, stream):
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    with serve(raw(head + chunks)) as server:
        try:
            content = wire.send(ask(server.url, stream=stream)).content
        except OWN_ERRORS:
            return
    assert content in (BODY, b"0123")  # all that the chunks say, where a prefix or trailers are overlooked


@given(
    st.sampled_from(sorted(ANSWERS)),
    st.lists(st.tuples(st.integers(0, 80), st.integers(0, 12), st.binary(max_size=12)), min_size=1, max_size=3),
    st.booleans(),
)
@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True
)
def test_an_answer_that_was_tampered_with_harms_no_other(wire, tampering, kind, edits, stream):
    """Whatever comes ends in bytes or in an own error, and the next request has its own answer."""
    answer = ANSWERS[kind]
    for place, length, new in edits:
        answer = answer[:place] + new + answer[place + length :]
    tampering.answer = answer
    try:
        wire.send(ask(f"{tampering.url}/bad", stream=stream)).content  # noqa: B018 - any bytes may be read
    except OWN_ERRORS:
        pass
    for _ in range(3):
        try:
            assert wire.send(ask(f"{tampering.url}/good")).content == BODY
            break
        except ConnectionClosedError:  # the server hung up behind the bad answer when this was on its way
            continue
    else:
        pytest.fail("no answer in three times")


@pytest.fixture
def tampering():
    """A server that answers ``/bad`` as it is told and hangs up, and ``/good`` well."""

    def handler(connection: Connection, asked: Request) -> bool:
        connection.send(server.answer if asked.target == "/bad" else ANSWERS["length"])
        return asked.target == "/bad"

    with serve(handler) as server:
        yield server


def test_garbage_behind_an_answer_is_nobodys_answer(wire):
    poison = b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison"
    with serve(raw(ANSWERS["length"] + poison, close=False)) as server:
        for _ in range(4):
            assert wire.send(ask(server.url)).content == BODY


def test_an_answer_before_it_is_asked_for_is_not_taken(wire):
    turn = []

    def handler(connection: Connection, _: Request) -> bool:
        connection.send(ANSWERS["length"])
        if not turn:
            turn.append(1)
            time.sleep(0.05)
            connection.send(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison")
        return False

    with serve(handler) as server:
        assert wire.send(ask(server.url)).content == BODY
        time.sleep(0.3)
        assert wire.send(ask(server.url)).content == BODY


@pytest.mark.parametrize(
    "interim",
    [
        b"HTTP/1.1 100 Continue\r\n\r\n",
        b"HTTP/1.1 100 Continue\r\nX: y\r\n\r\n" * 3,
        b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n",
        b"HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n",
    ],
    ids=repr,
)
def test_interim_answers_are_passed_over(wire, interim):
    with serve(raw(interim + ANSWERS["length"], close=False)) as server:
        for _ in range(2):
            assert wire.send(ask(server.url, "PUT", b"x")).content == BODY


@pytest.mark.parametrize(
    "interim",
    [
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
        b"HTTP/1.1 100 Continue\r\n\r\n" * 1000,
    ],
    ids=["another protocol", "without an end"],
)
def test_interim_answers_that_are_none_of_ours_end_in_an_error(wire, interim):
    with serve(raw(interim + ANSWERS["length"])) as server:
        try:
            answer = wire.send(ask(server.url))
        except OWN_ERRORS:
            return
        assert (answer.status_code, answer.content) == (200, BODY)


@pytest.mark.parametrize(
    "head",
    [
        b"HTTP/1.1 200 OK\r\nX: a\nContent-Length: 3\r\nContent-Length: 10",
        b"HTTP/1.1 200 OK\r\nX: a\r\n\tContent-Length: 3\r\nContent-Length: 10",
        b"HTTP/1.1 200 OK\r\nX: a\rContent-Length: 3\r\nContent-Length: 10",
        b"HTTP/1.1 200 OK\r\nContent-Length : 3\r\nContent-Length: 10",
        b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\nContent-Length: 10",
        b"HTTP/1.1 200 OK\r\nX: a\0b\r\nContent-Length: 10",
    ],
    ids=repr,
)
def test_an_answer_that_two_readers_would_split_in_two_ways(wire, head):
    """Bytes behind the first answer, as the sender of a value might place them, are never the next one."""
    poison = b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison"
    with serve(raw(head + b"\r\n\r\n" + BODY + poison, close=False)) as server:
        for _ in range(3):
            try:
                content = wire.send(ask(server.url)).content
            except OWN_ERRORS:
                continue
            assert b"poison" not in content
            assert content == BODY


def test_a_server_of_version_6(wire):
    if not socket.has_ipv6:
        pytest.skip("there is no IPv6 here")
    try:
        listener = socket.create_server(("::1", 0), family=socket.AF_INET6)
    except OSError:
        pytest.skip("there is no IPv6 here")
    asked = []

    def answer():
        connection, _ = listener.accept()
        with connection:
            for _ in range(2):
                asked.append(connection.recv(65536))
                connection.sendall(ANSWERS["length"])

    with listener:
        port = listener.getsockname()[1]
        thread = threading.Thread(target=answer)
        thread.start()
        for _ in range(2):
            assert wire.send(ask(f"http://[::1]:{port}/x")).content == BODY
        thread.join(10)
    assert all(f"\r\nHost: [::1]:{port}\r\n".encode() in head for head in asked)


def test_a_header_cannot_split_a_request(wire):
    with serve() as server:
        for value in ("a\r\nX-Evil: 1", "a\nX-Evil: 1", "a\r\n\r\nGET /evil HTTP/1.1"):
            with pytest.raises(HTTPClientError) as caught:
                wire.send(ask(server.url, X_A=value))
            assert "evil" not in str(caught.value).lower()
        wire.send(ask(server.url))
    assert len(server.requests) == 1


def test_a_server_that_answers_before_it_has_read_and_hangs_up_is_heard_or_told(wire):
    refusal = b"HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno"
    with serve(raw(refusal), read_body=False) as server:
        try:
            answer = wire.send(ask(server.url, "PUT", b"x" * 30_000_000))
        except ConnectionClosedError:
            return  # the reset was quicker than the answer
        assert (answer.status_code, answer.content) == (413, b"no")


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_connection_that_was_reset_while_it_was_idle_is_replaced(wire, method):
    def handler(connection: Connection, _: Request) -> bool:
        connection.send(ANSWERS["length"])
        connection.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        return True

    with serve(handler) as server:
        for _ in range(3):
            try:
                assert wire.send(ask(server.url, method, b"x" if method == "POST" else None)).content == BODY
            except ResponseStreamingError:
                pass  # the reset overtook the answer's end
            time.sleep(0.05)


def test_many_threads_never_get_each_others_answers_from_a_server_that_breaks_off(wire):
    def handler(connection: Connection, asked: Request) -> bool:
        number = int(asked.target[1:])
        connection.reply(asked.target.encode() * 50)
        return number % 7 == 0

    wrong, stop = [], threading.Event()

    def work(first):
        for number in range(first, 400, 8):
            try:
                content = wire.send(ask(f"{server.url}/{number}")).content
            except OWN_ERRORS:
                continue
            if content != f"/{number}".encode() * 50:
                wrong.append(content)
        stop.set()

    with serve(handler) as server:
        threads = [threading.Thread(target=work, args=(first,)) for first in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
    assert stop.is_set()
    assert not wrong


@pytest.mark.parametrize("kind", ["direct", "urllib3"])
def test_a_head_that_never_ends_is_given_up(kind):
    """A byte now and then keeps every single wait short; the head as a whole has its limit."""
    wire = ChosenTransport(kind=kind, timeout=(5, 0.3), environ={})
    drip = [b"HTTP/1.1 200 OK\r\nX: ", *[b"y"] * 200]
    with serve(raw(*drip, pause=0.1)) as server, pytest.raises(ReadTimeoutError):
        wire.send(ask(server.url))
    wire.close()


@pytest.mark.parametrize("kind", ["direct", "urllib3"])
def test_a_body_may_take_its_time(kind):
    """The limit of the head is none of the body: as long as bytes come, it is read."""
    wire = ChosenTransport(kind=kind, timeout=(5, 0.2), environ={})
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n"
    with serve(raw(head, *[BODY[place : place + 1] for place in range(10)], pause=0.1, close=False)) as server:
        assert wire.send(ask(server.url)).content == BODY
    wire.close()


# What only the direct transport does


@pytest.fixture
def direct():
    made = ChosenTransport(kind="direct", timeout=(5, 0.3), environ={})
    yield made
    made.close()


def closing_after(answers: int):
    """Answer so many requests of a connection, and reset it when the next one has come."""
    counts: dict[int, int] = {}

    def handler(connection: Connection, _: Request) -> bool:
        counts[connection.peer] = counts.get(connection.peer, 0) + 1
        if counts[connection.peer] > answers:
            connection.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            return True
        connection.send(ANSWERS["length"])
        return False

    return handler


def test_a_used_connection_that_is_reset_before_the_answer_is_tried_again_once(direct):
    with serve(closing_after(1)) as server:
        for _ in range(3):
            assert direct.send(ask(server.url, "POST", b"x")).content == BODY
        assert len(server.requests) == 5  # the second and third were asked for twice
    with serve(closing_after(0)) as server:
        with pytest.raises(ConnectionClosedError):
            direct.send(ask(server.url, "POST", b"x"))
        assert len(server.requests) == 1


def test_a_body_that_can_be_read_only_once_is_not_sent_again(direct):
    with serve(closing_after(1)) as server:
        assert direct.send(ask(server.url)).content == BODY
        with pytest.raises(ConnectionClosedError):
            direct.send(ask(server.url, "PUT", iter([b"x"])))
        assert len(server.requests) == 2


class Changing:
    """A file whose content is another one when it is read than when it was measured."""

    def __init__(self, length, content):
        self.length, self.content = length, content

    def tell(self):
        return 0

    def seek(self, place, whence=0):
        return self.length if whence == 2 else place

    def read(self, amount=-1):
        content, self.content = self.content, b""
        return content


@pytest.mark.parametrize(("length", "told"), [(5, "more than the 5 bytes"), (20, "ended 10 bytes before the 20")])
def test_a_body_that_shrinks_or_grows_is_told_and_never_sent_as_another_request(direct, length, told):
    with serve() as server:
        with pytest.raises(HTTPClientError, match=told):
            direct.send(ask(server.url, "PUT", Changing(length, BODY)))
        assert direct.send(ask(server.url)).content == b"hello"


def expecting(url, body):
    return ask(url, "PUT", body, Expect="100-continue")


def test_a_body_is_held_back_until_the_server_wants_it(direct):
    order = []

    def handler(connection: Connection, asked: Request) -> bool:
        order.append("asked")
        time.sleep(0.1)
        order.append("continue")
        connection.send(b"HTTP/1.1 100 Continue\r\n\r\n")
        order.append(connection.read_body(asked.headers))
        connection.reply()
        return False

    with serve(handler, read_body=False) as server:
        assert direct.send(expecting(server.url, b"body")).content == b"hello"
    assert order == ["asked", "continue", b"body"]


def test_a_refusal_is_heard_before_the_body_is_sent(direct):
    with serve(raw(b"HTTP/1.1 403 No\r\nContent-Length: 2\r\n\r\nno", close=False), read_body=False) as server:
        answer = direct.send(expecting(server.url, b"x" * 1000))
        assert (answer.status_code, answer.content) == (403, b"no")
        assert direct.send(ask(server.url)).status_code == 403
        assert len(server.connections) == 2  # what was announced and not sent makes the first one useless


def test_a_server_that_says_nothing_gets_the_body_after_a_second(direct):
    with serve() as server:
        start = time.monotonic()
        assert direct.send(expecting(server.url, b"body")).content == b"hello"
        assert time.monotonic() - start > 0.9
    assert server.requests[0].body == b"body"
