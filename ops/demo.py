"""The demo: a fleet of workers on this machine, one fetch of credentials, every protocol of AWS.

Starts moto's server and a fake instance metadata service on loopback, then the
workers, each a program of its own. Ends by itself and leaves nothing running.
"""

import json
import os
import subprocess
import sys
import tempfile
import threading
import urllib.request
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from statistics import quantiles
from typing import Any

from .counting_proxy import CountingProxy
from .processes import end, moto_server, peer_python, running

__all__ = ["FleetResult", "run_demo"]

CONFIG = """\
[profile worker]
region = us-east-1
role_arn = arn:aws:iam::123456789012:role/fleet-worker
credential_source = Ec2InstanceMetadata
"""


class FleetResult:
    """What a fleet did, and what it cost its sources."""

    def __init__(self, sdk: str) -> None:
        self.sdk = sdk
        self.latencies: list[float] = []
        self.first: list[float] = []
        self.errors: list[str] = []
        self.cpu = 0.0
        self.finished = 0
        self.imds_requests = 0
        self.imds_refused = 0
        self.assume_role = 0

    def percentile(self, percent: int) -> float:
        """Return a percentile of the latencies in seconds."""
        return quantiles(self.latencies, n=100)[percent - 1] if len(self.latencies) > 1 else 0.0


def run_demo(
    workers: int = 16,
    rounds: int = 5,
    rate: float = 20.0,
    latency: float = 0.02,
    compare: str | None = None,
    boto3_python: str | None = None,
) -> int:
    """Run the demo and print its table; return the exit status, 0 if every call of sotalia succeeded."""
    try:
        from rich.console import Console
        from rich.progress import Progress
    except ImportError:
        sys.stderr.write("sotalia demo needs the extra 'demo': pip install 'sotalia[demo]'\n")
        return 2
    console = Console()
    results: list[FleetResult] = []
    with tempfile.TemporaryDirectory(prefix="sotalia-demo-") as name:
        folder = Path(name)
        (folder / "config").write_text(CONFIG)
        console.print("starting moto's server and a metadata service on loopback ...")
        with moto_server(folder / "moto.log") as moto:
            environ = _world(folder, moto)
            fleets: list[tuple[str, list[str]]] = [("sotalia", [sys.executable, "-m", "sotalia.ops.demo_worker"])]
            if compare == "boto3":
                cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "sotalia"
                python = boto3_python or peer_python(cache)
                fleets.append(("boto3", [python, str(Path(__file__).with_name("demo_worker.py"))]))
            for sdk, command in fleets:
                with Progress(console=console, transient=True) as bar:
                    task = bar.add_task(f"{workers} workers with {sdk}", total=workers * rounds)
                    advance = partial(bar.advance, task)
                    results.append(_fleet(sdk, command, environ, moto, workers, rounds, rate, latency, advance))
    _print_table(console, results, workers)
    return _status(results[0], workers)


def _status(result: FleetResult, workers: int) -> int:
    return 0 if not result.errors and result.finished == workers else 1


def _world(folder: Path, moto: str) -> dict[str, str]:
    """Make what the workers work with, and return their environment."""
    from ..session_core.session import Session

    admin = Session("AKIDADMIN", "admin", region_name="us-east-1")
    make: Callable[..., Any] = admin.client
    make("s3", endpoint_url=moto).create_bucket(Bucket="fleet")
    make("dynamodb", endpoint_url=moto).create_table(
        TableName="fleet",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )
    queue = make("sqs", endpoint_url=moto).create_queue(QueueName="fleet")["QueueUrl"]
    topic = make("sns", endpoint_url=moto).create_topic(Name="fleet")["TopicArn"]
    make("secretsmanager", endpoint_url=moto).create_secret(Name="fleet", SecretString="known to the demo alone")
    _write_cbor_model(admin, folder / "models")
    return {
        "AWS_DATA_PATH": str(folder / "models"),
        "AWS_CONFIG_FILE": str(folder / "config"),
        "AWS_SHARED_CREDENTIALS_FILE": str(folder / "none"),
        "AWS_PROFILE": "worker",
        "AWS_ENDPOINT_URL": moto,
        "AWS_MAX_ATTEMPTS": "5",
        "HOME": str(folder),
        "XDG_RUNTIME_DIR": str(folder),
        "DEMO_QUEUE_URL": queue,
        "DEMO_TOPIC_ARN": topic,
        "NO_PROXY": "127.0.0.1",
    }


