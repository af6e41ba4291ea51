"""The transport over urllib3: pools of connections, TLS, proxies, timeouts."""

import os
import threading
import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from .after_fork import import_whole
from .errors import ConnectionClosedError, HTTPClientError, ProxyConnectionError, RequestBodyError
from .http import AWSPreparedRequest, AWSResponse, BytesBody, Headers
from .proxies import proxy_for, without_password
from .request_body import BodySourceError, blocks_of, exactly, length_of
from .signers.canonical import split_url
from .tls import Cert, Verify, proxy_tls_context, tls_context
from .transport_body import WireBody, raise_body_error, raise_request_error

__all__ = ["Urllib3Transport"]

DEFAULT_TIMEOUT: Final = 60.0
MAX_HOSTS: Final = 64  # pools that are kept; the pool of the host that was met first goes first
_BLOCK: Final = 65536  # bytes of a file sent at a time
_MOST_DIGITS: Final = 18  # of a length: what a signed number of 64 bits holds
_NO_BODY: Final = frozenset({"GET", "HEAD", "OPTIONS"})  # methods whose empty body is not announced

_transports: "weakref.WeakSet[Urllib3Transport]" = weakref.WeakSet()


def _after_fork() -> None:
    for transport in list(_transports):
        transport._forget()


os.register_at_fork(after_in_child=_after_fork)


