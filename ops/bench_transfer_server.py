"""A server that takes and gives large objects as fast as a kernel can, for benchmarks; loopback only.

``python -m sotalia.ops.bench_transfer_server SIZE`` prints its port and ends
when its standard input is closed. What is uploaded is thrown away by the
kernel, what is downloaded is sent from memory without a copy.
"""

import os
import re
import socket
import sys
import threading

__all__ = ["main"]

_DISCARD = 1 << 20


class _Object:
    """The one object that there is: ``size`` bytes in memory that the kernel sends from."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.file = os.memfd_create("object")
        block = bytes(range(256)) * 4096
        for start in range(0, size, len(block)):
            os.write(self.file, block[: size - start])


def _serve(sock: socket.socket, held: _Object) -> None:
    scratch = bytearray(_DISCARD)
    waiting = b""
    with sock:
        while True:
            while b"\r\n\r\n" not in waiting:
                piece = sock.recv(65536)
                if not piece:
                    return
                waiting += piece
            head, _, waiting = waiting.partition(b"\r\n\r\n")
            lower = head.lower()
            found = re.search(rb"\r\ncontent-length: *(\d+)", lower)
            length = int(found[1]) if found else 0
            if b"\r\nexpect: 100-continue" in lower:
                sock.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
            left = length - len(waiting)
            waiting = waiting[length:]
            while left > 0:
                taken = sock.recv_into(scratch, min(left, _DISCARD), socket.MSG_TRUNC)
                if not taken:
                    return
                left -= taken
            _answer(sock, held, lower)


def _answer(sock: socket.socket, held: _Object, head: bytes) -> None:
    if head.startswith(b"get"):
        found = re.search(rb"\r\nrange: *bytes=(\d+)-(\d*)", head)
        first = int(found[1]) if found else 0
        last = int(found[2]) if found and found[2] else held.size - 1
        fields = b"content-range: bytes %d-%d/%d\r\n" % (first, last, held.size) if found else b""
        status = b"206 Partial Content" if found else b"200 OK"
        sock.sendall(b'HTTP/1.1 %b\r\netag: "e"\r\n%bcontent-length: %d\r\n\r\n' % (status, fields, last - first + 1))
        while first <= last:
            first += os.sendfile(sock.fileno(), held.file, first, last + 1 - first)
        return
    if head.startswith(b"head"):
        sock.sendall(b'HTTP/1.1 200 OK\r\netag: "e"\r\ncontent-length: %d\r\n\r\n' % held.size)
        return
    body = b""
    if head.startswith(b"post"):
        body = (
            b"<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>"
            if b"?uploads" in head
            else b"<CompleteMultipartUploadResult><ETag>e</ETag></CompleteMultipartUploadResult>"
        )
    sock.sendall(b'HTTP/1.1 200 OK\r\netag: "e"\r\ncontent-length: %d\r\n\r\n%b' % (len(body), body))


def main() -> None:
    """Serve until the standard input is closed."""
    held = _Object(int(sys.argv[1]))
    listener = socket.create_server(("127.0.0.1", 0), backlog=64)
    print(listener.getsockname()[1], flush=True)

    def accept() -> None:
        while True:
            sock, _ = listener.accept()
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=_serve, args=(sock, held), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    sys.stdin.read()


if __name__ == "__main__":
    main()
