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
from ..http import AWSPreparedRequest, AWSResponse, BytesBody
from ..request_body import length_of, position_of, rewind
from ..signers.canonical import split_url
from ..tls import Cert, Verify, tls_context
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


class _Host:
    """A server: how to reach it, and its idle connections, the latest one last."""

    __slots__ = ("address", "field", "idle", "key", "port", "scheme")

    def __init__(self, scheme: str, authority: str) -> None:
        from urllib.parse import urlsplit

        try:
            parts = urlsplit(f"{scheme}://{authority}/")
            address, port = parts.hostname, parts.port
        except ValueError as problem:
            raise HTTPClientError(error=str(problem)) from problem
        if scheme not in _PORTS or not address:
            raise HTTPClientError(error=f"{scheme}://{authority} is no http or https URL")
        self.key = scheme, authority
        self.scheme = scheme
        self.address = address
        self.port = _PORTS[scheme] if port is None else port
        shown = f"[{address}]" if ":" in address else address
        self.field = shown if port is None or port == _PORTS[scheme] else f"{shown}:{port}"
        self.idle: list[Connection] = []


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
        self._hosts: dict[tuple[str, str], _Host] = {}
        self._generation = generation()
        # Clients are dropped and not closed; in a cycle of garbage a socket could be the first to be collected.
        finalize(self, _close_hosts, self._hosts).atexit = False

    def __repr__(self) -> str:
        return f"<DirectTransport to {len(self._hosts)} hosts>"

    def send(self, request: AWSPreparedRequest) -> AWSResponse:
        """Send and return the answer's head; the body is read unless ``stream_output``."""
        return self.send_to(request, split_url(request.url))

    def send_to(self, request: AWSPreparedRequest, parts: tuple[str, str, str, str]) -> AWSResponse:
        """Send as ``send`` does, to the URL whose ``parts`` are those of ``split_url``."""
        scheme, authority, path, query = parts
        if self._generation != generation():
            self._forget()
        host = self._hosts.get((scheme, authority)) or self._new_host(scheme, authority)
        shown = f"{scheme}://{authority}{path}"  # the query may hold a signature
        body, length, framing = _framed(request)
        head = request_head(request.method, f"{path}?{query}" if query else path, host.field, request.headers, framing)
        start = position_of(body)
        limit = request.limit
        while True:
            connection = self._take(host, shown, limit)
            reused = connection.used > 0
            parser = AnswerParser(request.method == "HEAD")
            try:
                if limit is not None:
                    limit.attach(connection.wake)
                whole = self._exchange(connection, request, head, body, length, parser)
                if limit is not None:
                    limit.detach()
            except BaseException as problem:
                if limit is not None:
                    limit.detach()
                connection.close()
                if reused and not parser.started and _is_gone(problem) and rewind(body, start):
                    continue
                _raise(problem, parser, shown)
            break
        if request.stream_output:
            raw = ConnectionBody(connection, parser, _Return(self, host, whole), shown)
            return AWSResponse(request.url, parser.status, parser.headers, raw)
        if parser.done and parser.reusable and whole:
            self._give_back(host, connection)
        else:
            connection.close()
        return AWSResponse(request.url, parser.status, parser.headers, BytesBody(parser.take()))

    def prepare(self, url: str) -> None:
        """Make what the first request to a URL's host needs, TLS context and parser, without a connection."""
        scheme, authority, path, _ = split_url(url)
        if (scheme, authority) not in self._hosts:
            self._new_host(scheme, authority)
        if scheme == "https":
            tls_context(self._verify, self._cert, f"{scheme}://{authority}{path}")
        AnswerParser(False).drop()
        prepare_dial()

    def close(self) -> None:
        """Close all idle connections; the transport can be used again."""
        _close_hosts(self._hosts)

    def _exchange(
        self,
        connection: Connection,
        request: AWSPreparedRequest,
        head: bytes,
        body: Any,
        length: int | None,
        parser: AnswerParser,
    ) -> bool:
        """Send and receive, up to the head where the body is wanted as a stream; return whether all was sent."""
        expects = "expect" in request.headers
        try:
            whole = connection.send(head, body, length, expects, parser)
        except (BrokenPipeError, ConnectionResetError):
            # The server has hung up; it may have said why. What it said is in the socket, or the reset took it away.
            whole = False
            if connection.used > 1 or not connection.has_something():
                raise
        self._receive(connection, parser, request.stream_output)
        return whole

    def _receive(self, connection: Connection, parser: AnswerParser, head_only: bool) -> None:
        patience: float | None = None
        while not (parser.head_done if head_only else parser.done):
            connection.receive(parser)
            if not parser.head_done and self._read_timeout is not None:
                from time import monotonic  # a head in more than one piece is rare

                now = monotonic()
                if patience is None:
                    patience = now + 2 * self._read_timeout
                elif now > patience:  # a server that gives a byte now and then, for ever
                    raise TimeoutError

    def _take(self, host: _Host, shown: str, limit: "CallLimit | None") -> Connection:
        """Return an idle connection that is still open, or a new one."""
        idle = host.idle
        while idle:
            try:
                connection = idle.pop()
            except IndexError:  # another thread was quicker
                break
            if not connection.has_something():
                return connection
            connection.close()  # the server closed it, or said something that nobody asked for
        return self._dial(host, shown, self._connect_timeout if limit is None else limit.cut(self._connect_timeout))

    def _give_back(self, host: _Host, connection: Connection) -> None:
        if len(host.idle) < self._most and self._generation == generation():
            host.idle.append(connection)
            if self._hosts.get(host.key) is not host:  # put out meanwhile, for room or by close()
                _close_all(host)
        else:
            connection.close()

    def _dial(self, host: _Host, shown: str, timeout: float | None) -> Connection:
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

    def _new_host(self, scheme: str, authority: str) -> _Host:
        import_whole("socket", "select")
        made = _Host(scheme, authority)
        hosts = self._hosts
        while len(hosts) >= MAX_HOSTS:
            try:
                _close_all(hosts.pop(next(iter(hosts))))
            except (KeyError, StopIteration, RuntimeError):  # another thread changed the dictionary
                pass
        return hosts.setdefault((scheme, authority), made)

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


def _close_hosts(hosts: dict[tuple[str, str], _Host]) -> None:
    while hosts:
        try:
            _close_all(hosts.popitem()[1])
        except KeyError:  # another thread was quicker
            return


def _close_all(host: _Host) -> None:
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
    body, headers = request.body, request.headers
    if body.__class__ is not bytes:
        if isinstance(body, str):
            body = body.encode()
        elif isinstance(body, bytearray | memoryview):
            body = bytes(body)
    given = headers.get("content-length")
    if not body and not hasattr(body, "read"):
        announced = given is not None or "transfer-encoding" in headers or request.method in _NO_BODY
        return None, 0, "" if announced else "Content-Length: 0\r\n"
    if given is not None:
        return body, len(body) if isinstance(body, bytes) else int(given), ""
    if "transfer-encoding" in headers:
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
        raise ReadTimeoutError(endpoint_url=url, error="no bytes in time") from problem
    if isinstance(problem, BrokenAnswerError | OSError):
        if parser.head_done:
            raise ResponseStreamingError(error=str(problem)) from problem
        raise ConnectionClosedError(endpoint_url=url, error=str(problem)) from problem
    raise problem