class Urllib3Transport:
    """Send requests over pooled connections; safe in threads, and a forked child opens connections of its own.

    ``timeout`` is in seconds: one number, or (connect, read). ``verify`` is
    ``True``, ``False`` or the path of a PEM bundle; ``cert`` a PEM file, or a
    (certificate, key) pair. ``proxies`` maps ``http`` and ``https`` to a proxy's
    URL; ``None`` means those of the environment. ``proxies_config`` has
    ``proxy_ca_bundle``, ``proxy_client_cert`` and
    ``proxy_use_forwarding_for_https``. At most ``max_pool_connections`` idle
    connections are kept per host.

    Redirects are not followed, nothing is retried, content codings are left as
    they are. Nothing is imported or opened before the first request.
    """

    def __init__(
        self,
        *,
        timeout: float | Sequence[float] | None = DEFAULT_TIMEOUT,
        verify: Verify | None = True,
        cert: Cert = None,
        proxies: Mapping[str, str] | None = None,
        proxies_config: Mapping[str, Any] | None = None,
        max_pool_connections: int = 10,
        tcp_keepalive: bool = False,
        environ: Mapping[str, str] | None = None,
    ) -> None:
        self._timeout = timeout
        self._verify: Verify = True if verify is None else verify
        self._cert: Cert = (cert[0], cert[1]) if isinstance(cert, list | tuple) else cert
        self._proxies = proxies
        self._proxies_config = dict(proxies_config or {})
        self._max_pool_connections = max_pool_connections
        self._tcp_keepalive = tcp_keepalive
        self._environ = os.environ if environ is None else environ
        self._lock = threading.Lock()
        self._pools: dict[tuple[str, str], tuple[Any, str | None]] = {}
        _transports.add(self)

    def __repr__(self) -> str:
        return f"<Urllib3Transport to {len(self._pools)} hosts>"

    def send(self, request: AWSPreparedRequest) -> AWSResponse:
        """Send and return the answer's head; the body is read unless ``stream_output``."""
        scheme, authority, path, query = split_url(request.url)
        key = (scheme, authority)
        pool, proxy_url = self._pools.get(key) or self._open(key)
        target = f"{path}?{query}" if query else path
        if proxy_url is not None and (scheme == "http" or self._forwards_https(proxy_url)):
            target = f"{scheme}://{authority}{target}"
        shown = f"{scheme}://{authority}{path}"  # the query may hold a signature
        method = request.method
        headers, body = _outgoing(method, request.headers, request.body)
        more = {} if request.limit is None else {"timeout": _timeout(self._timeout, request.limit.cut)}
        try:
            response = pool.urlopen(
                method,
                target,
                body,
                headers,
                retries=_no_retries(),
                redirect=False,
                assert_same_host=False,
                preload_content=False,
                decode_content=False,
                **more,
            )
        except Exception as problem:
            if type(problem).__name__ == "ClosedPoolError":
                # Another thread has put this pool out, for room or by close(): open it again.
                self._discard(key, pool)
                return self.send(request)
            if isinstance(body, _Blocks) and body.failure is not None:
                raise body.failure from body.failure.__cause__
            raise_request_error(problem, shown, proxy_url)
        fields = Headers(response.headers.itermerged())
        _refuse_broken_head(response, fields, shown)
        if request.stream_output:
            return AWSResponse(request.url, response.status, fields, WireBody(response, shown))
        try:
            content = response.read(decode_content=False)
        except Exception as problem:
            response.close()
            response.release_conn()
            raise_body_error(problem, shown)
        response.release_conn()
        return AWSResponse(request.url, response.status, fields, BytesBody(content))

    def close(self) -> None:
        """Close all idle connections; the transport can be used again."""
        with self._lock:
            pools = list(self._pools.values())
            self._pools = {}
        for pool, _ in pools:
            pool.close()

    def _forwards_https(self, proxy_url: str) -> bool:
        """Whether the proxy, reached over TLS, is given https requests as they are, and no tunnel is made."""
        wanted = bool(self._proxies_config.get("proxy_use_forwarding_for_https"))
        return wanted and proxy_url.lower().startswith("https://")

    def _discard(self, key: tuple[str, str], pool: Any) -> None:
        with self._lock:
            known = self._pools.get(key)
            if known is not None and known[0] is pool:
                del self._pools[key]

    def _forget(self) -> None:
        """In a forked child: leave the parent's connections and whatever lock a thread of it held."""
        pools = list(self._pools.values())
        self._lock = threading.Lock()
        self._pools = {}
        for pool, _ in pools:
            idle = getattr(pool, "pool", None)
            if idle is None:
                continue
            connections = list(idle.queue)
            # urllib3 empties the queue when it is collected, which takes the queue's lock: give it new ones.
            kind: Any = type(idle)
            kind.__init__(idle, idle.maxsize)
            for connection in connections:
                if connection is not None:
                    connection.close()  # closes this process's descriptor alone: says nothing to the server

    def _open(self, key: tuple[str, str]) -> tuple[Any, str | None]:
        """Make the pool of one host, or find that another thread has."""
        opened = self._make_pool(*key)
        evicted = None
        with self._lock:
            known = self._pools.get(key)
            if known is not None:
                return known
            if len(self._pools) >= MAX_HOSTS:
                evicted = self._pools.pop(next(iter(self._pools)))
            self._pools[key] = opened
        if evicted is not None:
            evicted[0].close()
        return opened

    def _make_pool(self, scheme: str, authority: str) -> tuple[Any, str | None]:
        import_whole("urllib3.util", "urllib3.connection", "http.client")
        import urllib3.connection
        import urllib3.util

        url = f"{scheme}://{authority}"
        try:
            parts = urllib3.util.parse_url(url)
        except urllib3.exceptions.LocationParseError as problem:
            raise HTTPClientError(error=str(problem)) from problem
        if scheme not in ("http", "https") or not parts.host:
            raise HTTPClientError(error=f"{url} is no http or https URL")
        options: dict[str, Any] = {
            "num_pools": 1,
            "timeout": _timeout(self._timeout),
            "maxsize": self._max_pool_connections,
            "block": False,
            "blocksize": _BLOCK,
        }
        if self._tcp_keepalive:
            import socket

            usual: Any = urllib3.connection.HTTPConnection.default_socket_options
            options["socket_options"] = [
                *usual,
                (socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1),
            ]
        proxy_url = proxy_for(scheme, parts.host, parts.port, self._proxies, self._environ)
        if scheme == "https" and not (proxy_url and self._forwards_https(proxy_url)):
            options["ssl_context"] = tls_context(self._verify, self._cert, url)
            options["cert_reqs"] = "CERT_NONE" if self._verify is False else "CERT_REQUIRED"
        manager = urllib3.PoolManager(**options) if proxy_url is None else self._proxy_manager(proxy_url, options)
        from .transport_head import reading_heads

        return reading_heads(manager.connection_from_host(parts.host, parts.port, scheme)), proxy_url

    def _proxy_manager(self, proxy_url: str, options: dict[str, Any]) -> Any:
        import urllib3.util

        shown = without_password(proxy_url)
        try:
            proxy = urllib3.util.parse_url(proxy_url)
        except urllib3.exceptions.LocationParseError as problem:
            raise ProxyConnectionError(proxy_url=shown, error="this is no URL") from problem
        if proxy.scheme not in ("http", "https") or not proxy.host:
            raise ProxyConnectionError(proxy_url=shown, error="the proxy's URL has to begin with http:// or https://")
        if proxy.auth:
            from urllib.parse import unquote

            options["proxy_headers"] = urllib3.util.make_headers(proxy_basic_auth=unquote(proxy.auth))
        config = self._proxies_config
        if proxy.scheme == "https":
            options["proxy_ssl_context"] = proxy_tls_context(
                self._verify, config.get("proxy_ca_bundle"), config.get("proxy_client_cert")
            )
        return urllib3.ProxyManager(proxy_url, use_forwarding_for_https=self._forwards_https(proxy_url), **options)


