"""Writers of the credential cache killed at every step and at any moment, and the same done to other caches.

``sotalia crashes`` prints what 1000 killed writers left behind, and how long the
next one took; with ``--compare`` also for boto3's file cache and for the one of
msal-extensions, in environments of their own.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from .processes import peer_cache, peer_python

__all__ = ["PEERS", "crash", "main", "table"]

PEERS: Final = {"boto3": "1.44.5", "msal-extensions": "1.3.1"}

_ROWS: Final = (
    ("writers killed", "kills"),
    ("entry unreadable after the kill", "unreadable"),
    ("entry unreadable after the next write", "unreadable afterwards"),
    ("next writer failed, or still waited after 10 s", "stuck"),
    ("kills that left a file behind", "orphans"),
    ("of these, swept by the next writer", "swept"),
    ("most files left behind at once", "most"),
    ("kills after which a secret lay there in the clear", "clear"),
)


def crash(sdk: str, kills: int, *, at_steps: bool = False, python: str | None = None) -> dict[str, Any]:
    """Kill so many writers; with ``at_steps`` every other one at a step of its write, each in its turn."""
    worker = str(Path(__file__).with_name("crash_worker.py"))
    command = [python or sys.executable, worker, "--sdk", sdk, "--kills", str(kills)]
    done = subprocess.run(
        [*command, *(["--at-steps"] if at_steps else [])], stdout=subprocess.PIPE, text=True, check=True
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def table(results: Sequence[dict[str, Any]]) -> list[str]:
    """Write the results as Markdown."""
    heads = [f"{result['sdk']} {PEERS.get(result['sdk'], '')}".strip() for result in results]
    lines = [f"| | {' | '.join(heads)} |", f"|---|{'---:|' * len(heads)}"]
    lines += [f"| {text} | {' | '.join(str(result[key]) for result in results)} |" for text, key in _ROWS]
    times = [
        f"{result['p50'] * 1e3:.0f} / {result['p99'] * 1e3:.0f} / {result['worst'] * 1e3:.0f}" for result in results
    ]
    return [*lines, f"| the next writer was done after ms (p50 / p99 / most) | {' | '.join(times)} |"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Kill, and print; status 0 if nothing of sotalia's was torn, stuck or in the clear."""
    parser = argparse.ArgumentParser(prog="sotalia crashes", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--compare", action="store_true", help="kill writers of the other caches, too")
    given = parser.parse_args(arguments)
    own = crash("sotalia", given.kills, at_steps=True)
    steps = {name: times for name, times in own["at"].items() if name != "any moment"}
    print(f"sotalia: {sum(steps.values())} kills at {len(steps)} steps, {own['at'].get('any moment', 0)} at any moment")
    results = [own]
    if given.compare:
        folder = peer_cache()
        for name, version in PEERS.items():
            python = peer_python(folder, name, version)
            results.append(crash(name, max(1, given.kills // 10), python=python))
    print("\n".join(table(results)))
    torn = ("unreadable", "unreadable afterwards", "stuck", "clear")
    good = not any(own[name] for name in torn) and own["most"] <= 1 and own["swept"] == own["orphans"]
    return 0 if good else 1


if __name__ == "__main__":
    raise SystemExit(main())
