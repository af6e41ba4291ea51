"""Measuring: every SDK in fresh processes, one after the other, under the same circumstances."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from .bench_awake import awake
from .bench_figures import Figure
from .bench_peers import PEERS
from .processes import running

__all__ = ["ALIKE", "Measured", "measure", "numbers"]

Measured = Mapping[tuple[str, ...], Mapping[str, Sequence[Mapping[str, float]]]]
"""By the arguments of a worker and the name of an SDK: what each process printed, in the order of the runs."""

ALIKE: Final[Mapping[str, str]] = {
    "AWS_RETRY_MODE": "standard",
    "AWS_MAX_ATTEMPTS": "3",
    "AWS_REQUEST_CHECKSUM_CALCULATION": "when_supported",
    "AWS_RESPONSE_CHECKSUM_VALIDATION": "when_supported",
    "AWS_EC2_METADATA_DISABLED": "true",
}
"""Settings that are said, so that SDKs with other defaults send the same requests."""

_WORKER_OF_PEERS: Final = "bench_peer_worker.py"


def measure(figures: Sequence[Figure], pythons: Mapping[str, str], runs: int) -> Measured:
    """Run every worker that the figures need ``runs`` times with each SDK that has the figure.

    The SDKs take turns, and each run begins with another one. A run before
    them warms the page cache and is not counted. Raises ``RuntimeError`` for a
    worker of sotalia's or boto3's that fails; another SDK goes without the figure.
    """
    measured: dict[tuple[str, ...], dict[str, list[dict[str, float]]]] = {}
    folder = Path(__file__).parent
    os.sync()  # pages of files that were just installed would count as the process's own
    with _home() as home, awake(), running([sys.executable, "-m", "sotalia.ops.bench_server"]) as server:
        assert server.stdout is not None
        environ = _environment(f"http://127.0.0.1:{server.stdout.readline().strip()}", home)
        for arguments, worker in {figure.arguments: figure.worker for figure in figures}.items():
            names = [name for name in pythons if name not in PEERS or arguments in PEERS[name].figures]
            found: dict[str, list[dict[str, float]]] = {name: [] for name in names}
            for number in range(runs + 1):
                for name in _turn(list(found), number):
                    path = str(folder / (_WORKER_OF_PEERS if name in PEERS else worker))
                    try:
                        result = _run([pythons[name], path, name, *arguments], environ)
                    except RuntimeError as problem:
                        if name not in PEERS:
                            raise
                        print(f"{name} goes without {' '.join(arguments)}: {problem}", file=sys.stderr)
                        del found[name]
                        continue
                    if number:
                        found[name].append(result)
                        _complain(name, result)
            measured[arguments] = found
            print(".", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return measured


def numbers(figure: Figure, measured: Measured) -> dict[str, list[float]]:
    """Return what was measured of a figure, in its unit, by the name of the SDK."""
    return {
        name: [result[figure.field] * figure.scale for result in results]
        for name, results in measured[figure.arguments].items()
    }


def _turn(names: Sequence[str], number: int) -> list[str]:
    start = number % len(names)
    return [*names[start:], *names[:start]]


@contextmanager
def _home() -> Iterator[str]:
    """Give a home folder with a usual configuration, which has not just been written."""
    with TemporaryDirectory() as folder:
        config = Path(folder, ".aws", "config")
        config.parent.mkdir()
        config.write_text("[default]\nregion = us-east-1\noutput = json\n")
        os.utime(config, (1, 1))
        yield folder


def _environment(url: str, home: str) -> dict[str, str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    clean.pop("PYTHONDONTWRITEBYTECODE", None)  # a process of a fleet finds its modules compiled
    return {**clean, **ALIKE, "BENCH_URL": url, "HOME": home}


def _run(command: Sequence[str], environ: Mapping[str, str]) -> dict[str, float]:
    try:
        done = subprocess.run(command, env=environ, capture_output=True, text=True, timeout=300, check=False)
    except subprocess.TimeoutExpired as problem:
        raise RuntimeError(f"{' '.join(command[1:])} takes more than 300 s") from problem
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command[1:])} failed:\n{done.stderr}")
    result: dict[str, float] = json.loads(done.stdout)
    return result


def _complain(name: str, result: Mapping[str, float]) -> None:
    if result.get("uncompiled"):
        print(f"{name}: {result['uncompiled']:.0f} modules without cached bytecode", file=sys.stderr)
