"""The demo, small: it shows its table, ends by itself, says what went wrong, and leaves nothing running."""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sotalia.ops.demo_fleet import run_fleet
from sotalia.ops.demo_report import verdict

pytestmark = pytest.mark.timeout(240)


HEARS_CTRL_C = """\
import signal
from sotalia.__main__ import main
signal.signal(signal.SIGINT, signal.default_int_handler)
raise SystemExit(main())
"""
"""The command, also where a shell that runs the tests in its background has every child ignore Ctrl-C."""


@pytest.fixture
def demo(tmp_path):
    """Start the demo in a session of its own; whatever is left of it at the end is killed."""
    started = []

    def start(*options):
        environ = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
            "COLUMNS": "160",
            "TMPDIR": str(tmp_path),
        }
        process = subprocess.Popen(
            [sys.executable, "-c", HEARS_CTRL_C, "demo", *options],
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        for pid in members(process.pid):
            os.kill(pid, signal.SIGKILL)
        process.wait()
        process.stdout.close()


def members(session):
    """Return the living processes of a session."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            pid, rest = stat.read_text().split(" ", 1)
        except OSError:
            continue
        state, _, _, its_session = rest.rpartition(")")[2].split()[:4]
        if int(its_session) == session and state not in "ZX":
            found.append(int(pid))
    return found


def figure(out, label):
    return re.search(rf"^ *{label} +([0-9.,]+)", out, re.MULTILINE).group(1)


def wait_for_members(process, count):
    until = time.monotonic() + 60
    while len(members(process.pid)) < count and time.monotonic() < until:
        time.sleep(0.05)


def ended(process, seconds=10):
    """Check that no process is left."""
    until = time.monotonic() + seconds
    while members(process.pid) and time.monotonic() < until:
        time.sleep(0.05)
    return members(process.pid) == []


def gone(process, tmp_path):
    """Check that nothing is left: no process, no temporary folder."""
    return ended(process) and list(tmp_path.glob("sotalia-demo-*")) == []


def test_a_small_fleet_does_its_work_and_leaves_nothing(demo, tmp_path):
    process = demo("--workers", "4", "--rounds", "2")
    out, _ = process.communicate(timeout=200)
    assert process.returncode == 0, out
    assert figure(out, "processes that did their work") == "4"
    assert figure(out, "calls") == str(4 * 2 * 13)
    assert figure(out, "errors") == "0"
    assert figure(out, "requests to IMDS") == "3"
    assert figure(out, "calls of STS AssumeRole") == "1"
    for protocol in ("rest-xml", "rest-json", "json 1.0", "json 1.1", "query", "ec2", "rpc-v2-cbor"):
        assert protocol in out, out
    assert gone(process, tmp_path)


def test_a_fleet_without_credentials_says_why_and_fails(demo, tmp_path):
    process = demo("--workers", "2", "--rounds", "1", "--rate", "0")
    out, _ = process.communicate(timeout=200)
    assert process.returncode == 1, out
    assert "throttled (429" in out
    assert "2 of 2 workers did not do their work" in out
    assert gone(process, tmp_path)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_demo_that_is_stopped_takes_everything_with_it(demo, tmp_path, number):
    process = demo("--workers", "2", "--rounds", "500")
    wait_for_members(process, 5)  # itself, moto, two fakes, a worker
    os.kill(process.pid, number)
    process.communicate(timeout=60)
    assert process.returncode not in (0, 1)
    assert gone(process, tmp_path)


def test_the_servers_of_a_killed_demo_end_too(demo):
    process = demo("--workers", "1", "--rounds", "500")
    wait_for_members(process, 5)
    process.kill()
    assert ended(process, 60)


@pytest.mark.parametrize(
    ("program", "seconds", "told"),
    [
        ("raise SystemExit('out of luck')", 30, "it ended with status 1: out of luck"),
        ("import sys; sys.stdin.read()", 0.5, "it was still at work when time was up"),
    ],
)
def test_a_worker_that_dies_or_hangs_is_seen(tmp_path, program, seconds, told):
    result = run_fleet("sotalia", [sys.executable, "-c", program], os.environ, 2, 1, tmp_path, lambda: None, seconds)
    assert result.troubles() == [f"2 times, in a worker: {told}"]
    assert verdict(result)[:2] == ["2 errors", "2 of 2 workers did not do their work"]


def test_nonsense_is_refused(demo):
    process = demo("--workers", "0")
    out, _ = process.communicate(timeout=60)
    assert process.returncode == 2
    assert "at least one worker" in out
