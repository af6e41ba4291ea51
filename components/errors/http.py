"""Errors of the connection: what stood between the request and a whole answer."""

from typing import Any

from .base import BotoCoreError

__all__ = [
    "CallCancelledError",
    "CallDeadlineError",
    "ConnectTimeoutError",
    "ConnectionClosedError",
    "ConnectionError",
    "EndpointConnectionError",
    "HTTPClientError",
    "IncompleteReadError",
    "InvalidProxiesConfigError",
    "ProxyConnectionError",
    "ReadTimeoutError",
    "RequestBodyError",
    "ResponseStreamingError",
    "SSLError",
]


class HTTPClientError(BotoCoreError):
    """The HTTP exchange failed; ``request`` and ``response`` hold what there was of it."""

    fmt = "The HTTP exchange failed: {error}"

    def __init__(self, request: Any = None, response: Any = None, **kwargs: Any) -> None:
        self.request = request
        self.response = response
        super().__init__(**kwargs)


class ConnectionError(BotoCoreError):  # noqa: A001 - the name that users catch
    """No connection could be made."""

    fmt = "No connection could be made: {error}"


class EndpointConnectionError(ConnectionError):
    """The endpoint could not be reached at all."""

    fmt = 'Could not connect to the endpoint URL: "{endpoint_url}"'


class SSLError(ConnectionError):
    """The TLS handshake or the certificate check failed."""

    fmt = "TLS to {endpoint_url} failed: {error}"


class ConnectionClosedError(HTTPClientError):
    """The server closed the connection before it had answered."""

    fmt = 'The server closed the connection before it had answered: "{endpoint_url}"'


class RequestBodyError(HTTPClientError):
    """The body of the request is not what was announced, or is no body: sending it again would not help."""

    fmt = "The body of the request cannot be sent: {error}"


class ReadTimeoutError(HTTPClientError):
    """The server took longer than ``read_timeout`` seconds to send (more of) its answer."""

    fmt = 'Read timeout on endpoint URL: "{endpoint_url}"'


class CallDeadlineError(ReadTimeoutError, TimeoutError):
    """The call did not end within the ``timeout`` of its ``CallOptions``; ``__cause__`` is its last failure, if any.

    Programs that are ready for slow services catch it as ``ReadTimeoutError``, others as ``TimeoutError``.
    """

    fmt = "The call did not end within {timeout} seconds: its time ran out while {doing}"


class CallCancelledError(BotoCoreError):
    """The call was cancelled by the ``CancelToken`` of its ``CallOptions``."""

    fmt = "The call was cancelled while {doing}"


class ConnectTimeoutError(ConnectionError):
    """The connection was not made within ``connect_timeout`` seconds."""

    fmt = 'Connect timeout on endpoint URL: "{endpoint_url}"'


class ProxyConnectionError(ConnectionError):
    """The proxy could not be reached or refused the tunnel."""

    fmt = 'Failed to connect to proxy URL: "{proxy_url}"'


class ResponseStreamingError(HTTPClientError):
    """The body broke off while it was read as a stream."""

    fmt = "The response broke off while its body was read: {error}"


class IncompleteReadError(BotoCoreError):
    """The body was shorter than its ``Content-Length``."""

    fmt = "The body ended after {actual_bytes} of {expected_bytes} bytes."


class InvalidProxiesConfigError(BotoCoreError):
    """``proxies_config`` names a file that is missing or a value that is no certificate."""

    fmt = (
        "Invalid configuration value(s) provided for proxies_config: give the path of a PEM "
        "file, or a (certificate, key) pair of paths."
    )
