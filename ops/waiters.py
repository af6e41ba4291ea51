"""Many processes wait for one that fetches: how long after publication they go on, and what waiting costs.

``python -m sotalia.ops.waiters`` prints it, ``--polling`` for waiters that
only look again and again, ``--queue`` for waiters of which each has to fetch
for itself, one after the other.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, NamedTuple

from ..components.cache import EntryIdentity
from ..components.cache_file import FileCache
from ..components.single_flight import SharedFetch
from .gathering import Gathering

__all__ = ["Waits", "main", "measure_waits"]

_IDENTITY = EntryIdentity("iam-role", (("role", "waited-for"),))
_HOLD = 0.01  # seconds that each of a queue fetches


class Waits(NamedTuple):
    """What waiting came to: seconds from publication until the waiters went on, and their CPU time while they waited.

    Of a queue: seconds from the start until each had its turn.
    """

    waiters: int
    waited: int
    loads: int
    seconds: float
    p50: float
    p99: float
    worst: float
    cpu_share: float

    def __str__(self) -> str:
        return (
            f"{self.waited} of {self.waiters} waited {self.seconds:.1f} s, {self.loads} fetches; went on after p50 "
            f"{self.p50 * 1e3:.0f} ms, p99 {self.p99 * 1e3:.0f} ms, at most {self.worst * 1e3:.0f} ms; "
            f"all waiters together used {self.cpu_share * 100:.1f} % of one CPU"
        )


def measure_waits(waiters: int = 256, *, seconds: float = 3.0, polling: bool = False, queue: bool = False) -> Waits:
    """Let a fleet wait for one fetch of so many seconds, or in a queue for a fetch of its own each."""
    with tempfile.TemporaryDirectory(prefix="sotalia-waiters-") as folder:
        cache = os.path.join(folder, "cache")
        first = SharedFetch(FileCache(cache, environ={}))  # all imports, and the key, before the forks
        first.fetch(EntryIdentity("iam-role"), lambda entry: False, lambda: {"access_key": "K"}, wait=1.0)
        first.fetch(EntryIdentity("iam-role"), lambda entry: True, dict, wait=1.0)
        with Gathering(waiters + (not queue)) as gathering:
            for number in range(gathering.count):
                load, first_of_all = (_HOLD, True) if queue else (seconds, number == 0)
                gathering.fork(partial(_wait, cache, load, first_of_all, polling, queue))
            lines = gathering.ask({"do": "wait"}, 120.0 + seconds)
        results = [line for line in lines if "ended" in line]
        if len(results) != gathering.count:
            raise RuntimeError(f"only {len(results)} of {gathering.count} came to an end: {lines}")
        loads = sum(line["loads"] for line in results)
        if queue:
            late = sorted(line["ended"] - line["began"] for line in results)
            span = max(line["ended"] for line in results) - min(line["began"] for line in results)
            waited = results
        else:
            published = max(line["published"] for line in results)
            waited = [line for line in results if line["waited_since"] and line["waited_since"] < published]
            late = sorted(line["ended"] - published for line in waited)
            span = published - min((line["waited_since"] for line in waited), default=published)
        cpu = sum(line["cpu"] for line in waited)
        return Waits(
            waiters, len(waited), loads, span, late[len(late) // 2], late[int(len(late) * 0.99)], late[-1], cpu / span
        )


def _wait(folder: str, load_seconds: float, first: bool, polling: bool, queue: bool, _: Mapping[str, Any]) -> Any:
    """Be one of the processes: the one that fetches, one that waits, or one of a queue.

    On a busy machine another one than the first may be the one that fetches.
    """
    marks: dict[str, tuple[float, float]] = {}
    loads = []

    def step(name: str) -> None:
        marks.setdefault(name, (time.monotonic(), time.process_time()))

    def load() -> dict[str, str]:
        loads.append(1)
        time.sleep(load_seconds)
        return {"access_key": f"K{os.getpid()}", "secret_key": "s" * 40, "token": "t" * 800}

    sleep: Callable[[float], object] = partial(time.sleep) if polling else time.sleep
    fetch = SharedFetch(FileCache(folder, environ={}, step=step), sleep=sleep, step=step)
    fetch.cache.prepare()
    mine = f"K{os.getpid()}"
    if not first:
        time.sleep(0.1)  # behind the one that fetches
    began = time.monotonic()
    fetch.fetch(_IDENTITY, lambda entry: not queue or entry.value["access_key"] == mine, load, wait=60.0)
    ended, cpu = time.monotonic(), time.process_time()
    since, cpu_before = marks.get("polling", (0.0, cpu))
    published = marks["replaced"][0] if loads else 0.0
    return {
        "began": began,
        "ended": ended,
        "loads": len(loads),
        "published": published,
        "waited_since": since,
        "cpu": cpu - cpu_before,
    }


def main(arguments: list[str] | None = None) -> int:
    """Measure and print; status 1 if more was fetched than needed."""
    parser = argparse.ArgumentParser(description="Measure what waiting for somebody else's fetch costs.")
    parser.add_argument("--waiters", type=int, default=256)
    parser.add_argument("--seconds", type=float, default=3.0, help="seconds that the fetch takes")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--polling", action="store_true", help="waiters hear nothing and look again and again")
    parser.add_argument("--queue", action="store_true", help="each has to fetch for itself, one after the other")
    given = parser.parse_args(arguments)
    status = 0
    for _ in range(given.runs):
        waits = measure_waits(given.waiters, seconds=given.seconds, polling=given.polling, queue=given.queue)
        print(json.dumps(waits._asdict()) if given.json else waits, flush=True)
        if waits.loads != (given.waiters if given.queue else 1):
            status = 1
    return status


if __name__ == "__main__":
    sys.exit(main())
