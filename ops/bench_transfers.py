"""``sotalia bench --transfers``: 256 MiB up and down, with sotalia and with boto3, in alternating fresh processes."""

import datetime
import ipaddress
import json
import os
import statistics
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from .bench_document import machine, write_section
from .processes import peer_cache, peer_python, running

__all__ = ["run_transfers"]

_SIZE = 256 << 20
_GOAL = 2.0
_MEMORY = "/dev/shm"  # files in memory: a disk has its own moods
_FIGURES = (
    ("efficiency", "MB per CPU second"),
    ("wall", "MB/s"),
    ("cpu", "CPU seconds"),
    ("memory", "peak memory, MiB"),
)


def run_transfers(runs: int = 5, write: Path | None = None, size: int = _SIZE) -> int:
    """Print the table, and write it as Markdown if asked to; never fails for a slow machine."""
    worker = str(Path(__file__).with_name("bench_transfer_worker.py"))
    cache = peer_cache()
    pythons = {"sotalia": sys.executable, "boto3": peer_python(cache)}
    lines = ["| transfer | figure | sotalia | boto3 | ratio | goal |", "|---|---|---:|---:|---:|---:|"]
    with ExitStack() as stack:
        folder = stack.enter_context(TemporaryDirectory(dir=_MEMORY if os.path.isdir(_MEMORY) else None))
        disk = stack.enter_context(TemporaryDirectory(dir=cache))
        file, certificate = Path(folder, "object"), _certificate(Path(folder))
        block = os.urandom(1 << 20)
        with file.open("wb") as out:
            for start in range(0, size, len(block)):
                out.write(block[: size - start])
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "PYTHONDONTWRITE"))}
        for scheme in ("https", "http"):
            command = [sys.executable, "-m", "sotalia.ops.bench_transfer_server", str(size)]
            server = stack.enter_context(running(command + ([certificate] if scheme == "https" else [])))
            assert server.stdout is not None
            environ = {
                **clean,
                "BENCH_URL": f"{scheme}://127.0.0.1:{server.stdout.readline().strip()}",
                "BENCH_CA": certificate if scheme == "https" else "",
                "BENCH_FILE": str(file),
                "BENCH_SIZE": str(size),
                "PYTHONPYCACHEPREFIX": f"{folder}/bytecode",  # both are compiled before they are measured
                "HOME": folder,
                "AWS_EC2_METADATA_DISABLED": "true",
            }
            ways = [("up", "", folder), ("down", "", folder), ("down", " to a disk", disk)]
            for way, where, place in ways[: 3 if scheme == "http" else 2]:
                found: dict[str, list[dict[str, float]]] = {name: [] for name in pythons}
                for number in range(runs + 1):  # the first of each warms the page cache and is not counted
                    for name, python in pythons.items():
                        done = subprocess.run(
                            [python, worker, name, way],
                            env={**environ, "BENCH_OUT": f"{place}/out"},
                            capture_output=True,
                            text=True,
                            timeout=300,
                        )
                        if done.returncode:
                            raise RuntimeError(f"{name} {way} failed:\n{done.stderr}")
                        if number:
                            found[name].append(json.loads(done.stdout))
                print(".", end="", file=sys.stderr, flush=True)
                lines += _rows(f"{size >> 20} MiB {way}, {scheme}{where}", found)
    print(file=sys.stderr)
    print("\n".join(lines))
    if write is not None:
        write_section(write, [_TITLE, "", _NOTE.format(runs=runs), "", machine(), "", *lines])
    return 0


_TITLE = "## Transfers"
_NOTE = (
    "Printed by `sotalia bench --transfers` (`--write docs/benchmarks.md` puts it here): medians of {runs} fresh "
    "processes of each, in turn, after one that is not counted; default settings, the checksums that are the default "
    "towards AWS; a server of its own on loopback that keeps nothing; files in memory (`/dev/shm`) but for the last "
    "rows, which write to the disk of the home directory. MB are 10⁶ bytes. The ratio says how many times "
    "better sotalia's figure is. Without TLS both hash all that they send by SHA-256 for the signature, besides the "
    "checksum: the two take a quarter of a CPU second of both."
)


def _rows(title: str, found: dict[str, list[dict[str, float]]]) -> list[str]:
    rows = []
    for field, unit in _FIGURES:
        ours, theirs = (statistics.median(one[field] for one in found[name]) for name in ("sotalia", "boto3"))
        better = ours / theirs if field in ("efficiency", "wall") else theirs / ours
        shown = [f"{value:.0f}" if value >= 10 else f"{value:.2f}" for value in (ours, theirs)]
        goal = f"{_GOAL:.0f}" if field == "efficiency" else ""
        rows.append(f"| {title} | {unit} | {' | '.join(shown)} | {better:.1f} | {goal} |")
        title = ""
    return rows


def _certificate(folder: Path) -> str:
    """Make a certificate for 127.0.0.1 that signs itself; return the path of it and its key."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "certificate.pem"
    path.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return str(path)
