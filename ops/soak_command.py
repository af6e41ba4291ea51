"""``sotalia soak``: run a soak, print its figures, and say what did not hold."""

import sys
from argparse import Namespace
from pathlib import Path

__all__ = ["run_soak"]


def run_soak(options: Namespace) -> int:
    """Run a soak by the options of the command line; status 0 if everything held."""
    from .soak import Plan, soak
    from .soak_report import broken, plot, report

    picture: Path | None = options.plot
    if picture is not None:
        try:
            import matplotlib  # type: ignore[import-not-found,import-untyped,unused-ignore] # noqa: F401 - an extra
        except ImportError:
            print("--plot needs matplotlib: pip install 'sotalia[plots]'", file=sys.stderr)
            return 2
    outcome = soak(
        Plan(
            workers=options.workers,
            seconds=options.minutes * 60,
            lifetime=options.lifetime,
            seed=options.seed,
        )
    )
    print(report(outcome))
    if picture is not None:
        plot(outcome, picture)
        print(f"plot: {picture}")
    troubles = broken(outcome)
    for trouble in troubles:
        print(f"BROKEN: {trouble}")
    print("everything held" if not troubles else f"{len(troubles)} things did not hold")
    return 1 if troubles else 0
