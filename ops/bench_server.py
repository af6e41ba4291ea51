"""A server that answers fixed AWS responses as fast as Python can, for benchmarks; one process, loopback only.

``python -m sotalia.ops.bench_server`` prints its port and ends when its
standard input is closed.
"""

import asyncio
import sys
import threading
from collections.abc import Callable

from .bench_answers import answers

__all__ = ["main"]


class _Protocol(asyncio.Protocol):
    def __init__(self, choose: Callable[[bytes, bytes], bytes]) -> None:
        self._choose = choose
        self._buffer = b""
        self._transport: asyncio.WriteTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.WriteTransport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while True:
            head, blank, rest = self._buffer.partition(b"\r\n\r\n")
            if not blank:
                return
            lower = head.lower()
            length = 0
            at = lower.find(b"\r\ncontent-length:")
            if at >= 0:
                length = int(lower[at + 17 :].split(b"\r\n", 1)[0])
            if b"\r\nexpect: 100-continue" in lower and len(rest) < length:
                assert self._transport is not None
                self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            if len(rest) < length:
                return
            self._buffer = rest[length:]
            assert self._transport is not None
            self._transport.write(self._choose(head, rest[:length]))


async def _serve() -> None:
    loop = asyncio.get_running_loop()
    table = answers()

    def choose(head: bytes, body: bytes) -> bytes:
        first = head.split(b"\r\n", 1)[0]
        at = head.lower().find(b"x-amz-target:")
        if at >= 0:
            target = head[at + 13 :].split(b"\r\n", 1)[0].strip().rpartition(b".")[2].decode()
            return table[target]
        if b"Action=" in body:
            return table[body.partition(b"Action=")[2].partition(b"&")[0].decode()]
        if b"list-type=2" in first:
            return table["ListObjectsV2"]
        return table["PutObject" if first.startswith(b"PUT") else "GetObject"]

    server = await loop.create_server(lambda: _Protocol(choose), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    closed = asyncio.Event()

    def wait_for_the_end() -> None:
        sys.stdin.read()
        loop.call_soon_threadsafe(closed.set)

    threading.Thread(target=wait_for_the_end, daemon=True).start()
    await closed.wait()
    server.close()


def main() -> None:
    """Serve until the standard input is closed."""
    asyncio.run(_serve())


if __name__ == "__main__":
    main()
