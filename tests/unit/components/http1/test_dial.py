import contextlib
import socket
import threading

import pytest
from sotalia.components.http1.dial import dial


@pytest.fixture
def server():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]


def addresses(*hosts):
    def resolve(name, port, *_):
        return [
            (socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM, 6, "", (host, port))
            for host in hosts
        ]

    return resolve


def test_the_name_is_looked_up(server):
    with dial("localhost", server, 5) as made:
        assert made.getpeername()[1] == server
        assert made.gettimeout() is None
        assert made.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_an_address_that_refuses_is_passed_over(server):
    with dial("x", server, 5, resolve=addresses("127.0.0.2", "::1", "127.0.0.1")) as made:
        assert made.getpeername()[0] == "127.0.0.1"


def test_all_that_refuse_are_an_error(server):
    with pytest.raises(ConnectionRefusedError):
        dial("x", server, 5, resolve=addresses("127.0.0.2", "127.0.0.3"))


@pytest.fixture
def silent(server):
    """An address, with the port of the server, that answers to nothing: its queue is full."""
    with contextlib.ExitStack() as held:
        held.enter_context(socket.create_server(("127.0.0.4", server), backlog=0))
        for _ in range(3):
            filler = held.enter_context(socket.socket())
            filler.setblocking(False)
            filler.connect_ex(("127.0.0.4", server))
        yield "127.0.0.4"


def test_a_silent_address_does_not_hold_up_the_next(server, silent):
    with dial("x", server, 30, resolve=addresses(silent, "127.0.0.1")) as made:
        assert made.getpeername()[0] == "127.0.0.1"


@pytest.mark.parametrize("count", [1, 2])
def test_silence_ends_with_the_timeout(server, silent, count):
    with pytest.raises(TimeoutError):
        dial("x", server, 0.3, resolve=addresses(*[silent] * count))


def test_no_thread_and_no_socket_is_left(server):
    before = threading.active_count()
    for _ in range(5):
        dial("x", server, 5, resolve=addresses("127.0.0.2", "127.0.0.1")).close()
    assert threading.active_count() == before
