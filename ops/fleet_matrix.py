"""Single flight in numbers: every refreshable provider, many processes, every way to make them, every refresh point.

``sotalia fleet`` prints how often each source was asked. A fleet of new
processes with an empty cache goes through four points one after the other, all
of its processes in the same moment: cold; in the advisory window; in the
mandatory one; after a service has refused the key that they have.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Final, NamedTuple

from .fleet_worlds import PROVIDERS, open_world
from .gathering import Gathering
from .processes import end

__all__ = ["HOWS", "POINTS", "Fleet", "Point", "main", "run_fleet", "table"]

POINTS: Final = ("cold", "advisory", "mandatory", "rejected")
HOWS: Final = ("fork", "spawn", "programs")
_PATIENCE: Final = 240.0


class Point(NamedTuple):
    """What a point came to. ``slowest`` is the longest that a process waited in one call, in seconds."""

    name: str
    fetches: int
    keys: int
    median: float
    p99: float
    slowest: float
    cpu: float
    errors: dict[str, int]

    @property
    def good(self) -> bool:
        """Whether the source was asked once, and all have what it said."""
        return self.fetches == 1 and self.keys == 1 and not self.errors


class Fleet(NamedTuple):
    """What a fleet came to."""

    provider: str
    how: str
    processes: int
    points: tuple[Point, ...]

    @property
    def good(self) -> bool:
        """Whether its source was asked once at each point."""
        return all(point.good for point in self.points)

    def __str__(self) -> str:
        points = "; ".join(
            f"{point.name} {point.fetches} (p50 {point.median:.2f}, max {point.slowest:.2f} s)"
            + "".join(f" {times} times {error}" for error, times in point.errors.items())
            for point in self.points
        )
        return f"{self.provider}, {self.processes} by {self.how}: {points}"


def run_fleet(provider: str, how: str, processes: int, *, latency: float = 0.05) -> Fleet:
    """Let a fleet go through the points, and count. ``programs`` are processes that know nothing of each other."""
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="sotalia-fleet-")))
        world = open_world(stack, provider, home, latency)
        gathering = stack.enter_context(Gathering(processes))
        command = [sys.executable, "-m", f"{__package__}.fleet_worker", gathering.address]
        if how != "programs":
            command += ["--start", how, "--count", str(processes)]
        programs = [
            subprocess.Popen(command, env=world.environ, stdin=subprocess.DEVNULL, text=True)
            for _ in range(processes if how == "programs" else 1)
        ]
        for program in programs:
            stack.callback(end, program, 30.0)
        gathering.come(lambda: all(program.poll() is None for program in programs))
        points = []
        for name in POINTS:
            before, ahead = world.fetches(), world.go_to(name)
            answers = gathering.ask({"do": name, "ahead": ahead}, _PATIENCE)
            told = [answer for answer in answers if "key" in answer]
            errors = Counter(answer["error"] for answer in answers if "error" in answer)
            errors.update("no new key" for answer in told if not answer["changed"])
            took = sorted(answer["slowest"] for answer in told) or [0.0]
            points.append(
                Point(
                    name,
                    world.fetches() - before,
                    len({answer["key"] for answer in told}),
                    took[len(took) // 2],
                    took[int(len(took) * 0.99)],
                    took[-1],
                    sum(answer["cpu"] for answer in told),
                    dict(errors),
                )
            )
        gathering.dismiss()
        return Fleet(provider, how, processes, tuple(points))


def table(fleets: Sequence[Fleet]) -> Iterator[str]:
    """Write the matrix as Markdown: fetches at each point, and the longest that any process waited in one call."""
    providers = [name for name in PROVIDERS if any(fleet.provider == name for fleet in fleets)]
    yield f"| processes | {' | '.join(providers)} |"
    yield f"|---|{'---|' * len(providers)}"
    found = {(fleet.provider, fleet.how, fleet.processes): fleet for fleet in fleets}
    for how in HOWS:
        for count in sorted({fleet.processes for fleet in fleets if fleet.how == how}):
            cells = [found.get((provider, how, count)) for provider in providers]
            yield f"| {count} by {how} | {' | '.join(map(_cell, cells))} |"


def _cell(fleet: Fleet | None) -> str:
    if fleet is None:
        return "not run"
    fetches = " ".join(str(point.fetches) for point in fleet.points)
    failed = sum(sum(point.errors.values()) for point in fleet.points)
    slowest = max(point.slowest for point in fleet.points)
    return f"{fetches}, {slowest:.1f} s" + (f", {failed} failed" if failed else "")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run fleets and print what they came to; status 0 if every source was asked once at each point."""
    parser = argparse.ArgumentParser(prog="sotalia fleet", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--provider", choices=tuple(PROVIDERS), action="append", help="one provider; all by default")
    parser.add_argument("--how", choices=HOWS, action="append", help="how processes are made; all by default")
    parser.add_argument("--processes", type=int, action="append", help="how many; 1, 8, 64 and 256 by default")
    parser.add_argument("--latency", type=float, default=0.05, help="seconds that every answer of a source takes")
    parser.add_argument("--save", type=Path, help="keep results here, a line each; what is there is not run again")
    parser.add_argument(
        "--compare",
        action="store_true",
        help="all numbers beside boto3 and msal-extensions; forked, 8 and 64",
    )
    given = parser.parse_args(arguments)
    if given.compare:
        return _compare(given.processes or (8, 64), given.provider or tuple(PROVIDERS))
    wanted = [
        (provider, how, count)
        for count in given.processes or (1, 8, 64, 256)
        for how in given.how or HOWS
        for provider in given.provider or PROVIDERS
    ]
    fleets = list(_saved(given.save))
    done = {(fleet.provider, fleet.how, fleet.processes) for fleet in fleets}
    for provider, how, count in wanted:
        if (provider, how, count) in done:
            continue
        started = time.monotonic()
        fleet = run_fleet(provider, how, count, latency=given.latency)
        print(f"{fleet} [{time.monotonic() - started:.0f} s]", flush=True)
        fleets.append(fleet)
        if given.save is not None:
            with given.save.open("a") as file:
                file.write(json.dumps([*fleet[:3], [list(point) for point in fleet.points]]) + "\n")
    print("\nFetches at each point (cold, advisory, mandatory, rejected), and the longest wait of any process:\n")
    print("\n".join(table(fleets)))
    return 0 if all(fleet.good for fleet in fleets) else 1


def _compare(processes: Sequence[int], providers: Sequence[str]) -> int:
    from .fleet_table import compare
    from .fleet_table import table as comparison

    rows = []
    for row in compare(processes, providers=providers):
        print(f"{row[0]}: {', '.join(f'{sdk} {cell}' for sdk, cell in row[1].items())}", file=sys.stderr, flush=True)
        rows.append(row)
    print("\n".join(comparison(rows)))
    return 0


def _saved(file: Path | None) -> Iterable[Fleet]:
    if file is None or not file.exists():
        return
    for line in file.read_text().splitlines():
        provider, how, count, points = json.loads(line)
        yield Fleet(provider, how, count, tuple(Point(*point) for point in points))


if __name__ == "__main__":
    raise SystemExit(main())
