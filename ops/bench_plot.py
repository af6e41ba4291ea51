"""What the benchmarks measured as a picture: the costs of the others, as multiples of sotalia's."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

__all__ = ["Row", "can_plot", "plot"]

_COLOURS = ("#1f77b4", "#ff7f0e", "#2ca02c", "#9467bd", "#8c564b")


class Row(NamedTuple):
    """A figure: its title, what each SDK costs, and the cost that is aimed at, in one unit."""

    title: str
    costs: Mapping[str, float]
    goal: float | None


def can_plot() -> bool:
    """Whether matplotlib is there."""
    from importlib.util import find_spec

    return find_spec("matplotlib") is not None


def plot(rows: Sequence[Row], names: Sequence[str], path: Path) -> None:
    """Draw a line per figure, and a point per SDK where it stands to sotalia's cost, on a logarithmic scale (SVG)."""
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams.update({"svg.hashsalt": "sotalia", "svg.fonttype": "none", "font.family": "sans-serif"})
    from matplotlib import pyplot

    shown = [row for row in rows if row.costs.get("sotalia", 0.0) > 0.0]
    figure, axes = pyplot.subplots(figsize=(9.5, 1.0 + 0.24 * len(shown)), layout="constrained")
    axes.axvline(1.0, color="black", linewidth=1.5, label="sotalia")
    others = [name for name in names if name != "sotalia"]
    for name, colour in zip(others, _COLOURS, strict=False):
        points = [
            (row.costs[name] / row.costs["sotalia"], at)
            for at, row in enumerate(shown)
            if row.costs.get(name, 0.0) > 0.0
        ]
        axes.plot(*zip(*points, strict=True), "o", color=colour, label=name) if points else None
    goals = [(row.goal / row.costs["sotalia"], at) for at, row in enumerate(shown) if row.goal]
    if goals:
        axes.plot(*zip(*goals, strict=True), "|", color="#c0392b", markersize=9, label="goal")
    axes.set_yticks(range(len(shown)), [row.title for row in shown], fontsize=8)
    axes.invert_yaxis()
    axes.set(xscale="log", xlabel="times the cost of sotalia")
    axes.grid(axis="both", alpha=0.3)
    figure.legend(loc="outside upper center", fontsize=8, ncols=7)
    figure.savefig(path, format="svg", metadata={"Date": None})
    pyplot.close(figure)
