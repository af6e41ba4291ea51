"""A fork while other threads refresh credentials, make clients and call: the child signs a request."""

import json
import os
import subprocess
import sys
from contextlib import ExitStack

import fork_session
import fresh
import pytest
from sotalia.ops.processes import fake_service

FORKS = int(os.environ.get("SOTALIA_FORKS", "30"))

pytestmark = pytest.mark.timeout(300)


@pytest.fixture
def imds():
    """A metadata service that gives a new set at every request."""
    with ExitStack() as stack:
        yield fake_service(stack, "imds", "--latency", "0.005", "--rotate-every", "0")


def run_forking(home, imds, forks, mode, delay):
    run = home / "run"
    run.mkdir(mode=0o700, parents=True)
    done = subprocess.run(
        [sys.executable, fork_session.__file__, str(forks), mode, str(delay)],
        capture_output=True,
        text=True,
        timeout=200,
        env={
            **fresh.unmeasured(),
            "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
            "HOME": str(home),
            "XDG_RUNTIME_DIR": str(run),
            "AWS_EC2_METADATA_DISABLED": "false",
            "AWS_EC2_METADATA_SERVICE_ENDPOINT": imds,
        },
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["statuses"] == [0] * forks, done.stderr
    assert told["troubles"] == []
    return [child["took"] for child in told["children"]]


def test_a_child_forked_among_busy_threads_signs(tmp_path, capsys, imds):
    took = run_forking(tmp_path, imds, FORKS, "busy", 0.03)
    with capsys.disabled():
        print(f"\n{len(took)} forks among busy threads: the slowest child took {max(took):.2f} s")
    assert max(took) < 15


def test_a_child_forked_during_the_first_use_of_everything_signs(tmp_path, capsys, imds):
    took = [run_forking(tmp_path / str(n), imds, 1, "first", 0.4)[0] for n in range(max(6, FORKS // 3))]
    with capsys.disabled():
        print(f"\n{len(took)} forks during the first use: the slowest child took {max(took):.2f} s")
    assert max(took) < 15
