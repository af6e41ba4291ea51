"""The options of ``sotalia bench``, apart from what measures, which takes longer to import."""

from pathlib import Path
from typing import Any

__all__ = ["add_bench_command"]


def add_bench_command(commands: Any) -> Any:
    """Add the command to the parser of ``sotalia``, and return its parser."""
    bench = commands.add_parser("bench", help="measure sotalia and boto3 side by side")
    bench.add_argument(
        "--all",
        action="store_true",
        help="the table with --peers, codecs, signing and instructions, and what is named besides, written with JSON "
        "and pictures to docs/benchmarks.md: what `make bench` does",
    )
    bench.add_argument("--runs", type=int, default=5, help="fresh processes of each, in turn; medians are printed")
    bench.add_argument("--only", action="append", help="the name of one figure; may be given more than once")
    bench.add_argument("--codecs", action="store_true", help="measure reading and writing messages, without a network")
    bench.add_argument("--signing", action="store_true", help="measure header signing, beside botocore and awscrt")
    bench.add_argument("--integrity", action="store_true", help="measure checksums, and large puts with them")
    bench.add_argument("--instructions", action="store_true", help="count the instructions of calls, instead of timing")
    bench.add_argument("--transfers", action="store_true", help="measure uploads and downloads of 256 MiB")
    bench.add_argument("--peers", action="store_true", help="measure aiobotocore, obstore, minio and awscrt as well")
    bench.add_argument("--write", type=Path, help="write the table as Markdown")
    bench.add_argument("--plot", type=Path, help="draw it (SVG); needs matplotlib")
    return bench
