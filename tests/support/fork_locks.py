"""A program that forks while a thread holds a lock: ``python fork_locks.py <home> <forks> <mode>``.

Mode ``held``: one fork for each lock in the process, of this package and of
those that it uses, found by its name (``module.Class.attribute``) and held by
another thread at that moment; ``<forks>`` limits how many, 0 means all. Mode
``random``: that many forks at random moments, while a thread for each part of
``fork_parts`` uses it all the time. Every child signs with what it inherited,
uses all parts (in mode ``random`` two of them), and tells how long that took.
Prints one JSON line.
"""

import faulthandler
import functools
import gc
import json
import os
import random
import signal
import sys
import threading
import time
import warnings
from pathlib import Path

import sotalia
from fork_parts import Parts

PACKAGES = ("sotalia", "redis", "urllib3", "structlog")
LOCK, RLOCK = type(threading.Lock()), type(threading.RLock())
KINDS = (LOCK, RLOCK, threading.Condition, threading.Semaphore)
#: What no thread can hold when a fork begins: the fork itself takes it first.
TAKEN_BY_FORK = ("sotalia.components.after_fork._NoFork.changed",)
LIMIT = float(os.environ.get("SOTALIA_FORK_LIMIT", "40"))


def locks():
    """Return the locks of the process, by the name of the class or module that has them."""
    found = {}
    for module_name, module in list(sys.modules.items()):
        if module_name.partition(".")[0] in PACKAGES:
            for name, value in list(vars(module).items()):
                if isinstance(value, KINDS):
                    found.setdefault(f"{module_name}.{name}", {})[id(value)] = value
    for thing in gc.get_objects():
        kind = type(thing)
        if isinstance(thing, functools.cached_property):
            kind_name, names = f"cached_property {thing.func.__module__}.{thing.func.__qualname__}", ("lock",)
            if thing.func.__module__.partition(".")[0] not in PACKAGES:
                continue
        elif any(str(one.__module__).partition(".")[0] in (*PACKAGES, "logging") for one in kind.__mro__):
            kind_name = f"{kind.__module__}.{kind.__qualname__}"
            slots = [name for one in kind.__mro__ for name in getattr(one, "__slots__", ())]
            names = [*getattr(thing, "__dict__", {}), *slots]
        else:
            continue
        for name in names:
            try:
                value = getattr(thing, name, None)
            except Exception:
                continue
            if isinstance(value, KINDS):
                found.setdefault(f"{kind_name}.{name}", {})[id(value)] = value
    return {name: list(some.values()) for name, some in sorted(found.items()) if name not in TAKEN_BY_FORK}


class Holder(threading.Thread):
    """A thread that takes all locks of one name, as far as they are free, and gives them back when told to."""

    def __init__(self, some):
        super().__init__(daemon=True)
        self.some, self.taken = some, 0
        self.ready, self.done = threading.Event(), threading.Event()

    def run(self):
        taken = [lock for lock in self.some if lock.acquire(blocking=False)]
        self.taken = len(taken)
        self.ready.set()
        self.done.wait(120)
        for lock in taken:
            lock.release()


def child_of(parts, pipe, name, works):
    """Use what was inherited, part by part, then report how long that took."""
    signal.alarm(int(LIMIT * 1.5))  # a child that hangs dies of this and is seen, with its stack
    faulthandler.dump_traceback_later(LIMIT)
    started, slowest = time.monotonic(), ("", 0.0)
    sign(parts)
    signed = time.monotonic() - started
    for part, work in works:
        began = time.monotonic()
        work()
        slowest = max(slowest, (part, time.monotonic() - began), key=lambda one: one[1])
    told = {"name": name, "signed": signed, "took": time.monotonic() - started, "slowest": slowest}
    os.write(pipe, json.dumps(told).encode() + b"\n")


def sign(parts):
    """Sign a request with the inherited session, and one with a new client."""
    for session in (parts.session, sotalia.Session(region_name="us-east-1")):
        client = session.client("sts")
        seen = []

        def answer(request, seen=seen, **_):
            seen.append(request.headers["Authorization"])
            return sotalia.make_response(
                200, b"<GetCallerIdentityResponse><GetCallerIdentityResult/></GetCallerIdentityResponse>"
            )

        client.meta.events.register("before-send", answer)
        client.get_caller_identity()
        assert seen


def fork(parts, pipe, name, works):
    """Fork; return the status of the child, which signs and does these works."""
    pid = os.fork()
    if pid == 0:
        try:
            child_of(parts, pipe, name, works)
            os._exit(0)
        except BaseException:
            sys.stderr.write(f"in the child of {name}:\n")
            sys.excepthook(*sys.exc_info())
            os._exit(1)
    status = os.waitpid(pid, 0)[1]
    if os.environ.get("FORK_TALK"):
        print(name, status, time.monotonic(), file=sys.stderr, flush=True)
    if status:
        sys.stderr.write(f"status {status} of the child forked with {name}\n")
    return status


def held(parts, forks, pipe):
    """Fork once for each name, or for so many that are free; return the statuses by name, and those that were not."""
    statuses, busy = {}, []
    everything = locks()
    names = random.sample(list(everything), len(everything))
    for name in names:
        if forks and len(statuses) == forks:
            break
        holder = Holder(everything[name])
        holder.start()
        holder.ready.wait(60)
        if holder.taken:
            statuses[name] = fork(parts, pipe, name, list(parts.works.items()))
        else:
            busy.append(name)
        holder.done.set()
        holder.join(60)
    return statuses, busy


def at_random(parts, forks, pipe, troubles):
    """Fork among busy threads; return the statuses."""
    stop = threading.Event()

    def keep(name, work):
        while not stop.is_set():
            try:
                work()
            except Exception as error:
                troubles.append(f"{name}: {type(error).__name__}: {error}")
                return
            if name == "log":
                time.sleep(0.001)

    threads = [threading.Thread(target=keep, args=one, daemon=True) for one in parts.works.items()]
    for thread in threads:
        thread.start()
    statuses = {}
    for number in range(forks):
        time.sleep(random.uniform(0, 0.02))
        name = f"busy threads, {number}"
        statuses[name] = fork(parts, pipe, name, random.sample(list(parts.works.items()), 2))
    stop.set()
    for thread in threads:
        thread.join(60)
    return statuses


def main(home, forks, mode):
    """Fork, and print what the children said."""
    warnings.simplefilter("ignore", DeprecationWarning)  # fork with threads: the point of it
    parts, troubles, busy = Parts(Path(home)), [], []
    for work in parts.works.values():
        work()
    out, pipe = os.pipe()
    os.set_blocking(out, False)
    children = b""
    if mode == "held":
        statuses, busy = held(parts, forks, pipe)
    else:
        statuses = at_random(parts, forks, pipe, troubles)
    while True:
        try:
            children += os.read(out, 65536)
        except BlockingIOError:
            break
    told = [json.loads(line) for line in children.splitlines()]
    print(json.dumps({"statuses": statuses, "busy": busy, "children": told, "troubles": troubles}), flush=True)
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3])
