"""``sotalia cache``: what the processes of this user share, told without a secret, and putting it in order."""

import argparse
import json
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime

from ..components.cache_file import FileCache
from ..components.cache_format import digest_of
from ..components.cache_keys import KeysUnavailableError
from ..components.cache_redis import RedisCache
from ..components.cache_rotation import rotate_keys, rotating
from ..components.errors import SotaliaError
from ..components.lock import FileLock
from ..session_core.session import Session
from .cache_report import EntryReport, report_of, reports_of
from .cache_state import keys_of

__all__ = ["run_cache"]

_SHORT = 12
_LOCK_PATIENCE = 5.0
_COLUMNS = ("ENTRY", "PROVIDER", "FOR", "ACCOUNT", "STATE", "ENDS", "FETCHED", "BYTES", "KEY")


def run_cache(options: argparse.Namespace) -> int:
    """Run an action; 0, or 1 when something is wrong, with its reason on the standard error."""
    try:
        session = Session(profile_name=options.profile)
        if options.location is not None:
            session.set_config_variable("credential_cache", "file")
            session.set_config_variable("credential_cache_location", options.location)
        cache = session.get_component("credential_cache")
        options.store = None
        if isinstance(cache, RedisCache):  # its folder is that of this host
            options.store, cache = cache.store, cache.local
        if not isinstance(cache, FileCache):
            name = getattr(cache, "name", type(cache).__name__)
            raise _RefusedError(f"the cache of these settings is {name!r}, which has no folder: use --location")
        action: Callable[[FileCache, argparse.Namespace], int] = {
            "list": _list,
            "show": _show,
            "clear": _clear,
            "verify": _verify,
            "rotate-key": _rotate,
        }[options.action]
        return action(cache, options)
    except (SotaliaError, KeysUnavailableError, _RefusedError) as error:
        reason = str(error)
    except OSError as error:
        reason = error.strerror or type(error).__name__
    print(f"sotalia cache {options.action}: {reason}", file=sys.stderr)
    return 1


class _RefusedError(Exception):
    """What was asked for cannot be done; the text says why."""


def _list(cache: FileCache, options: argparse.Namespace) -> int:
    now = time.time()
    reports = reports_of(cache, now)
    keys = keys_of(cache)
    if options.json:
        entries = [report.to_document() for report in reports]
        print(json.dumps({"folder": cache.folder.path, **keys, "entries": entries}, indent=2))
        return 0
    print(f"folder {cache.folder.path}")
    print(f"keys   {keys['key_source']}: {keys['problem'] or ', '.join(keys['keys']) or 'none yet'}")
    rows = [_COLUMNS, *(_row(report, now) for report in reports)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_COLUMNS))]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
    for report in reports:
        if report.problem is not None:
            print(f"{report.entry[:_SHORT]}: {report.problem}")
        if report.failure is not None:
            print(f"{report.entry[:_SHORT]}: failed: {report.failure} ({_lasts(report.failure_until, now)})")
    return 0


def _lasts(until: float | None, now: float) -> str:
    if until is None or until <= now:
        return "who needs it asks again"
    return f"nobody asks again before {_span(until - now).removeprefix('in ')} are over"


def _row(report: EntryReport, now: float) -> tuple[str, ...]:
    fetched = "" if report.fetched_at is None else f"{_span(report.fetched_at - now)} by {report.fetched_by}"
    return (
        report.entry[:_SHORT],
        report.provider or "?",
        report.about,
        report.account or "",
        report.state + (", failing" if (report.failure_until or 0) > now and report.state != "failed" else ""),
        "" if report.expires is None else _span(report.expires - now),
        fetched,
        str(report.size),
        "" if report.key is None else f"{report.key} {'opens' if report.opens else 'does not open'}",
    )


def _span(seconds: float) -> str:
    """Return a time from now as a person says it: ``in 12 min``, ``3 h ago``."""
    amount = abs(seconds)
    if amount < 120:
        text = f"{amount:.0f} s"
    elif amount < 7200:
        text = f"{amount / 60:.0f} min"
    else:
        text = f"{amount / 3600:.0f} h" if amount < 172800 else f"{amount / 86400:.0f} days"
    return f"in {text}" if seconds > 0 else f"{text} ago"


