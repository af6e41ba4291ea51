"""Which transport carries a request: the direct one, or urllib3 where a proxy is in between."""

import os
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, Literal

from .http import AWSPreparedRequest, AWSResponse, Transport
from .proxies import proxy_for
from .tls import Cert, Verify
from .url_base import base_of

__all__ = ["ChosenTransport", "TransportKind"]

TransportKind = Literal["auto", "direct", "urllib3"]
"""``auto``: direct, but urllib3 for hosts that are reached through a proxy. The other two are for all hosts."""

_Send = Callable[[AWSPreparedRequest, str], AWSResponse]  # a request, and what its URL begins with

_MAX_HOSTS: Final = 256


class ChosenTransport:
    """Send each request by the transport that suits its host; safe in threads and across fork.

    The options are those of ``Urllib3Transport``; ``kind`` forces one. The two
    transports are made when they are first needed, and closed together.
    """

    def __init__(
        self,
        *,
        kind: TransportKind = "auto",
        timeout: float | Sequence[float] | None = 60.0,
        verify: Verify | None = True,
        cert: Cert = None,
        proxies: Mapping[str, str] | None = None,
        proxies_config: Mapping[str, Any] | None = None,
        max_pool_connections: int = 10,
        tcp_keepalive: bool = False,
        environ: Mapping[str, str] | None = None,
    ) -> None:
        self._kind = kind
        self._environ = os.environ if environ is None else environ
        self._proxies = proxies
        self._options: dict[str, Any] = {
            "timeout": timeout,
            "verify": verify,
            "cert": cert,
            "max_pool_connections": max_pool_connections,
            "tcp_keepalive": tcp_keepalive,
        }
        self._proxies_config = proxies_config
        self._made: dict[str, Transport] = {}
        self._chosen: dict[str, _Send] = {}

    def __repr__(self) -> str:
        return f"<ChosenTransport {self._kind}, made: {', '.join(sorted(self._made)) or 'none'}>"

    def send(self, request: AWSPreparedRequest) -> AWSResponse:
        """Send and return the answer's head; the body is read unless ``stream_output``."""
        url = request.url
        base = url[: url.find("/", 8) + 1]  # as ``base_of`` finds it, in nearly all URLs
        send = self._chosen.get(base)
        if send is None:
            base = base_of(url)
            send = self._chosen.get(base) or self._choose(url, base)
        return send(request, base)

    def prepare(self, url: str) -> None:
        """Make what the first request to a URL's host needs, without a connection."""
        self._choose(url, base_of(url))
        prepare = getattr(self._transport(self.choice(url)[0]), "prepare", None)
        if prepare is not None:
            prepare(url)

    def _choose(self, url: str, base: str) -> _Send:
        transport = self._transport(self.choice(url)[0])
        if len(self._chosen) >= _MAX_HOSTS:
            self._chosen = {}
        # The direct one need not look for the base again.
        send: _Send = getattr(transport, "send_to", None) or (lambda request, _: transport.send(request))
        self._chosen[base] = send
        return send

    def choice(self, url: str) -> tuple[str, str]:
        """Return which transport carries requests to a URL, ``direct`` or ``urllib3``, and why."""
        if self._kind != "auto":
            return self._kind, "http_transport says so"
        from urllib.parse import urlsplit

        try:
            parts = urlsplit(url)
            host, port = parts.hostname or "", parts.port
        except ValueError:
            return "direct", "there is no proxy for what is no URL"
        if proxy_for(parts.scheme, host, port, self._proxies, self._environ) is not None:
            return "urllib3", "a proxy is configured for this host"
        return "direct", "no proxy is in between"

    def close(self) -> None:
        """Close all idle connections; the transport can be used again."""
        for transport in list(self._made.values()):
            transport.close()

    def _transport(self, kind: str) -> Transport:
        made = self._made.get(kind)
        if made is None:
            made = self._made.setdefault(kind, self._new(kind))  # a thread that was quicker has made the one
        return made

    def _new(self, kind: str) -> Transport:
        if kind == "direct":
            from .http1.transport import DirectTransport

            return DirectTransport(**self._options)
        from .transport import Urllib3Transport

        return Urllib3Transport(
            **self._options, proxies=self._proxies, proxies_config=self._proxies_config, environ=self._environ
        )
