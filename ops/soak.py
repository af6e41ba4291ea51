"""A soak: workers of one host for minutes, with kills, forks, outages, a clock that is set, and a cache that breaks.

``sotalia soak`` (or ``make soak``) runs it and prints what came of it; status 0
if everything held that must hold (``ops.soak_report``). The credentials live an
hour by a clock that runs so fast that it takes ``lifetime`` real seconds; what
happens when is drawn from ``seed``.
"""

import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple

from .processes import end
from .soak_clock import HostClock
from .soak_report import Disturbance, Outcome
from .soak_world import LIFETIME, CacheFolder, Judge, Source

__all__ = ["Plan", "soak"]

_TICK = 0.05
_CHECK_EVERY = 0.5
_LOCK_PATIENCE = 3.0
_VETERANS = 2
"""Workers that are never killed: one without and one with the keep-warm thread, whose memory is watched."""
_MOST_AHEAD = 20 * 60.0
_LATENCY = 0.02
_START_PATIENCE = 60.0


class Plan(NamedTuple):
    """How long and with what; all times are real seconds."""

    workers: int = 8
    seconds: float = 1200.0
    lifetime: float = 12.0
    seed: int = 1

    @property
    def kill_every(self) -> float:
        """The mean time between two kills."""
        return self.lifetime / 4

    @property
    def disturb_every(self) -> float:
        """The mean time between two other disturbances."""
        return self.lifetime / 2

    @property
    def fork_every(self) -> float:
        """The mean time between two forks of a worker."""
        return self.lifetime / 3


