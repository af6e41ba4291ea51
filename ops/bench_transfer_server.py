"""A server that takes and gives large objects as fast as it can, for benchmarks; loopback only.

``python -m sotalia.ops.bench_transfer_server SIZE [CERTIFICATE]`` prints its
port and ends when its standard input is closed. Without TLS the kernel throws
away what is uploaded, and sends what is downloaded from memory without a copy.
"""

import os
import re
import socket
import ssl
import sys
import threading

__all__ = ["main"]

_BLOCK = 1 << 20
_CREATED = b"<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>"
_COMPLETED = b"<CompleteMultipartUploadResult><ETag>e</ETag></CompleteMultipartUploadResult>"


class _Object:
    """The one object that there is: ``size`` bytes in memory."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.file = os.memfd_create("object")
        self.block = memoryview(bytes(range(256)) * (_BLOCK // 256))
        for start in range(0, size, _BLOCK):
            os.write(self.file, self.block[: size - start])


class _Connection:
    """One client's connection."""

    def __init__(self, sock: socket.socket, held: _Object) -> None:
        self._sock = sock
        self._held = held
        self._plain = not isinstance(sock, ssl.SSLSocket)
        self._waiting = b""
        self._scratch = bytearray(_BLOCK)

    def serve(self) -> None:
        """Answer requests until the client has gone."""
        with self._sock:
            while (head := self._until(b"\r\n\r\n")) is not None:
                lower = head.lower()
                if b"\r\nexpect: 100-continue" in lower:
                    self._sock.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
                if b"\r\ntransfer-encoding: chunked" in lower:
                    while (line := self._until(b"\r\n")) is not None and (size := int(line.partition(b";")[0], 16)):
                        self._discard(size + 2)
                    self._until(b"\r\n")
                else:
                    found = re.search(rb"\r\ncontent-length: *(\d+)", lower)
                    self._discard(int(found[1]) if found else 0)
                self._answer(lower)

    def _until(self, end: bytes) -> bytes | None:
        while end not in self._waiting:
            piece = self._sock.recv(65536)
            if not piece:
                return None
            self._waiting += piece
        line, _, self._waiting = self._waiting.partition(end)
        return line

    def _discard(self, count: int) -> None:
        left = count - len(self._waiting)
        self._waiting = self._waiting[count:]
        while left > 0:
            if self._plain:
                taken = self._sock.recv_into(self._scratch, min(left, _BLOCK), socket.MSG_TRUNC)
            else:
                taken = self._sock.recv_into(self._scratch, min(left, _BLOCK))
            if not taken:
                return
            left -= taken

    def _answer(self, head: bytes) -> None:
        size = self._held.size
        if head.startswith(b"get"):
            found = re.search(rb"\r\nrange: *bytes=(\d+)-(\d*)", head)
            first = int(found[1]) if found else 0
            last = int(found[2]) if found and found[2] else size - 1
            where = b"content-range: bytes %d-%d/%d\r\n" % (first, last, size) if found else b""
            status = b"206 Partial Content" if found else b"200 OK"
            self._head(status, last + 1 - first, where)
            while first <= last:
                if self._plain:
                    first += os.sendfile(self._sock.fileno(), self._held.file, first, last + 1 - first)
                else:
                    first += self._sock.send(self._held.block[: last + 1 - first])
        elif head.startswith(b"head"):
            self._head(b"200 OK", size)
        else:
            body = b"" if not head.startswith(b"post") else _CREATED if b"?uploads" in head else _COMPLETED
            self._head(b"200 OK", len(body))
            self._sock.sendall(body)

    def _head(self, status: bytes, length: int, more: bytes = b"") -> None:
        self._sock.sendall(b'HTTP/1.1 %b\r\netag: "e"\r\n%bcontent-length: %d\r\n\r\n' % (status, more, length))


def main() -> None:
    """Serve until the standard input is closed."""
    held = _Object(int(sys.argv[1]))
    context = None
    if len(sys.argv) > 2:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(sys.argv[2])
    listener = socket.create_server(("127.0.0.1", 0), backlog=64)
    print(listener.getsockname()[1], flush=True)

    def attend(sock: socket.socket) -> None:
        try:
            wrapped = sock if context is None else context.wrap_socket(sock, server_side=True)
            _Connection(wrapped, held).serve()
        except OSError:
            pass  # the client has gone

    def accept() -> None:
        while True:
            sock, _ = listener.accept()
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=attend, args=(sock,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    sys.stdin.read()


if __name__ == "__main__":
    main()
