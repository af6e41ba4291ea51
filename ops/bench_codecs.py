"""``sotalia bench --codecs``: what reading and writing messages costs, without a network, beside botocore.

Each figure is the median over fresh processes of both SDKs, in turn. Requests
and results of both are compared; one that differs is marked, and fails the
command.
"""

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from .bench_document import machine, write_section
from .processes import peer_cache, peer_python

__all__ = ["run_codec_bench"]

_FIRST = (
    "in ec2 DescribeInstances, 100 ids, 2 filters",
    "out ec2 DescribeInstances, 1 instance",
    "in ec2 RunInstances",
    "in s3 PutObject",
    "out s3 PutObject",
    "out s3 ListObjectsV2, 1 key",
    "in dynamodb PutItem",
    "out dynamodb GetItem",
)
_LARGE = ("ec2 DescribeInstances", "dynamodb Query")
_GOALS = {
    "out s3 ListObjectsV2, 1000 keys": 10e-3,
    "out dynamodb Query, 100 items": 1.8e-3,
    "out ec2 DescribeInstances, 1000 instances": 150e-3,
}

_Found = dict[str, list[dict[str, Any]]]


def run_codec_bench(runs: int = 5, write: Path | None = None) -> int:
    """Print the tables, and write them into a Markdown file if asked to; 1 if the two SDKs disagree on a message."""
    worker = str(Path(__file__).with_name("bench_codec_worker.py"))
    cache = peer_cache()
    pythons = {"sotalia": sys.executable, "boto3": peer_python(cache)}

    def measure(count: int, *arguments: str) -> _Found:
        found: _Found = {name: [] for name in pythons}
        for _ in range(count):
            for name, python in pythons.items():
                found[name].append(_run([python, worker, name, *arguments]))
        print(".", end="", file=sys.stderr, flush=True)
        return found

    measure(1, "first", _FIRST[0])  # warms the page cache
    speed = measure(runs, "speed")
    first = {case: measure(runs, "first", case) for case in _FIRST}
    memory = {case: measure(1, "memory", case) for case in _LARGE}
    print(file=sys.stderr)
    different = _different(speed)
    lines = _section(runs, speed, first, memory)
    print("\n".join(lines))
    for case in different:
        print(f"the two SDKs disagree: {case}", file=sys.stderr)
    if write is not None:
        write_section(write, lines)
    return 1 if different else 0


def _run(command: Sequence[str]) -> dict[str, Any]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    environ = {**clean, "AWS_EC2_METADATA_DISABLED": "true"}
    environ.pop("PYTHONDONTWRITEBYTECODE", None)
    done = subprocess.run(command, env=environ, capture_output=True, text=True, timeout=600, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command[1:])} failed:\n{done.stderr}")
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def _different(speed: _Found) -> list[str]:
    ours, theirs = speed["sotalia"][0], speed["boto3"][0]
    return [case for case, figure in ours.items() if figure["digest"] != theirs[case]["digest"]]


def _section(runs: int, speed: _Found, first: dict[str, _Found], memory: dict[str, _Found]) -> list[str]:
    return [
        "## Codecs",
        "",
        "Printed by `sotalia bench --codecs` (`--write docs/benchmarks.md` replaces this section): medians of CPU "
        f"time of {runs} fresh processes of each SDK, in turn, without a network. {machine()}",
        "",
        "From the bytes of an answer to the result of a call; the floor is the bare decoder, which knows no model: "
        "expat with handlers that do nothing, or msgspec.",
        "",
        "| answer | sotalia | botocore | ratio | floor | goal |",
        "|---|---:|---:|---:|---:|---:|",
        *_rows(speed, "out "),
        "",
        "From parameters to a request, validation included:",
        "",
        "| request | sotalia | botocore | ratio |",
        "|---|---:|---:|---:|",
        *_rows(speed, "in "),
        "",
        "The first call of an operation in a process that has its client already: what is compiled and imported.",
        "",
        "| first call | sotalia | botocore | ratio |",
        "|---|---:|---:|---:|",
        *[_first_row(case, found) for case, found in first.items()],
        "",
        "By how much a process grows at most while it reads a large answer:",
        "",
        "| answer | body | sotalia | botocore |",
        "|---|---:|---:|---:|",
        *[_memory_row(case, found) for case, found in memory.items()],
        "",
        *_NOTES,
    ]


