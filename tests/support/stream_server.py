"""A server on loopback that streams messages, one after the other, as the services with event streams do."""

import ssl
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

import servers

__all__ = ["Script", "cut", "pause", "reset", "streaming"]

Step = bytes | Callable[[servers.Connection], None]
Script = Iterable[Step]

HEAD = (
    b"HTTP/1.1 200 OK\r\nContent-Type: application/vnd.amazon.eventstream\r\nx-amzn-RequestId: stream-1\r\n"
    b"x-amz-request-id: stream-1\r\nTransfer-Encoding: chunked\r\n\r\n"
)


def pause(seconds: float) -> Step:
    """A step that waits."""
    return lambda connection: time.sleep(seconds)


def cut(connection: servers.Connection) -> None:
    """A step that closes the connection in the middle."""
    raise OSError("cut")


def reset(connection: servers.Connection) -> None:
    """A step that resets the connection in the middle."""
    import socket
    import struct

    connection.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    raise OSError("reset")


def refusal(status: str, code: str) -> Callable[[servers.Connection], None]:
    """A script of one step: the answer of a service that refuses the call."""

    def step(connection: servers.Connection) -> None:
        body = b'{"__type":"%s","message":"no"}' % code.encode()
        connection.reply(body, status, f"x-amzn-errortype: {code}", "x-amzn-RequestId: refused-1")

    return step


@contextmanager
def streaming(
    *scripts: Script | Callable[[servers.Connection], None], tls: ssl.SSLContext | None = None
) -> Iterator[servers.Server]:
    """Run a server that plays a script for each request, the last one from then on."""
    waiting = list(scripts)

    def handler(connection: servers.Connection, request: servers.Request) -> None:
        script = waiting.pop(0) if len(waiting) > 1 else waiting[0]
        if callable(script):
            script(connection)
            return
        connection.send(HEAD)
        for step in script:
            if callable(step):
                step(connection)
            else:
                connection.send(b"%x\r\n%b\r\n" % (len(step), step))
        connection.send(b"0\r\n\r\n")

    with servers.serve(handler, tls=tls) as server:
        yield server