def soak(plan: Plan) -> Outcome:
    """Run it and return what was seen."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="sotalia-soak-")))
        return _Soak(plan, folder, stack).run()


class _Soak:
    def __init__(self, plan: Plan, folder: Path, stack: ExitStack) -> None:
        self._plan = plan
        self._folder = folder
        self._random = random.Random(plan.seed)
        self._origin, self._epoch = time.monotonic(), time.time()
        self._clock = HostClock(folder / "clock", self._origin, self._epoch, LIFETIME / plan.lifetime)
        services = self._clock.services()
        self._source = stack.enter_context(Source(services, _LATENCY))
        self._judge = stack.enter_context(Judge(self._source, services))
        self._cache = CacheFolder(folder / "cache", self._source)
        self._disturbances: list[Disturbance] = []
        self._troubles: list[str] = []
        self._started = 0
        self._crew: dict[int, subprocess.Popen[str]] = {}

    def run(self) -> Outcome:
        plan = self._plan
        try:
            for number in range(plan.workers):
                self._start(number)
            self._wait_for_lines()
            began = time.monotonic()
            self._disturb(began + plan.seconds)
            ended = time.monotonic()
            self._source.down = None
            self._stop()
        finally:
            for process in self._crew.values():
                end(process)
        for log in sorted(self._folder.glob("worker-*.log")):
            text = log.read_text(errors="replace")
            if "Timeout (" in text:  # of faulthandler
                self._troubles.append(f"a child of {log.stem} hung:\n{text[text.index('Timeout (') :][:6000]}")
        if not self._cache.lock_comes_free(1.0):
            self._troubles.append("the lock of the entry is held after all workers have ended")
        return Outcome(
            plan=plan._asdict(),
            began=began,
            ended=ended,
            clock=self._clock.services(),
            issued=list(self._source.issued),
            asked_while_down=list(self._source.asked_while_down),
            calls_refused=self._judge.stats().get("refused", 0),
            disturbances=self._disturbances,
            troubles=self._troubles,
            lines=list(self._lines()),
            workers_started=self._started,
            orphans=self._cache.orphans(),
            unreadable=self._cache.check(),
        )

    # Workers

    def _start(self, number: int) -> None:
        plan = self._plan
        command = [
            sys.executable, "-m", "sotalia.ops.soak_worker", "--number", str(number),
            "--seed", str(plan.seed * 1_000_003 + self._started), "--file", str(self._folder / "lines"),
            "--clock", str(self._folder / "clock"), "--origin", repr(self._origin), "--epoch", repr(self._epoch),
            "--speed", repr(LIFETIME / plan.lifetime), "--calls-every", "0.3", "--forks-every", str(plan.fork_every),
            *(["--warm"] if number % 2 else []),
        ]  # fmt: skip
        own = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "SOTALIA_C"))}
        own |= {
            **self._source.environ(),
            **self._judge.environ(),
            "HOME": str(self._folder),
            "AWS_REGION": "us-east-1",
            "NO_PROXY": "127.0.0.1",
            "SOTALIA_CREDENTIAL_CACHE_LOCATION": str(self._cache.path),
        }
        log = (self._folder / f"worker-{number}.log").open("a")
        with log:
            self._crew[number] = subprocess.Popen(
                command, env=own, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=log, text=True
            )
        self._started += 1

    def _wait_for_lines(self) -> None:
        """Wait until every worker has reported for the first time."""
        until = time.monotonic() + _START_PATIENCE
        while len({line["worker"] for line in self._lines()}) < self._plan.workers:
            self._look_after()
            if time.monotonic() > until:
                raise RuntimeError(f"not all workers started: {self._troubles[:3]}")
            time.sleep(_TICK)

    def _look_after(self) -> None:
        """Start those again that are gone; one that ended by itself is a trouble."""
        for number, process in list(self._crew.items()):
            status = process.poll()
            if status is None:
                continue
            if status != -signal.SIGKILL:
                said = (self._folder / f"worker-{number}.log").read_text(errors="replace").strip().splitlines()
                self._troubles.append(f"worker {number} ended with status {status}: {said[-1:] or ''}")
            self._start(number)

    def _stop(self) -> None:
        for process in self._crew.values():
            process.terminate()
        until = time.monotonic() + _START_PATIENCE
        for number, process in self._crew.items():
            try:
                status = process.wait(max(0.1, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                status = None
            if status not in (0, -signal.SIGTERM):  # by the signal: one that had just been started
                self._troubles.append(f"worker {number} did not end when it was told to: {status}")

    def _lines(self) -> Iterator[dict[str, Any]]:
        """Yield what was written down; a line that a kill cut short is left out."""
        try:
            written = (self._folder / "lines").read_text(errors="replace")
        except FileNotFoundError:
            return
        for line in written.splitlines():
            try:
                yield json.loads(line)
            except ValueError:
                continue

    # Disturbances

    def _disturb(self, until: float) -> None:
        plan = self._plan
        kill = time.monotonic() + self._gap(plan.kill_every)
        next_one = time.monotonic() + self._gap(plan.disturb_every)
        check = time.monotonic() + _CHECK_EVERY
        mend: float | None = None
        while (now := time.monotonic()) < until:
            self._look_after()
            if mend is not None and now >= mend:
                self._mend()
                mend, next_one = None, now + self._gap(plan.disturb_every)
            if now >= kill:
                self._kill()
                kill = now + self._gap(plan.kill_every)
            if mend is None and now >= next_one:
                lasts = self._break(now)
                mend = None if lasts is None else now + lasts
                next_one = now + self._gap(plan.disturb_every)
            if now >= check:
                self._check(now)
                check = now + _CHECK_EVERY
            time.sleep(_TICK)
        self._mend()

    def _gap(self, mean: float) -> float:
        return self._random.uniform(0.4, 1.6) * mean

    def _kill(self) -> None:
        if self._plan.workers <= _VETERANS:
            return
        number = self._random.randrange(_VETERANS, self._plan.workers)
        self._crew[number].kill()
        self._crew[number].wait()
        self._note("kill")
        if not self._cache.lock_comes_free(_LOCK_PATIENCE) and self._cache.lock_is_stale():
            self._troubles.append(f"the lock was held for nobody, {_LOCK_PATIENCE:g} s after a kill")

    def _break(self, now: float) -> float | None:
        """Begin a disturbance; return how long it lasts, ``None`` for one that is done at once."""
        kind = self._random.choice(["outage", "outage", "step", "step", "remove", "replace", "garble"])
        lifetime = self._plan.lifetime
        if kind == "outage":
            faults = [one.end or now for one in self._disturbances if one.kind in ("remove", "replace", "garble")]
            if not self._source.issued or self._source.issued[-1].at < max(faults, default=0.0):
                return None  # nothing would be left for those who start: that is no outage of the source alone
            self._source.down = self._random.choice([503, 500, 0])
            self._note("outage", lasts=True, offset=self._clock.offset)
            return self._random.uniform(0.05, 0.8) * lifetime
        if kind == "step":
            self._clock.set(0.0 if self._clock.offset else self._random.uniform(-_MOST_AHEAD, _MOST_AHEAD))
            self._note("step", offset=self._clock.offset)
            return None
        if kind == "replace":
            self._note("replace", lasts=True)
            self._cache.replace()
            return self._random.uniform(0.2, 1.5)
        self._note(kind)
        if kind == "remove":
            self._cache.remove()
        else:
            self._cache.garble(self._random.random())
        return None

    def _mend(self) -> None:
        self._source.down = None
        self._cache.mend()
        for index, one in enumerate(self._disturbances):
            if one.end is None:
                self._disturbances[index] = one._replace(end=time.monotonic())

    def _note(self, kind: str, *, lasts: bool = False, offset: float = 0.0) -> None:
        now = time.monotonic()
        self._disturbances.append(Disturbance(kind, now, None if lasts else now, offset))

    def _check(self, now: float) -> None:
        """Read the entry as a new worker would."""
        recent = (one for one in self._disturbances if one.kind in ("remove", "replace", "garble"))
        if all(one.end is not None and one.end < now - self._plan.lifetime for one in recent):
            self._troubles += self._cache.check()
