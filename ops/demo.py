"""The demo: a fleet of workers on this machine, one fetch of credentials, every protocol of AWS.

Starts moto's server and a fake instance metadata service on loopback, then the
workers, each a program of its own. Ends by itself and leaves nothing running.
"""

import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from .demo_fleet import FleetResult, run_fleet
from .demo_report import plain, print_report, verdict
from .demo_world import Sources, World
from .processes import peer_python

__all__ = ["run_demo"]

_PATIENCE = 80.0


def run_demo(
    workers: int = 16,
    rounds: int = 5,
    rate: float = 20.0,
    latency: float = 0.02,
    compare: str | None = None,
    boto3_python: str | None = None,
) -> int:
    """Run the demo and print its tables; return the exit status.

    0 means that every call of sotalia succeeded, and that its fleet cost one
    fetch from IMDS and one AssumeRole; 1 that it did not, 2 that the demo could
    not be run. What boto3 does is shown, and does not count.
    """
    try:
        from rich.console import Console
    except ImportError:
        sys.stderr.write("sotalia demo needs the extra 'demo': pip install 'sotalia[demo]'\n")
        return 2
    if workers < 1 or rounds < 1:
        sys.stderr.write("sotalia demo needs at least one worker and one round\n")
        return 2
    console = Console()
    try:
        with _ended_kindly():
            results = _run(console, workers, rounds, rate, latency, compare, boto3_python)
    except KeyboardInterrupt:
        console.print("stopped, and everything with it")
        return 130
    except (RuntimeError, OSError, subprocess.SubprocessError) as error:
        console.print("[bold red]the demo could not be run:[/]", plain(f"{type(error).__name__}: {error}"))
        return 2
    print_report(console, results)
    if found := verdict(results[0]):
        console.print("[bold red]failed:[/]", plain("; ".join(found)))
        return 1
    console.print(f"[bold green]{workers} processes, one fetch of credentials, no errors[/]")
    return 0


def _run(
    console: Any, workers: int, rounds: int, rate: float, latency: float, compare: str | None, boto3_python: str | None
) -> list[FleetResult]:
    results: list[FleetResult] = []
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="sotalia-demo-")))
        fleets = [("sotalia", [sys.executable, "-m", "sotalia.ops.demo_worker"])]
        if compare == "boto3":
            with console.status("looking for boto3, and making an environment with it if need be ..."):
                python = boto3_python or peer_python(_cache_folder())
            fleets.append(("boto3", [python, str(Path(__file__).with_name("demo_worker.py"))]))
        with console.status("starting moto's server and filling it ..."):
            world = World(stack, folder)
        console.print(
            f"moto's server plays AWS at {world.moto}; the metadata service of each fleet allows {rate:g} requests "
            f"per second and takes {latency * 1000:g} ms for each",
            style="dim",
        )
        with _progress(console) as bar:
            tasks = {sdk: bar.add_task(f"{workers} workers with {sdk}", total=workers * rounds) for sdk, _ in fleets}
            for sdk, command in fleets:
                task = tasks[sdk]
                with ExitStack() as of_fleet:
                    sources = Sources(of_fleet, world.moto, rate, latency)
                    environ = {**world.environ, **sources.environ}
                    bar.reset(task)

                    def advance(task: Any = task) -> None:
                        bar.advance(task)

                    result = run_fleet(sdk, command, environ, workers, rounds, folder, advance, _PATIENCE)
                    imds = sources.imds()
                    result.imds_requests, result.imds_refused = imds["requests"], imds["throttled"]
                    result.assume_role = sources.assume_role
                    results.append(result)
                bar.stop_task(task)
    return results


def _progress(console: Any) -> Any:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    return Progress(
        TextColumn("{task.description}"),
        BarColumn(bar_width=40),
        MofNCompleteColumn(),
        TextColumn("rounds"),
        TimeElapsedColumn(),
        console=console,
    )


def _cache_folder() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "sotalia"


@contextmanager
def _ended_kindly() -> Iterator[None]:
    """Let SIGTERM end everything that was started, as Ctrl-C does."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(number: int, frame: object) -> None:
        raise SystemExit(128 + number)

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
