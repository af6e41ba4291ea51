"""A stampede: many processes of one host want credentials in the same moment. What does that cost their sources?

``python -m sotalia.ops.stampede`` prints the counts for sotalia; with
``--compare boto3`` for boto3 too, in an environment of its own. The sources are
the fakes of the test kit: a metadata service that allows 20 requests per second
and, with ``--role``, an STS.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Literal, NamedTuple

from .processes import end, fake_service, peer_cache, peer_python, stats_of

__all__ = ["Outcome", "family", "main", "stampede"]

How = Literal["fork", "spawn", "programs"]

ROLE_PROFILE = """\
[profile fleet]
region = us-east-1
role_arn = arn:aws:iam::123456789012:role/fleet-worker
credential_source = Ec2InstanceMetadata
"""


class Outcome(NamedTuple):
    """What a stampede came to. ``sets`` counts the different access keys; times are in seconds."""

    sdk: str
    how: str
    processes: int
    with_credentials: int
    sets: int
    errors: Counter[str]
    median: float
    worst: float
    cpu: float
    imds_requests: int
    imds_refused: int
    assume_role: int | None

    def __str__(self) -> str:
        role = "" if self.assume_role is None else f", AssumeRole {self.assume_role}"
        return (
            f"{self.sdk}, {self.how}: {self.with_credentials} of {self.processes} have credentials; "
            f"requests to IMDS {self.imds_requests} ({self.imds_refused} refused){role}; "
            f"median {self.median:.2f} s, worst {self.worst:.2f} s, CPU {self.cpu:.2f} s"
        )


def stampede(
    sdk: str = "sotalia",
    how: How = "spawn",
    processes: int = 64,
    *,
    role: bool = False,
    python: str | None = None,
    rate: float = 20.0,
    latency: float = 0.02,
    environ: Mapping[str, str] | None = None,
) -> Outcome:
    """Let a fleet with an empty cache ask for credentials at once, and count.

    ``how`` is the way its processes are made; ``programs`` are independent of
    each other. With ``role`` they assume a role with the credentials of the
    instance. ``environ`` is added to their environment.
    """
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="sotalia-stampede-")))
        (home / "config").write_text(ROLE_PROFILE)
        imds = fake_service(stack, "imds", "--rate", str(rate), "--latency", str(latency))
        sts = fake_service(stack, "sts", "--latency", str(latency)) if role else None
        own = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "SOTALIA_C"))}
        own |= {
            "HOME": str(home),
            "XDG_RUNTIME_DIR": str(home),
            "AWS_CONFIG_FILE": str(home / "config"),
            "AWS_SHARED_CREDENTIALS_FILE": str(home / "none"),
            "AWS_EC2_METADATA_SERVICE_ENDPOINT": imds,
            "AWS_REGION": "us-east-1",
            "AWS_DEFAULT_REGION": "us-east-1",
            "NO_PROXY": "127.0.0.1",
        }
        if sts is not None:
            own |= {"AWS_PROFILE": "fleet", "AWS_ENDPOINT_URL_STS": sts}
        own |= environ or {}
        command = [python or sys.executable, str(Path(__file__).with_name("stampede_worker.py")), "--sdk", sdk]
        told = _programs(command, processes, own) if how == "programs" else family(command, how, processes, own)
        counts = stats_of(imds)
        took = sorted(line.get("took", 0.0) for line in told) or [0.0]
        return Outcome(
            sdk=sdk,
            how=how,
            processes=processes,
            with_credentials=sum(line.get("key") is not None for line in told),
            sets=len({line["key"] for line in told if line.get("key")}),
            errors=Counter(line["error"] for line in told if line.get("error")),
            median=took[len(took) // 2],
            worst=took[-1],
            cpu=sum(line.get("cpu", 0.0) for line in told),
            imds_requests=counts["requests"],
            imds_refused=counts["throttled"],
            assume_role=None if sts is None else stats_of(sts).get("AssumeRole", 0),
        )


def family(command: list[str], how: str, count: int, environ: Mapping[str, str]) -> list[dict[str, Any]]:
    """Run a parent that makes the processes of ``stampede_worker``, and return what they tell."""
    whole = [*command, "--start", how, "--processes", str(count)]
    with subprocess.Popen(whole, env=environ, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True) as parent:
        try:
            out, _ = parent.communicate(timeout=200)
        except BaseException:
            parent.kill()
            raise
    return [json.loads(line) for line in out.splitlines()]


def _programs(command: list[str], count: int, environ: Mapping[str, str]) -> list[dict[str, Any]]:
    """Run programs that know nothing of each other."""
    pipe = subprocess.PIPE
    programs: list[subprocess.Popen[str]] = []
    try:
        for _ in range(count):
            programs.append(subprocess.Popen([*command, "--one"], env=environ, stdin=pipe, stdout=pipe, text=True))
        for program in programs:
            assert program.stdout is not None
            program.stdout.readline()
        for program in programs:
            assert program.stdin is not None
            program.stdin.write("go\n")
            program.stdin.flush()
        return [json.loads(program.communicate(timeout=150)[0] or '{"error": "it died"}') for program in programs]
    finally:
        for program in programs:
            end(program)


def main(arguments: list[str] | None = None) -> int:
    """Print the counts of a stampede; status 0 if every process of sotalia got credentials."""
    parser = argparse.ArgumentParser(description="Count what a fleet that starts at once costs its sources.")
    parser.add_argument("--processes", type=int, default=64)
    parser.add_argument("--how", choices=("fork", "spawn", "programs"), default="spawn")
    parser.add_argument("--role", action="store_true", help="assume a role with the credentials of the instance")
    parser.add_argument("--rate", type=float, default=20.0, help="requests per second that the metadata service allows")
    parser.add_argument("--latency", type=float, default=0.02, help="seconds that every answer takes")
    parser.add_argument("--compare", choices=("boto3",), help="run the same with boto3, in its own environment")
    given = parser.parse_args(arguments)
    fleets: list[tuple[str, str | None]] = [("sotalia", None)]
    if given.compare:
        fleets.append(("boto3", peer_python(peer_cache())))
    status = 0
    for sdk, python in fleets:
        outcome = stampede(
            sdk, given.how, given.processes, role=given.role, python=python, rate=given.rate, latency=given.latency
        )
        print(outcome, flush=True)
        for error, times in outcome.errors.most_common(5):
            print(f"  {times} times: {error}")
        if sdk == "sotalia" and outcome.with_credentials < outcome.processes:
            status = 1
    return status


if __name__ == "__main__":
    raise SystemExit(main())
