"""``sotalia bench``: sotalia and boto3 side by side, in alternating fresh processes; medians of CPU time."""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import mean
from typing import Any

from .bench_document import load, machine, write_calls, write_section
from .bench_figures import FIGURES, Figure, chosen
from .bench_measure import ALIKE, Measured, measure
from .bench_peers import peer_pythons, versions_of
from .bench_plot import can_plot, plot
from .bench_table import as_json, figure_rows, figure_table, goals_told, spread_table
from .processes import peer_cache, peer_python

__all__ = ["run_bench"]


def run_bench(
    runs: int = 5,
    only: Sequence[str] | None = None,
    write: Path | None = None,
    peers: bool = False,
    picture: Path | None = None,
) -> int:
    """Print the table, and write and draw it if asked to; never fails for a slow machine.

    ``peers`` adds columns of other SDKs, for the figures that they have. What is
    written is a document, with pictures if there is ``picture`` (whose name gets
    ``-start`` and ``-calls``), and beside it every run as JSON.
    """
    if picture is not None and not can_plot():
        print("sotalia bench: --plot needs matplotlib: pip install 'sotalia[plots]'", file=sys.stderr)
        return 2
    figures = chosen(only)
    if not figures:
        print("no such figure; there are:", ", ".join(figure.name for figure in FIGURES))
        return 2
    cache = peer_cache()
    others, missing = peer_pythons(cache) if peers else ({}, {})
    pythons = {"sotalia": sys.executable, "boto3": peer_python(cache), **others}
    loads = [load()]
    measured = measure(figures, pythons, runs)
    loads.append(load())
    table = figure_table(figures, measured, list(pythons))
    print("\n".join(table))
    print(goals_told(figures, measured))
    pictures = {} if picture is None else _draw(figures, measured, list(pythons), picture)
    if write is not None:
        versions = {name: versions_of(name, python) for name, python in pythons.items()}
        facts = {"machine": machine(), "versions": versions, "not installed": missing, "runs": runs, "settings": ALIKE}
        told = [machine(mean(loads)), "", *_versions_told(versions, missing), "", goals_told(figures, measured)]
        shown = [f"![{title}]({path.name})" for title, path in pictures.items()]
        beside = write.with_suffix(".json")
        write_calls(write, [*_head(runs, beside), *told, "", *table, "", *shown, "", *_NOTES])
        write_section(write, [*_SPREAD, *spread_table(figures, measured)])
        beside.write_text(as_json(figures, measured, facts))
    return 0


def _draw(figures: Sequence[Figure], measured: Measured, names: Sequence[str], picture: Path) -> dict[str, Path]:
    """Draw a picture for each part that was measured; return the paths by their titles."""
    drawn = {}
    for part, title in (("start", "Start and memory"), ("calls", "Calls")):
        rows = figure_rows([one for one in figures if one.part == part and one.unit], measured)
        if rows:
            drawn[title] = picture.with_stem(f"{picture.stem}-{part}")
            plot(rows, names, drawn[title])
    return drawn


def _versions_told(versions: Mapping[str, Mapping[str, str]], missing: Mapping[str, str]) -> list[str]:
    lines = ["| compared | versions |", "|---|---|"]
    for name, parts in versions.items():
        lines.append(f"| {name} | {', '.join(f'{part} {version}' for part, version in parts.items())} |")
    for name, version in missing.items():
        lines.append(f"| {name} | {version} does not install here, and is left out |")
    return lines


def _head(runs: int, beside: Path) -> list[str]:
    settings = ", ".join(f"`{name}={value}`" for name, value in ALIKE.items())
    return [
        "# Benchmarks",
        "",
        f"Printed by `make bench` (`sotalia bench --all`): medians of CPU time of {runs} fresh processes of each, in "
        "turn, after one that is not counted, against a local server with fixed answers. The ratio is boto3's cost "
        "divided by sotalia's, of the medians; in brackets, where it differs by more than a twentieth, the median of "
        "the ratios of processes that ran next to each other, which says more when the machine was busy. "
        f"Every run is in [{beside.name}]({beside.name}). All have {settings}.",
        "",
    ]


_SPREAD = (
    "## Spread",
    "",
    "Least, median and most of the runs behind the table above, and of the ratios of processes that ran next to each "
    "other.",
    "",
)
_NOTES: Any = (
    "How to read it:",
    "",
    "- *import* is what a program pays that imports the package and touches `client` and `Session`, above the bare "
    "interpreter; all modules come from cached bytecode. *first client* comes after the import, in the same process. "
    "*cold process* is a whole process, from the start of the interpreter to the client.",
    "- The cores are kept awake by processes of the lowest class of the scheduler (`ops/bench_awake.py`): the time in "
    "which an idle virtual CPU comes back is charged to who waited for it, up to half of a small call.",
    "- *first client, 10 services*: every forty-fourth of all services in their order, each in a process of its own.",
    "- *private memory* is what a process shares with no other and with no file (`Private_Dirty` of "
    "`/proc/self/smaps_rollup`); *USS* has `Private_Clean` too: pages of files that nobody else has mapped, "
    "which the processes of a fleet share. The 16 processes are measured as PSS, everything included, while all of "
    "them live: each has clients of sts, s3, dynamodb, sqs and ec2. Their CPU time includes the interpreter's start.",
    "- Calls: the CPU time of the calling process alone, with all its threads; the server has its own. All send to the "
    "same server over connections that are kept, and read the whole answer. "
    "*without transport*: a `before-send` handler answers in both SDKs, so that everything but the network is done. "
    "The difference to the line with a transport is the request's way through `components/http1/` and the kernel.",
    "- *small calls per second* is wall time, of one client in that many threads; the server is one process, on a "
    "core that it shares with the threads where there are only two.",
    "- The goals are what the project aims at on a machine like this one. Where one is missed, "
    "[benchmarks-notes.md](benchmarks-notes.md) says where the time goes and what was tried.",
    "- Columns beside boto3 are there for what an SDK can do; their CPU time is that of the whole process, so that "
    "threads of their own count. aiobotocore makes one call after the other too. minio and obstore know no modes of "
    "retries and no checksums of their own accord.",
)
