"""Threads that use one fresh session at once, in a process of their own, first imports and all."""

import json
import os
import subprocess
import sys
from contextlib import ExitStack

import pytest
import thread_session
from sotalia.ops.processes import fake_service, stats_of

THREADS = 64
SIGNED = THREADS * len(thread_session.CALLS)


def run_threads(chain, **environ):
    done = subprocess.run(
        [sys.executable, thread_session.__file__, str(THREADS), chain],
        capture_output=True,
        text=True,
        timeout=100,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), **environ},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_threads_make_clients_of_twenty_services_with_one_credential_load(capsys):
    assert len(thread_session.CALLS) == 20
    told = run_threads("counted")
    with capsys.disabled():
        print(f"\n{THREADS} threads, {told['signed']} signed calls of 20 services: {told['loads']} load")
    assert told["errors"] == []
    assert told["signed"] == SIGNED
    assert told["factories"] == 1
    assert told["loads"] == 1


@pytest.mark.parametrize("cache", ["file", "memory", "off"])
def test_threads_ask_the_metadata_service_once_whatever_the_cache(cache):
    with ExitStack() as stack:
        imds = fake_service(stack, "imds", "--rate", "20", "--latency", "0.02")
        told = run_threads(
            "default",
            AWS_EC2_METADATA_DISABLED="false",
            AWS_EC2_METADATA_SERVICE_ENDPOINT=imds,
            SOTALIA_CREDENTIAL_CACHE=cache,
        )
        assert told["errors"] == []
        assert told["signed"] == SIGNED
        assert stats_of(imds)["requests"] == 3
