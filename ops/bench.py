"""``sotalia bench``: sotalia and boto3 side by side, in alternating fresh processes; medians of CPU time."""

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from .bench_document import machine, write_calls
from .bench_peers import PEERS, peer_pythons
from .bench_plot import Row, can_plot, plot
from .processes import peer_cache, peer_python, running

__all__ = ["run_bench"]


class Figure(NamedTuple):
    """A row of the table: what is measured, by which call of the worker, how it is shown, and what is aimed at."""

    name: str
    title: str
    arguments: tuple[str, ...]
    field: str
    unit: str
    scale: float
    goal: float | None = None
    worker: str = "bench_worker.py"


_SCALE = "bench_scale_worker.py"
_PEER = "bench_peer_worker.py"
_MS, _US = ("ms", 1e3), ("µs", 1e6)
_CALLS = (
    ("s3-get", "s3 GetObject, 1 KiB", _US, 120),
    ("s3-put", "s3 PutObject, 1 KiB", _US, 120),
    ("s3-list", "s3 ListObjectsV2, 1000 keys", _MS, 10),
    ("dynamodb-get", "dynamodb GetItem", _US, 120),
    ("dynamodb-query", "dynamodb Query, 100 items", _MS, 1.8),
    ("sqs-send", "sqs SendMessage", _US, 120),
    ("sts-who", "sts GetCallerIdentity", _US, 120),
    ("ec2-describe", "ec2 DescribeInstances, 1000 instances", _MS, 150),
)


def _figures() -> list[Figure]:
    rows = [
        Figure("import", "import", ("import",), "cpu", *_MS, 35),
        Figure("modules", "import, modules", ("import",), "modules", "", 1),
    ]
    for service in ("sts", "s3", "dynamodb", "ec2"):
        client = ("client", service)
        rows += [
            Figure(f"first-{service}", f"session and first client, {service}", client, "first", *_MS, 3),
            Figure(f"cold-{service}", f"import, session and first client, {service}", client, "cold", *_MS),
            Figure(f"warm-{service}", f"next client, {service}", client, "warm", *_MS, 0.05),
            Figure(f"session-{service}", f"second session and client, {service}", client, "session", *_MS, 0.1),
            Figure(
                f"memory-{service}", f"private memory of a first client, {service}", client, "memory", "MiB", 1, 0.5
            ),
            Figure(
                f"whole-{service}", f"private memory of import and first client, {service}", client, "whole", "MiB", 1
            ),
        ]
    rows += [
        Figure("fleet-memory", "16 spawned processes of 5 clients, PSS", ("fleet",), "memory", "MiB", 1, 190),
        Figure("fleet-cpu", "16 spawned processes of 5 clients, CPU", ("fleet",), "cpu", "s", 1, 2),
        *_scale_figures(),
        Figure("sign", "SigV4 header", ("sign",), "cpu", *_US, 15),
        Figure("presign", "presigned URL, whole call", ("presign",), "cpu", *_US, 30, _SCALE),
    ]
    rows += [Figure(name, title, ("call", name), "cpu", *unit, goal) for name, title, unit, goal in _CALLS]
    rows += [
        Figure(f"local-{name}", f"{title}, without transport", ("local", name), "cpu", *unit)
        for name, title, unit, _ in _CALLS
    ]
    return rows


def _scale_figures() -> list[Figure]:
    """Many of something."""
    preload, sessions, events, rate = ("preload",), ("sessions",), ("events",), ("rate",)
    return [
        Figure(
            "preload-memory",
            "forked child of a warm parent, 4 services, USS",
            preload,
            "memory",
            "MiB",
            1,
            None,
            _SCALE,
        ),
        Figure("preload-cpu", "the same, CPU of its first 4 calls", preload, "cpu", *_MS, None, _SCALE),
        Figure("sessions-memory", "500 sessions with a client each", sessions, "memory", "MiB", 1, 1, _SCALE),
        Figure("sessions-cpu", "the same, CPU of each", sessions, "cpu", *_MS, 0.1, _SCALE),
        Figure("sessions-garbage", "the same, objects in cycles of each", sessions, "garbage", "", 1, 0, _SCALE),
        Figure("threads", "32 threads make 3 clients each from one session", ("threads",), "cpu", *_MS, 20, _SCALE),
        Figure("rate-1", "small calls per second, 1 thread", rate, "alone", "", 1, None, _SCALE),
        Figure("rate-8", "small calls per second, 8 threads", rate, "together", "", 1, None, _SCALE),
        Figure("emit-0", "emit to no handler", events, "emit-0", *_US, 0.15, _SCALE),
        Figure("emit-1", "emit to 1 handler", events, "emit-1", *_US, 0.6, _SCALE),
        Figure("emit-10", "emit to 10 handlers", events, "emit-10", *_US, 3, _SCALE),
        Figure("isolate", "isolate the events of a client", events, "isolate", *_US, 5, _SCALE),
    ]


