"""boto3 1.44.5, which the results are compared with, in an environment of its own.

moto and ministack need another botocore than the one that the models come
from, so the environment of the tests cannot hold both. ``python()`` makes
``.cache/peer`` of the checkout the first time and returns its interpreter;
processes that start together wait for one of them. An interpreter that has
exactly that release already is used as it is.
"""

import subprocess
from functools import cache
from pathlib import Path

import pytest
from sotalia.ops.processes import PEER_VERSION, peer_python

CHECKOUT = Path(__file__).resolve().parents[2]
VERSION = PEER_VERSION

takes_long_once = pytest.mark.timeout(900)
"""For tests that may be the first to need the environment, which is downloaded then."""


@cache
def python() -> str:
    """Return the interpreter of the peer, after asking it for its versions."""
    found = peer_python(CHECKOUT / ".cache" / "peer")
    code = "import boto3, botocore; print(boto3.__version__, botocore.__version__)"
    said = subprocess.run([found, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert said == [VERSION, VERSION], f"{found} has boto3 and botocore {said}, not {VERSION}"
    return found