def _write_cbor_model(session: Any, folder: Path) -> None:
    """Write a private model of CloudWatch that offers CBOR alone, so that both SDKs speak that protocol too."""
    model = dict(session.get_service_data("cloudwatch"))
    model["metadata"] = {
        **model["metadata"], "protocol": "smithy-rpc-v2-cbor", "protocols": ["smithy-rpc-v2-cbor"],
    }  # fmt: skip
    home = folder / "cloudwatch-cbor" / model["metadata"]["apiVersion"]
    home.mkdir(parents=True)
    (home / "service-2.json").write_text(json.dumps(model))


def _fleet(
    sdk: str,
    command: list[str],
    environ: Mapping[str, str],
    moto: str,
    workers: int,
    rounds: int,
    rate: float,
    latency: float,
    advance: Callable[[], None],
) -> FleetResult:
    result = FleetResult(sdk)
    imds = [
        sys.executable, "-m", "sotalia.ops.fake_imds",
        "--port", "0", "--rate", str(rate), "--latency", str(latency), "--lifetime", "3600",
    ]  # fmt: skip
    clean = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    with CountingProxy(moto) as sts, running(imds) as metadata:
        assert metadata.stdout is not None
        url = metadata.stdout.readline().strip()
        own = {
            **clean,
            **environ,
            "AWS_EC2_METADATA_SERVICE_ENDPOINT": url,
            "AWS_ENDPOINT_URL_STS": sts.url,
        }
        processes = [
            subprocess.Popen(
                [*command, "--sdk", sdk, "--worker", str(number), "--rounds", str(rounds)],
                env=own,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            for number in range(workers)
        ]
        try:
            for process in processes:  # all have imported their SDK before any of them goes on
                assert process.stdout is not None
                process.stdout.readline()
            lock = threading.Lock()
            readers = [
                threading.Thread(target=_read, args=(process, result, lock, advance), daemon=True)
                for process in processes
            ]
            for process in processes:
                assert process.stdin is not None
                process.stdin.write("go\n")
                process.stdin.flush()
            for reader in readers:
                reader.start()
            for reader in readers:
                reader.join(300)
        finally:
            for process in processes:
                end(process)
        result.assume_role = sts.actions["AssumeRole"]
        with urllib.request.urlopen(f"{url}/_stats", timeout=10) as answer:
            stats = json.load(answer)
        result.imds_requests = stats["requests"]
        result.imds_refused = stats.get("throttled", 0)
    return result


def _read(
    process: "subprocess.Popen[str]", result: FleetResult, lock: threading.Lock, advance: Callable[[], None]
) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        said = json.loads(line)
        with lock:
            if "round" in said:
                advance()
            elif "summary" in said:
                result.latencies += said["latencies"]
                result.errors += said["errors"]
                result.cpu += said["cpu"]
                result.finished += 1
                if said["first"] is not None:
                    result.first.append(said["first"])


def _print_table(console: Any, results: list[FleetResult], workers: int) -> None:
    from rich.table import Table

    table = Table(title=f"{workers} worker processes on one host")
    table.add_column("")
    for result in results:
        table.add_column(result.sdk, justify="right")
    rows: list[tuple[str, Callable[[FleetResult], str]]] = [
        ("processes that finished", lambda r: f"{r.finished} of {workers}"),
        ("calls", lambda r: str(len(r.latencies))),
        ("errors", lambda r: str(len(r.errors))),
        ("p50 of a call", lambda r: f"{r.percentile(50) * 1000:.1f} ms"),
        ("p99 of a call", lambda r: f"{r.percentile(99) * 1000:.1f} ms"),
        ("slowest first call", lambda r: f"{max(r.first, default=0) * 1000:.0f} ms"),
        ("CPU of all workers", lambda r: f"{r.cpu:.1f} s"),
        ("requests to IMDS (refused)", lambda r: f"{r.imds_requests} ({r.imds_refused})"),
        ("AssumeRole calls to STS", lambda r: str(r.assume_role)),
    ]
    for label, value in rows:
        table.add_row(label, *[value(result) for result in results])
    console.print(table)
    for result in results:
        for error in sorted(set(result.errors))[:5]:
            console.print(f"[red]{result.sdk}[/red]: {error}", markup=True)
