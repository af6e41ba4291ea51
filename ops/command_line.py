"""The commands of ``sotalia``; each imports what it needs when it runs."""

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

__all__ = ["main"]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="sotalia", description="An AWS SDK runtime for fleets of worker processes.")
    parser.add_argument("--version", action="store_true", help="print the version and end")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")

    demo = commands.add_parser("demo", help="run a fleet of workers against servers on this machine")
    demo.add_argument("--workers", type=int, default=16)
    demo.add_argument("--rounds", type=int, default=5, help="rounds of calls per worker")
    demo.add_argument("--rate", type=float, default=20.0, help="requests per second that the metadata service allows")
    demo.add_argument("--latency", type=float, default=0.02, help="seconds that the metadata service takes")
    demo.add_argument("--compare", choices=("boto3",), help="run the same fleet with boto3, in its own environment")
    demo.add_argument("--boto3-python", help="a Python that has boto3, instead of making an environment")
    demo.set_defaults(run=_demo)

    from .bench_options import add_bench_command

    add_bench_command(commands).set_defaults(run=_bench)

    commands.add_parser("crashes", add_help=False, help="kill writers of the credential cache, and see what is left")
    commands.add_parser("fleet", add_help=False, help="count what fleets of processes ask their sources for")
    fleet = commands.add_parser("simulate", help="count the calls to STS of a fleet of hosts, on a clock of its own")
    fleet.add_argument("--hosts", type=int, default=1000)
    fleet.add_argument("--workers", type=int, default=64, help="workers on each host")
    fleet.add_argument("--seed", type=int, default=1, help="the same number gives the same outcome")
    fleet.add_argument("--write", type=Path, help="write the table as Markdown")
    fleet.add_argument("--plot", type=Path, help="draw it (SVG); needs matplotlib")
    fleet.set_defaults(run=_simulate)

    models = commands.add_parser("models", help="the compiled service models")
    actions = models.add_subparsers(dest="action", required=True)
    actions.add_parser("info", help="what the store was compiled from, and what it holds")
    compile_ = actions.add_parser("compile", help="compile a botocore wheel or a data directory into a store")
    compile_.add_argument("source", type=Path)
    compile_.add_argument("target", type=Path)
    compile_.add_argument("--resources", type=Path, help="a boto3 wheel or folder, for its definitions of resources")
    docs = actions.add_parser("docs", help="print what help() shows of a service, an operation, a waiter or an error")
    docs.add_argument("service")
    docs.add_argument("name", nargs="?", help="such as get_object, bucket_exists or NoSuchKey")
    models.set_defaults(run=_models)

    stubs = commands.add_parser("stubs", help="write types of clients for editors and type checkers")
    stubs.add_argument("services", nargs="*", metavar="SERVICE", help="such as s3 dynamodb; private ones too")
    stubs.add_argument("--all", action="store_true", help="all services that there are")
    stubs.add_argument("--output", type=Path, default=Path("typings"), help="where pyright looks: typings (default)")
    stubs.add_argument("--strict-results", action="store_true", help="only required members of results may be read")
    stubs.set_defaults(run=_stubs)

    doctor = commands.add_parser("doctor", help="run the credential chain and say what every provider answered")
    doctor.add_argument("--profile")
    doctor.set_defaults(run=_doctor)

    from .cache_options import add_cache_command

    add_cache_command(commands).set_defaults(run=_cache)
    soak = commands.add_parser("soak", help="run a fleet for minutes with kills, forks, outages and a broken cache")
    soak.add_argument("--workers", type=int, default=8)
    soak.add_argument("--minutes", type=float, default=2.0)
    soak.add_argument("--lifetime", type=float, default=12.0, help="real seconds that a set of credentials lives")
    soak.add_argument("--seed", type=int, default=1, help="of everything that is left to chance")
    soak.add_argument("--plot", type=Path, help="draw memory and fetches over time; needs sotalia[plots]")
    soak.set_defaults(run=_soak)

    sso = commands.add_parser("sso", help="sign in and out of IAM Identity Center")
    actions = sso.add_subparsers(dest="action", required=True)
    login = actions.add_parser("login", help="sign in with a browser on any device; prints its URL and a code")
    logout = actions.add_parser("logout", help="end sessions and remove their tokens; all, if none is named")
    for action in (login, logout):
        which = action.add_mutually_exclusive_group()
        which.add_argument("--profile", help="the profile whose session is meant")
        which.add_argument("--sso-session", help="the name of a section [sso-session NAME]")
    login.add_argument("--no-browser", action="store_true", help="no browser is opened anyway; for habit's sake")
    sso.set_defaults(run=_sso)

    export = commands.add_parser("export-credentials", help="print credentials for other programs")
    export.add_argument("--profile")
    export.add_argument(
        "--format",
        choices=("process", "env", "json"),
        default="process",
        help="process: as credential_process expects it (default); env: lines for a shell; json: with their provider",
    )
    export.set_defaults(run=_export)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit status."""
    given = sys.argv[1:] if arguments is None else list(arguments)
    if given and given[0] in _OF_THEIR_OWN:
        return _OF_THEIR_OWN[given[0]](given[1:])
    parser = _parser()
    options = parser.parse_args(given)
    if options.version:
        from ..session_core.version import version

        print(f"sotalia {version()}")
        return 0
    if options.command is None:
        parser.print_help(sys.stderr)
        return 2
    status: int = options.run(options)
    return status


def _demo(options: argparse.Namespace) -> int:
    from .demo import run_demo

    return run_demo(
        options.workers, options.rounds, options.rate, options.latency, options.compare, options.boto3_python
    )


def _bench(options: argparse.Namespace) -> int:
    from .bench_command import run_bench_command

    return run_bench_command(options)


def _crashes(arguments: Sequence[str]) -> int:
    from .crashes import main as run_crashes

    return run_crashes(arguments)


def _fleet(arguments: Sequence[str]) -> int:
    from .fleet_matrix import main as run_fleets

    return run_fleets(arguments)


def _simulate(options: argparse.Namespace) -> int:
    from .simulate_report import run_simulation

    return run_simulation(options.hosts, options.workers, options.seed, options.write, options.plot)


def _models(options: argparse.Namespace) -> int:
    from .models_command import run_models

    return run_models(options)


def _stubs(options: argparse.Namespace) -> int:
    from .stubs_command import run_stubs

    return run_stubs(options.services, options.output, every=options.all, whole=not options.strict_results)


def _doctor(options: argparse.Namespace) -> int:
    from .doctor import run_doctor

    return run_doctor(options.profile)


def _cache(options: argparse.Namespace) -> int:
    from .cache_command import run_cache

    return run_cache(options)


def _soak(options: argparse.Namespace) -> int:
    from .soak_command import run_soak

    return run_soak(options)


def _sso(options: argparse.Namespace) -> int:
    from .sso_command import run_sso

    return run_sso(options)


def _export(options: argparse.Namespace) -> int:
    from .export_command import run_export

    return run_export(options)


_OF_THEIR_OWN: Final[Mapping[str, Callable[[Sequence[str]], int]]] = {"crashes": _crashes, "fleet": _fleet}
"""Commands that parse what follows them themselves."""
