"""What the demo shows: a table of the fleets side by side, and one of their calls."""

from collections.abc import Callable, Sequence
from typing import Any

from .demo_fleet import FleetResult, percentile

__all__ = ["ONE_FETCH", "plain", "print_report", "verdict"]

ONE_FETCH = 3
"""Requests that one fetch of an instance's credentials takes: token, role name, credentials."""

Row = tuple[str, Callable[[FleetResult], float], Callable[[float], str]]


def _count(value: float) -> str:
    return f"{value:,.0f}"


def _ms(value: float) -> str:
    return f"{value * 1000:,.1f} ms"


def _seconds(value: float) -> str:
    return f"{value:.1f} s"


_SECTIONS: list[list[Row]] = [
    [
        ("processes that did their work", lambda r: r.finished, _count),
        ("calls", lambda r: r.calls, _count),
        ("errors", lambda r: r.failures, _count),
    ],
    [
        ("requests to IMDS", lambda r: r.imds_requests, _count),
        ("   of them refused", lambda r: r.imds_refused, _count),
        ("calls of STS AssumeRole", lambda r: r.assume_role, _count),
    ],
    [
        ("p50 of a warm call", lambda r: percentile(r.warm_calls(), 50), _ms),
        ("p99 of a warm call", lambda r: percentile(r.warm_calls(), 99), _ms),
        ("p99 of the first of its kind", lambda r: percentile(r.first, 99), _ms),
        ("slowest start of a worker", lambda r: max(r.starts, default=0.0), _ms),
        ("CPU per call, with the start", lambda r: r.cpu / max(1, r.calls), _ms),
        ("from start to end", lambda r: r.wall, _seconds),
    ],
]


def verdict(result: FleetResult) -> list[str]:
    """Return what keeps the demo from having succeeded with this fleet; empty for success."""
    found = []
    if result.failures:
        found.append(f"{result.failures} errors")
    if result.finished < result.workers:
        found.append(f"{result.workers - result.finished} of {result.workers} workers did not do their work")
    if result.imds_requests > ONE_FETCH:
        found.append(f"{result.imds_requests} requests to IMDS, where one fetch takes {ONE_FETCH}")
    if result.assume_role != 1:
        found.append(f"{result.assume_role} calls of AssumeRole instead of 1")
    return found


def print_report(console: Any, results: Sequence[FleetResult]) -> None:
    """Print the tables, and what went wrong."""
    console.print(_summary(results))
    if results[0].warm:
        console.print(_calls(results))
    for result in results:
        for trouble in result.troubles()[:8]:
            console.print(f"[bold red]{result.sdk}[/]", plain(trouble))


def plain(text: str) -> Any:
    """Return a text that is shown as it is: an error may hold what looks like markup."""
    from rich.text import Text

    return Text(text)


def _table(title: str, columns: Sequence[str], results: Sequence[FleetResult]) -> Any:
    from rich import box
    from rich.table import Table

    table = Table(title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        table.add_column(column)
    for result in results:
        table.add_column(result.sdk, justify="right", style="bold cyan" if result is results[0] else "")
    if len(results) == 2:
        table.add_column(f"{results[1].sdk} / {results[0].sdk}", justify="right", style="dim")
    return table


def _summary(results: Sequence[FleetResult]) -> Any:
    table = _table(f"{results[0].workers} worker processes on one host", [""], results)
    for section in _SECTIONS:
        for label, value, show in section:
            figures = [value(result) for result in results]
            table.add_row(label, *map(show, figures), *_ratio(figures))
        table.add_section()
    return table


def _calls(results: Sequence[FleetResult]) -> Any:
    table = _table("p50 of each call, warm", ["call", "protocol"], results)
    for name, protocol in results[0].protocols.items():
        figures = [percentile(result.warm.get(name, ()), 50) for result in results]
        table.add_row(name, protocol, *map(_ms, figures), *_ratio(figures))
    return table


def _ratio(figures: Sequence[float]) -> list[str]:
    if len(figures) != 2:
        return []
    ours, theirs = figures
    return [f"{theirs / ours:.1f}" if ours and theirs and ours != theirs else ""]
