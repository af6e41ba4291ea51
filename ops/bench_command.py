"""``sotalia bench``: the table, sections of the document, or all of it in one run."""

import argparse
import sys
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Final

__all__ = ["run_bench_command"]

_DOCUMENT: Final = Path("docs", "benchmarks.md")
_LARGE_RUNS: Final = 3
_Section = Callable[[int, Path | None], int]


def run_bench_command(options: argparse.Namespace) -> int:
    """Measure what is asked for; 0, 1 if something that was measured is wrong, 2 if it cannot be measured."""
    write: Path | None = options.write
    picture: Path | None = options.plot
    if options.all:
        if options.only:
            return _refuse("--all measures everything, --only does not go with it")
        write = write or _DOCUMENT
        picture = picture or write.with_suffix(".svg")
    for path in (write, picture):
        if path is not None and not path.parent.is_dir():
            return _refuse(f"there is no folder {path.parent} to write {path.name} to")
    named = [name for name in _SECTIONS if getattr(options, name) or (options.all and name in _ALWAYS)]
    worst = 0
    if options.all or not named:
        from .bench import run_bench

        with_peers = options.peers or options.all
        worst = _timed("the table", lambda: run_bench(options.runs, options.only, write, with_peers, picture))
        if worst == 2:
            return worst
    for name in named:
        section, runs = _SECTIONS[name], min(options.runs, _LARGE_RUNS) if options.all else options.runs
        worst = max(worst, _timed(name, partial(section, runs, write)))
    return worst


def _refuse(reason: str) -> int:
    print(f"sotalia bench: {reason}", file=sys.stderr)
    return 2


def _timed(name: str, action: Callable[[], int]) -> int:
    print(f"measuring {name}", file=sys.stderr, flush=True)
    start = time.monotonic()
    status = action()
    print(f"{name}: {time.monotonic() - start:.0f} s", file=sys.stderr, flush=True)
    return status


def _signing(runs: int, write: Path | None) -> int:
    from .bench_signing import run_signing_bench

    return run_signing_bench(runs, write)


def _codecs(runs: int, write: Path | None) -> int:
    from .bench_codecs import run_codec_bench

    return run_codec_bench(runs, write)


def _instructions(_: int, write: Path | None) -> int:
    from .bench_instructions import run_instructions

    return run_instructions(write)


def _integrity(runs: int, write: Path | None) -> int:
    from .bench_integrity import run_integrity_bench

    return run_integrity_bench(runs, write)


def _transfers(runs: int, write: Path | None) -> int:
    from .bench_transfers import run_transfers

    return run_transfers(runs, write)


_SECTIONS: Final[Mapping[str, _Section]] = {
    "signing": _signing,
    "codecs": _codecs,
    "instructions": _instructions,
    "integrity": _integrity,
    "transfers": _transfers,
}
_ALWAYS: Final = ("signing", "codecs", "instructions")
