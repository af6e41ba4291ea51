"""A process of a fleet that goes through the refresh points of its credentials with all the others.

``python -m sotalia.ops.fleet_worker ADDRESS`` is one; with ``--start fork`` or
``spawn`` it makes ``--count`` of them and waits for their end.
"""

import argparse
import multiprocessing
import os
import sys
import time
from collections.abc import Mapping
from typing import Any

from ..components.clock import Clock
from ..session import Session
from .gathering import take_part

__all__ = ["main"]

_TURN = 0.02  # seconds between two calls of a busy worker
_PATIENCE = 90.0


class _Ahead(Clock):
    """The system's clock, put forward."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def time(self) -> float:
        return time.time() + self.ahead


class _Member:
    """One session, and what it is asked to do with its credentials."""

    def __init__(self) -> None:
        self.clock = _Ahead()
        self.session = Session()
        self.session.register_component("clock", self.clock)
        self.key: str | None = None

    def __call__(self, question: Mapping[str, Any]) -> dict[str, Any]:
        """Get the set that follows a point; return its key, and the longest time that one call took."""
        began, cpu = time.monotonic(), time.process_time()
        self.clock.ahead = question["ahead"]
        key, slowest = self._next_key(question["do"], began)
        previous, self.key = self.key, key
        return {
            "key": key,
            "changed": key != previous,
            "slowest": slowest,
            "took": time.monotonic() - began,
            "cpu": time.process_time() - cpu,
        }

    def _next_key(self, point: str, began: float) -> tuple[str, float]:
        credentials = self.session.get_credentials()
        assert credentials is not None
        if point == "rejected":
            credentials.invalidate(self.key)  # as a call does when a service refuses it
        before, slowest = began, 0.0
        while True:
            key = credentials.get_frozen_credentials().access_key
            slowest = max(slowest, time.monotonic() - before)
            if key != self.key or time.monotonic() > began + _PATIENCE:
                return key, slowest
            time.sleep(_TURN)
            before = time.monotonic()


def _member(address: str) -> None:
    take_part(address, _Member())


def _family(address: str, start: str, count: int) -> None:
    context: Any = multiprocessing.get_context(start)
    children = [context.Process(target=_member, args=(address,)) for _ in range(count)]
    for child in children:
        child.start()
    for child in children:
        child.join()


def main(arguments: list[str] | None = None) -> int:
    """Be a process, or make them."""
    parser = argparse.ArgumentParser(description="Go through the refresh points of credentials, with others.")
    parser.add_argument("address")
    parser.add_argument("--start", choices=("fork", "spawn"))
    parser.add_argument("--count", type=int, default=1)
    given = parser.parse_args(arguments)
    if given.start:
        _family(given.address, given.start, given.count)
    else:
        _member(given.address)
    return 0


if __name__ == "__main__":
    status = main()
    sys.stdout.flush()
    os._exit(status)  # 256 interpreters that tear themselves down at once take minutes
