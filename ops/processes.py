"""Child processes of the demo and the benchmarks: started on loopback, ended whatever happens."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

__all__ = [
    "PEER_VERSION",
    "end",
    "fake_service",
    "free_port",
    "moto_server",
    "peer_cache",
    "peer_python",
    "running",
    "stats_of",
    "wait_for",
]

PEER_VERSION = "1.44.5"

# moto's server, which ends when the process that started it is gone, even if that was killed.
_MOTO = """\
import os, threading, time
def end_with_parent(parent=os.getppid()):
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(0)
threading.Thread(target=end_with_parent, daemon=True).start()
from moto.server import main
main()
"""


def free_port() -> int:
    """Return a port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(
    command: Sequence[str], environ: Mapping[str, str] | None = None, log: Path | None = None
) -> Iterator["subprocess.Popen[str]"]:
    """Run a program while the block runs; its output is a pipe, and its errors are seen, or both go into ``log``."""
    with (log or Path(os.devnull)).open("a") as sink:
        process = subprocess.Popen(
            command,
            env={**os.environ, **(environ or {})},
            stdin=subprocess.PIPE,
            stdout=sink if log is not None else subprocess.PIPE,
            stderr=sink if log is not None else None,
            text=True,
        )
        try:
            yield process
        finally:
            end(process)


def end(process: "subprocess.Popen[str]", grace: float = 5.0) -> None:
    """End a process that was started here, kindly first."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(grace)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with suppress(BrokenPipeError):  # what it did not read before it ended
                pipe.close()


def wait_for(url: str, process: "subprocess.Popen[str]", seconds: float = 60.0) -> None:
    """Wait until a server answers anything; ``RuntimeError`` if it ends or takes too long."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"the server for {url} ended with status {process.returncode}")
        try:
            urllib.request.urlopen(url, timeout=2).close()
            return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError(f"no answer from {url} within {seconds:.0f} s")


def fake_service(stack: ExitStack, name: str, *arguments: str) -> str:
    """Run a fake of the test kit (``imds``, ``sts``, ``container``) until the stack is closed, and return its URL."""
    command = [sys.executable, "-m", f"sotalia.ops.testkit.{name}", "--port", "0", "--with-parent", *arguments]
    process = stack.enter_context(running(command))
    assert process.stdout is not None
    url = process.stdout.readline().strip()
    if not url:
        raise RuntimeError(f"{name} did not start: its status is {process.wait(10)}")
    return url


def stats_of(url: str) -> dict[str, int]:
    """Return what a fake has counted."""
    with urllib.request.urlopen(f"{url}/_stats", timeout=30) as answer:
        found: dict[str, int] = json.load(answer)
        return found


@contextmanager
def moto_server(log: Path) -> Iterator[str]:
    """Run moto's server and give its URL."""
    port = free_port()
    command = [
        sys.executable, "-c", _MOTO, "-H", "127.0.0.1", "-p", str(port),
    ]  # fmt: skip
    with running(command, log=log) as process:
        url = f"http://127.0.0.1:{port}"
        wait_for(url, process)
        yield url


def peer_cache() -> Path:
    """Return the folder for environments of peers that commands make."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "sotalia"


def peer_python(folder: Path, name: str = "boto3", version: str = PEER_VERSION) -> str:
    """Return a Python that has a release of a peer: of boto3 1.44.5, with which most is compared, unless named.

    That is this interpreter if it has exactly that release, and no ``awscrt``,
    with which boto3 signs otherwise. Else it is an environment in ``folder``,
    made the first time; processes that start together wait for one of them.
    """
    if _has_peer(name, version):
        return sys.executable
    from filelock import FileLock

    home = folder / f"{name}-{version}-{sys.implementation.cache_tag}"
    python = home / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(home.with_suffix(".lock"), timeout=900):
        if not (home / ".ready").exists() or not python.exists():
            print(f"making an environment with {name} {version} in {home}", file=sys.stderr)
            subprocess.run([sys.executable, "-m", "venv", "--clear", str(home)], check=True)
            install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
            subprocess.run([*install, f"{name}=={version}"], check=True)
            (home / ".ready").touch()
    return str(python)


def _has_peer(name: str, wanted: str) -> bool:
    from importlib.metadata import PackageNotFoundError, version
    from importlib.util import find_spec

    if find_spec("awscrt") is not None:
        return False
    try:
        return version(name) == wanted and (name != "boto3" or version("botocore") == wanted)
    except PackageNotFoundError:
        return False