def run_bench(
    runs: int = 5,
    only: Sequence[str] | None = None,
    write: Path | None = None,
    peers: bool = False,
    picture: Path | None = None,
) -> int:
    """Print the table, and write and draw it if asked to; never fails for a slow machine.

    ``peers`` adds columns of other SDKs, for the figures that they have.
    """
    if picture is not None and not can_plot():
        print("sotalia bench: --plot needs matplotlib: pip install 'sotalia[plots]'", file=sys.stderr)
        return 2
    figures = [figure for figure in _figures() if not only or figure.name in only or figure.arguments[-1] in only]
    if not figures:
        print("no such figure; there are:", ", ".join(figure.name for figure in _figures()))
        return 2
    cache = peer_cache()
    pythons = {"sotalia": sys.executable, "boto3": peer_python(cache), **(peer_pythons(cache) if peers else {})}
    with _home() as home, running([sys.executable, "-m", "sotalia.ops.bench_server"]) as server:
        assert server.stdout is not None
        url = f"http://127.0.0.1:{server.stdout.readline().strip()}"
        measured: dict[tuple[str, ...], dict[str, list[dict[str, float]]]] = {}
        for arguments, worker in {figure.arguments: figure.worker for figure in figures}.items():
            found: dict[str, list[dict[str, float]]] = {name: [] for name in pythons}
            for number in range(runs + 1):  # the first of each warms the page cache and is not counted
                for name, python in pythons.items():
                    if name in PEERS and arguments not in PEERS[name].figures:
                        continue
                    path = str(Path(__file__).with_name(_PEER if name in PEERS else worker))
                    result = _measure([python, path, name, *arguments], url, home)
                    if number:
                        found[name].append(result)
                        if result.get("uncompiled"):
                            print(
                                f"{name}: {result['uncompiled']:.0f} modules without cached bytecode", file=sys.stderr
                            )
            measured[arguments] = found
            print(".", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    rows = _rows(figures, measured)
    lines = _table(figures, rows, list(pythons))
    print("\n".join(lines))
    if write is not None:
        write_calls(write, _document(lines, runs))
    if picture is not None:
        costs = [row for figure, row in zip(figures, rows, strict=True) if figure.unit]
        plot(costs, list(pythons), picture)
    return 0


@contextmanager
def _home() -> Iterator[str]:
    """Give a home folder with a usual configuration, which has not just been written."""
    with TemporaryDirectory() as folder:
        config = Path(folder, ".aws", "config")
        config.parent.mkdir()
        config.write_text("[default]\nregion = us-east-1\noutput = json\n")
        os.utime(config, (1, 1))
        yield folder


def _measure(command: list[str], url: str, home: str) -> dict[str, float]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    environ = {**clean, "BENCH_URL": url, "HOME": home, "AWS_EC2_METADATA_DISABLED": "true"}
    environ.pop("PYTHONDONTWRITEBYTECODE", None)  # a process of a fleet finds its modules compiled
    done = subprocess.run(command, env=environ, capture_output=True, text=True, timeout=300, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command[1:])} failed:\n{done.stderr}")
    result: dict[str, float] = json.loads(done.stdout)
    return result


def _rows(figures: Sequence[Figure], measured: dict[tuple[str, ...], dict[str, list[dict[str, float]]]]) -> list[Row]:
    rows = []
    for figure in figures:
        found = measured[figure.arguments]
        costs = {name: _median(results, figure.field) * figure.scale for name, results in found.items() if results}
        rows.append(Row(figure.title, costs, figure.goal))
    return rows


def _table(figures: Sequence[Figure], rows: Sequence[Row], names: Sequence[str]) -> list[str]:
    lines = [f"| figure | {' | '.join(names)} | ratio | goal |", f"|---{'|---:' * len(names)}|---:|---:|"]
    for figure, row in zip(figures, rows, strict=True):
        ours, theirs = row.costs["sotalia"], row.costs["boto3"]
        ratio = f"{theirs / ours:.1f}" if ours > 0 else "-"
        unit = f" {figure.unit}" if figure.unit else ""
        cells = [f"{_number(row.costs[name])}{unit}" if name in row.costs else "" for name in names]
        goal = "" if figure.goal is None else f"{figure.goal}{unit}"
        lines.append(f"| {figure.title} | {' | '.join(cells)} | {ratio} | {goal} |")
    return lines


def _median(results: Sequence[dict[str, float]], field: str) -> float:
    return statistics.median(result[field] for result in results)


def _number(value: float) -> str:
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def _document(lines: Sequence[str], runs: int) -> list[str]:
    return [
        "# Benchmarks",
        "",
        "Printed by `make bench` (`sotalia bench --write docs/benchmarks.md`): medians of CPU time of "
        f"{runs} fresh processes of each, in turn, after one that is not counted, against a local server with fixed "
        "answers. The ratio is boto3's cost divided by sotalia's.",
        "",
        machine(),
        "",
        *lines,
        "",
        *_NOTES,
    ]


_NOTES = (
    "How to read it:",
    "",
    "- *import* is what a program pays that imports the package and touches `client` and `Session`, above the bare "
    "interpreter; all modules come from cached bytecode. *first client* comes after the import, in the same process; "
    "the line below it is the sum of both.",
    "- *private memory* is what a process shares with no other and with no file (`Private_Dirty` of "
    "`/proc/self/smaps_rollup`). The 16 processes of the fleet are measured as PSS, everything included, while all of "
    "them live: each has clients of sts, s3, dynamodb, sqs and ec2. Their CPU time includes the interpreter's start.",
    "- *without transport*: a `before-send` handler answers in both SDKs, so that everything but the network is done. "
    "The difference to the line with a transport is the request's way through `components/http1/` and the kernel.",
    "- The goals are what the project aims at on a machine like this one.",
    "- Columns beside boto3 (`--peers`) are there for what an SDK can do; their CPU time is that of the whole process, "
    "so that threads of their own count. aiobotocore makes one call after the other too.",
)
