"""Records of both libraries side by side: what was compared, what is equal, and what differs for which reason."""

import pickle
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import parity_player
import peers

Record = dict[str, Any]
Plan = Sequence[tuple[str, Sequence[str]]]
Played = tuple[str, str, list[Record], list[Record]]

BATCH = 3000
"""Operations that one process plays: what it has compiled for them goes with it."""
SHOWN = 20
"""Unexplained differences that a failure prints."""


class Difference(NamedTuple):
    """A place in the records of one call, what boto3 has there, and what we have; ``MISSING`` for nothing."""

    path: str
    theirs: Any
    ours: Any


class Case(NamedTuple):
    """One call of one operation, as both libraries recorded it."""

    service: str
    operation: str
    theirs: Record
    ours: Record

    @property
    def kind(self) -> str:
        """How the parameters were made."""
        return str(self.theirs["kind"])


class _Missing:
    def __repr__(self) -> str:
        return "nothing"


MISSING = _Missing()


def play_both(plan: Plan, folder: Path) -> Iterator[Played]:
    """Play a plan with both libraries at once; yield each operation with boto3's records and ours."""
    for batch in _batches(plan):
        yield from _play_batch(batch, folder)


def _batches(plan: Plan) -> Iterator[Plan]:
    batch: list[tuple[str, Sequence[str]]] = []
    for service, names in plan:
        if batch and sum(len(names) for _, names in batch) + len(names) > BATCH:
            yield batch
            batch = []
        batch.append((service, names))
    yield batch


def _play_batch(plan: Plan, folder: Path) -> Iterator[Played]:
    (folder / "plan").write_bytes(pickle.dumps(list(plan)))
    both = [_start(peers.python(), "boto3", folder), _start(sys.executable, "sotalia", folder)]
    try:
        for theirs, ours in zip(*(_records(process, folder) for process in both), strict=True):
            assert theirs[:2] == ours[:2]
            yield (*theirs[:2], theirs[2], ours[2])
    finally:
        for process in both:
            process.kill()
            process.stdout.close()
            process.wait()


def _start(python: str, library: str, folder: Path) -> Any:
    with (folder / "plan").open("rb") as questions, (folder / library).open("wb") as errors:
        return subprocess.Popen(
            [python, parity_player.__file__, library], stdin=questions, stdout=subprocess.PIPE, stderr=errors
        )


def _records(process: Any, folder: Path) -> Iterator[Any]:
    while True:
        try:
            played = pickle.load(process.stdout)
        except EOFError:
            said = (folder / "boto3").read_text() + (folder / "sotalia").read_text()
            raise AssertionError(f"a player ended too early: {said}") from None
        if played is None:
            return
        yield played


def differences(theirs: Any, ours: Any, path: str = "") -> Iterator[Difference]:
    """Yield where two values differ, as deep inside as they can be told apart."""
    if repr(theirs) == repr(ours):
        return
    if isinstance(theirs, dict) and isinstance(ours, dict):
        for name in dict.fromkeys([*theirs, *ours]):
            yield from differences(theirs.get(name, MISSING), ours.get(name, MISSING), f"{path}.{name}")
    elif isinstance(theirs, list | tuple) and isinstance(ours, list | tuple) and len(theirs) == len(ours):
        for number, (left, right) in enumerate(zip(theirs, ours, strict=True)):
            yield from differences(left, right, f"{path}[{number}]")
    else:
        yield Difference(path, theirs, ours)


def shown(value: Any, other: Any) -> str:
    """Return a value, or of a long one the place where it departs from the other."""
    if isinstance(value, str | bytes) and isinstance(other, str | bytes) and len(value) > 160:
        start = next((place for place, (a, b) in enumerate(zip(value, other, strict=False)) if a != b), len(other))
        return f"...{value[max(0, start - 40) : start + 100]!r}..."
    return f"{value!r:.300}"


class Tally:
    """What came of one part of the comparison."""

    def __init__(self, name: str, explain: Callable[[Case, Difference], str | None]) -> None:
        self.name = name
        self.compared = 0
        self.equal = 0
        self.kinds: Counter[str] = Counter()
        self.explained: Counter[str] = Counter()
        self.unexplained: list[str] = []
        self._explain = explain

    def add(self, case: Case, kind: str, *fields: str) -> None:
        """Compare some fields of a call's records."""
        self.compared += 1
        self.kinds[kind] += 1
        found = [each for field in fields for each in differences(case.theirs[field], case.ours[field], field)]
        if not found:
            self.equal += 1
            return
        for each in found:
            reason = self._explain(case, each)
            if reason is None:
                self.unexplained.append(
                    f"{case.service} {case.operation} ({case.kind}) {each.path}\n"
                    f"  boto3:   {shown(each.theirs, each.ours)}\n  sotalia: {shown(each.ours, each.theirs)}"
                )
                return
        self.explained[reason] += 1

    def lines(self) -> Iterator[str]:
        """Yield what to print."""
        kinds = ", ".join(f"{count} {kind}" for kind, count in self.kinds.most_common())
        yield (
            f"{self.name}: compared {self.compared}, equal {self.equal}, "
            f"explained {self.explained.total()}, unexplained {len(self.unexplained)} ({kinds})"
        )
        for reason, count in self.explained.most_common():
            yield f"    explained {count}: {reason}"


class Comparison:
    """The three parts of the comparison: requests, outputs and reports of bad parameters."""

    def __init__(self, explain: Callable[[Case, Difference], str | None]) -> None:
        self.requests, self.outputs, self.reports = (
            Tally(name, explain) for name in ("requests", "outputs", "validation reports")
        )
        self.services: set[str] = set()
        self.operations = 0
        self.streams = 0

    @property
    def tallies(self) -> tuple[Tally, ...]:
        """All parts."""
        return self.requests, self.outputs, self.reports

    def add(self, played: Played) -> None:
        """Compare the records of an operation."""
        service, operation, theirs, ours = played
        self.services.add(service)
        self.operations += 1
        for left, right in zip(theirs, ours, strict=True):
            case = Case(service, operation, left, right)
            if case.kind in parity_player.FAULTS:
                self.reports.add(case, case.kind, "params", "request", "outcome")
            elif left["request"] is None and right["request"] is None:
                self.requests.add(case, "refused before they are sent", "params", "outcome")
            else:
                self.requests.add(case, "sent", "params", "request")
                if left["stream"]:
                    self.streams += 1
                else:
                    self.outputs.add(case, str(left["outcome"][0]), "answer", "outcome")

    def lines(self) -> Iterator[str]:
        """Yield what to print."""
        yield f"parity with boto3 {peers.VERSION}: {self.operations} operations of {len(self.services)} services"
        for tally in self.tallies:
            yield from (f"  {line}" for line in tally.lines())
        yield f"  outputs left out, event streams: {self.streams}"

    def unexplained(self) -> list[str]:
        """Return what differs without a known reason."""
        return [line for tally in self.tallies for line in tally.unexplained]
