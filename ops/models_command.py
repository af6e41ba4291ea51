"""``sotalia models``: what the compiled store holds, what it says of a service, and compiling another one."""

import argparse
import os
import sys
from collections.abc import Mapping
from typing import Any

from ..components.errors import SotaliaError

__all__ = ["run_models"]


def run_models(options: argparse.Namespace) -> int:
    """Run ``models info``, ``models docs`` or ``models compile``; return the exit status."""
    try:
        if options.action == "info":
            from ..models.store import default_store

            _print(default_store().info())
        elif options.action == "docs":
            print(_documentation(options.service, options.name), end="", flush=True)
        else:
            from ..models.compile import compile_models

            compile_models(options.source, options.target, options.resources)
            print(f"compiled {options.source} into {options.target}")
    except BrokenPipeError:  # a pager has shown enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (SotaliaError, OSError, AttributeError) as error:
        print(error)
        return 1
    return 0


def _documentation(service: str, name: str | None) -> str:
    """Return what ``help()`` shows, by the models that a session of this moment finds."""
    from ..session_core.session import Session

    client = Session().client(service, region_name="us-east-1")
    if name is None:
        return str(client.__doc__)
    if name in client.waiter_names:
        return str(client.get_waiter(name).__doc__)
    return str(getattr(client if name.islower() else client.exceptions, name).__doc__)


def _print(facts: Mapping[str, Any]) -> None:
    width = max(map(len, facts), default=0)
    for name, value in facts.items():
        print(f"{name:<{width}}  {value}")
