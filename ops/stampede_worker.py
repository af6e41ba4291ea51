"""The processes of a stampede: they all ask for credentials in the same moment, with sotalia or with boto3.

A program of its own that imports nothing of the package by a relative name, so
that the Python of another environment can run the file by its path. With
``--start`` it makes the processes itself; with ``--one`` it is one of them and
waits for a line on its standard input. A line of JSON per process goes to its
standard output.
"""

import argparse
import json
import multiprocessing
import sys
import time
from typing import Any

__all__ = ["main"]

_PATIENCE = 150.0


def _session(sdk: str) -> Any:
    if sdk == "sotalia":
        import sotalia

        return sotalia.Session()
    import boto3  # type: ignore[import-not-found,import-untyped,unused-ignore] # the peer, in its own environment

    return boto3.Session()


def _resolve(session: Any) -> dict[str, Any]:
    """Get credentials, and tell whose key they have, or why there are none."""
    began, cpu = time.monotonic(), time.process_time()
    key = error = None
    try:
        credentials = session.get_credentials()
        if credentials is None:
            error = "no credentials"
        else:
            key = credentials.get_frozen_credentials().access_key
    except Exception as raised:
        error = f"{type(raised).__name__}: {raised}"
    return {"key": key, "error": error, "took": time.monotonic() - began, "cpu": time.process_time() - cpu}


def _child(sdk: str, barrier: Any, pipe: Any) -> None:
    try:
        session = _session(sdk)
        barrier.wait(_PATIENCE)
        pipe.send(_resolve(session))
    except Exception as error:
        barrier.abort()  # nobody should wait for this one
        pipe.send({"error": f"{type(error).__name__}: {error}"})
    pipe.close()


def _run(sdk: str, start: str, count: int) -> None:
    context: Any = multiprocessing.get_context(start)
    barrier = context.Barrier(count)
    children = []
    try:
        for _ in range(count):
            ours, theirs = context.Pipe(duplex=False)
            process = context.Process(target=_child, args=(sdk, barrier, theirs))
            process.start()
            theirs.close()
            children.append((process, ours))
        until = time.monotonic() + _PATIENCE
        for _, pipe in children:
            try:
                told = pipe.recv() if pipe.poll(max(0.0, until - time.monotonic())) else {"error": "it hung"}
            except EOFError:
                told = {"error": "it died"}
            print(json.dumps(told), flush=True)
        for process, _ in children:
            process.join(max(0.1, until - time.monotonic()))
    finally:
        for process, _ in children:
            if process.is_alive():
                process.kill()
                process.join()


def main(arguments: list[str] | None = None) -> int:
    """Run the processes, or be one of them."""
    parser = argparse.ArgumentParser(description="Ask for credentials from many processes in the same moment.")
    parser.add_argument("--sdk", choices=("sotalia", "boto3"), required=True)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--start", choices=("fork", "spawn"))
    what.add_argument("--one", action="store_true", help="be one process, and begin when a line comes")
    parser.add_argument("--processes", type=int, default=64)
    given = parser.parse_args(arguments)
    if given.one:
        session = _session(given.sdk)
        print("ready", flush=True)
        if sys.stdin.readline():
            print(json.dumps(_resolve(session)), flush=True)
    else:
        _run(given.sdk, given.start, given.processes)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
