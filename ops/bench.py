"""``sotalia bench``: sotalia and boto3 side by side, in alternating fresh processes; medians of CPU time."""

import json
import os
import platform
import statistics
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from .processes import peer_python, running

__all__ = ["run_bench"]


class Figure(NamedTuple):
    """A row of the table: what is measured, by which call of the worker, and how it is shown."""

    name: str
    title: str
    arguments: tuple[str, ...]
    field: str
    unit: str
    scale: float


def _figures() -> list[Figure]:
    rows = [
        Figure("import", "import", ("import",), "cpu", "ms", 1e3),
        Figure("modules", "import, modules", ("import",), "modules", "", 1),
    ]
    for service in ("sts", "s3", "dynamodb", "ec2"):
        client = ("client", service)
        rows += [
            Figure(f"first-{service}", f"session and first client, {service}", client, "first", "ms", 1e3),
            Figure(f"warm-{service}", f"next client, {service}", client, "warm", "ms", 1e3),
            Figure(f"session-{service}", f"second session and client, {service}", client, "session", "ms", 1e3),
            Figure(f"memory-{service}", f"private memory of a first client, {service}", client, "memory", "MiB", 1),
        ]
    rows.append(Figure("sign", "SigV4 header", ("sign",), "cpu", "µs", 1e6))
    for name, title, unit, scale in (
        ("s3-get", "s3 GetObject, 1 KiB", "µs", 1e6),
        ("s3-put", "s3 PutObject, 1 KiB", "µs", 1e6),
        ("s3-list", "s3 ListObjectsV2, 1000 keys", "ms", 1e3),
        ("dynamodb-get", "dynamodb GetItem", "µs", 1e6),
        ("dynamodb-query", "dynamodb Query, 100 items", "ms", 1e3),
        ("sqs-send", "sqs SendMessage", "µs", 1e6),
        ("sts-who", "sts GetCallerIdentity", "µs", 1e6),
        ("ec2-describe", "ec2 DescribeInstances, 1000 instances", "ms", 1e3),
    ):
        rows.append(Figure(name, title, ("call", name), "cpu", unit, scale))
    return rows


def run_bench(runs: int = 5, only: Sequence[str] | None = None, write: Path | None = None) -> int:
    """Print the table, and write it as Markdown if asked to; never fails for a slow machine."""
    figures = [figure for figure in _figures() if not only or figure.name in only or figure.arguments[-1] in only]
    if not figures:
        print("no such figure; there are:", ", ".join(figure.name for figure in _figures()))
        return 2
    worker = str(Path(__file__).with_name("bench_worker.py"))
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "sotalia"
    pythons = {"sotalia": sys.executable, "boto3": peer_python(cache)}
    with running([sys.executable, "-m", "sotalia.ops.bench_server"]) as server:
        assert server.stdout is not None
        url = f"http://127.0.0.1:{server.stdout.readline().strip()}"
        measured: dict[tuple[str, ...], dict[str, list[dict[str, float]]]] = {}
        for arguments in dict.fromkeys(figure.arguments for figure in figures):
            found: dict[str, list[dict[str, float]]] = {name: [] for name in pythons}
            for number in range(runs + 1):  # the first of each warms the page cache and is not counted
                for name, python in pythons.items():
                    result = _measure([python, worker, name, *arguments], url)
                    if number:
                        found[name].append(result)
            measured[arguments] = found
            print(".", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    lines = _table(figures, measured)
    print("\n".join(lines))
    if write is not None:
        write.write_text("\n".join(_document(lines, runs)) + "\n")
    return 0


def _measure(command: list[str], url: str) -> dict[str, float]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    environ = {**clean, "BENCH_URL": url, "AWS_CONFIG_FILE": os.devnull, "AWS_EC2_METADATA_DISABLED": "true"}
    environ.pop("PYTHONDONTWRITEBYTECODE", None)
    done = subprocess.run(command, env=environ, capture_output=True, text=True, timeout=300, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command[1:])} failed:\n{done.stderr}")
    result: dict[str, float] = json.loads(done.stdout)
    return result


def _table(figures: Sequence[Figure], measured: dict[tuple[str, ...], dict[str, list[dict[str, float]]]]) -> list[str]:
    lines = ["| figure | sotalia | boto3 | ratio |", "|---|---:|---:|---:|"]
    for figure in figures:
        found = measured[figure.arguments]
        ours, theirs = (_median(found[name], figure.field) for name in ("sotalia", "boto3"))
        ratio = f"{theirs / ours:.1f}" if ours > 0 else "-"
        unit = f" {figure.unit}" if figure.unit else ""
        cells = [f"{_number(value * figure.scale)}{unit}" for value in (ours, theirs)]
        lines.append(f"| {figure.title} | {' | '.join(cells)} | {ratio} |")
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
        f"Machine: {os.cpu_count()} cores, {platform.machine()}, CPython {platform.python_version()}; boto3 1.44.5.",
        "",
        *lines,
    ]
