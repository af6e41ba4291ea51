"""The body of an answer on the wire, and urllib3's errors told in our own."""

from collections.abc import Iterator
from typing import Any, NoReturn

from .errors import (
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    HTTPClientError,
    ProxyConnectionError,
    ReadTimeoutError,
    ResponseStreamingError,
    SSLError,
)
from .proxies import without_password

__all__ = ["WireBody", "arriving", "raise_body_error", "raise_request_error"]


class WireBody:
    """A body that is still to come; its connection goes back to the pool at its end.

    Raises ReadTimeoutError when the server is too slow and ResponseStreamingError
    when the body breaks off. For one thread at a time.
    """

    __slots__ = ("_response", "_url")

    def __init__(self, response: Any, url: str) -> None:
        self._response = response
        self._url = url

    def __repr__(self) -> str:
        return f"<WireBody of {self._url}>"

    @property
    def closed(self) -> bool:
        """Whether the body is at its end, or was closed."""
        return bool(self._response.closed)

    def read(self, amt: int | None = None) -> bytes:
        """Read up to ``amt`` bytes, all that is left for ``None``; ``b""`` at the end."""
        try:
            piece: bytes = self._response.read(amt, decode_content=False)
        except Exception as problem:
            raise_body_error(problem, self._url)
        if amt is None:
            self._response.release_conn()
        return piece

    def read1(self, amt: int = 65536) -> bytes:
        """Read what has arrived, at least one byte and up to ``amt``; ``b""`` at the end."""
        try:
            piece: bytes = self._response.read1(amt, decode_content=False)
        except Exception as problem:
            raise_body_error(problem, self._url)
        return piece

    def stream(self, amt: int = 65536) -> Iterator[bytes]:
        """Yield the body in pieces of up to ``amt`` bytes."""
        while piece := self.read(amt):
            yield piece

    def close(self) -> None:
        """Give the connection back, or drop it if the body was not read to its end.

        Another thread that waits for the body stops waiting.
        """
        connection = self._response.connection
        if connection is not None and connection.sock is not None:
            import socket

            try:
                connection.sock.shutdown(socket.SHUT_RDWR)  # closing alone would wait for the other thread
            except OSError:
                pass  # the server was first
        self._response.close()
        self._response.release_conn()

    def set_timeout(self, seconds: float | None) -> None:
        """Set how long a read may wait from now on."""
        connection = self._response.connection
        if connection is not None and connection.sock is not None:
            connection.sock.settimeout(seconds)


def arriving(raw: Any, amt: int = 65536) -> Iterator[bytes]:
    """Yield the pieces of a body as they arrive: of bytes, or of what a transport or a handler gave as one.

    ``read`` waits until it has all of the bytes that it was asked for: it is used
    only where there is neither ``read1`` nor ``stream``. Raises what ``WireBody`` does.
    """
    if isinstance(raw, bytes | bytearray):
        yield bytes(raw)
        return
    try:
        if not hasattr(raw, "read1") and hasattr(raw, "stream"):
            yield from raw.stream(amt)
            return
        read = getattr(raw, "read1", None) or raw.read
        while piece := read(amt):
            yield piece
    except Exception as problem:
        raise_body_error(problem, getattr(raw, "url", ""))


def raise_body_error(problem: Exception, url: str) -> NoReturn:
    """Raise the error of this package for what happened while a body was read."""
    from urllib3 import exceptions

    if isinstance(problem, exceptions.ReadTimeoutError | TimeoutError):
        raise ReadTimeoutError(endpoint_url=url) from problem
    if isinstance(problem, exceptions.HTTPError | OSError):
        raise ResponseStreamingError(error=str(problem)) from problem
    raise problem


def raise_request_error(problem: Exception, url: str, proxy_url: str | None) -> NoReturn:
    """Raise the error of this package for what happened before the head of an answer was there."""
    from urllib3 import exceptions

    reason = str(problem)
    if isinstance(problem, exceptions.SSLError):
        raise SSLError(endpoint_url=url, error=reason) from problem
    if isinstance(problem, exceptions.ProxyError):
        reason = str(problem.original_error)
        raise ProxyConnectionError(proxy_url=without_password(proxy_url or ""), error=reason) from problem
    if isinstance(problem, exceptions.NewConnectionError):
        raise EndpointConnectionError(endpoint_url=url, error=reason) from problem
    if isinstance(problem, exceptions.ConnectTimeoutError):
        raise ConnectTimeoutError(endpoint_url=url, error=reason) from problem
    if isinstance(problem, exceptions.ReadTimeoutError):
        raise ReadTimeoutError(endpoint_url=url, error=reason) from problem
    if isinstance(problem, exceptions.ProtocolError):
        raise ConnectionClosedError(endpoint_url=url, error=reason) from problem
    if isinstance(problem, exceptions.HTTPError):
        raise HTTPClientError(error=reason) from problem
    if type(problem) is ValueError and "header" in reason:
        # http.client quotes the value that it refuses, and that may be a secret.
        raise HTTPClientError(error="a header has a character, such as a line break, that cannot be sent") from None
    raise problem