def _timeout(
    given: float | Sequence[float] | None, cut: Callable[[float | None], float | None] = lambda seconds: seconds
) -> Any:
    from urllib3.util import Timeout

    connect, read = (given[0], given[1]) if isinstance(given, Sequence) else (given, given)
    return Timeout(connect=cut(connect), read=cut(read))


_retries: Any = None


def _no_retries() -> Any:
    global _retries
    if _retries is None:
        from urllib3.util import Retry

        _retries = Retry(False)  # made once: it costs 5 µs
    return _retries


def _outgoing(method: str, headers: Headers, body: Any) -> tuple[dict[str, str | bytes], Any]:
    """Return headers and body in the form that urllib3 sends without adding to them."""
    fields: dict[str, str | bytes] = {}
    for name, value in headers.items():
        if type(value) is not str:
            value = value.decode("utf-8") if isinstance(value, bytes) else str(value)
        fields[name] = value if value.isascii() else value.encode("utf-8")
    if "user-agent" not in headers:
        from urllib3.util import SKIP_HEADER

        fields["User-Agent"] = SKIP_HEADER
    if isinstance(body, str):
        body = body.encode()
    elif isinstance(body, bytearray | memoryview):
        body = bytes(body)
    if "content-length" in headers or "transfer-encoding" in headers:
        if not body or isinstance(body, bytes):
            return fields, body
        return fields, _Blocks(body, int(headers["content-length"]) if "content-length" in headers else None)
    if not body and not hasattr(body, "read"):
        if method not in _NO_BODY:
            fields["Content-Length"] = "0"
        return fields, None
    length = length_of(body)
    if length is not None:
        fields["Content-Length"] = str(length)
    return fields, body if isinstance(body, bytes) else _Blocks(body, length)


class _Blocks:
    """A body as urllib3 iterates over it; it takes what a body raises for an error of the connection's."""

    __slots__ = ("_body", "_length", "failure")

    def __init__(self, body: Any, length: int | None) -> None:
        self._body = body
        self._length = length
        self.failure: Exception | None = None

    def __iter__(self) -> Iterator[bytes]:
        blocks = blocks_of(self._body)
        try:
            yield from blocks if self._length is None else exactly(blocks, self._length)
        except (BodySourceError, RequestBodyError) as problem:
            self.failure = problem
            raise


def _refuse_broken_head(response: Any, fields: Headers, url: str) -> None:
    """Raise ConnectionClosedError for a head that broke off, which the standard library takes for a whole one."""
    message = getattr(getattr(response, "_original_response", None), "msg", None)
    length, coding = fields.get("content-length", "0"), fields.get("transfer-encoding", "chunked")
    unframed = (
        not length.isdigit() or len(length) > _MOST_DIGITS or coding.lower().rpartition(",")[2].strip() != "chunked"
    )
    if not fields or unframed or getattr(message, "defects", None):
        response.close()
        response.release_conn()
        raise ConnectionClosedError(endpoint_url=url, error="the head of the answer is broken")
