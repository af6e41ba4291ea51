"""A guard for tests: nothing in the process may connect anywhere."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import ip_address
from typing import Any

__all__ = ["NetworkForbidden", "no_network"]

_lock = threading.Lock()


class NetworkForbidden(AssertionError):  # noqa: N818 - what happened, as tests say it
    """Something tried to connect, or to look a name up, inside ``no_network()``; the text says where to."""


@contextmanager
def no_network(*, loopback: bool = False) -> Iterator[list[str]]:
    """Refuse every connection and every look-up of a name while the block runs; also a decorator.

    Gives the list of what was refused, which grows as it happens: a library
    that takes ``NetworkForbidden`` for a network error and goes on is found by
    it. With ``loopback`` this host may be reached, for fakes. It holds for all
    threads of the process, for sockets made by Python's ``socket`` module, and
    not for child processes. Blocks nest; not meant to be entered by two threads
    at once.
    """
    refused: list[str] = []

    def check(address: Any) -> None:
        host = address[0] if isinstance(address, tuple) else address
        if isinstance(address, tuple) and loopback and _is_loopback(host):
            return
        where = f"{host}:{address[1]}" if isinstance(address, tuple) else str(host)
        refused.append(where)
        raise NetworkForbidden(f"a connection to {where} was tried inside no_network()")

    def connect(self: socket.socket, address: Any) -> Any:
        check(address)
        return before[0](self, address)

    def connect_ex(self: socket.socket, address: Any) -> Any:
        check(address)
        return before[1](self, address)

    def getaddrinfo(host: Any, port: Any, *args: Any, **kwargs: Any) -> Any:
        check((host.decode() if isinstance(host, bytes) else host, port))
        return before[2](host, port, *args, **kwargs)

    kind: Any = socket.socket
    with _lock:
        before = (kind.connect, kind.connect_ex, socket.getaddrinfo)
        kind.connect, kind.connect_ex, socket.getaddrinfo = connect, connect_ex, getaddrinfo
    try:
        yield refused
    finally:
        with _lock:
            kind.connect, kind.connect_ex, socket.getaddrinfo = before


def _is_loopback(host: Any) -> bool:
    if host in (None, "localhost"):
        return True
    try:
        return ip_address(str(host).partition("%")[0]).is_loopback
    except ValueError:
        return False
