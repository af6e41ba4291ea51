"""What the fake services of the test kit have in common: a counted, throttled HTTP server on loopback."""

import argparse
import json
import os
import signal
import threading
import time
from collections import Counter, deque
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, ClassVar, NamedTuple, Self

__all__ = ["FakeServer", "Reply", "common_arguments", "serve_until_stopped"]


class Reply(NamedTuple):
    """What a fake answers."""

    status: int = 200
    body: bytes = b""
    content_type: str = "text/plain"
    headers: tuple[tuple[str, str], ...] = ()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 1024
    owner: "FakeServer"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is no event here."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm: ClassVar[bool] = True

    def _serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        assert isinstance(self.server, _Server)
        reply = self.server.owner.handle(self.command, self.path, headers, body)
        self.send_response(reply.status)
        self.send_header("Content-Type", reply.content_type)
        self.send_header("Content-Length", str(len(reply.body)))
        for name, value in reply.headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(reply.body)

    def date_time_string(self, timestamp: float | None = None) -> str:
        """Return the Date header, by the clock of the fake."""
        assert isinstance(self.server, _Server)
        return super().date_time_string(self.server.owner.clock() if timestamp is None else timestamp)

    do_GET = do_PUT = do_POST = _serve  # noqa: N815 - the names that http.server calls

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name of the base class
        """Write nothing: paths and answers may hold secrets."""


class FakeServer:
    """An HTTP service on 127.0.0.1 with threads; a context manager, stopped at its end.

    ``rate`` is the number of requests per second (sliding window) beyond which
    it answers ``throttle_status``; ``latency`` the seconds that each answer
    takes; ``down``, when set to a status, is all that it answers, with a
    ``Location`` for ``moved_to`` if that is set. All may be changed while it
    runs. ``clock`` is the service's, also that of the ``Date`` header: a wrong
    one makes clients with a wrong clock. ``GET /_stats`` gives ``stats()`` as
    JSON, without being counted; ``POST /_reset`` sets the counts to zero.
    Subclasses give ``respond``. Safe in threads.
    """

    def __init__(
        self,
        *,
        port: int = 0,
        rate: float | None = None,
        latency: float = 0.0,
        throttle_status: int = 429,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.rate = rate
        self.latency = latency
        self.throttle_status = throttle_status
        self.down: int | None = None
        self.moved_to: str | None = None
        self.clock = clock
        self._counts: Counter[str] = Counter()
        self._recent: deque[float] = deque()
        self._lock = threading.Lock()
        self._server = _Server(("127.0.0.1", port), _Handler)
        self._server.owner = self
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    @property
    def url(self) -> str:
        """The base URL, without a slash at its end."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def start(self) -> Self:
        """Start to answer."""
        self._thread.start()
        return self

    def stop(self) -> None:
        """Stop, and close the port."""
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
        self._server.server_close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()

    def stats(self) -> dict[str, int]:
        """Return the counts: ``requests``, ``throttled``, and one for each thing that was asked for."""
        with self._lock:
            return {"requests": 0, "throttled": 0, **self._counts}

    def reset(self) -> None:
        """Set all counts to zero."""
        with self._lock:
            self._counts.clear()

    def count(self, name: str) -> int:
        """Add one to a count and return it."""
        with self._lock:
            self._counts[name] += 1
            return self._counts[name]

    def handle(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Reply:
        """Answer one request."""
        if path == "/_stats":
            return Reply(body=json.dumps(self.stats()).encode(), content_type="application/json")
        if path == "/_reset":
            self.reset()
            return Reply()
        self.count("requests")
        if self.latency:
            time.sleep(self.latency)
        if self.down is not None:
            return Reply(self.down, headers=() if self.moved_to is None else (("Location", self.moved_to),))
        if self._is_over_rate():
            self.count("throttled")
            return Reply(self.throttle_status)
        return self.respond(method, path, headers, body)

    def respond(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Reply:
        """Answer a request that was neither throttled nor refused."""
        return Reply(404)

    def _is_over_rate(self) -> bool:
        if self.rate is None:
            return False
        now = time.monotonic()
        with self._lock:
            while self._recent and self._recent[0] <= now - 1.0:
                self._recent.popleft()
            if len(self._recent) >= self.rate:
                return True
            self._recent.append(now)
            return False


def serve_until_stopped(server: FakeServer, *, with_parent: bool = False) -> None:
    """Start a fake, print its URL, and serve until SIGTERM or SIGINT, or until the process that started it is gone."""
    stopped, parent = threading.Event(), os.getppid()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    with server:
        print(server.url, flush=True)
        while not stopped.wait(1.0):
            if with_parent and os.getppid() != parent:
                return


def common_arguments(description: str) -> argparse.ArgumentParser:
    """Return a parser with the options that every fake has."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one; the URL is printed")
    parser.add_argument("--rate", type=float, default=None, help="requests per second before it throttles")
    parser.add_argument("--latency", type=float, default=0.0, help="seconds that every answer takes")
    parser.add_argument("--throttle-status", type=int, default=429)
    parser.add_argument("--with-parent", action="store_true", help="stop when the process that started it ends")
    parser.add_argument("--lifetime", type=float, default=3600.0, help="seconds that credentials live")
    return parser
