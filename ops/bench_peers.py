"""Other SDKs beside boto3 in the table of ``sotalia bench --peers``, each in an environment of its own."""

import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final, NamedTuple

from .processes import peer_python

__all__ = ["PEERS", "Peer", "peer_pythons"]

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


def peer_pythons(folder: Path, make: Callable[[Path, str, str], str] = peer_python) -> dict[str, str]:
    """Return a Python for each peer that installs here; a note says which do not."""
    found: dict[str, str] = {}
    for name, peer in PEERS.items():
        try:
            found[name] = make(folder, name, peer.version)
        except (OSError, subprocess.CalledProcessError) as problem:
            print(f"{name} {peer.version} is left out, it does not install here: {problem}", file=sys.stderr)
    return found
