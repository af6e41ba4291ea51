"""One measurement of many: sessions, threads, forked children, events; in a fresh process, prints one line of JSON.

Like ``bench_worker``, it runs by its path in the Python of either SDK. All
times are CPU seconds unless a name says otherwise, memory is MiB.
"""

from __future__ import annotations

import copy
import gc
import json
import os
import sys
import time
from pathlib import Path
from runpy import run_path
from types import SimpleNamespace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

base: Any = SimpleNamespace(**run_path(str(Path(__file__).with_name("bench_worker.py"))))

__all__ = ["main"]

SESSIONS = 500
THREADS = 32
THREAD_SERVICES = ("s3", "dynamodb", "sqs")
RATE_ROUNDS, RATE_CALLS = 5, 240
CHILDREN = 8
OFTEN = 1000
CHILD_CALLS = ("sts-who", "s3-get", "dynamodb-get", "sqs-send")
WARMED = ("sts.GetCallerIdentity", "s3.GetObject", "dynamodb.GetItem", "sqs.SendMessage")


def _sessions(name: str) -> dict[str, float]:
    """Hold sessions with a client each: what all of them take, and what is left when they are dropped.

    Of boto3, where 500 take 6 GiB, a twentieth is held and multiplied.
    """
    number = SESSIONS if name == "sotalia" else SESSIONS // 20
    sdk = base._sdk(name)
    sdk.Session(**base.KEYS).client("s3")
    gc.collect()
    memory, start = base._memory(), time.process_time()
    held = [(session := sdk.Session(**base.KEYS), session.client("s3")) for _ in range(number)]
    spent = time.process_time() - start
    grown = base._memory() - memory
    count = len(held)
    held.clear()
    garbage = gc.collect()
    return {"cpu": spent / count, "memory": grown * SESSIONS / number, "garbage": garbage / count}


def _threads(name: str) -> dict[str, float]:
    """Make clients in many threads from one fresh session."""
    from threading import Barrier, Thread

    session = base._sdk(name).Session(**base.KEYS)
    ready = Barrier(THREADS)
    failed: list[BaseException] = []

    def work() -> None:
        try:
            ready.wait()
            for service in THREAD_SERVICES:
                session.client(service)
        except BaseException as error:
            failed.append(error)

    threads = [Thread(target=work) for _ in range(THREADS)]
    start = time.process_time()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return {"cpu": time.process_time() - start, "errors": len(failed)}


def _rate(name: str, count: int) -> dict[str, float]:
    """Small calls per second of wall time, by one client in one thread and in ``count``."""
    from threading import Thread

    client = base._sdk(name).Session(**base.KEYS).client("sts", endpoint_url=os.environ["BENCH_URL"])
    client.get_caller_identity()

    def rate(threads: int, calls: int) -> float:
        def work() -> None:
            for _ in range(calls):
                client.get_caller_identity()

        running = [Thread(target=work) for _ in range(threads)]
        start = time.monotonic()
        for thread in running:
            thread.start()
        for thread in running:
            thread.join()
        return threads * calls / (time.monotonic() - start)

    rate(count, 20)
    # In turn, as others on the machine come and go: a pair meets the same of them.
    pairs = [(rate(1, RATE_CALLS), rate(count, RATE_CALLS // count)) for _ in range(RATE_ROUNDS)]
    return {
        "alone": base._median([alone for alone, _ in pairs]),
        "together": base._median([together for _, together in pairs]),
        "ratio": base._median([together / alone for alone, together in pairs]),
    }


def _presign(name: str) -> dict[str, float]:
    client = base._sdk(name).Session(**base.KEYS).client("s3")
    parameters = {"Bucket": "bucket", "Key": "key"}
    return {"cpu": base._per_call(lambda: client.generate_presigned_url("get_object", Params=parameters), 1000)}


def _emit_often(emit: Callable[..., Any]) -> None:
    for _ in range(OFTEN):  # a function around each would cost half of what is measured
        emit("benched-event.service.Operation", params=1)


def _events(name: str) -> dict[str, float]:
    """Emit to 0, 1 and 10 handlers, and isolate the events of a client."""
    found = {}
    for handlers in (0, 1, 10):
        events = base._sdk(name).Session(**base.KEYS).client("s3").meta.events
        for _ in range(handlers):
            events.register("benched-event.service.Operation", lambda **kwargs: None)
        spent = base._per_call(lambda emit=events.emit: _emit_often(emit), 50)
        found[f"emit-{handlers}"] = spent / OFTEN
    session = base._sdk(name).Session(**base.KEYS)
    emitter = session.events if name == "boto3" else session.get_component("event_emitter")
    copied = getattr(emitter, "_emitter", emitter)
    found["isolate"] = base._per_call(lambda: copy.copy(copied), 200)
    return found


def _preload(name: str) -> dict[str, float]:
    """Fork children of a parent that has made its clients; each makes its own and calls once with every service."""
    url = os.environ["BENCH_URL"]
    os.environ["AWS_ENDPOINT_URL"] = url
    sdk = base._sdk(name)
    session = sdk.Session(**base.KEYS)
    if name == "sotalia":
        sdk.warm(*WARMED, session=session)
    else:
        for call in CHILD_CALLS:
            session.client(base.CALLS[call][0])
        gc.collect()
        gc.freeze()

    def work() -> str:
        start = time.process_time()
        for call in CHILD_CALLS:
            service, _, _, make = base.CALLS[call]
            make(session.client(service), url)()
        return json.dumps({"cpu": time.process_time() - start, "memory": base._memory()})

    idle = float(_told_by_child(lambda: repr(base._memory())))
    told: list[dict[str, float]] = [json.loads(_told_by_child(work)) for _ in range(CHILDREN)]
    return {"idle": idle, **{field: base._median([one[field] for one in told]) for field in ("cpu", "memory")}}


def _told_by_child(work: Callable[[], str]) -> str:
    """Return what a function returns in a forked child; raises ``RuntimeError`` if it fails there."""
    ours, theirs = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.write(theirs, work().encode())
        finally:
            os._exit(0)
    os.close(theirs)
    with open(ours, "rb") as pipe:
        told = pipe.read().decode()
    os.waitpid(pid, 0)
    if not told:
        raise RuntimeError("a forked child failed")
    return told


FIGURES: dict[str, Callable[[str], dict[str, float]]] = {
    "sessions": _sessions,
    "threads": _threads,
    "rate": lambda name: _rate(name, 8),
    "presign": _presign,
    "events": _events,
    "preload": _preload,
}


def main(arguments: list[str]) -> None:
    """Measure one figure: ``SDK FIGURE``."""
    name, figure = arguments
    print(json.dumps(FIGURES[figure](name)))


if __name__ == "__main__":
    main(sys.argv[1:])
