"""What the child processes of the cache's fleet tests do. Everything is told through files in a folder."""

import contextlib
import json
import os
import random
import signal
import time
from pathlib import Path

from sotalia.components.cache import Entry, EntryIdentity
from sotalia.components.cache_file import FileCache
from sotalia.components.cache_keys import KeyFile
from sotalia.components.errors import MetadataRetrievalError
from sotalia.components.lock import FileLock
from sotalia.components.private_folder import PrivateFolder
from sotalia.components.single_flight import SharedFetch

IDENTITY = EntryIdentity("iam-role", (("role", "worker"),))
CANARY = "canary-3f9a71c2"


def note(folder, record, **fields):
    """Append one line to a record that all processes share; appends of this size are atomic."""
    fd = os.open(Path(folder) / record, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        os.write(fd, json.dumps({"pid": os.getpid(), **fields}).encode() + b"\n")
    finally:
        os.close(fd)


def notes(folder, name):
    """Return the lines of a record."""
    try:
        text = (Path(folder) / name).read_text()
    except FileNotFoundError:
        return []
    return [json.loads(line) for line in text.splitlines()]


def warn_to(folder):
    """Return a log that keeps every warning in the record ``warnings``."""
    return lambda event, fields: note(folder, "warnings", event=event, reason=fields.get("reason"))


def value(access_key="AKIA"):
    """Return credentials with the canary in every secret member."""
    return {"access_key": access_key, "secret_key": f"{CANARY}-secret", "token": f"{CANARY}-token" * 20}


def identity_of(number):
    """Return one of many identities."""
    return EntryIdentity("iam-role", (("number", str(number)),))


def fetch_once(barrier, cache_folder, records, load_seconds, wait, outcome):
    """Fetch once with all the others, from a source that takes its time, and note down how it went."""
    marks = {}

    def step(name):
        marks[name] = (time.monotonic(), time.process_time())
        if name == "replaced":
            note(records, "published", at=marks[name][0])

    log = warn_to(records)
    fetch = SharedFetch(FileCache(cache_folder, environ={}, log=log, step=step), log=log, step=step)

    def load():
        note(records, "loads")
        time.sleep(load_seconds)
        if outcome == "fails":
            raise MetadataRetrievalError(error_msg="the source is down")
        return value()

    barrier.wait(60)
    started = time.monotonic()
    got = error = None
    try:
        entry = fetch.fetch(IDENTITY, lambda entry: True, load, wait=wait)
        got = None if entry is None else entry.value["access_key"]
    except MetadataRetrievalError as raised:
        error = str(raised)
    ended, cpu = time.monotonic(), time.process_time()
    polled = None
    if "polling" in marks and "locked" not in marks:
        began, cpu_before = marks["polling"]
        polled = {"began": began, "ended": ended, "cpu": cpu - cpu_before}
    note(records, "results", got=got, error=error, took=ended - started, polled=polled)


def die_at(cache_folder, records, target, access_key):
    """Write an entry as a fetch does, and be killed at the step ``target``."""

    def step(name):
        note(records, "steps", name=name)
        if name == target:
            os.kill(os.getpid(), signal.SIGKILL)

    log = warn_to(records)
    fetch = SharedFetch(FileCache(cache_folder, environ={}, log=log, step=step), log=log, step=step)
    fetch.fetch(IDENTITY, lambda entry: entry.value["access_key"] == access_key, lambda: value(access_key), wait=5)
    note(records, "survived", target=target)


def write_for_ever(cache_folder, records, ready):
    """Load and write without end, under the lock, until killed."""
    fetch = SharedFetch(FileCache(cache_folder, environ={}, log=warn_to(records)))
    fetch.fetch(IDENTITY, lambda entry: False, value, wait=5)
    ready.set()
    while True:
        fetch.fetch(IDENTITY, lambda entry: False, value, wait=5)


def proceed(cache_folder, records):
    """Be the process that comes after a killed one: get the lock, load, write; note how long the fetch took."""
    fetch = SharedFetch(FileCache(cache_folder, environ={}, log=warn_to(records)))
    fetch.cache.prepare()
    started = time.monotonic()
    fetch.fetch(IDENTITY, lambda entry: False, lambda: value("NEXT"), wait=20)
    note(records, "proceeded", took=time.monotonic() - started)


def hold_and_sleep(cache_folder, records, ready, fork_child):
    """Take the lock of the entry and keep it until killed; if asked, with a forked child that lives on."""
    lock = FileCache(cache_folder, environ={}).lock(IDENTITY)
    assert lock.acquire(5)
    if fork_child:
        child = os.fork()
        if child == 0:
            time.sleep(60)
            os._exit(0)
        note(records, "children", child=child)
    ready.set()
    time.sleep(60)


def hold_in_turns(barrier, folder, records, holds):
    """Hold one lock ``holds`` times; notice any overlap by a marker, a counter, and the times."""
    lock = FileLock(PrivateFolder(folder), "turns.lock")
    marker, counter = Path(records) / "marker", Path(records) / "counter"
    barrier.wait(60)
    for _ in range(holds):
        assert lock.acquire(60)
        began = time.monotonic()
        try:
            os.close(os.open(marker, os.O_CREAT | os.O_EXCL))  # one way: a marker that must not be there
        except FileExistsError:
            note(records, "overlaps")
        before = int(counter.read_text()) if counter.exists() else 0
        time.sleep(random.uniform(0, 0.002))
        counter.write_text(str(before + 1))  # another way: an increment that is not atomic
        with contextlib.suppress(FileNotFoundError):
            marker.unlink()
        note(records, "holds", began=began, ended=time.monotonic())  # and the times themselves
        lock.release()


def write_own_entry(barrier, cache_folder, records, number):
    """Write the first entry of a folder together with all the others: everybody wants to make the key."""
    cache = FileCache(cache_folder, environ={}, log=warn_to(records))
    barrier.wait(60)
    entry = Entry(value(f"KEY{number}"), 1.0, os.getpid())
    note(records, "written", stored=cache.write(identity_of(number), entry))


def read_until(cache_folder, records, stop):
    """Read without end while the keys are rotated; every miss is noted."""
    cache, reads = FileCache(cache_folder, environ={}, log=warn_to(records)), 0
    while not stop.is_set():
        reads += 1
        if cache.read(IDENTITY) is None:
            note(records, "misses")
    note(records, "reads", count=reads)


def rotate(cache_folder, records, rounds):
    """Rotate the keys again and again, and seal the entry with each new one."""
    cache = FileCache(cache_folder, environ={}, log=warn_to(records))
    keys = KeyFile(cache.folder, step=lambda name: None)
    for _ in range(rounds):
        keys.rotate()
        time.sleep(0.005)
        cache.write(IDENTITY, Entry(value(), 1.0, os.getpid()))
        time.sleep(0.005)
