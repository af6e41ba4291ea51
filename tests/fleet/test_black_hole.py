"""Off EC2, where the address of the metadata service swallows everything: the host waits once, not each process."""

import json
import os
import socket
import subprocess
import sys

import black_hole
import fresh
import peers
import pytest

PROCESSES = 12


@pytest.fixture
def port():
    """A port on loopback that takes no connections: its queue is full."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        filling = black_hole.full(listener)
        yield listener.getsockname()[1]
        for one in filling:
            one.close()


def run(python, sdk, port, home, processes=PROCESSES):
    done = subprocess.run(
        [python, black_hole.__file__, sdk, str(port), str(processes)],
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
        env={
            **fresh.unmeasured(),
            "PYTHONPATH": os.pathsep.join(filter(None, sys.path)) if sdk == "sotalia" else "",
            "AWS_EC2_METADATA_DISABLED": "false",
            "AWS_EC2_METADATA_SERVICE_ENDPOINT": f"http://127.0.0.1:{port}/",
            "SOTALIA_CREDENTIAL_CACHE_LOCATION": str(home / "cache"),
        },
    )
    assert (done.returncode, done.stderr) == (0, "")
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(told) == processes
    assert not any(one["found"] for one in told)
    return told


def shown(sdk, told):
    took, cpu = sorted(one["took"] for one in told), sorted(one["cpu"] for one in told)
    return (
        f"{sdk}: {len(told)} processes one after the other, {sum(one['tried'] for one in told)} tries to connect, "
        f"{sum(took):.2f} s in all, median {took[len(took) // 2] * 1000:.0f} ms (CPU "
        f"{cpu[len(cpu) // 2] * 1000:.0f} ms), longest {took[-1] * 1000:.0f} ms"
    )


def test_the_missing_service_is_waited_for_once_by_the_whole_host(tmp_path, port, capsys):
    told = run(sys.executable, "sotalia", port, tmp_path)
    with capsys.disabled():
        print(f"\n{shown('sotalia', told)}")
    assert sum(one["tried"] for one in told) == 1
    assert told[0]["tried"] == 1


@peers.takes_long_once
def test_boto3_for_comparison(tmp_path, port, capsys):
    told = run(peers.python(), "boto3", port, tmp_path, 3)
    with capsys.disabled():
        print(f"\n{shown('boto3', told)}")
    assert sum(one["tried"] for one in told) >= 3
