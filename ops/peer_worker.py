"""What one process of an SDK does, measured: its locks over a fork, pickles, a call's time, memory, a missing service.

A program of its own that imports nothing of the package by a relative name, so
that the Python of another environment can run the file by its path, with boto3
or msal-extensions. ``peer_worker.py SDK TASK`` prints one line of JSON.
"""

import importlib
import json
import os
import pickle
import select
import signal
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

__all__ = ["main"]

_CANARY = "canary-71e4"
_CALLS = 50_000
_FORKS = 10
_PATIENCE = 3.0  # seconds after which a child counts as one that hangs
_PROCESSES = 3
_QUEUE = 8
_HOLD = 0.01
_clear = {"aws_access_key_id": "AKIDCOMPARED", "aws_secret_access_key": _CANARY, "region_name": "us-east-1"}


def _sdk(name: str) -> Any:
    if name == "sotalia":
        import sotalia

        return sotalia
    import boto3  # type: ignore[import-not-found,import-untyped,unused-ignore] # the peer, in its own environment

    return boto3


def _refreshable(sdk: str, expires_in: float, refresh: Callable[[], dict[str, str]]) -> Any:
    module = importlib.import_module("sotalia.providers.refresh" if sdk == "sotalia" else "botocore.credentials")
    return module.RefreshableCredentials.create_from_metadata(
        _set(expires_in), refresh_using=refresh, method="compared"
    )


def _set(expires_in: float) -> dict[str, str]:
    ends = datetime.now(UTC) + timedelta(seconds=expires_in)
    return {"access_key": "A", "secret_key": _CANARY, "token": "t", "expiry_time": ends.isoformat()}


