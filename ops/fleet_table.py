"""The fleet's numbers beside boto3 and msal-extensions, all measured in one run: ``sotalia fleet --compare``.

Each SDK is measured in processes of its own, the others in environments of
their own. What one cannot do at all is ``-`` in the table.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from .crashes import PEERS, crash
from .fleet_compare import burst
from .fleet_worlds import PROVIDERS
from .processes import peer_cache, peer_python
from .stampede import stampede
from .waiters import measure_waits

__all__ = ["compare", "table"]

Row = tuple[str, Mapping[str, str]]

_WORKER: Final = str(Path(__file__).with_name("peer_worker.py"))
_WAITERS: Final = 256


def compare(
    processes: Sequence[int], *, kills: int = 200, providers: Sequence[str] = tuple(PROVIDERS), waiters: int = _WAITERS
) -> Iterator[Row]:
    """Measure one number after the other, and give what each SDK came to."""
    pythons = {"sotalia": sys.executable}
    pythons |= {name: peer_python(peer_cache(), name, version) for name, version in PEERS.items()}
    both = ("sotalia", "boto3")
    for count in processes:
        for provider in providers:
            cells = {sdk: str(burst(sdk, provider, count, python=pythons[sdk])) for sdk in both}
            yield f"fetches of {count} forked processes that start together, `{provider}`", cells
        found = {sdk: stampede(sdk, "fork", count, python=pythons[sdk]) for sdk in both}
        yield (
            "the same, IMDS allows 20 requests a second: have credentials, requests (refused)",
            {
                sdk: f"{one.with_credentials} of {count}, {one.imds_requests} ({one.imds_refused})"
                for sdk, one in found.items()
            },
        )
    waits = measure_waits(waiters)
    yield (
        f"{waits.waited} of {waiters} waiters have the published set after (p50 / p99)",
        {"sotalia": f"{waits.p50 * 1e3:.0f} / {waits.p99 * 1e3:.0f} ms"},
    )
    yield from _of_workers(pythons)
    crashes = {sdk: crash(sdk, kills if sdk == "sotalia" else kills // 10, python=pythons[sdk]) for sdk in pythons}
    for text, name in (
        ("kills at any moment, after which the entry was unreadable", "unreadable"),
        ("... the next writer failed, or still waited after 10 s", "stuck"),
        ("... a secret lay there in the clear", "clear"),
    ):
        yield text, {sdk: f"{one[name]} of {one['kills']}" for sdk, one in crashes.items()}


def _of_workers(pythons: Mapping[str, str]) -> Iterator[Row]:
    rows: tuple[tuple[str, str, Callable[[dict[str, Any]], str], tuple[str, ...]], ...] = (
        (
            "one lock, 8 processes that hold it for 10 ms each: the last had its turn after",
            "queue",
            lambda told: f"{told['last']:.2f} s",
            ("sotalia", "msal-extensions"),
        ),
        (
            "`get_frozen_credentials` of a good set (p50 / p99)",
            "calls",
            lambda told: f"{told['p50']:.2f} / {told['p99']:.2f} µs",
            ("sotalia", "boto3"),
        ),
        (
            "forked while a thread refreshes: children that get credentials within 3 s",
            "forks",
            lambda told: f"{told['good']} of {told['forks']}",
            ("sotalia", "boto3"),
        ),
        (
            "pickle: session, client, credentials",
            "pickles",
            lambda told: ", ".join(told.values()),
            ("sotalia", "boto3"),
        ),
        (
            "no IMDS: seconds that each of three processes takes, one after the other, imports and all",
            "missing",
            lambda told: ", ".join(f"{seconds:.1f}" for seconds in told["took"]),
            ("sotalia", "boto3"),
        ),
        (
            "private memory with a client of S3; each further session and client",
            "memory",
            lambda told: f"{told['first']:.1f} MiB; {told['each']:.2f} MiB",
            ("sotalia", "boto3"),
        ),
    )
    for text, task, show, sdks in rows:
        yield text, {sdk: show(_ask(pythons[sdk], sdk, task)) for sdk in sdks}


def _ask(python: str, sdk: str, task: str) -> dict[str, Any]:
    own = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "SOTALIA_C"))}
    own["PYTHONWARNINGS"] = "ignore"
    done = subprocess.run(
        [python, _WORKER, sdk, task], env=own, stdout=subprocess.PIPE, text=True, check=True, timeout=200
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def table(rows: Sequence[Row]) -> Iterator[str]:
    """Write the rows as Markdown."""
    sdks = ("sotalia", *PEERS)
    heads = [f"{sdk} {PEERS.get(sdk, '')}".strip() for sdk in sdks]
    yield f"| | {' | '.join(heads)} |"
    yield f"|---|{'---|' * len(sdks)}"
    for text, cells in rows:
        yield f"| {text} | {' | '.join(cells.get(sdk, '-') for sdk in sdks)} |"
