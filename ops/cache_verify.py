"""``sotalia cache verify``: does the lock in this folder, on this mount, keep processes apart?

Several processes hold one lock in turns, many times. Whether two held it at once
shows in three ways, all of them in a local folder: a marker file that must not
be there when the lock was got, a counter whose increment is not atomic, and the
times of the holds. ``python -m sotalia.ops.cache_verify`` is one of the processes.
"""

import json
import os
import random
import sys
import tempfile
import time
from contextlib import ExitStack, suppress
from itertools import pairwise
from pathlib import Path
from typing import Any

from ..components.filesystem import filesystem_of, reach_of
from ..components.lock import FileLock
from ..components.private_folder import SharedFolder
from .processes import running

__all__ = ["hold_in_turns", "verify"]

_WAIT = 60.0
_LONGEST_HOLD = 0.002


def verify(location: str, processes: int = 4, holds: int = 100, *, as_json: bool = False) -> int:
    """Print how often two processes held the lock at once; 0 if never, 1 otherwise or if there are no locks."""
    folder = SharedFolder(location)
    found: dict[str, Any] = {"folder": folder.path, "processes": processes, "holds": 0, "overlaps": 0, "problems": []}
    name = f".verify.{os.getpid()}.{os.urandom(6).hex()}.tmp"
    try:
        os.close(folder.open(make=True))
        kind = filesystem_of(folder.path)
        found |= {"filesystem": kind or "unknown", "reach": reach_of(kind)}
        with tempfile.TemporaryDirectory() as records:
            told, found["problems"] = _run(folder.path, name, Path(records), processes, holds)
            counted = int((Path(records) / "counter").read_text() or "0")
        spans = sorted((began, ended) for one in told for began, ended in one["holds"])
        found["holds"] = len(spans)
        by_time = sum(later[0] < earlier[1] for earlier, later in pairwise(spans))
        marked = sum(one["met"] for one in told)
        found["overlaps"] = max(by_time, marked, len(spans) - counted)
    except OSError as error:
        found["problems"] = [error.strerror or type(error).__name__]
    finally:
        with suppress(OSError):
            folder.remove(name)
    proved = not found["overlaps"] and not found["problems"] and found["holds"] == processes * holds
    if as_json:
        print(json.dumps({**found, "exclusive": proved}, indent=2))
    else:
        print(f"{folder.path} is on a file system of type {found.get('filesystem')} ({found.get('reach')})")
        print(f"{processes} processes held the lock {found['holds']} times: {found['overlaps']} overlaps")
        for problem in found["problems"]:
            print(f"a process could not lock: {problem}")
        print(_VERDICTS[proved, found.get("reach") == "network"])
    return 0 if proved else 1


_VERDICTS = {
    (True, False): "Locks exclude here.",
    (True, True): "Locks exclude processes of this host. Other hosts are not part of this proof: the cache is not "
    "shared on a network file system, and each process keeps its own entries.",
    (False, False): "Locks do not exclude here: set credential_cache_location to a local folder.",
    (False, True): "Locks do not exclude here: set credential_cache_location to a local folder.",
}


def _run(location: str, name: str, records: Path, processes: int, holds: int) -> tuple[list[dict[str, Any]], list[str]]:
    """Return what each process told, and what went wrong with those that told nothing."""
    (records / "counter").write_text("0")
    command = [sys.executable, "-m", "sotalia.ops.cache_verify", location, name, str(records), str(holds)]
    told, problems = [], []
    with ExitStack() as stack:
        started = [stack.enter_context(running(command)) for _ in range(processes)]
        for process in started:
            assert process.stdout is not None
            process.stdout.readline()  # it has imported what it needs
        for process in started:
            assert process.stdin is not None
            with suppress(BrokenPipeError):
                process.stdin.write("go\n")
                process.stdin.flush()
        for process in started:
            assert process.stdout is not None
            line = process.stdout.readline()
            one = json.loads(line) if line else {"problem": "it ended at once"}
            if "problem" in one:
                problems.append(str(one["problem"]))
            else:
                told.append(one)
    return told, problems


def hold_in_turns(location: str, name: str, records: str, holds: int) -> dict[str, Any]:
    """Hold the lock so many times; return when, and how often somebody else was met."""
    lock = FileLock(SharedFolder(location), name)
    marker, counter = Path(records, "marker"), Path(records, "counter")
    spans, met = [], 0
    for _ in range(holds):
        if not lock.acquire(_WAIT):
            raise TimeoutError(f"no lock within {_WAIT:g} s")
        began = time.monotonic()
        try:
            os.close(os.open(marker, os.O_CREAT | os.O_EXCL, 0o600))
        except FileExistsError:
            met += 1
        before = int(counter.read_text() or "0")
        time.sleep(random.uniform(0, _LONGEST_HOLD))
        counter.write_text(str(before + 1))
        with suppress(FileNotFoundError):
            marker.unlink()
        spans.append((began, time.monotonic()))
        lock.release()
    return {"holds": spans, "met": met}


def _main(arguments: list[str]) -> int:
    location, name, records, holds = arguments
    FileLock(SharedFolder(location), name).release()
    print("ready", flush=True)
    sys.stdin.readline()
    try:
        told = hold_in_turns(location, name, records, int(holds))
    except OSError as error:
        told = {"problem": error.strerror or str(error) or type(error).__name__}
    print(json.dumps(told), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(_main(sys.argv[1:]))
