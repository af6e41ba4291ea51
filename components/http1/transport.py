"""The direct transport: HTTP/1.1 over sockets of its own."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final, NoReturn
from weakref import finalize

from ..after_fork import generation, import_whole
from ..errors import (
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    HTTPClientError,
    ReadTimeoutError,
    ResponseStreamingError,
    SSLError,
)
from ..http import AWSPreparedRequest, AWSResponse, Headers
from ..request_body import length_of, position_of, rewind
from ..tls import Cert, Verify, tls_context
from ..url_base import base_of, without_query
from .answer import AnswerParser, BrokenAnswerError
from .body import ConnectionBody
from .connection import Connection
from .dial import dial, plain_name, prepare_dial
from .head import request_head

if TYPE_CHECKING:
    from ..call_limit import CallLimit

__all__ = ["DirectTransport"]

DEFAULT_TIMEOUT: Final = 60.0
MAX_HOSTS: Final = 64
_NO_BODY: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_PORTS: Final = {"http": 80, "https": 443}
_NO_HEADERS: Final = Headers()


class _Host:
    """A server: how to reach it, and its idle connections, the latest one last.

    ``end`` is where the authority ends in its URLs. ``gone`` says that the
    transport knows it no more: connections are not kept.
    """

    __slots__ = ("address", "end", "field", "gone", "idle", "port", "scheme")

    def __init__(self, base: str) -> None:
        from urllib.parse import urlsplit

        scheme = base.partition(":")[0]
        try:
            parts = urlsplit(base)
            address, port = parts.hostname, parts.port
        except ValueError as problem:
            raise HTTPClientError(error=str(problem)) from problem
        if scheme not in _PORTS or not address:
            raise HTTPClientError(error=f"{base[:-1]} is no http or https URL")
        self.end = len(base) - 1
        self.scheme = scheme
        self.address = address
        self.port = _PORTS[scheme] if port is None else port
        shown = f"[{address}]" if ":" in address else address
        self.field = shown if port is None or port == _PORTS[scheme] else f"{shown}:{port}"
        self.idle: list[Connection] = []
        self.gone = False


class DirectTransport:
    """Send requests over pooled connections of one's own; safe in threads and across fork.

    ``timeout`` is in seconds: one number, or (connect, read); the connection
    and its TLS handshake have the first each, the second holds for each wait for
    bytes, and twice for the whole head of an answer. ``verify`` is ``True``, ``False`` or the path of a PEM bundle;
    ``cert`` a PEM file, or a (certificate, key) pair. At most
    ``max_pool_connections`` idle connections are kept per host, and 64 hosts.

    Redirects are not followed, content codings are left as they are. One thing
    is tried again: a request whose connection had been used before and turns
    out to be closed, before a byte of the answer, with a body that can be sent
    again. There are no proxies: ``Urllib3Transport`` has them.
    """

    def __init__(
        self,
        *,
        timeout: float | Sequence[float] | None = DEFAULT_TIMEOUT,
        verify: Verify | None = True,
        cert: Cert = None,
        max_pool_connections: int = 10,
        tcp_keepalive: bool = False,
    ) -> None:
        self._connect_timeout, self._read_timeout = _both(timeout)
        self._verify: Verify = True if verify is None else verify
        self._cert: Cert = (cert[0], cert[1]) if isinstance(cert, list | tuple) else cert
        self._most = max_pool_connections
        self._tcp_keepalive = tcp_keepalive
        self._hosts: dict[str, _Host] = {}
        self._generation = generation()
        # Clients are dropped and not closed; in a cycle of garbage a socket could be the first to be collected.
        finalize(self, _close_hosts, self._hosts).atexit = False

    def __repr__(self) -> str:
        return f"<DirectTransport to {len(self._hosts)} hosts>"

    def send(self, request: AWSPreparedRequest) -> AWSResponse:
        """Send and return the answer's head; the body is read unless ``stream_output``."""
        return self.send_to(request, base_of(request.url))

    def send_to(self, request: AWSPreparedRequest, base: str) -> AWSResponse:
        """Send as ``send`` does, to a URL whose ``base_of`` is known."""
        if self._generation != generation():
            self._forget()
        host = self._hosts.get(base) or self._new_host(base)
        url, stream = request.url, request.stream_output
        body, length, framing = _framed(request)
        head = request_head(request.method, url[host.end :], host.field, request.headers, framing)
        start = 0 if body.__class__ is bytes else position_of(body)
        while True:
            connection = self._take(host, request)
            parser = connection.parser
            parser.begin(request.method == "HEAD")
            try:
                if request.limit is None:
                    whole = self._exchange(connection, request, head, body, length)
                else:
                    whole = self._exchange_within(request.limit, connection, request, head, body, length)
            except BaseException as problem:
                gone = not parser.started and _is_gone(problem)
                connection.close()
                if gone and connection.used and rewind(body, start):
                    continue
                _raise(problem, parser, url)
            break
        answer: Any
        if stream and not parser.done:
            answer = ConnectionBody(connection, _Return(self, host, whole), url)
            return AWSResponse(url, parser.status, parser.headers, answer)
        status, headers, answer = parser.status, parser.headers, parser.content()
        if whole and parser.reusable:
            self._give_back(host, connection)
        else:
            connection.close()
        return AWSResponse(url, status, headers, ConnectionBody.ended(answer, url) if stream else answer)

    def prepare(self, url: str) -> None:
        """Make what the first request to a URL's host needs, TLS context and parser, without a connection."""
        base = base_of(url)
        host = self._hosts.get(base) or self._new_host(base)
        if host.scheme == "https":
            tls_context(self._verify, self._cert, without_query(url))
        AnswerParser(False).drop()
        prepare_dial()

    def close(self) -> None:
        """Close all idle connections; the transport can be used again."""
        _close_hosts(self._hosts)

    def _exchange(
        self, connection: Connection, request: AWSPreparedRequest, head: bytes, body: Any, length: int | None
    ) -> bool:
        """Send and receive, up to the head where the body is wanted as a stream; return whether all was sent."""
        parser, stream = connection.parser, request.stream_output
        try:
            whole = connection.send(head, body, length, "expect" in request.headers.fields)
        except (BrokenPipeError, ConnectionResetError):
            # The server has hung up; it may have said why. What it said is in the socket, or the reset took it away.
            whole = False
            if connection.used or not connection.ready(0):
                raise
        if whole:
            connection.receive()
        if not (parser.done or (stream and parser.head_done)):
            self._receive(connection, stream)
        return whole

    def _exchange_within(self, limit: "CallLimit", connection: Connection, *request: Any) -> bool:
        limit.attach(connection.wake)
        try:
            return self._exchange(connection, *request)
        finally:
            limit.detach()

    def _receive(self, connection: Connection, head_only: bool) -> None:
        """Receive what is still to come."""
        from time import monotonic  # few answers come in more than one piece

        parser, timeout = connection.parser, self._read_timeout
        until = None if timeout is None else monotonic() + 2 * timeout
        while not (parser.head_done if head_only else parser.done):
            connection.receive()
            # A server that gives a byte of the head now and then, for ever.
            if until is not None and not parser.head_done and monotonic() > until:
                raise TimeoutError

    def _take(self, host: _Host, request: AWSPreparedRequest) -> Connection:
        """Return an idle connection that is still open, or a new one."""
        idle = host.idle
        while idle:
            try:
                connection = idle.pop()
            except IndexError:  # another thread was quicker
                break
            if not connection.ready(0):
                return connection
            connection.close()  # the server closed it, or said something that nobody asked for
        return self._dial(host, request)

    def _give_back(self, host: _Host, connection: Connection) -> None:
        idle = host.idle
        if len(idle) < self._most:
            connection.used = True
            connection.parser.headers = _NO_HEADERS  # nobody's business any more
            idle.append(connection)
            if host.gone:  # since it was looked up: asked when the connection can be found, not before
                _close_all(host)
        else:
            connection.close()

    def _dial(self, host: _Host, request: AWSPreparedRequest) -> Connection:
        shown, timeout = without_query(request.url), self._connect_timeout
        if request.limit is not None:
            timeout = request.limit.cut(timeout)
        context = tls_context(self._verify, self._cert, shown) if host.scheme == "https" else None
        try:
            sock = dial(host.address, host.port, timeout, keepalive=self._tcp_keepalive)
        except TimeoutError as problem:
            raise ConnectTimeoutError(endpoint_url=shown, error="no connection in time") from problem
        except (OSError, UnicodeError) as problem:  # UnicodeError: a name that no DNS can have
            raise EndpointConnectionError(endpoint_url=shown, error=str(problem)) from problem
        if context is not None:
            sock.settimeout(timeout)
            try:
                sock = context.wrap_socket(sock, server_hostname=plain_name(host.address))
            except BaseException as problem:
                sock.close()
                _raise_handshake(problem, shown)
        return Connection(sock, self._read_timeout)

    def _new_host(self, base: str) -> _Host:
        import_whole("socket", "select")
        made = _Host(base)
        hosts = self._hosts
        while len(hosts) >= MAX_HOSTS:
            try:
                _close_all(hosts.pop(next(iter(hosts))))
            except (KeyError, StopIteration, RuntimeError):  # another thread changed the dictionary
                pass
        return hosts.setdefault(base, made)

    def _forget(self) -> None:
        """In a forked child: close this process's copies of the parent's connections, which says nothing to servers."""
        self._generation = generation()
        _close_hosts(self._hosts)


