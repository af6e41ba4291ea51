"""Ceph's S3 and STS, brought up for a test run: one monitor, one OSD in memory, one radosgw, all on loopback.

Everything is in a folder of its own that goes away with it. What was started
is ended, and nothing else.
"""

import json
import os
import secrets
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time
import uuid
from base64 import b64encode
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aws_servers import free_port, wait_for

PROGRAMS = {
    "ceph-mon": "ceph-mon",
    "ceph-osd": "ceph-osd",
    "monmaptool": "ceph-common",
    "ceph": "ceph-common",
    "radosgw": "radosgw",
    "radosgw-admin": "radosgw",
}
"""What has to be installed, and Debian's package that has it."""

DNS_NAME = "rgw.test"
"""Buckets are ``<bucket>.rgw.test`` for those who resolve it to this host."""

CONFIGURATION = """\
[global]
fsid = {fsid}
mon host = v2:127.0.0.1:{mon_port}/0
mon initial members = a
ms bind ipv4 = true
ms bind msgr1 = false
public addr = 127.0.0.1
cluster addr = 127.0.0.1
auth allow insecure global id reclaim = false
run dir = {folder}
admin socket = {folder}/$name.$pid.asok
log file = {folder}/$name.log
crash dir = {folder}
keyring = {folder}/keyring
osd objectstore = memstore
memstore device bytes = 1073741824
osd crush chooseleaf type = 0
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 4
osd pool default pgp num = 4
mon allow pool size one = true
mon data avail crit = 1
mon max pg per osd = 1000
mon warn on pool no redundancy = false

[mon.a]
mon data = {folder}/mon

[osd.0]
osd data = {folder}/osd

[client.rgw]
rgw frontends = beast endpoint=127.0.0.1:{rgw_port}{tls}
rgw data = {folder}/rgw
rgw dns name = {dns_name}
rgw sts key = {sts_key}
rgw s3 auth use sts = true
rgw crypt require ssl = false
rgw enable usage log = false
rgw thread pool size = 32
rgw gc max objs = 3
rgw lc max objs = 3
rgw reshard num logs = 3
rgw usage max shards = 1
rgw usage max user shards = 1
rgw dynamic resharding = false
rgw run sync thread = false
"""


KEYRING = {
    "mon.": ["mon = allow *"],
    "client.admin": ["mon = allow *", "osd = allow *"],
    "client.rgw": ["mon = allow rwx", "osd = allow rwx"],
    "osd.0": ["mon = allow profile osd", "osd = allow *"],
}
"""Who is there, and what each may do."""


class NotInstalledError(RuntimeError):
    """Programs of Ceph are missing; the message says which, and how to get them."""


@dataclass
class User:
    """A user of the gateway, with one key."""

    name: str
    access_key: str
    secret_key: str


@dataclass
class Cluster:
    """A running gateway: its addresses, without TLS and with it, and how long it took to come up."""

    url: str
    tls_url: str
    folder: Path
    seconds: float = 0.0
    version: str = ""

    def command(self, *words: str) -> str:
        """Run one of Ceph's programs against this cluster and return what it prints."""
        return _run(words[0], "--conf", str(self.folder / "ceph.conf"), *words[1:])

    def user(self, name: str, *capabilities: str) -> User:
        """Make a user; ``capabilities`` as ``roles=*``."""
        caps = (f"--caps={';'.join(capabilities)}",) if capabilities else ()
        words = ("user", "create", f"--uid={name}", f"--display-name={name}", *caps)
        said: dict[str, Any] = json.loads(self.command("radosgw-admin", "-n", "client.rgw", *words))
        key = said["keys"][0]
        return User(name, key["access_key"], key["secret_key"])


def missing() -> dict[str, str]:
    """Return the programs that are not installed, with their packages."""
    return {name: package for name, package in PROGRAMS.items() if shutil.which(name) is None}


