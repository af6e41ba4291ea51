"""Keep the cores awake while something is measured, without taking time from it.

A virtual CPU that has nothing to do is given back to its host, and takes tens
of microseconds to come back, which are charged to the process that it comes
back for: with its cores asleep between a request and its answer a small call
took up to a half more. Run as a program, this is busy at the lowest class of
the scheduler (``SCHED_IDLE``) until the process that started it ends.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from .processes import running

__all__ = ["awake"]


@contextmanager
def awake() -> Iterator[None]:
    """Keep every core awake, where the system has the class for it."""
    with ExitStack() as stack:
        if hasattr(os, "SCHED_IDLE"):
            for _ in range(os.cpu_count() or 1):
                stack.enter_context(running([sys.executable, "-m", "sotalia.ops.bench_awake", str(os.getpid())]))
        yield


def main() -> None:
    """Be busy with nothing, for the process whose id is the argument."""
    parent = int(sys.argv[1])
    os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
    while os.getppid() == parent:
        for _ in range(1_000_000):
            pass


if __name__ == "__main__":
    main()
