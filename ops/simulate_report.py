"""The simulated fleet as a table and as a plot: ``sotalia simulate``."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final, NamedTuple

from .simulate import SHARING, Fleet, Outage, Outcome, Sharing, simulate

__all__ = ["plot", "run_simulation", "table"]

_HOUR: Final = 3600.0
_THROTTLED: Final = Outage(3 * _HOUR, 3 * _HOUR + 3000, "throttles")
_SILENT: Final = Outage(5.25 * _HOUR, 5.25 * _HOUR + 3000, "silent")
_NO_REDIS: Final = (6.75 * _HOUR, 7.5 * _HOUR)
_HOURS: Final = 9

_TITLES: Final[Mapping[Sharing, str]] = {
    "none": "without sharing",
    "host": "host cache",
    "redis": "host cache and Redis",
}
_COLOURS: Final[Mapping[Sharing, str]] = {"none": "#c0392b", "host": "#2471a3", "redis": "#1e8449"}


class _Phase(NamedTuple):
    title: str
    begins: float
    ends: float


_PHASES: Final = (
    _Phase("start, within a minute", 0, 600),
    _Phase("a refresh point", 0.5 * _HOUR, _HOUR),
    _Phase("STS throttles everybody, 50 min", *_THROTTLED[:2]),
    _Phase("the 15 min after that", _THROTTLED.ends, _THROTTLED.ends + 900),
    _Phase("STS does not answer, 50 min", *_SILENT[:2]),
    _Phase("the 15 min after that", _SILENT.ends, _SILENT.ends + 900),
    _Phase("a refresh point while Redis is down, 45 min", *_NO_REDIS),
)


def run_simulation(hosts: int, workers: int, seed: int, write: Path | None, picture: Path | None) -> int:
    """Simulate the fleet in the three ways, print the table, and write what is asked for."""
    if picture is not None:
        try:
            import matplotlib  # noqa: F401
        except ImportError:
            print("sotalia simulate: --plot needs matplotlib: pip install 'sotalia[plots]'", file=sys.stderr)
            return 2
    fleet = Fleet(hosts, workers, _HOURS * _HOUR, outages=(_THROTTLED, _SILENT), redis_down=_NO_REDIS, seed=seed)
    outcomes = {}
    for sharing in SHARING:
        print(f"{_TITLES[sharing]} ...", file=sys.stderr)
        outcomes[sharing] = simulate(fleet, sharing)
    text = table(fleet, outcomes)
    print(text)
    if write is not None:
        write.write_text(text + "\n", encoding="utf-8")
    if picture is not None:
        plot(fleet, outcomes, picture)
    return 0


def table(fleet: Fleet, outcomes: Mapping[Sharing, Outcome]) -> str:
    """Return calls to STS in each phase, and the most in one second, as Markdown."""
    lines = [
        f"| {fleet.hosts:,} hosts with {fleet.workers} workers each: calls to STS (most in a second) | "
        + " | ".join(_TITLES[sharing] for sharing in outcomes)
        + " |",
        "|---|" + "---:|" * len(outcomes),
    ]
    for phase in _PHASES:
        cells = [
            f"{found.between(phase.begins, phase.ends):,} ({found.peak(phase.begins, phase.ends):,})"
            for found in outcomes.values()
        ]
        lines.append(f"| {phase.title} | " + " | ".join(cells) + " |")
    hourly = [f"{found.between(0, 3 * _HOUR) / 3:,.0f}" for found in outcomes.values()]
    lines.append("| calls in an hour, everything in order | " + " | ".join(hourly) + " |")
    failed = [f"{found.without_credentials:,}" for found in outcomes.values()]
    lines.append("| requests without credentials, in all | " + " | ".join(failed) + " |")
    return "\n".join(lines)


def plot(fleet: Fleet, outcomes: Mapping[Sharing, Outcome], path: Path) -> None:
    """Draw calls per five minutes over the hours; the same outcomes give the same bytes with one matplotlib."""
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams.update({"svg.hashsalt": "sotalia", "svg.fonttype": "none", "font.family": "sans-serif"})
    from matplotlib import pyplot

    bin_seconds = 300.0
    figure, axes = pyplot.subplots(figsize=(8, 3.6), layout="constrained")
    edges = [number * bin_seconds / _HOUR for number in range(int(fleet.seconds / bin_seconds) + 1)]
    for sharing, found in outcomes.items():
        counts = [found.between(edge * _HOUR, edge * _HOUR + bin_seconds) for edge in edges[:-1]]
        axes.stairs([count or float("nan") for count in counts], edges, label=_TITLES[sharing], color=_COLOURS[sharing])
    for outage, words in ((_THROTTLED, "STS throttles"), (_SILENT, "STS is silent")):
        axes.axvspan(outage.begins / _HOUR, outage.ends / _HOUR, color="#f5b7b1", alpha=0.5, linewidth=0, zorder=0)
        axes.text(outage.begins / _HOUR + 0.02, 1.1, words, fontsize=8)
    axes.axvspan(_NO_REDIS[0] / _HOUR, _NO_REDIS[1] / _HOUR, color="#d5d8dc", alpha=0.6, linewidth=0, zorder=0)
    axes.text(_NO_REDIS[0] / _HOUR + 0.02, 1.1, "no Redis", fontsize=8)
    axes.set(yscale="log", ylim=(0.8, None), xlim=(0, fleet.seconds / _HOUR))
    axes.set(xlabel="hours", ylabel="calls to STS in 5 minutes")
    axes.set_title(f"{fleet.hosts:,} hosts with {fleet.workers} workers each, sessions of an hour", fontsize=10)
    axes.legend(loc="upper right", fontsize=8, ncols=3)
    axes.grid(axis="y", alpha=0.3)
    figure.savefig(path, format="svg", metadata={"Date": None})
    pyplot.close(figure)