@contextmanager
def cluster(certificate: str | None = None) -> Iterator[Cluster]:
    """Bring a cluster up; with a certificate (a PEM file with its key) the gateway speaks TLS, too."""
    if lacking := missing():
        packages = " ".join(sorted(set(lacking.values())))
        raise NotInstalledError(f"not installed: {', '.join(lacking)}; apt-get install {packages}")
    began = time.monotonic()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="sotalia-rgw-")))
        fsid, mon_port, rgw_port = str(uuid.uuid4()), free_port(), free_port()
        tls_port = free_port()
        tls = "" if certificate is None else f" ssl_endpoint=127.0.0.1:{tls_port} ssl_certificate={certificate}"
        text = CONFIGURATION.format(
            folder=folder,
            fsid=fsid,
            mon_port=mon_port,
            rgw_port=rgw_port,
            tls=tls,
            dns_name=DNS_NAME,
            sts_key=secrets.token_hex(8),
        )
        conf = folder / "ceph.conf"
        conf.write_text(text)
        keyring = folder / "keyring"
        keyring.write_text("".join(f"[{name}]\nkey = {_key()}\n" + _caps(caps) for name, caps in KEYRING.items()))
        for name in ("mon", "osd", "rgw"):
            (folder / name).mkdir()

        monmap = str(folder / "monmap")
        _run("monmaptool", "--create", "--fsid", fsid, "--addv", "a", f"[v2:127.0.0.1:{mon_port}]", monmap)
        _run("ceph-mon", "--conf", str(conf), "--mkfs", "-i", "a", "--monmap", monmap, "--keyring", str(keyring))
        stack.enter_context(_daemon(folder, "ceph-mon", "--conf", str(conf), "-f", "-i", "a"))
        found = Cluster(f"http://127.0.0.1:{rgw_port}", f"https://127.0.0.1:{tls_port}", folder)

        osd = str(uuid.uuid4())
        found.command("ceph", "--connect-timeout", "60", "osd", "new", osd)
        _run("ceph-osd", "--conf", str(conf), "-i", "0", "--mkfs", "--osd-uuid", osd)
        stack.enter_context(_daemon(folder, "ceph-osd", "--conf", str(conf), "-f", "-i", "0"))
        gateway = stack.enter_context(_daemon(folder, "radosgw", "--conf", str(conf), "-f", "-n", "client.rgw"))
        wait_for(found.url, gateway, 120)
        found.seconds = time.monotonic() - began
        found.version = found.command("radosgw", "--version").split("(")[0].strip()
        yield found


def _key() -> str:
    """Return a new key in the form of Ceph: kind, time, length, bytes."""
    return b64encode(struct.pack("<HIIH", 1, int(time.time()), 0, 16) + secrets.token_bytes(16)).decode()


def _caps(caps: list[str]) -> str:
    return "".join('caps {} = "{}"\n'.format(*one.split(" = ")) for one in caps)


def _run(*words: str) -> str:
    done = subprocess.run(words, capture_output=True, text=True, timeout=180, env=_environ())
    if done.returncode:
        raise RuntimeError(f"{' '.join(words)} ended with {done.returncode}: {done.stderr[-2000:]}")
    return done.stdout


def _environ() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith(("CEPH_", "AWS_"))}


@contextmanager
def _daemon(folder: Path, *words: str) -> Iterator["subprocess.Popen[bytes]"]:
    with open(folder / f"{words[0]}.out", "wb") as out:
        process = subprocess.Popen(words, stdout=out, stderr=out, env=_environ(), start_new_session=True)
        try:
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            with suppress(subprocess.TimeoutExpired):
                process.wait(5)
            process.kill()
            process.wait()


def main() -> None:
    """Run a cluster with one user until the process is told to end, for trying things out."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with cluster() as running, suppress(KeyboardInterrupt):
            user = running.user("alice", "roles=*")
            print(f"# {running.version}, up in {running.seconds:.1f} s; Ctrl-C ends it")
            print(f"export AWS_ENDPOINT_URL={running.url}")
            print(f"export AWS_ACCESS_KEY_ID={user.access_key} AWS_SECRET_ACCESS_KEY={user.secret_key}", flush=True)
            signal.pause()
    except NotInstalledError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
