"""Many processes that start together ask a source once; a fork during a refresh leaves a child that works."""

import json
import multiprocessing
import os
import subprocess
import sys
from pathlib import Path

import pytest
from fleet_providers import worker, worker_of_profile
from sotalia.ops.testkit import FakeIMDS, FakeSTS


@pytest.fixture
def servers():
    """Servers in processes of their own: no thread of theirs is in this process when it forks."""
    running = []

    def start(name, *options):
        process = subprocess.Popen(
            [sys.executable, "-m", f"sotalia.ops.testkit.{name}", *options], stdout=subprocess.PIPE, text=True
        )
        running.append(process)
        return process.stdout.readline().strip()

    yield start
    for process in running:
        process.terminate()
        process.wait(10)
        process.stdout.close()


def stats(url):
    from urllib.request import urlopen

    with urlopen(f"{url}/_stats", timeout=10) as answer:
        return json.loads(answer.read())


def run(method, count, target, *arguments):
    context = multiprocessing.get_context(method)
    barrier, results = context.Barrier(count), context.SimpleQueue()
    processes = [context.Process(target=target, args=(barrier, *arguments, results)) for _ in range(count)]
    try:
        for process in processes:
            process.start()
        found = [results.get() for _ in range(count)]
    finally:
        for process in processes:
            process.join(60)
    assert [process.exitcode for process in processes] == [0] * count
    return found


@pytest.mark.parametrize(("method", "count"), [("fork", 64), ("spawn", 8)])
@pytest.mark.parametrize("with_role", [False, True])
def test_one_fetch_for_a_fleet_that_starts_together(servers, tmp_path, method, count, with_role):
    imds = servers("imds", "--rate", "20", "--latency", "0.02")
    sts = servers("sts", "--latency", "0.02")
    found = run(method, count, worker, imds, sts, str(tmp_path / "cache"), with_role)
    expected = "ASIASTS000000001" if with_role else "ASIAFAKE00000001"
    assert {key for key, _ in found} == {expected}
    print(f"{method} {count}: slowest {max(seconds for _, seconds in found):.2f} s, IMDS {stats(imds)}")
    assert stats(imds)["requests"] <= 3
    assert stats(imds)["throttled"] == 0
    assert stats(sts).get("AssumeRole", 0) == int(with_role)


@pytest.mark.parametrize(("method", "count"), [("fork", 16), ("spawn", 4)])
def test_one_program_for_a_fleet_that_starts_together(tmp_path, method, count):
    started = tmp_path / "started"
    program = tmp_path / "program"
    program.write_text(
        f"#!/bin/sh\necho x >> {started}\nsleep 0.3\n"
        'echo "{\\"Version\\": 1, \\"AccessKeyId\\": \\"PROC$$\\", \\"SecretAccessKey\\": \\"s\\"}"\n'
    )
    program.chmod(0o755)
    profile = {"credential_process": str(program)}
    found = run(method, count, worker_of_profile, profile, None, str(tmp_path / "cache"))
    assert len({key for key, _ in found}) == 1, found
    assert found[0][0].startswith("PROC")
    assert started.read_text() == "x\n"
    print(f"{method} {count}: slowest {max(seconds for _, seconds in found):.2f} s")


def test_one_web_identity_call_for_a_fleet_that_starts_together(servers, tmp_path):
    sts = servers("sts", "--latency", "0.05")
    (tmp_path / "token").write_text("a token")
    role = "arn:aws:iam::123456789012:role/fleet"
    profile = {"web_identity_token_file": str(tmp_path / "token"), "role_arn": role}
    found = run("fork", 16, worker_of_profile, profile, sts, str(tmp_path / "cache"))
    assert {key for key, _ in found} == {"ASIASTS000000001"}
    assert stats(sts)["AssumeRoleWithWebIdentity"] == 1


def test_a_fork_during_a_refresh_does_not_hang_the_child():
    program = Path(__file__).parents[1] / "support" / "fleet_providers.py"
    done = subprocess.run(
        [sys.executable, str(program), "150"],
        capture_output=True,
        text=True,
        timeout=100,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {"children": 150, "failed": []}


def test_the_fakes_can_be_used_within_a_process():
    with FakeIMDS() as imds, FakeSTS() as sts:
        assert stats(imds.url) == {"requests": 0, "throttled": 0}
        assert stats(sts.url)["requests"] == 0
