"""One connection: requests out, answers in."""

import errno
import os
import sys
from collections.abc import Callable
from typing import Any, Final

from ..request_body import blocks_of, exactly
from .answer import AnswerParser, BrokenAnswerError
from .kernel_timeout import kernel_can_wait, let_kernel_wait

__all__ = ["Connection"]

_RECEIVE: Final = 65536
_JOIN: Final = 16384  # bytes of a body that are sent in one piece with the head
_CONTINUE_WAIT: Final = 1.0
_NOT_BY_KERNEL: Final = (errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP)  # what file systems without sendfile say


class Connection:
    """A connected socket, plain or TLS; for one request at a time.

    ``parser`` reads its answers, and ends with it. ``used`` says that it has
    carried a request before. ``ready(milliseconds)`` waits at most so long, and
    is true when there is something to read, be it the end of the connection.
    Raises ``OSError`` and ``BrokenAnswerError`` as they come; who uses it says
    what they mean.
    """

    __slots__ = ("_by_kernel", "_timeout", "parser", "ready", "sock", "used")

    ready: Callable[[float], Any]

    def __init__(self, sock: Any, timeout: float | None) -> None:
        import select

        self.sock = sock
        self.parser = AnswerParser(False)
        self.used = False
        self._by_kernel = kernel_can_wait(sock)
        self._timeout = timeout
        if self._by_kernel:
            sock.settimeout(None)
        self._apply(timeout)
        if hasattr(select, "poll"):
            poll = select.poll()
            poll.register(sock.fileno(), select.POLLIN)
            self.ready = poll.poll
        else:
            self.ready = lambda milliseconds: select.select([sock], [], [], milliseconds / 1000)[0]

    def set_timeout(self, seconds: float | None) -> None:
        """Set how long each wait for bytes, or for room for bytes, may take from now on."""
        if seconds != self._timeout:
            self._timeout = seconds
            self._apply(seconds)

    def _apply(self, seconds: float | None) -> None:
        if self._by_kernel:
            let_kernel_wait(self.sock, seconds)
        else:
            self.sock.settimeout(seconds)

    def close(self) -> None:
        """Close this process's end."""
        self.parser.drop()
        self.sock.close()

    def wake(self) -> None:
        """End the wait of another thread that reads."""
        import socket

        try:
            # Not the method of a TLS socket, which forgets its state while the other thread uses it.
            socket.socket.shutdown(self.sock, socket.SHUT_RDWR)
        except OSError:
            pass  # the server was first

    def __del__(self) -> None:
        # Clients are dropped and not closed: their idle connections, and streams that nobody read, end here.
        sock, parser = getattr(self, "sock", None), getattr(self, "parser", None)
        if sock is not None:
            sock.close()
        if parser is not None:
            parser.drop()

    def send(self, head: bytes, body: Any, length: int | None, expects: bool) -> bool:
        """Send a request; return whether all of it went out.

        ``length`` ``None`` sends ``body`` (blocks of bytes) in chunks. With
        ``expects`` the body is held back until the server says 100, or says
        nothing for a second; a final answer instead ends the request there. A
        server that answers before it has read the body, and hangs up, is heard.
        """
        sock = self.sock
        try:
            if body is not None and (expects or body.__class__ is not bytes or len(body) > _JOIN):
                return self._send_in_parts(head, body, length, expects)
            whole = head if body is None else head + body
            sent = sock.send(whole)  # nearly always all of it, and sendall of TLS costs four times as much
            if sent < len(whole):
                sock.sendall(whole[sent:])
        except BlockingIOError as problem:
            raise TimeoutError("timed out") from problem
        return True

    def _send_in_parts(self, head: bytes, body: Any, length: int | None, expects: bool) -> bool:
        send = self.sock.sendall
        send(head)
        if expects and not self._may_go_on():
            return False
        if body.__class__ is bytes:
            send(body)
        elif length is None:
            for block in blocks_of(body):
                if len(block) <= _JOIN:
                    send(b"%x\r\n%b\r\n" % (len(block), block))
                else:  # not to copy it
                    send(b"%x\r\n" % len(block))
                    send(block)
                    send(b"\r\n")
            send(b"0\r\n\r\n")
        elif not self._send_by_kernel(body, length):
            for block in exactly(blocks_of(body), length):
                send(block)
        return True

    def _may_go_on(self) -> bool:
        from time import monotonic  # few requests ask first

        parser = self.parser
        usual, ends = self._timeout, monotonic() + _CONTINUE_WAIT
        try:
            while not parser.continued and not parser.head_done:
                left = ends - monotonic()
                if left <= 0 or not (self.has_unread() or self.ready(left * 1000)):
                    return True
                self.set_timeout(left)
                try:
                    self.receive()
                except TimeoutError:
                    return True  # what arrived was TLS's own: the tickets of a session
        finally:
            self.set_timeout(usual)
        return not parser.head_done

    def _send_by_kernel(self, body: Any, length: int) -> bool:
        """Send a slice of a file without copying it; ``False``, and nothing sent, for other bodies and through TLS."""
        file = getattr(getattr(body, "source", None), "fd", None)
        if file is None or hasattr(self.sock, "pending") or sys.platform != "linux":
            return False
        out, left = self.sock.fileno(), length
        while left > 0:
            size = body.next_block(left)
            while size > 0:
                try:
                    sent = os.sendfile(out, file, body.offset, size)
                except BlockingIOError:
                    self._wait_until_writable()
                    continue
                except OSError as problem:
                    if left == length and problem.errno in _NOT_BY_KERNEL:
                        return False
                    raise
                if not sent:
                    raise body.too_short()
                body.advance(sent)
                size -= sent
                left -= sent
        return True

    def _wait_until_writable(self) -> None:
        import select

        if self._by_kernel:  # it has waited
            raise TimeoutError("timed out")
        timeout = self._timeout
        waiter = select.poll()
        waiter.register(self.sock.fileno(), select.POLLOUT)
        if not waiter.poll(None if timeout is None else timeout * 1000):
            raise TimeoutError("timed out")

    def has_unread(self) -> bool:
        """Whether TLS has decrypted bytes that were not received: they are not seen by ``ready``."""
        pending = getattr(self.sock, "pending", None)
        return pending is not None and bool(pending())

    def receive_into(self, view: memoryview) -> tuple[int, OSError | None]:
        """Fill a buffer with bytes of a body; return how many came, and the error that ended it, if one did."""
        take, count, size = self.sock.recv_into, 0, len(view)
        try:
            while count < size and (got := take(view[count:])):
                count += got
        except BlockingIOError:
            return count, TimeoutError("timed out")
        except OSError as problem:
            return count, problem
        return count, None

    def receive(self) -> None:
        """Feed the next bytes that arrive to the parser, or the end of the connection."""
        parser = self.parser
        if parser.broken is not None:
            raise parser.broken
        try:
            data = self.sock.recv(_RECEIVE)
        except BlockingIOError as problem:
            raise TimeoutError("timed out") from problem
        if data:
            parser.feed(data)
        elif parser.started:
            parser.end()
        else:
            raise BrokenAnswerError("the connection was closed without an answer")