class _Return:
    """What a streamed body calls when it is done with its connection."""

    __slots__ = ("_host", "_transport", "_whole")

    def __init__(self, transport: DirectTransport, host: _Host, whole: bool) -> None:
        self._transport = transport
        self._host = host
        self._whole = whole

    def __call__(self, connection: Connection, reusable: bool) -> None:
        if reusable and self._whole:
            connection.set_timeout(self._transport._read_timeout)
            self._transport._give_back(self._host, connection)
        else:
            connection.close()


def _close_hosts(hosts: dict[str, _Host]) -> None:
    while hosts:
        try:
            _close_all(hosts.popitem()[1])
        except KeyError:  # another thread was quicker
            return


def _close_all(host: _Host) -> None:
    host.gone = True
    while host.idle:
        try:
            host.idle.pop().close()
        except IndexError:
            return


def _both(timeout: float | Sequence[float] | None) -> tuple[float | None, float | None]:
    if isinstance(timeout, Sequence):
        return timeout[0], timeout[1]
    return timeout, timeout


def _framed(request: AWSPreparedRequest) -> tuple[Any, int | None, str]:
    """Return a body as it is sent, its length (``None``: in chunks), and the lines that announce it."""
    body, fields = request.body, request.headers.fields
    if body.__class__ is bytes and body and "content-length" not in fields and "transfer-encoding" not in fields:
        return body, len(body), f"Content-Length: {len(body)}\r\n"
    if isinstance(body, str):
        body = body.encode()
    elif isinstance(body, (bytearray, memoryview)):  # not a union, which would be made every time
        body = bytes(body)
    given = fields.get("content-length")
    if not body and not hasattr(body, "read"):
        announced = given is not None or "transfer-encoding" in fields or request.method in _NO_BODY
        return None, 0, "" if announced else "Content-Length: 0\r\n"
    if given is not None:
        return body, len(body) if isinstance(body, bytes) else int(given[1]), ""
    if "transfer-encoding" in fields:
        return ([body] if isinstance(body, bytes) else body), None, ""
    length = len(body) if isinstance(body, bytes) else length_of(body)
    return body, length, "Transfer-Encoding: chunked\r\n" if length is None else f"Content-Length: {length}\r\n"


def _is_gone(problem: BaseException) -> bool:
    """Whether a connection was found closed, and not slow, or answered by nonsense."""
    return isinstance(problem, BrokenPipeError | ConnectionResetError | ConnectionAbortedError | BrokenAnswerError) or (
        type(problem).__name__ in ("SSLEOFError", "SSLZeroReturnError")
    )


def _raise_handshake(problem: BaseException, url: str) -> NoReturn:
    if isinstance(problem, TimeoutError):
        raise ConnectTimeoutError(endpoint_url=url, error="no TLS handshake in time") from problem
    if isinstance(problem, OSError | ValueError):
        raise SSLError(endpoint_url=url, error=str(problem)) from problem
    raise problem


def _raise(problem: BaseException, parser: AnswerParser, url: str) -> NoReturn:
    """Raise the error of this package for what happened on the way of a request."""
    if isinstance(problem, TimeoutError):
        raise ReadTimeoutError(endpoint_url=without_query(url), error="no bytes in time") from problem
    if isinstance(problem, BrokenAnswerError | OSError):
        if parser.head_done:
            raise ResponseStreamingError(error=str(problem)) from problem
        raise ConnectionClosedError(endpoint_url=without_query(url), error=str(problem)) from problem
    raise problem
