import contextlib
import socket
import threading

import pytest
from sotalia.components.http1 import dial as dialling
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


@pytest.fixture
def server_of_six():
    try:
        listening = socket.create_server(("::1", 0), family=socket.AF_INET6)
    except OSError:
        pytest.skip("there is no IPv6 here")
    with listening:
        yield listening.getsockname()[1]


@pytest.mark.parametrize("hosts", [("::1",), ("127.0.0.2", "::1"), ("::1", "127.0.0.2")], ids=" then ".join)
def test_an_address_of_version_6(server_of_six, hosts):
    with dial("x", server_of_six, 5, resolve=addresses(*hosts)) as made:
        assert (made.family, made.getpeername()[0]) == (socket.AF_INET6, "::1")
        assert made.gettimeout() is None
    with dial("::1", server_of_six, 5) as made:
        assert made.getpeername()[0] == "::1"


def test_the_families_take_turns_and_the_resolvers_first_one_begins(monkeypatch):
    """RFC 8305, section 4: one family that leads nowhere does not hold up the other."""
    tried = []

    class Refused(socket.socket):
        def connect(self, address):
            tried.append(address[0])
            raise ConnectionRefusedError(111, "refused")

    monkeypatch.setattr(socket, "socket", Refused)
    with pytest.raises(ConnectionRefusedError):
        dial("x", 1, 5, resolve=addresses("::2", "::3", "::4", "127.0.0.2", "127.0.0.3"))
    assert tried == ["::2", "127.0.0.2", "::3", "127.0.0.3", "::4"]


def test_the_next_address_is_tried_after_a_quarter_of_a_second(server, silent, monkeypatch):
    waits = []
    usual = dialling._patience

    def patience(deadline, more):
        waits.append(usual(deadline, more))
        return 0.01 if more else waits[-1]

    monkeypatch.setattr(dialling, "_patience", patience)
    dial("x", server, 30, resolve=addresses(silent, silent, "127.0.0.1")).close()
    assert waits[:2] == [0.25, 0.25]


def test_a_name_that_is_unknown_and_one_that_no_dns_can_have():
    def unknown(*_):
        raise socket.gaierror(-2, "Name or service not known")

    with pytest.raises(socket.gaierror):
        dial("x", 1, 5, resolve=unknown)
    with pytest.raises((OSError, UnicodeError)):
        dial("a" * 300, 1, 5)
