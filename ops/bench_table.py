"""What was measured as tables of Markdown, and as JSON."""

import json
from collections.abc import Iterable, Mapping, Sequence
from statistics import median
from typing import Any, Final

from .bench_figures import Figure
from .bench_measure import Measured, numbers
from .bench_plot import Row

__all__ = ["as_json", "figure_rows", "figure_table", "goals_told", "spread_table"]

_APART: Final = 0.05  # medians of pairs are shown if they are farther away from the ratio of the medians


def figure_table(figures: Sequence[Figure], measured: Measured, names: Sequence[str]) -> list[str]:
    """Return a line per figure: medians of each SDK, boto3's in relation to sotalia's, and whether the goal is met."""
    lines = [
        f"| figure | {' | '.join(names)} | ratio | goal | |",
        f"|---{'|---:' * len(names)}|---:|---:|---|",
    ]
    for figure in figures:
        values = numbers(figure, measured)
        unit = _behind(figure.unit)
        cells = [f"{_number(median(values[name]))}{unit}" if values.get(name) else "" for name in names]
        goal, verdict = "", ""
        if figure.goal is not None:
            limit = "" if figure.goal.limit is None else f", at most {figure.goal.limit:g}"
            least = "at least " if figure.goal.least else ""
            goal = f"{least}{figure.goal.aim:g}{unit}{limit}"
            verdict = figure.goal.verdict(median(values["sotalia"]))
        lines.append(f"| {figure.title} | {' | '.join(cells)} | {_ratio(figure, values)} | {goal} | {verdict} |")
    return lines


def spread_table(figures: Sequence[Figure], measured: Measured) -> list[str]:
    """Return a line per figure: least, median and most of sotalia and boto3, and of the ratios of neighbours."""
    lines = ["| figure | sotalia | boto3 | ratios of neighbours |", "|---|---:|---:|---:|"]
    for figure in figures:
        values = numbers(figure, measured)
        unit = _behind(figure.unit)
        ours, theirs = values["sotalia"], values["boto3"]
        shown = [f"{_spread(ours)}{unit}", f"{_spread(theirs)}{unit}", _spread(_ratios(figure, ours, theirs))]
        lines.append(f"| {figure.title} | {' | '.join(shown)} |")
    return lines


def goals_told(figures: Iterable[Figure], measured: Measured) -> str:
    """Return a sentence: how many goals are met, and which are not."""
    told: dict[str, list[str]] = {"met": [], "within the limit": [], "missed": []}
    for figure in figures:
        if figure.goal is not None:
            told[figure.goal.verdict(median(numbers(figure, measured)["sotalia"]))].append(figure.title)
    text = f"Goals: {len(told['met'])} met"
    for verdict in ("within the limit", "missed"):
        if told[verdict]:
            text += f"; {len(told[verdict])} {verdict} ({'; '.join(told[verdict])})"
    return f"{text}."


def figure_rows(figures: Iterable[Figure], measured: Measured) -> list[Row]:
    """Return what a picture shows."""
    rows = []
    for figure in figures:
        costs = {name: median(values) for name, values in numbers(figure, measured).items() if values}
        rows.append(Row(figure.title, costs, None if figure.goal is None else figure.goal.aim))
    return rows


def as_json(figures: Iterable[Figure], measured: Measured, facts: Mapping[str, Any]) -> str:
    """Return everything that was measured, run by run, behind the ``facts``."""
    shown = {}
    for figure in figures:
        values = numbers(figure, measured)
        shown[figure.name] = {
            "title": figure.title,
            "unit": figure.unit,
            "goal": None if figure.goal is None else figure.goal._asdict(),
            "runs": {name: [float(f"{value:.4g}") for value in found] for name, found in values.items()},
        }
    heads = [f"{json.dumps(name)}: {json.dumps(value, ensure_ascii=False)}" for name, value in facts.items()]
    lines = [f"{json.dumps(name)}: {json.dumps(value, ensure_ascii=False)}" for name, value in shown.items()]
    return "{\n" + "".join(f"{head},\n" for head in heads) + '"figures": {\n' + ",\n".join(lines) + "\n}}\n"


def _ratio(figure: Figure, values: Mapping[str, Sequence[float]]) -> str:
    """Return the ratio of the medians, and the median of neighbours' ratios if that is another number."""
    ours, theirs = values["sotalia"], values.get("boto3")
    if not theirs:
        return ""
    pairs = _ratios(figure, ours, theirs)
    if not pairs:
        return "-"
    both = _ratios(figure, [median(ours)], [median(theirs)]) or pairs
    text = f"{both[0]:.1f}"
    return text if abs(median(pairs) / both[0] - 1) <= _APART else f"{text} ({median(pairs):.1f})"


def _ratios(figure: Figure, ours: Sequence[float], theirs: Sequence[float]) -> list[float]:
    """Return how many times better sotalia's figures are than those of the process of boto3 that ran next to it."""
    pairs = zip(theirs, ours, strict=True) if figure.more else zip(ours, theirs, strict=True)
    return [other / one for one, other in pairs if one > 0 and other > 0]


def _spread(values: Sequence[float]) -> str:
    return f"{_number(min(values))} / {_number(median(values))} / {_number(max(values))}" if values else "-"


def _behind(unit: str) -> str:
    return f" {unit}" if unit else ""


def _number(value: float) -> str:
    """Return three digits that count, or as many as a whole number has."""
    if value == int(value) or value >= 100:
        return f"{value:.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}" if value >= 1 else f"{value:.3f}"
