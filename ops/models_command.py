"""``sotalia models``: what the compiled store holds, and compiling another one."""

import argparse
from collections.abc import Mapping
from typing import Any

from ..components.errors import SotaliaError

__all__ = ["run_models"]


def run_models(options: argparse.Namespace) -> int:
    """Run ``models info`` or ``models compile``; return the exit status."""
    try:
        if options.action == "info":
            from ..models.store import default_store

            _print(default_store().info())
        else:
            from ..models.compile import compile_models

            compile_models(options.source, options.target)
            print(f"compiled {options.source} into {options.target}")
    except (SotaliaError, OSError) as error:
        print(error)
        return 1
    return 0


def _print(facts: Mapping[str, Any]) -> None:
    width = max(map(len, facts), default=0)
    for name, value in facts.items():
        print(f"{name:<{width}}  {value}")
