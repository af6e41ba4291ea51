"""``sotalia bench --signing``: what the signature of a header costs, beside botocore's signer and awscrt's."""

import json
import statistics
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from .bench_document import machine, write_section
from .bench_peers import peer_pythons
from .processes import peer_cache, peer_python

__all__ = ["run_signing_bench"]

_SIGNERS = {"sotalia": "sotalia", "botocore": "botocore, in Python", "awscrt": "awscrt, through Python"}


def run_signing_bench(runs: int = 5, write: Path | None = None) -> int:
    """Print the table, and write it as a section if asked to: medians over fresh processes of each, in turn."""
    cache = peer_cache()
    pythons = {"sotalia": sys.executable, "botocore": peer_python(cache)}
    pythons["awscrt"] = peer_pythons(cache, names=["awscrt"])[0].get("awscrt", sys.executable)
    worker = str(Path(__file__).with_name("bench_signing_worker.py"))
    found: dict[str, list[float]] = {name: [] for name in pythons}
    for _ in range(runs):
        for name, python in pythons.items():
            done = subprocess.run([python, worker, name], stdout=subprocess.PIPE, text=True, timeout=300, check=True)
            measured = json.loads(done.stdout)
            if measured is not None:
                found[name].append(measured["cpu"])
    lines = ["## Signing", "", *_table(runs, found)]
    print("\n".join(lines))
    if write is not None:
        write_section(write, lines)
    return 0


def _table(runs: int, found: dict[str, list[float]]) -> Iterator[str]:
    yield (
        f"Printed by `sotalia bench --signing`: medians of {runs} fresh processes of each, in turn; in each the least "
        "CPU time of 7 rounds of 1,500 requests, all the same and each a new object."
    )
    yield ""
    yield machine()
    yield ""
    yield "| SigV4 header | CPU | in relation to sotalia |"
    yield "|---|---:|---:|"
    ours = statistics.median(found["sotalia"])
    for name, title in _SIGNERS.items():
        if not found[name]:
            yield f"| {title} | not installed | |"
            continue
        cost = statistics.median(found[name])
        yield f"| {title} | {cost * 1e6:.1f} µs | {cost / ours:.1f} |"