def _calls(sdk: str) -> dict[str, Any]:
    """Time ``get_frozen_credentials`` of a set that is good."""
    credentials = _refreshable(sdk, 6 * 3600.0, lambda: _set(6 * 3600.0))
    took = []
    for _ in range(_CALLS):
        began = time.perf_counter_ns()
        credentials.get_frozen_credentials()
        took.append(time.perf_counter_ns() - began)
    took.sort()
    return {"p50": took[len(took) // 2] / 1e3, "p99": took[int(len(took) * 0.99)] / 1e3}


def _forks(sdk: str) -> dict[str, Any]:
    """Fork while a thread refreshes: how many children can use the credentials."""
    parent, good = os.getpid(), 0
    for _ in range(_FORKS):
        inside = threading.Event()

        def refresh(inside: threading.Event = inside) -> dict[str, str]:
            if os.getpid() == parent:
                inside.set()
                time.sleep(0.3)
            return _set(3600.0)

        credentials = _refreshable(sdk, -5.0, refresh)
        thread = threading.Thread(target=credentials.get_frozen_credentials)
        thread.start()
        inside.wait(10)
        good += _in_child(credentials.get_frozen_credentials)
        thread.join()
    return {"forks": _FORKS, "good": good}


def _in_child(work: Callable[[], object]) -> bool:
    ready, told = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            work()
            os.write(told, b"x")
        finally:
            os._exit(0)
    os.close(told)
    try:
        return bool(select.select([ready], [], [], _PATIENCE)[0] and os.read(ready, 1))
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        os.close(ready)


def _pickles(sdk: str) -> dict[str, Any]:
    """Pickle a session, a client and its credentials, found in the environment, and use them again."""
    os.environ.update(AWS_ACCESS_KEY_ID="AKIDCOMPARED", AWS_SECRET_ACCESS_KEY=_CANARY, AWS_DEFAULT_REGION="us-east-1")
    session = _sdk(sdk).Session()
    told = {}
    for name, thing in (
        ("session", session),
        ("client", session.client("sts")),
        ("credentials", session.get_credentials()),
    ):
        try:
            raw = pickle.dumps(thing)
            pickle.loads(raw)
            told[name] = "with the secret" if _CANARY.encode() in raw else "yes"
        except Exception:
            told[name] = "no"
    return told


def _memory(sdk: str) -> dict[str, Any]:
    """Return the private memory in MiB of a process with a client of S3, and of 20 sessions with one each."""
    sdk_module = _sdk(sdk)
    kept = [sdk_module.Session(**_clear).client("s3")]
    first = _private()
    kept += [sdk_module.Session(**_clear).client("s3") for _ in range(20)]
    return {"first": first, "each": (_private() - first) / 20, "clients": len(kept)}


def _private() -> float:
    with open("/proc/self/smaps_rollup", encoding="ascii") as file:
        return sum(int(line.split()[1]) for line in file if line.startswith("Private_")) / 1024


def _missing(sdk: str) -> dict[str, Any]:
    """Look for a metadata service that swallows everything, in processes one after the other."""
    with socket.socket() as listener, tempfile.TemporaryDirectory(prefix="sotalia-missing-") as home:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        filling = []
        for _ in range(8):
            one = socket.socket()
            one.setblocking(False)
            one.connect_ex(listener.getsockname())
            filling.append(one)
        for name in [name for name in os.environ if name.startswith("AWS_")]:
            del os.environ[name]
        os.environ.update(
            HOME=home,
            XDG_RUNTIME_DIR=home,
            AWS_EC2_METADATA_SERVICE_ENDPOINT=f"http://127.0.0.1:{listener.getsockname()[1]}/",
        )
        took = []
        for _ in range(_PROCESSES):
            began = time.monotonic()
            child = os.fork()
            if child == 0:
                try:
                    _sdk(sdk).Session().get_credentials()
                finally:
                    os._exit(0)
            os.waitpid(child, 0)
            took.append(time.monotonic() - began)
        for one in filling:
            one.close()
    return {"took": took}


def _queue(sdk: str) -> dict[str, Any]:
    """Let processes take one lock in turn, and hold it for 10 ms each: seconds until the last has had it."""
    with tempfile.TemporaryDirectory(prefix="sotalia-queue-") as folder:
        ready, told = os.pipe()
        began = time.monotonic() + 0.5
        for _ in range(_QUEUE):
            if os.fork() == 0:
                try:
                    hold = _lock(sdk, folder)
                    time.sleep(max(0.0, began - time.monotonic()))
                    hold()
                    os.write(told, b"%f\n" % (time.monotonic() - began))
                finally:
                    os._exit(0)
        os.close(told)
        for _ in range(_QUEUE):
            os.wait()
        with open(ready, encoding="ascii") as answers:
            turns = [float(line) for line in answers]
    return {"processes": _QUEUE, "had": len(turns), "last": max(turns, default=0.0)}


def _lock(sdk: str, folder: str) -> Callable[[], None]:
    if sdk == "sotalia":
        from sotalia.components.cache import EntryIdentity
        from sotalia.components.cache_file import FileCache
        from sotalia.components.single_flight import SharedFetch

        fetch = SharedFetch(FileCache(os.path.join(folder, "cache"), environ={}))
        fetch.cache.prepare()

        def load() -> dict[str, str]:
            time.sleep(_HOLD)
            return {"access_key": f"K{os.getpid()}"}

        mine = f"K{os.getpid()}"
        return lambda: (
            fetch.fetch(EntryIdentity("queue"), lambda entry: entry.value["access_key"] == mine, load, wait=60.0),
            None,
        )[1]
    from msal_extensions import CrossPlatLock  # type: ignore[import-not-found,import-untyped,unused-ignore] # a peer

    def hold() -> None:
        with CrossPlatLock(os.path.join(folder, "lock")):
            time.sleep(_HOLD)

    return hold


_TASKS: dict[str, Callable[[str], dict[str, Any]]] = {
    "calls": _calls,
    "forks": _forks,
    "memory": _memory,
    "missing": _missing,
    "pickles": _pickles,
    "queue": _queue,
}


def main(arguments: list[str]) -> int:
    """Do the task, and print."""
    sdk, task = arguments
    print(json.dumps(_TASKS[task](sdk)), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