def _chosen(cache: FileCache, beginning: str) -> list[tuple[str, str]]:
    """Return digest and suffix of the files of the one entry whose name begins so."""
    wanted = beginning.partition(".")[0].lower()
    parts = [found for name in cache.folder.names() if (found := digest_of(name)) and found[1] != ".lock"]
    files = [found for found in parts if wanted and found[0].startswith(wanted)]
    digests = {digest for digest, _ in files}
    if len(digests) != 1:
        raise _RefusedError(
            f"no entry begins with {beginning!r}" if not digests else f"{len(digests)} entries begin with {beginning!r}"
        )
    return files


def _show(cache: FileCache, options: argparse.Namespace) -> int:
    now = time.time()
    found = [report_of(cache, *file, now) for file in _chosen(cache, options.entry)]
    reports = [report for report in found if report is not None]
    if options.json:
        print(json.dumps([report.to_document() for report in reports], indent=2))
        return 0
    for report in reports:
        for name, value in report.to_document().items():
            if name == "attributes":
                for inner, text in sorted(value.items()):
                    print(f"  {inner}: {text}")
            elif value in (None, [], ""):
                continue
            elif isinstance(value, float):
                print(f"{name}: {datetime.fromtimestamp(value, UTC):%Y-%m-%dT%H:%M:%SZ} ({_span(value - now)})")
            else:
                print(f"{name}: {', '.join(value) if isinstance(value, list) else value}")
    return 0


def _clear(cache: FileCache, options: argparse.Namespace) -> int:
    if options.entries:
        files = [file for beginning in options.entries for file in _chosen(cache, beginning)]
    else:
        files = [found for name in cache.folder.names() if (found := digest_of(name)) and found[1] != ".lock"]
    removed: list[str] = []
    left: dict[str, str] = {}
    now = time.time()
    for digest, suffix in files:
        lock = FileLock(cache.folder, f"{digest}.lock")
        try:
            if not lock.acquire(_LOCK_PATIENCE):
                left[digest] = "its lock is held: somebody is fetching"
            elif not options.expired or _is_over(report_of(cache, digest, suffix, now), now):
                cache.folder.remove(digest + suffix)
                if options.store is not None:
                    options.store.remove(digest)
                removed.append(digest)
        except OSError as error:
            left[digest] = error.strerror or type(error).__name__
        finally:
            lock.release()
    if options.store is not None:
        options.store.rest()
    if options.json:
        print(json.dumps({"folder": cache.folder.path, "removed": removed, "left": left}, indent=2))
    else:
        print(f"Removed {len(removed)} of {len(files)} entr{'y' if len(files) == 1 else 'ies'}.")
    for digest, reason in left.items():
        print(f"sotalia cache clear: {digest[:_SHORT]}: {reason}", file=sys.stderr)
    return 1 if left else 0


def _is_over(report: EntryReport | None, now: float) -> bool:
    """Whether the entry is a set that has ended, or a failure that does not count any more."""
    if report is None:
        return False
    if report.state == "failed":
        return (report.failure_until or 0.0) <= now
    return report.state == "expired"


def _verify(cache: FileCache, options: argparse.Namespace) -> int:

    from .cache_verify import verify

    return verify(cache.folder.path, options.processes, options.holds, as_json=options.json)


def _rotate(cache: FileCache, options: argparse.Namespace) -> int:
    done = rotate_keys(cache, rotating(cache.keys))
    if options.json:
        print(json.dumps({"folder": cache.folder.path, **done._asdict()}, indent=2))
    else:
        print(f"New key {done.new}; {done.sealed_anew} entr{'y' if done.sealed_anew == 1 else 'ies'} sealed anew.")
        if done.dropped:
            print(f"Dropped {', '.join(done.dropped)}.")
        if done.kept:
            print(f"Kept for reading: {', '.join(done.kept)}.")
    for digest, reason in done.left:
        print(f"sotalia cache rotate-key: {digest[:_SHORT]} was left as it is: {reason}", file=sys.stderr)
    return 1 if done.left else 0
