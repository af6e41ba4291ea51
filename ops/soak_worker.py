"""A worker of a soak: it asks for credentials all the time, makes calls, forks, and writes down what it saw.

Started by ``ops.soak``. Every second, and at each error, a line of JSON goes to
the end of a file that all workers share.
"""

import argparse
import faulthandler
import json
import logging
import os
import random
import signal
import time
import warnings
from pathlib import Path
from typing import Any

from .histogram import Histogram
from .soak_clock import HostClock

__all__ = ["main"]

_PAUSE = 0.01
_REPORT = 1.0
_CHILD_PATIENCE = 30


class _Notes(logging.Handler):
    """What a process has seen, until it is written down; as a handler it counts warnings by their event."""

    def __init__(self, file: Path, about: dict[str, Any]) -> None:
        super().__init__(logging.WARNING)
        self._fd = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        self._about = about
        self._reset()

    def _reset(self) -> None:
        self.histogram = Histogram()
        self.calls = 0
        self.start: float | None = None
        self.warned: list[tuple[float, str]] = []
        self.errors: list[tuple[float, str, float | None]] = []

    def child(self) -> None:
        """Begin anew, as a forked child."""
        self._about = {**self._about, "role": "child", "pid": os.getpid()}
        self._reset()

    def emit(self, record: logging.LogRecord) -> None:
        """Count a warning."""
        self.warned.append((time.monotonic(), record.getMessage()[:200]))

    def write(self) -> None:
        """Append a line, in one piece."""
        with open("/proc/self/statm", encoding="ascii") as statm:
            pages = int(statm.read().split()[1])
        line = {
            **self._about,
            "at": time.monotonic(),
            "counts": self.histogram.counts,
            "longest": self.histogram.longest,
            "calls": self.calls,
            "start": self.start,
            "warned": self.warned,
            "errors": self.errors,
            "rss": pages * os.sysconf("SC_PAGE_SIZE"),
        }
        self._reset()
        os.write(self._fd, json.dumps(line).encode() + b"\n")


class _Worker:
    def __init__(self, given: argparse.Namespace) -> None:
        import sotalia
        import structlog  # noqa: F401 - what a first warning imports, 8 MB, must not look like a leak

        self._random = random.Random(given.seed)
        self._calls_every = given.calls_every
        self._forks_every = given.forks_every
        self.notes = _Notes(
            given.file, {"worker": given.number, "role": "worker", "pid": os.getpid(), "warm": given.warm}
        )
        logging.getLogger("sotalia").addHandler(self.notes)
        session = sotalia.Session(credential_keep_warm=given.warm)
        session.register_component("clock", HostClock(given.clock, given.origin, given.epoch, given.speed))
        self._credentials: Any = None
        self._session = session
        self._client = session.client("sts")
        self._children: set[int] = set()
        self.stopped = False

    def run(self) -> None:
        """Work until told to stop."""
        self._first()
        report = time.monotonic() + _REPORT
        call = time.monotonic() + self._gap(self._calls_every)
        fork = time.monotonic() + self._gap(self._forks_every)
        parent = os.getppid()
        while not self.stopped and os.getppid() == parent:  # else the soak itself was killed
            self.ask()
            now = time.monotonic()
            if now >= call:
                self.call()
                call = now + self._gap(self._calls_every)
            if now >= fork:
                self._fork()
                fork = now + self._gap(self._forks_every)
            if now >= report:
                self._reap(0)
                self.notes.write()
                report = now + _REPORT
            time.sleep(_PAUSE)
        while self._children:
            self._reap(_CHILD_PATIENCE)
        self.notes.write()

    def _first(self) -> None:
        """Get the first set, with all imports: no part of what is measured afterwards."""
        began = time.perf_counter()
        self.ask()
        took, self.notes.histogram = time.perf_counter() - began, Histogram()
        self.notes.start = took

    def ask(self) -> None:
        """Get the credentials of this moment, and measure how long it takes."""
        began = time.perf_counter()
        try:
            credentials = self._session.get_credentials()
            if credentials is None:
                raise LookupError("no credentials")
            self._credentials = credentials
            credentials.get_frozen_credentials()
        except Exception as error:
            self._failed("get", error)
        finally:
            self.notes.histogram.add(time.perf_counter() - began)

    def call(self) -> None:
        """Make a call that only valid credentials get through."""
        try:
            self._client.get_caller_identity()
        except Exception as error:
            self._failed("call", error)
        self.notes.calls += 1

    def _failed(self, what: str, error: Exception) -> None:
        ends = getattr(self._credentials, "expiry_time", None)  # of the set that this process has
        known = None if ends is None else ends.timestamp()
        self.notes.errors.append((time.monotonic(), f"{what}: {type(error).__name__}: {error}"[:300], known))
        self.notes.write()

    def _gap(self, mean: float) -> float:
        return self._random.uniform(0.3, 1.7) * mean

    def _fork(self) -> None:
        pid = os.fork()
        if pid:
            self._children.add(pid)
            return
        try:
            signal.alarm(_CHILD_PATIENCE)  # a child that hangs dies of it, and is seen, with its stack
            faulthandler.dump_traceback_later(_CHILD_PATIENCE / 2)
            self.notes.child()
            for _ in range(10):
                self.ask()
            self.call()
            self.notes.write()
            os._exit(0)
        except BaseException:
            os._exit(1)

    def _reap(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while self._children:
            for pid in list(self._children):
                found, status = os.waitpid(pid, os.WNOHANG)
                if found:
                    self._children.discard(pid)
                    if status:
                        self._failed("fork", RuntimeError(f"a child ended with status {status}"))
            if time.monotonic() >= until:
                return
            time.sleep(_PAUSE)


def main(arguments: list[str] | None = None) -> int:
    """Work until SIGTERM."""
    parser = argparse.ArgumentParser(description="A worker of `sotalia soak`.")
    parser.add_argument("--number", type=int, required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--file", type=Path, required=True)
    parser.add_argument("--clock", type=Path, required=True)
    for name in ("origin", "epoch", "speed", "calls-every", "forks-every"):
        parser.add_argument(f"--{name}", type=float, required=True)
    parser.add_argument("--warm", action="store_true")
    given = parser.parse_args(arguments)
    warnings.simplefilter("ignore", DeprecationWarning)  # forks with threads: the point of it
    worker = _Worker(given)

    def stop(*_: object) -> None:
        worker.stopped = True

    signal.signal(signal.SIGTERM, stop)
    worker.run()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
