"""``sotalia bench --integrity``: what checksums cost, and puts of 64 MiB with them, beside boto3."""

import json
import socket
import ssl
import statistics
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from .bench_document import machine, write_section
from .bench_integrity_worker import SIZE
from .processes import peer_cache, peer_python

__all__ = ["run_integrity_bench"]

_PUTS = ("signed, http", "CRC32 in a trailer, https", "SHA256 in a trailer, https")


def run_integrity_bench(runs: int = 5, write: Path | None = None) -> int:
    """Print the tables, and write them as a section if asked to: medians over fresh processes of both SDKs, in turn."""
    cache = peer_cache()
    pythons = {"sotalia": sys.executable, "boto3": peer_python(cache)}
    worker = str(Path(__file__).with_name("bench_integrity_worker.py"))
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in pythons}
    with TemporaryDirectory() as folder:
        certificate = _certificate(Path(folder) / "server.pem")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        with _sink(None) as plain, _sink(context) as tls:
            for _ in range(runs):
                for name, python in pythons.items():
                    command = [python, worker, name, plain, tls, certificate]
                    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, timeout=600, check=True)
                    found[name].append(json.loads(done.stdout))
                print(".", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    lines = ["## Integrity", "", *_tables(runs, found)]
    print("\n".join(lines))
    if write is not None:
        write_section(write, lines)
    return 0


def _tables(runs: int, found: dict[str, list[dict[str, Any]]]) -> Iterator[str]:
    ours, theirs = found["sotalia"], found["boto3"]
    yield f"Printed by `sotalia bench --integrity`: medians of {runs} fresh processes of each, in turn."
    yield ""
    yield machine()
    yield ""
    yield "| checksum, MB per second of CPU | sotalia | boto3 |"
    yield "|---|---:|---:|"
    for name in ours[0]["checksums"]:
        there = [one["checksums"][name] for one in theirs if name in one["checksums"]]
        here = statistics.median(one["checksums"][name] for one in ours)
        yield f"| {name.upper()} | {here:.0f} | {f'{statistics.median(there):.0f}' if there else 'none'} |"
    yield ""
    yield f"| put of {SIZE >> 20} MiB from a file | sotalia, CPU | boto3, CPU | sotalia, MB/s | boto3, MB/s |"
    yield "|---|---:|---:|---:|---:|"
    for name in _PUTS:
        cpu = [statistics.median(one[name]["cpu"] for one in side) for side in (ours, theirs)]
        speed = [SIZE / statistics.median(one[name]["wall"] for one in side) / 1e6 for side in (ours, theirs)]
        yield f"| {name} | {cpu[0] * 1e3:.0f} ms | {cpu[1] * 1e3:.0f} ms | {speed[0]:.0f} | {speed[1]:.0f} |"


@contextmanager
def _sink(context: ssl.SSLContext | None) -> Iterator[str]:
    """Run a server that takes requests and throws their bodies away."""
    listener = socket.create_server(("127.0.0.1", 0))

    def attend(sock: socket.socket) -> None:
        try:
            with context.wrap_socket(sock, server_side=True) if context is not None else sock as connection:
                while _take(connection):
                    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        except OSError:
            pass  # the client has gone

    def listen() -> None:
        while True:
            try:
                sock, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=attend, args=(sock,), daemon=True).start()

    threading.Thread(target=listen, daemon=True).start()
    try:
        yield f"{'http' if context is None else 'https'}://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        listener.close()


def _take(connection: socket.socket) -> bool:
    """Take a request; ``False`` at the end of the connection."""
    head = b""
    while b"\r\n\r\n" not in head:
        piece = connection.recv(65536)
        if not piece:
            return False
        head += piece
    head, _, rest = head.partition(b"\r\n\r\n")
    lines = [line.partition(b":") for line in head.lower().split(b"\r\n")]
    fields = {name: value.strip() for name, _, value in lines}
    if fields.get(b"expect") == b"100-continue":
        connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
    if b"content-length" in fields:
        left = int(fields[b"content-length"]) - len(rest)
        while left > 0:
            left -= len(connection.recv(1 << 20))
        return True
    while not rest.endswith(b"\r\n0\r\n\r\n"):  # of zeros: nothing in the body looks like the end
        rest = rest[-16:] + connection.recv(1 << 20)
    return True


def _certificate(path: Path) -> str:
    """Write a certificate for 127.0.0.1, with its key, and return its path."""
    import datetime
    import ipaddress

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM) + private)
    return str(path)
