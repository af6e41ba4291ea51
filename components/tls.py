"""TLS contexts: made at the first use of TLS, and shared by all who want the same."""

import os
import threading
from typing import Any, Final

from .after_fork import import_whole
from .errors import InvalidProxiesConfigError, SSLError

__all__ = ["Cert", "Verify", "proxy_tls_context", "tls_context"]

Verify = bool | str  # True: the system's authorities; a path: those of a PEM file or folder; False: anybody
Cert = str | tuple[str, str] | None  # the PEM file with certificate and key, or one file for each

# A context with the usual 140 authorities takes 15 ms to make and 0.7 MiB: one for all clients.
_contexts: Final[dict[tuple[Any, ...], Any]] = {}
_lock = threading.Lock()


def _renew_lock() -> None:
    global _lock
    _lock = threading.Lock()


os.register_at_fork(after_in_child=_renew_lock)


def tls_context(verify: Verify, cert: Cert, endpoint_url: str) -> Any:
    """Return the ``ssl.SSLContext`` for a server; raises SSLError when a file cannot be used.

    A context is made again when one of its files has changed, so a rotated
    certificate is seen by the next client.
    """
    try:
        key = (verify, cert, *[_stamp(path) for path in _paths(verify, cert)])
        context = _contexts.get(key)
        if context is None:
            with _lock:
                context = _contexts.get(key)
                if context is None:
                    context = _make(verify, cert)
                    for stale in [other for other in _contexts if other[:2] == key[:2]]:
                        del _contexts[stale]
                    _contexts[key] = context
    except OSError as problem:  # ssl.SSLError is one
        raise SSLError(endpoint_url=endpoint_url, error=_reason(verify, cert, problem)) from problem
    return context


def proxy_tls_context(verify: Verify, ca_bundle: str | None, cert: Cert) -> Any:
    """Return the context for the connection to an ``https`` proxy; raises InvalidProxiesConfigError."""
    try:
        return _make(ca_bundle or verify, cert)
    except OSError as problem:
        raise InvalidProxiesConfigError from problem


def _paths(verify: Verify, cert: Cert) -> list[str]:
    paths = [verify] if isinstance(verify, str) else []
    return paths + ([cert] if isinstance(cert, str) else list(cert or ()))


def _stamp(path: str) -> tuple[int, int]:
    status = os.stat(path)
    return status.st_mtime_ns, status.st_ino


def _reason(verify: Verify, cert: Cert, problem: OSError) -> str:
    files = ", ".join(_paths(verify, cert))
    return f"the certificates cannot be loaded from {files}: {problem}"


def _make(verify: Verify, cert: Cert) -> Any:
    import_whole("ssl")
    import ssl

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # certificate and host name are checked
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    if verify is False:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    elif verify is True:
        _load_system_authorities(context)
    elif os.path.isdir(verify):
        context.load_verify_locations(capath=verify)
    else:
        context.load_verify_locations(cafile=verify)
    if cert is not None:
        context.load_cert_chain(*((cert,) if isinstance(cert, str) else cert))
    return context


def _load_system_authorities(context: Any) -> None:
    import ssl
    from importlib import import_module

    context.load_default_certs()
    paths = ssl.get_default_verify_paths()
    if not context.cert_store_stats()["x509_ca"] and not (paths.capath and os.listdir(paths.capath)):
        try:
            certifi = import_module("certifi")  # where there is one: it is no dependency
        except ImportError:
            return  # every handshake will say that no issuer is known
        context.load_verify_locations(cafile=certifi.where())
