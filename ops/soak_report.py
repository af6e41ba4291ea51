"""What came of a soak: whether everything held that must hold, the figures as text, and a plot."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from .histogram import Histogram
from .soak_clock import FastClock
from .soak_world import Issued

__all__ = ["Disturbance", "Outcome", "broken", "plot", "report"]

_MANDATORY = 60.0
_REFRESH_AFTER = 0.75  # of an hour: the window of a set that lives so long begins 15 minutes before its end
_EARLY = 0.8  # of that: a fetch sooner after the last one needs a reason
_GRACE = 1.0  # the retries of a request that began in the outage
_UNPUBLISHED = 0.5  # from the answer of the source to the cache, on a busy machine
_LONGEST_WAIT = 10.0
_LONGEST_START = 60.0  # with all imports, on a machine that may have ten times the work that it can do
_MOST_ORPHANS = 3
_GROWTH, _GROWTH_BYTES = 1.10, 4 << 20
_FAULTS = ("remove", "replace", "garble")
_WARNED_AFTER = 2.0


class Disturbance(NamedTuple):
    """Something that was done to the fleet: ``begin`` and ``end`` are moments, ``offset`` how far the clock was off."""

    kind: str
    begin: float
    end: float | None
    offset: float = 0.0


class Outcome(NamedTuple):
    """All that was seen of a soak; ``lines`` are what the workers wrote down."""

    plan: Mapping[str, Any]
    began: float
    ended: float
    clock: FastClock
    issued: Sequence[Issued]
    asked_while_down: Sequence[float]
    calls_refused: int
    disturbances: Sequence[Disturbance]
    troubles: Sequence[str]
    lines: Sequence[Mapping[str, Any]]
    workers_started: int
    orphans: Sequence[str]
    unreadable: Sequence[str]

    def of(self, *kinds: str) -> list[Disturbance]:
        """Return the disturbances of some kinds."""
        return [one for one in self.disturbances if one.kind in kinds]

    def waits(self, *, warm: bool | None = None) -> Histogram:
        """Return how long ``get_frozen_credentials`` took: of all, or of workers with or without the thread."""
        found = Histogram()
        for line in self.lines:
            if warm is None or line["warm"] is warm:
                found.merge(line["counts"], line["longest"])
        return found

    def starts(self) -> list[float]:
        """Return how long the first credentials of each worker took, with the imports."""
        return sorted(line["start"] for line in self.lines if line["start"] is not None)

    def errors(self) -> list[tuple[float, str, float | None]]:
        """Return every failed call: its moment, its text, and the end of the set that its process had."""
        found = [(moment, text, ends) for line in self.lines for moment, text, ends in line["errors"]]
        return sorted(found, key=lambda one: one[0])

    def memory(self) -> dict[int, list[tuple[float, int]]]:
        """Return the memory over time of the workers that were never killed, by their number."""
        found: dict[int, list[tuple[float, int]]] = {0: [], 1: []}
        for line in self.lines:
            if line["role"] == "worker" and line["worker"] in found:
                found[line["worker"]].append((line["at"], line["rss"]))
        return {number: sorted(samples) for number, samples in found.items() if samples}


def excused(outcome: Outcome) -> Iterator[tuple[float, float]]:
    """Yield the times without valid credentials: an outage that outlived the last set, by both clocks."""
    for outage in outcome.of("outage"):
        end = outcome.ended if outage.end is None else outage.end
        ahead = max(
            [0.0, outage.offset, *(one.offset for one in outcome.of("step") if outage.begin <= one.begin <= end)]
        )
        last = max((one.expires for one in outcome.issued if one.at <= outage.begin), default=0.0)
        over = outcome.clock.moment(last - _MANDATORY - ahead)
        if over < end:
            yield over, end + _GRACE


def early_fetches(outcome: Outcome) -> list[tuple[float, str | None]]:
    """Return each fetch long before its refresh point, with what made it necessary (``None``: nothing did).

    A kill may have hit who fetched before the cache had it; a clock that is
    set moves the refresh point; an outage moves it, too; and with a broken
    cache every process that looks fetches for itself, until its next refresh.
    """
    interval = float(outcome.plan["lifetime"]) * _REFRESH_AFTER
    found: list[tuple[float, str | None]] = []
    moments = [one.at for one in outcome.issued]
    for previous, moment in pairwise(moments):
        if moment - previous >= interval * _EARLY:
            continue
        latest = reversed(outcome.disturbances)
        why = next((one.kind for one in latest if _explains(one, previous, moment, interval)), None)
        found.append((moment, why))
    return found


def _explains(one: Disturbance, previous: float, moment: float, interval: float) -> bool:
    """Whether a disturbance makes a fetch necessary so soon after the previous one."""
    end = moment if one.end is None else one.end
    if one.begin > moment:
        return False
    if one.kind == "kill":
        return previous <= one.begin <= previous + _UNPUBLISHED
    if one.kind in _FAULTS:
        return end >= previous - interval
    return end >= previous - (_GRACE if one.kind == "outage" else 0.0)


def broken(outcome: Outcome) -> list[str]:
    """Return what did not hold; empty if all did."""
    found = list(outcome.troubles)
    failed = [f"a call failed at {moment - outcome.began:.2f} s: {text}" for moment, text in _failures(outcome)]
    found += failed[:10] + ([f"... and {len(failed) - 10} more failed calls"] if len(failed) > 10 else [])
    found += [
        f"a fetch at {moment - outcome.began:.2f} s, long before the refresh point, for no reason"
        for moment, why in early_fetches(outcome)
        if why is None
    ]
    found += [
        f"a warning at {moment - outcome.began:.2f} s, with nothing broken: {text}"
        for moment, text in _cache_warnings(outcome)
        if not any(one.begin <= moment <= _after(one, outcome) for one in outcome.of(*_FAULTS))
    ]
    found += [f"an entry cannot be read after all: {text}" for text in outcome.unreadable]
    if len(outcome.orphans) > _MOST_ORPHANS:
        found.append(f"{len(outcome.orphans)} temporary files were left")
    if outcome.waits().longest > _LONGEST_WAIT:
        found.append(f"somebody waited {outcome.waits().longest:.1f} s for credentials")
    if max(outcome.starts(), default=0.0) > _LONGEST_START:
        found.append(f"a worker needed {max(outcome.starts()):.1f} s for its first credentials")
    for number, (early, late) in _growth(outcome).items():
        if late > early * _GROWTH + _GROWTH_BYTES:
            found.append(f"the memory of worker {number} grew from {early / 1e6:.1f} to {late / 1e6:.1f} MB")
    if not outcome.issued or not len(outcome.waits()):
        found.append("nothing was done at all")
    return found


def _failures(outcome: Outcome) -> list[tuple[float, str]]:
    """Return the calls that failed while there were valid credentials.

    With a broken cache each process has what it fetched for itself: then its own
    set counts, and not that of another one which may live a little longer.
    """
    without = list(excused(outcome))
    return [
        (moment, text)
        for moment, text, ends in outcome.errors()
        if not any(begin <= moment <= end for begin, end in without) and not _on_its_own(outcome, moment, ends)
    ]


def _on_its_own(outcome: Outcome, moment: float, ends: float | None) -> bool:
    """Whether a process without a valid set met a broken cache and a source that is out of order."""
    offsets = [one.offset for one in (*outcome.of("outage"), *outcome.of("step")) if one.begin <= moment]
    if ends is not None and outcome.clock.moment(ends - _MANDATORY - max([0.0, *offsets[-2:]])) > moment:
        return False
    down = any(one.begin <= moment <= (one.end or outcome.ended) + _GRACE for one in outcome.of("outage"))
    return down and any(one.begin <= moment <= _after(one, outcome) for one in outcome.of(*_FAULTS))


def _after(fault: Disturbance, outcome: Outcome) -> float:
    """Return until when a worker may meet a fault: it looks at the cache at its next refresh point."""
    end = outcome.ended if fault.end is None else fault.end
    return end + float(outcome.plan["lifetime"]) + _WARNED_AFTER


def _cache_warnings(outcome: Outcome) -> list[tuple[float, str]]:
    warned = [(moment, text) for line in outcome.lines for moment, text in line["warned"]]
    return sorted(one for one in warned if one[1].startswith(("cache_", "lock_")))


def _growth(outcome: Outcome) -> dict[int, tuple[float, float]]:
    """Return the memory of each veteran in the first quarter (after a start) and in the last."""
    found = {}
    for number, samples in outcome.memory().items():
        if len(samples) >= 8:
            quarter = len(samples) // 4
            early = [size for _, size in samples[quarter // 2 : quarter + 1]]
            found[number] = (median(early), median(size for _, size in samples[-quarter:]))
    return found


def report(outcome: Outcome) -> str:
    """Return the figures as text."""
    seconds = outcome.ended - outcome.began
    plan = outcome.plan
    kinds = Counter(one.kind for one in outcome.disturbances)
    early = Counter(why or "no reason" for _, why in early_fetches(outcome))
    points = seconds / (plan["lifetime"] * _REFRESH_AFTER)
    down = sum((outcome.ended if one.end is None else one.end) - one.begin for one in outcome.of("outage"))
    children = sum(line["role"] == "child" for line in outcome.lines)
    calls = sum(line["calls"] for line in outcome.lines)
    warned = Counter(text.split()[0] for line in outcome.lines for _, text in line["warned"])
    rows = [
        f"{plan['workers']} workers for {seconds / 60:.1f} minutes; a set of credentials lives {plan['lifetime']:g} s "
        f"(an hour by a clock that is {outcome.clock.speed:.0f} times as fast); seed {plan['seed']}",
        f"{kinds['kill']} kills (kill -9), {children} forks, {kinds['outage']} outages of the source ({down:.0f} s), "
        f"{kinds['step']} clock steps (up to 20 minutes of its own), cache folder {kinds['remove']} times removed, "
        f"{kinds['replace']} times a file in its place, {kinds['garble']} times a byte of the entry flipped; "
        f"{outcome.workers_started} workers were started",
        f"get_frozen_credentials: {len(outcome.waits()):,}; signed calls: {calls:,}; "
        f"failed while there were no valid credentials: {len(outcome.errors()) - len(_failures(outcome))}; "
        f"signed again because a set had ended: {outcome.calls_refused}",
        f"fetches: {len(outcome.issued)} for {points:.0f} refresh points; sooner than those: "
        f"{sum(early.values())} ({', '.join(f'{why} {count}' for why, count in sorted(early.items())) or 'none'}); "
        f"requests during outages: {len(outcome.asked_while_down)}"
        + (f" ({len(outcome.asked_while_down) / down:.1f} a second)" if down else ""),
        f"warnings: {', '.join(f'{name} {count}' for name, count in sorted(warned.items())) or 'none'}; "
        f"temporary files left: {len(outcome.orphans)}",
    ]
    starts = outcome.starts() or [0.0]
    rows.append(f"first credentials of a worker: median {_time(median(starts))}, longest {_time(starts[-1])}")
    for name, warm in (("requests refresh", False), ("kept warm", True)):
        waits = outcome.waits(warm=warm)
        over = sum(count for bucket, count in waits.counts.items() if 2.0 ** (bucket / 16) / 1e9 > 0.01)
        rows.append(
            f"{name}: p50 {_time(waits.quantile(0.5))}, p99 {_time(waits.quantile(0.99))}, "
            f"p999 {_time(waits.quantile(0.999))}, longest {_time(waits.longest)}; "
            f"{over} of {len(waits):,} took more than 10 ms"
        )
    for number, (first, last) in _growth(outcome).items():
        rows.append(
            f"memory of worker {number}, never killed: {first / 1e6:.1f} MB early, {last / 1e6:.1f} MB at the end"
        )
    return "\n".join(rows)


def _time(seconds: float) -> str:
    return f"{seconds * 1e6:.1f} us" if seconds < 1e-3 else f"{seconds * 1e3:.1f} ms"


def plot(outcome: Outcome, file: Path) -> None:
    """Draw memory and fetches over time, with the outages; needs matplotlib (``sotalia[plots]``)."""
    import matplotlib as mpl  # type: ignore[import-not-found,import-untyped,unused-ignore] # an extra

    mpl.use("Agg")
    from matplotlib import pyplot

    figure, (above, below) = pyplot.subplots(2, 1, sharex=True, figsize=(9, 5), height_ratios=(3, 1))
    for number, samples in outcome.memory().items():
        label = "requests refresh" if number % 2 == 0 else "kept warm"
        above.plot([moment - outcome.began for moment, _ in samples], [size / 1e6 for _, size in samples], label=label)
    above.set_ylabel("memory (MB)")
    above.set_ylim(
        0, 1.2 * max((size for samples in outcome.memory().values() for _, size in samples), default=1) / 1e6
    )
    above.legend(loc="lower right")
    above.set_title("Workers of a soak that were never killed")
    below.eventplot([one.at - outcome.began for one in outcome.issued], lineoffsets=1, linelengths=0.8)
    below.eventplot(
        [one.begin - outcome.began for one in outcome.of("kill")], lineoffsets=0, linelengths=0.8, color="0.6"
    )
    below.set_yticks([0, 1], ["kills", "fetches"])
    below.set_xlabel("seconds; grey: the source is down")
    for outage in outcome.of("outage"):
        end = outcome.ended if outage.end is None else outage.end
        for axes in (above, below):
            axes.axvspan(outage.begin - outcome.began, end - outcome.began, color="0.9")
    figure.tight_layout()
    figure.savefig(file, dpi=110)
    pyplot.close(figure)
