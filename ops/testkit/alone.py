"""Running one fake as a program of its own."""

import argparse
import os
import signal
import threading

from .server import FakeServer, ServerOptions

__all__ = ["common_arguments", "options_of", "serve_until_stopped"]


def common_arguments(description: str) -> argparse.ArgumentParser:
    """Return a parser with the options that every fake has."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one; the URL is printed")
    parser.add_argument("--rate", type=float, default=None, help="requests per second before it throttles")
    parser.add_argument("--latency", type=float, default=0.0, help="seconds that every answer takes")
    parser.add_argument("--throttle-status", type=int, default=None, help="429, and 503 of STS, unless given")
    parser.add_argument("--with-parent", action="store_true", help="stop when the process that started it ends")
    parser.add_argument("--lifetime", type=float, default=3600.0, help="seconds that credentials live")
    return parser


def options_of(given: argparse.Namespace) -> ServerOptions:
    """Return what the command line says about any fake."""
    return {
        "host": given.host,
        "port": given.port,
        "rate": given.rate,
        "latency": given.latency,
        "throttle_status": given.throttle_status,
    }


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
