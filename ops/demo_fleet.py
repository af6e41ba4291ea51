"""One fleet of the demo: its processes, what they say, and what is counted of it."""

import json
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import quantiles

from .processes import end

__all__ = ["FleetResult", "percentile", "run_fleet"]


def percentile(values: Sequence[float], percent: int) -> float:
    """Return a percentile, 0 of nothing."""
    if len(values) < 2:
        return values[0] if values else 0.0
    return quantiles(values, n=100, method="inclusive")[percent - 1]


class FleetResult:
    """What a fleet did, and what it cost its sources. Times are in seconds.

    ``first`` are the latencies of the first round of each worker, which
    imports and compiles what a call needs, ``warm`` those of the others by call.
    """

    def __init__(self, sdk: str, workers: int) -> None:
        self.sdk = sdk
        self.workers = workers
        self.finished = 0
        self.first: list[float] = []
        self.warm: dict[str, list[float]] = {}
        self.protocols: dict[str, str] = {}
        self.starts: list[float] = []
        self.errors: dict[str, Counter[str]] = {}
        self.cpu = 0.0
        self.wall = 0.0
        self.imds_requests = 0
        self.imds_refused = 0
        self.assume_role = 0

    @property
    def calls(self) -> int:
        """How many calls were made."""
        return len(self.first) + sum(map(len, self.warm.values()))

    @property
    def failures(self) -> int:
        """How many starts and calls failed, and workers died."""
        return sum(counter.total() for counter in self.errors.values())

    def failed(self, what: str, error: str) -> None:
        """Count an error of a call, of a start, or of a whole worker."""
        self.errors.setdefault(error, Counter())[what] += 1

    def warm_calls(self) -> list[float]:
        """Return the latencies of all calls but the first of their kind."""
        return [latency for some in self.warm.values() for latency in some]

    def troubles(self) -> list[str]:
        """Return what went wrong, each with how often and where, the most frequent first; empty if all is well."""
        found = []
        for error, counter in sorted(self.errors.items(), key=lambda pair: -pair[1].total()):
            names = list(counter)
            more = f" and {len(names) - 3} more" if len(names) > 3 else ""
            found.append(f"{counter.total()} times, in {', '.join(names[:3])}{more}: {error}")
        return found


def run_fleet(
    sdk: str,
    command: Sequence[str],
    environ: Mapping[str, str],
    workers: int,
    rounds: int,
    folder: Path,
    advance: Callable[[], None],
    seconds: float,
) -> FleetResult:
    """Start the workers, let them go together, and gather what they say; whoever takes too long is ended.

    ``advance`` is called for every finished round. What a worker writes to its
    standard error goes into a file of ``folder``, and into the result if it dies.
    """
    result = FleetResult(sdk, workers)
    lock, until = threading.Lock(), time.monotonic() + seconds
    crew: list[_Worker] = []
    try:
        for number in range(workers):
            whole = [*command, "--sdk", sdk, "--worker", str(number), "--rounds", str(rounds)]
            crew.append(_Worker(whole, environ, folder / f"{sdk}-{number}.log", result, lock, advance))
        began = time.monotonic()
        for phase in ("ready", "started"):  # all have imported their SDK, then all have credentials or have given up
            for worker in crew:
                worker.reached[phase].wait(max(0.0, until - time.monotonic()))
            began = time.monotonic() if phase == "ready" else began
            for worker in crew:
                worker.go()
        for worker in crew:
            worker.thread.join(max(0.0, until - time.monotonic()))
        result.wall = time.monotonic() - began
        late = [worker for worker in crew if worker.thread.is_alive()]
    finally:
        for worker in crew:
            end(worker.process)
    for worker in crew:
        worker.thread.join(10)
        worker.report(late=worker in late)
    return result


class _Worker:
    """A process, and the thread that reads what it says."""

    def __init__(
        self,
        command: list[str],
        environ: Mapping[str, str],
        log: Path,
        result: FleetResult,
        lock: threading.Lock,
        advance: Callable[[], None],
    ) -> None:
        self._log = log
        self._result = result
        self._lock = lock
        self._advance = advance
        self._done = False
        self.reached = {"ready": threading.Event(), "started": threading.Event()}
        with log.open("w") as sink:
            self.process = subprocess.Popen(
                command, env=environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=sink, text=True
            )
        self.thread = threading.Thread(target=self._read, daemon=True)
        self.thread.start()

    def go(self) -> None:
        """Let it begin."""
        assert self.process.stdin is not None
        try:
            self.process.stdin.write("go\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            pass  # it died: the report says why

    def report(self, *, late: bool) -> None:
        """Say what became of a worker that did not come to its end."""
        if self._done:
            return
        lines = [line for line in self._log.read_text(errors="replace").splitlines() if line.strip()]
        why = "was still at work when time was up" if late else f"ended with status {self.process.returncode}"
        self._result.failed("a worker", f"it {why}{': ' + lines[-1].strip() if lines else ''}")

    def _read(self) -> None:
        assert self.process.stdout is not None
        try:
            for line in self.process.stdout:
                self._hear(line)
        except ValueError:
            pass  # the pipe was closed under us: it was ended
        finally:
            for event in self.reached.values():
                event.set()

    def _hear(self, line: str) -> None:
        said = json.loads(line)
        with self._lock:
            result = self._result
            if "ready" in said:
                self.reached["ready"].set()
            elif "started" in said:
                result.starts.append(said["started"])
                self.reached["started"].set()
            elif "round" in said:
                self._advance()
            elif "summary" in said:
                result.first += said["first"]
                for name, latencies in said["warm"].items():
                    result.warm.setdefault(name, []).extend(latencies)
                result.protocols |= said["protocols"]
                for what, error in said["errors"]:
                    result.failed(what, error)
                result.cpu += said["cpu"]
                result.finished += bool(said["first"])
                self._done = True
