"""A program with busy threads that forks at random moments: ``python fleet_fork.py <folder> <forks> <mode>``.

Mode ``busy``: threads hold every lock of the cache in turn. Mode ``first``: the
fork falls into the first use, with its imports; one fork per program.
Prints one JSON line: the seconds that each child needed, and what went wrong.
"""

import faulthandler
import json
import os
import random
import signal
import sys
import threading
import time
import warnings

from fleet_cache import IDENTITY, identity_of, value
from sotalia.components.cache import Entry
from sotalia.components.cache_file import FileCache
from sotalia.components.cache_memory import process_cache
from sotalia.components.single_flight import SharedFetch


def child_of(fetch, number, busy, pipe):
    """Use every object that was inherited, then report how long that took."""
    signal.alarm(60)  # a child that hangs dies of this and is seen, with its stack
    faulthandler.dump_traceback_later(30)
    started = time.monotonic()
    entry = fetch.fetch(identity_of(number), lambda entry: True, lambda: value(f"K{number}"), wait=10)
    assert entry.value["access_key"] == f"K{number}"
    if busy:
        assert process_cache().lock(IDENTITY).acquire(0)
        held = fetch.fetch(IDENTITY, lambda entry: False, value, wait=0.2)
        assert held.value["access_key"] == "AKIA"
        again = fetch.fetch(identity_of("memory"), lambda entry: True, value, wait=1)
        assert again is not None
    took = time.monotonic() - started
    inherited = [
        link for fd in os.listdir("/proc/self/fd") if (link := _link(fd)).endswith(".lock") and os.getpid() > 0
    ]
    os.write(pipe, json.dumps({"took": took, "locks": inherited}).encode() + b"\n")


def _link(fd):
    try:
        return os.readlink(f"/proc/self/fd/{fd}")
    except OSError:
        return ""


def main(folder, forks, mode):
    """Fork ``forks`` times and print what the children said."""
    warnings.simplefilter("ignore", DeprecationWarning)  # fork with threads: the point of it
    fetch, stop = SharedFetch(FileCache(folder, environ={})), threading.Event()

    def refresh():
        while not stop.is_set():
            fetch.fetch(IDENTITY, lambda entry: False, lambda: time.sleep(0.01) or value(), wait=5)

    def memory():
        while not stop.is_set():
            lock = process_cache().lock(IDENTITY)
            if lock.acquire(1):
                time.sleep(0.002)
                lock.release()

    def churn():
        while not stop.is_set():
            number = random.randrange(5)
            fetch.cache.write(identity_of(f"c{number}"), Entry(value(), time.time(), 1))
            fetch.cache.read(identity_of(f"c{number}"))

    targets = [refresh, refresh, memory, churn] if mode == "busy" else [refresh]
    threads = [threading.Thread(target=target, daemon=True) for target in targets]
    for thread in threads:
        thread.start()
    out, pipe = os.pipe()
    statuses = []
    for number in range(forks):
        time.sleep(random.uniform(0, 0.02) if mode == "busy" else random.uniform(0, 0.15))
        pid = os.fork()
        if pid == 0:
            try:
                child_of(fetch, number, mode == "busy", pipe)
                os._exit(0)
            except BaseException:
                sys.excepthook(*sys.exc_info())
                os._exit(1)
        statuses.append(os.waitpid(pid, 0)[1])
    stop.set()
    for thread in threads:
        thread.join(10)
    os.close(pipe)
    with open(out) as lines:
        children = [json.loads(line) for line in lines]
    print(json.dumps({"statuses": statuses, "children": children}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3])
