"""Other SDKs beside boto3 in the table of ``sotalia bench --peers``, each in an environment of its own."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final, NamedTuple

from .processes import peer_python

__all__ = ["PEERS", "Peer", "peer_pythons", "versions_of"]

_S3: Final = ("s3-get", "s3-put", "s3-list")
_CALLS: Final = (*_S3, "dynamodb-get", "dynamodb-query", "sqs-send", "sts-who", "ec2-describe")
_ANY: Final = (("import",), ("presign",))


class Peer(NamedTuple):
    """An SDK: the release that is measured, and the figures (arguments of the worker) that it has."""

    version: str
    figures: frozenset[tuple[str, ...]]


def _of(version: str, calls: Iterable[str], *more: tuple[str, ...]) -> Peer:
    return Peer(version, frozenset([*_ANY, *more, *[("call", call) for call in calls]]))


PEERS: Final[Mapping[str, Peer]] = MappingProxyType(
    {
        "aiobotocore": _of("3.10.0", _CALLS),
        "obstore": _of("0.12.1", _S3),
        "minio": _of("7.2.20", _S3),
        "awscrt": _of("0.38.1", (), ("sign",)),
    }
)
"""What is compared besides boto3, by the name of its distribution."""


_PARTS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "sotalia": ("sotalia", "httptools", "urllib3", "msgspec", "cryptography", "awscrt"),
        "boto3": ("boto3", "botocore", "s3transfer", "urllib3"),
        "aiobotocore": ("aiobotocore", "botocore", "aiohttp"),
        "minio": ("minio", "urllib3"),
    }
)
_PROGRAM: Final = """
import json, platform, ssl, sys
from importlib.metadata import PackageNotFoundError, version
found = {}
for name in sys.argv[1:]:
    try:
        found[name] = version(name)
    except PackageNotFoundError:
        pass
print(json.dumps({**found, "Python": platform.python_version(), "OpenSSL": ssl.OPENSSL_VERSION.split()[1]}))
"""


def peer_pythons(
    folder: Path, make: Callable[[Path, str, str], str] = peer_python, names: Iterable[str] = tuple(PEERS)
) -> tuple[dict[str, str], dict[str, str]]:
    """Return a Python for each peer that installs here, and the versions of those that do not, which a note says."""
    found: dict[str, str] = {}
    missing: dict[str, str] = {}
    for name in names:
        version = PEERS[name].version
        try:
            found[name] = make(folder, name, version)
        except (OSError, subprocess.CalledProcessError) as problem:
            missing[name] = version
            print(f"{name} {version} is left out, it does not install here: {problem}", file=sys.stderr)
    return found, missing


def versions_of(name: str, python: str) -> dict[str, str]:
    """Return the versions of an SDK and of what it runs on, as its Python finds them."""
    parts = _PARTS.get(name, (name,))
    done = subprocess.run([python, "-c", _PROGRAM, *parts], capture_output=True, text=True, timeout=60, check=True)
    found: dict[str, str] = json.loads(done.stdout)
    return found
