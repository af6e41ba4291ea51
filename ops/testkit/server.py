"""What all fakes have in common: an HTTP server on loopback that counts, throttles, fails and follows scripts."""

import io
import json
import threading
import time
from collections import Counter, deque
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, ClassVar, Self, TypedDict

from .script import Reply, Step

__all__ = ["FakeServer", "ServerOptions"]


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
        connection, self.wfile = self.wfile, io.BytesIO()
        try:
            self.send_response(reply.status)
            self.send_header("Content-Type", reply.content_type)
            self.send_header("Content-Length", str(len(reply.body)))
            for name, value in reply.headers:
                self.send_header(name, value)
            self.end_headers()
            whole = self.wfile.getvalue() + reply.body
        finally:
            self.wfile = connection
        if reply.cut is not None:
            self.close_connection = True
        self.wfile.write(whole[: reply.cut])

    def date_time_string(self, timestamp: float | None = None) -> str:
        """Return the Date header, by the clock of the fake."""
        assert isinstance(self.server, _Server)
        return super().date_time_string(self.server.owner.clock() if timestamp is None else timestamp)

    do_GET = do_PUT = do_POST = _serve  # noqa: N815 - the names that http.server calls

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name of the base class
        """Write nothing: paths and answers may hold secrets."""


class ServerOptions(TypedDict, total=False):
    """What every fake takes; see ``FakeServer``."""

    host: str
    port: int
    rate: float | None
    latency: float
    throttle_status: int | None
    clock: Callable[[], float]


class FakeServer:
    """An HTTP service with threads, on loopback unless ``host`` says otherwise; a context manager, stopped at its end.

    ``rate`` is the number of requests per second (sliding window) beyond which
    it answers ``throttle_status``; ``latency`` the seconds that each answer
    takes; ``down``, when set to a status, is all that it answers (0: it hangs
    up), with a ``Location`` for ``moved_to`` if that is set. All may be changed
    while it runs. ``clock`` is the service's, also that of the ``Date`` header:
    a wrong one makes clients with a wrong clock. ``script(*steps)`` says what
    happens to the next requests that are neither throttled nor in an outage.
    ``GET /_stats`` gives ``stats()`` as JSON, without being counted; ``POST
    /_reset`` sets the counts to zero, ``POST /_script`` takes a list of steps
    (``Step.read``), ``POST /_clock`` the seconds by which the service's clock is
    put forward. Subclasses give ``respond``. Safe in threads.
    """

    VARIABLES: ClassVar[tuple[str, ...]] = ()
    """The environment variables that hold the URL of such a service."""
    THROTTLE_STATUS: ClassVar[int] = 429
    """What such a service throttles with."""

    def __init__(
        self,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        rate: float | None = None,
        latency: float = 0.0,
        throttle_status: int | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.rate = rate
        self.latency = latency
        self.throttle_status = self.THROTTLE_STATUS if throttle_status is None else throttle_status
        self.down: int | None = None
        self.moved_to: str | None = None
        self.clock = clock
        self._counts: Counter[str] = Counter()
        self._recent: deque[float] = deque()
        self._steps: deque[Step] = deque()
        self._lock = threading.Lock()
        self._host = host
        self._server = _Server((host, port), _Handler)
        self._server.owner = self
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    @property
    def url(self) -> str:
        """The base URL, without a slash at its end."""
        return f"http://{self._host}:{self._server.server_port}"

    def environ(self) -> dict[str, str]:
        """Return the environment variables that make sotalia, boto3 and the AWS CLI use this fake."""
        return dict.fromkeys(self.VARIABLES, self.url)

    def start(self) -> Self:
        """Start to answer."""
        self._thread.start()
        return self

    def stop(self) -> None:
        """Stop, and close the port; connections that are open are served on (``down`` ends them too)."""
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

    def script(self, *steps: Step) -> None:
        """Queue steps, one for each of the next requests; behind the last one the service answers as usual."""
        self._steps.extend(steps)

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
        if path in ("/_stats", "/_reset", "/_script", "/_clock"):
            return self._control(path, body)
        self.count("requests")
        if self.latency:
            time.sleep(self.latency)
        if self.down is not None:
            moved = () if self.moved_to is None else (("Location", self.moved_to),)
            return Reply(self.down, headers=moved, cut=None if self.down else 0)
        if self._is_over_rate():
            self.count("throttled")
            return Reply(self.throttle_status)
        try:
            step = self._steps.popleft()
        except IndexError:
            return self.respond(method, path, headers, body)
        if step.delay:
            time.sleep(step.delay)
        return step.reply(self.respond(method, path, headers, body) if step.needs_service else None)

    def respond(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Reply:
        """Answer a request that nothing else was done to."""
        return Reply(404)

    def _control(self, path: str, body: bytes) -> Reply:
        if path == "/_stats":
            return Reply(body=json.dumps(self.stats()).encode(), content_type="application/json")
        if path == "/_reset":
            self.reset()
            return Reply()
        try:
            if path == "/_clock":
                ahead = float(body)
                self.clock = lambda: time.time() + ahead
            else:
                self.script(*[Step.read(one) for one in json.loads(body)])
        except (ValueError, TypeError) as error:
            return Reply(400, str(error).encode())
        return Reply()

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
