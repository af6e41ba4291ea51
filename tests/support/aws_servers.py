"""Servers that nobody here wrote, each in a process of its own on loopback."""

import os
import socket
import ssl
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager


def free_port() -> int:
    """Return a port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(url: str, process: "subprocess.Popen[bytes]", seconds: float = 60) -> None:
    """Wait until a server answers anything at all."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"the server for {url} ended with {process.returncode}")
        try:
            urllib.request.urlopen(url, timeout=2, context=ssl._create_unverified_context()).close()
            return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"no answer from {url} within {seconds} s")


@contextmanager
def _server(command: list[str], port: int, environ: Mapping[str, str], scheme: str = "http") -> Iterator[str]:
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, env={**os.environ, **environ})
        try:
            url = f"{scheme}://127.0.0.1:{port}"
            wait_for(url, process)
            yield url
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@contextmanager
def moto_server() -> Iterator[str]:
    """Run moto's server and give its URL."""
    port = free_port()
    code = "from moto.server import main; main()"
    with _server([sys.executable, "-c", code, "-H", "127.0.0.1", "-p", str(port)], port, {}) as url:
        yield url


@contextmanager
def ministack_server(certificate: str | None = None) -> Iterator[str]:
    """Run ministack, which checks signatures with code of its own, and give its URL.

    With a certificate (a PEM file with its key) it speaks TLS.
    """
    port = free_port()
    with tempfile.TemporaryDirectory() as state:
        environ = {
            "AUTH": "true",
            "BIND_HOST": "127.0.0.1",
            "GATEWAY_PORT": str(port),
            "EDGE_PORT": str(port),
            "STATE_DIR": state,
            "HOME": state,
            "PERSIST_STATE": "0",
        }
        if certificate is not None:
            environ |= {"USE_SSL": "1", "MINISTACK_SSL_CERT": certificate, "MINISTACK_SSL_KEY": certificate}
        scheme = "http" if certificate is None else "https"
        with _server([sys.executable, "-m", "ministack"], port, environ, scheme) as url:
            yield url
