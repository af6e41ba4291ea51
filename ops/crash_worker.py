"""Writers of a shared cache killed with SIGKILL, again and again: what they leave behind, and how the next one fares.

A program of its own that imports nothing of the package by a relative name, so
that the Python of another environment can run the file by its path, with
boto3's file cache or that of msal-extensions. Prints one line of JSON.
"""

import argparse
import json
import os
import random
import select
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

__all__ = ["main"]

_CANARY = "canary-5d0c"
_PATIENCE = 10.0  # seconds that the next writer may take before its lock counts as stale


class _Sotalia:
    """The sealed file cache, as a shared fetch uses it."""

    def __init__(self, folder: str) -> None:
        from sotalia.components.cache import EntryIdentity
        from sotalia.components.cache_file import FileCache
        from sotalia.components.single_flight import SharedFetch

        self.warnings: list[str] = []
        self._victim: str | None = None
        self.steps: set[str] = set()

        def log(event: str, fields: Any) -> None:
            self.warnings.append(f"{event}: {fields.get('reason')}")

        self._fetch = SharedFetch(FileCache(folder, environ={}, log=log, step=self._at), log=log, step=self._at)
        self._identity = EntryIdentity("iam-role", (("role", "crash"),))

    def write(self, die_at: str | None = None) -> None:
        self._victim = die_at
        value = {"access_key": "A", "secret_key": f"{_CANARY}-s", "token": f"{_CANARY}-t" * 90}
        self._fetch.fetch(self._identity, lambda entry: False, lambda: value, wait=60.0)

    def is_readable(self) -> bool:
        self.warnings.clear()
        entry = self._fetch.cache.read(self._identity)
        return not self.warnings and entry is not None and entry.value["secret_key"] == f"{_CANARY}-s"

    def _at(self, step: str) -> None:
        self.steps.add(step)
        if step == self._victim:
            os.kill(os.getpid(), signal.SIGKILL)


class _Boto3:
    """The file cache that boto3 offers for assumed roles; it has no lock."""

    steps: frozenset[str] = frozenset()

    def __init__(self, folder: str) -> None:
        from botocore.credentials import (  # type: ignore[import-not-found,import-untyped,unused-ignore] # the peer
            JSONFileCache,
        )

        self._cache = JSONFileCache(folder)

    def write(self, die_at: str | None = None) -> None:
        keys = {"AccessKeyId": "A", "SecretAccessKey": f"{_CANARY}-s", "SessionToken": f"{_CANARY}-t" * 90}
        self._cache["entry"] = {"Credentials": keys}

    def is_readable(self) -> bool:
        try:
            return bool(self._cache["entry"]["Credentials"]["SecretAccessKey"] == f"{_CANARY}-s")
        except (KeyError, ValueError):
            return False


class _Msal:
    """The persisted token cache of msal-extensions, whose every change is made under its ``CrossPlatLock``."""

    steps: frozenset[str] = frozenset()

    def __init__(self, folder: str) -> None:
        from msal_extensions import (  # type: ignore[import-not-found,import-untyped,unused-ignore] # another peer
            FilePersistence,
            PersistedTokenCache,
        )

        os.makedirs(folder, exist_ok=True)
        self._path = os.path.join(folder, "tokens.json")
        self._cache = PersistedTokenCache(FilePersistence(self._path))

    def write(self, die_at: str | None = None) -> None:
        self._cache.add(
            {
                "client_id": "client",
                "scope": ["scope"],
                "token_endpoint": "https://login.example.com/tenant/oauth2/v2.0/token",
                "response": {"access_token": f"{_CANARY}-t" * 90, "expires_in": 3600, "token_type": "Bearer"},
            }
        )

    def is_readable(self) -> bool:
        try:
            with open(self._path, encoding="utf-8") as file:
                return bool(json.load(file)["AccessToken"])
        except (OSError, ValueError, KeyError):
            return False


_CACHES: dict[str, Callable[[str], Any]] = {"sotalia": _Sotalia, "boto3": _Boto3, "msal-extensions": _Msal}


def _kill_a_writer(cache: Any, step: str | None) -> None:
    """Kill a process at a step of its write, or at any moment of many writes."""
    ready, told = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.write(told, b"x")
            while True:
                cache.write(step)
        finally:
            os._exit(1)
    os.read(ready, 1)
    if step is None:
        time.sleep(random.uniform(0.0, 0.01))
        os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    os.close(ready)
    os.close(told)


def _next(cache: Any) -> float | None:
    """Let a new process write; return the seconds that it took, ``None`` if it failed or would wait for ever."""
    ready, told = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            began = time.monotonic()
            cache.write()
            os.write(told, json.dumps(time.monotonic() - began).encode())
        finally:
            os._exit(0)
    os.close(told)
    try:
        if select.select([ready], [], [], _PATIENCE)[0] and (answer := os.read(ready, 64)):
            return float(answer)
        return None
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        os.close(ready)


def _files(folder: str) -> set[str]:
    return {entry.name for entry in os.scandir(folder) if entry.is_file(follow_symlinks=False)}  # bells are none


def _in_the_clear(folder: str) -> bool:
    for name in _files(folder):
        try:
            with open(os.path.join(folder, name), "rb") as file:
                if _CANARY.encode() in file.read():
                    return True
        except FileNotFoundError:
            pass
    return False


def _run(sdk: str, kills: int, at_steps: bool) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="sotalia-crash-") as home:
        folder = os.path.join(home, "cache")
        cache = _CACHES[sdk](folder)
        cache.write()
        usual, steps = _files(folder), sorted(cache.steps)
        counts: Counter[str] = Counter()
        at: Counter[str] = Counter()
        took, most, swept = [], 0, 0
        for number in range(kills):
            step = steps[number // 2 % len(steps)] if at_steps and steps and number % 2 else None
            of_the_key = step is not None and step.startswith("key-") and step != "key-ready"
            if of_the_key:  # it is made once, by the first write in a folder
                shutil.rmtree(folder)
            _kill_a_writer(cache, step)
            left = _files(folder) - usual
            at[step or "any moment"] += 1
            counts["orphans"] += bool(left)
            most = max(most, len(left))
            counts["unreadable"] += not (cache.is_readable() or (of_the_key and not cache.warnings))
            counts["in the clear"] += _in_the_clear(folder)
            seconds = _next(cache)
            if seconds is None:
                counts["stuck"] += 1
                for name in _files(folder) - usual:
                    os.unlink(os.path.join(folder, name))
            else:
                took.append(seconds)
            counts["unreadable afterwards"] += not cache.is_readable()
            swept += bool(left) and seconds is not None and not _files(folder) - usual
        took = sorted(took) or [0.0]
        return {
            "sdk": sdk,
            "kills": kills,
            "at": at,
            **{name: counts[name] for name in ("unreadable", "unreadable afterwards", "stuck", "orphans")},
            "clear": counts["in the clear"],
            "most": most,
            "swept": swept,
            "p50": took[len(took) // 2],
            "p99": took[int(len(took) * 0.99)],
            "worst": took[-1],
        }


def main(arguments: list[str] | None = None) -> int:
    """Kill, count and print."""
    parser = argparse.ArgumentParser(description="Kill writers of a shared cache.")
    parser.add_argument("--sdk", choices=tuple(_CACHES), default="sotalia")
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--at-steps", action="store_true", help="every other kill is at a step of a write")
    given = parser.parse_args(arguments)
    print(json.dumps(_run(given.sdk, given.kills, given.at_steps)), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