def _rows(speed: _Found, direction: str) -> list[str]:
    rows = []
    for case in speed["sotalia"][0]:
        if not case.startswith(direction):
            continue
        ours, theirs = ([run[case] for run in speed[name]] for name in ("sotalia", "boto3"))
        row = _row(case, _median(ours, "cpu"), _median(theirs, "cpu"))
        if direction == "out ":
            floor = _time(_median(ours, "floor")) if "floor" in ours[0] else ""
            goal = _time(_GOALS[case]) if case in _GOALS else ""
            row += f" {floor} | {goal} |"
        rows.append(row)
    return rows


def _row(case: str, ours: float, theirs: float) -> str:
    return f"| {case.partition(' ')[2]} | {_time(ours)} | {_time(theirs)} | {theirs / ours:.1f} |"


def _first_row(case: str, found: _Found) -> str:
    direction, _, title = case.partition(" ")
    way = "request" if direction == "in" else "answer"
    return _row(f"{direction} {title}, {way}", *(_median(found[name], "cpu") for name in ("sotalia", "boto3")))


def _memory_row(case: str, found: _Found) -> str:
    ours, theirs = found["sotalia"][0], found["boto3"][0]
    return f"| {case} | {ours['size'] / 1e6:.1f} MB | {ours['peak']:.0f} MiB | {theirs['peak']:.0f} MiB |"


def _median(results: Sequence[dict[str, Any]], field: str) -> float:
    return float(statistics.median(result[field] for result in results))


def _time(seconds: float) -> str:
    value, unit = (seconds * 1e3, "ms") if seconds >= 1e-3 else (seconds * 1e6, "µs")
    return f"{value:.0f} {unit}" if value >= 100 else f"{value:.1f} {unit}" if value >= 10 else f"{value:.2f} {unit}"


_NOTES = (
    "How to read it, and where the time goes (measured once, when this was written):",
    "",
    "- A figure is the least of five rounds in each process, and the median over processes. JSON is read as a process "
    "reads it after its first megabyte, and an operation after its first 32 KB: by msgspec, which then knows the "
    "operation's shapes. Before that the scanner of the standard library and closures do it, at 1.9 ms for 100 items "
    "and 15 µs for one: importing msgspec costs 20 ms, which a short process does not get back.",
    "- XML: of 115 ms for 1000 instances cutting the text up takes 19, checking that it is plain 5, the garbage "
    "collector 20; the rest is one loop of about half a microsecond for an element: a look at a table, a comparison "
    "with the end tag, a conversion, a place in the result. Documents that are not plain (comments, CDATA, other "
    "encodings) are read by expat, at twice the time.",
    "- JSON answers: nearly all of it is the decoder. What is left is a walk to the timestamps.",
    "- Small answers: a microsecond for the header fields and the metadata, another for the calls between them: that "
    "is all of an answer without members. Of `GetCallerIdentity` expat alone would take what everything takes now.",
    "- Small requests are checked while they are written, in one walk; only bodies in XML are walked twice.",
    "- First calls import the modules of the protocol, 3 to 4 ms; what is compiled for the operation itself is the "
    "rest. botocore has imported its own when the client was made, which took 60 ms.",
    "- JSON requests: 40 % is the encoder of the standard library, which writes the bytes that boto3 writes; "
    "faster ones have other separators.",
    "",
    "Tried, and not kept:",
    "",
    "- expat with better handlers: handlers that do nothing take as long as all of it does now. The tree of "
    "`xml.etree`, made in C, takes 8 and 121 ms for the two large documents before a model is looked at.",
    "- Cutting XML up by a regular expression: 3.9 ms for 1000 keys, against 0.9 ms for `replace` and `split`.",
    "- Types beside the checks of a structure's members, which save calls: no gain (10.3 to 10.2 µs for an item). "
    "Kept for lists of texts, where 100 of them take 3.9 and not 7.1 µs.",
    "- Reading numbers as times in msgspec: it reads texts in their place too, with other rules. Lists of whole "
    "seconds are converted at once (0.08 µs each, against 0.45); one by one its conversion is slower.",
    "- Stopping the garbage collector while a document is read: a sixth of the time, but it stops for all threads.",
)
