"""Connecting: names to addresses, and the first address that answers (RFC 8305, "Happy Eyeballs")."""

import os
import time
from collections.abc import Callable
from typing import Any, Final

from ..after_fork import import_whole

__all__ = ["dial", "plain_name", "prepare_dial"]

_NEXT_AFTER: Final = 0.25
"""Seconds after which the next address is tried beside those that have not answered."""


def dial(
    host: str, port: int, timeout: float | None, *, keepalive: bool = False, resolve: Callable[..., Any] | None = None
) -> Any:
    """Return a connected socket, blocking, without a timeout; raises ``OSError`` (``TimeoutError`` after ``timeout``).

    Addresses of both families are tried in turn, the next one when the one
    before has failed or is silent for a quarter of a second.
    """
    prepare_dial()
    import socket

    found = (resolve or socket.getaddrinfo)(plain_name(host), port, 0, socket.SOCK_STREAM)
    addresses = _interleaved(found)
    if len(addresses) == 1:
        connection = _socket(addresses[0], keepalive)
        try:
            connection.settimeout(timeout)
            connection.connect(addresses[0][4])
        except BaseException:
            connection.close()
            raise
    else:
        connection = _race(addresses, timeout, keepalive)
    connection.settimeout(None)
    return connection


def prepare_dial() -> None:
    """Import what it takes."""
    import_whole("socket", "selectors")


def plain_name(host: str) -> str | bytes:
    """Return a name as the resolver and TLS take it: as bytes, else they import the tables of IDNA for every name."""
    return host.encode() if host.isascii() else host


def _interleaved(found: list[Any]) -> list[Any]:
    """Return the addresses with their families in turn, beginning with the one that the resolver prefers."""
    first = [one for one in found if one[0] == found[0][0]]
    others = [one for one in found if one[0] != found[0][0]]
    mixed: list[Any] = []
    for place in range(max(len(first), len(others))):
        mixed += first[place : place + 1] + others[place : place + 1]
    return mixed


def _socket(address: Any, keepalive: bool) -> Any:
    import socket

    family, kind, protocol = address[:3]
    made = socket.socket(family, kind, protocol)
    made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if keepalive:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    return made


def _race(addresses: list[Any], timeout: float | None, keepalive: bool) -> Any:
    import selectors
    import socket

    deadline = None if timeout is None else time.monotonic() + timeout
    waiting = list(addresses)
    problem: OSError | None = None
    with selectors.DefaultSelector() as selector:
        open_: set[Any] = set()
        try:
            while waiting or open_:
                if waiting:
                    address = waiting.pop(0)
                    one = _socket(address, keepalive)
                    one.setblocking(False)
                    open_.add(one)
                    try:
                        one.connect(address[4])
                    except BlockingIOError:
                        pass
                    except OSError as error:
                        problem = error
                        open_.discard(one)
                        one.close()
                        continue
                    selector.register(one, selectors.EVENT_WRITE, one)
                for key, _ in selector.select(_patience(deadline, bool(waiting))):
                    one = key.data
                    selector.unregister(one)
                    open_.discard(one)
                    code = one.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
                    if not code:
                        one.setblocking(True)
                        return one
                    problem = OSError(code, os.strerror(code))
                    one.close()
                if deadline is not None and time.monotonic() >= deadline:
                    raise TimeoutError("timed out")
        finally:
            for one in open_:
                one.close()
    assert problem is not None
    raise problem


def _patience(deadline: float | None, more: bool) -> float | None:
    left = None if deadline is None else max(0.0, deadline - time.monotonic())
    if not more:
        return left
    return _NEXT_AFTER if left is None else min(_NEXT_AFTER, left)
