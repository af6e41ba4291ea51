"""What handlers return and raise does what it does in boto3 1.44.5: on the wire, in the result, in the events."""

import json
import subprocess
import sys
from typing import Any

import handler_scenarios
import peers
import pytest

pytestmark = peers.takes_long_once

EXPLAINED = {
    (
        "signature of the query",
        "requests",
    ): "boto3 puts the members of a JSON body into the query, as in presigned URLs"
}


def run(python: str, library: str) -> dict[str, Any]:
    done = subprocess.run([python, handler_scenarios.__file__, library], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return json.loads(done.stdout)  # type: ignore[no-any-return]


@pytest.fixture(scope="module")
def found() -> tuple[dict[str, Any], dict[str, Any]]:
    return run(peers.python(), "boto3"), run(sys.executable, "sotalia")


@pytest.mark.parametrize("scenario", handler_scenarios.scenarios(None))
def test_handlers_may_return_and_raise_what_boto3_lets_them(found, scenario):
    theirs, ours = (side[scenario] for side in found)
    for what in theirs:
        if (scenario, what) not in EXPLAINED:
            assert ours[what] == theirs[what], what
