"""A source that takes 200 ms and more, and requests across its refresh points, with and without the thread."""

import gc
import os
import random
import signal
import subprocess
import sys
import threading
import time
import warnings

import pytest
import sotalia
from sotalia.ops.testkit import FakeIMDS

SECONDS = float(os.environ.get("SOTALIA_WARM_SECONDS", "4.5"))
FORKS = int(os.environ.get("SOTALIA_FORKS", "12"))
LATENCY = 0.1  # of each request: a refresh makes two, the first fetch three

pytestmark = pytest.mark.timeout(120)


@pytest.fixture
def imds(monkeypatch, tmp_path):
    """A metadata service whose sets live 4 s, so that there is a refresh point every 2 s."""
    with FakeIMDS(latency=LATENCY, lifetime=4.0, rotate_every=0.0) as fake:
        for name, value in fake.environ().items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("SOTALIA_CREDENTIAL_CACHE_LOCATION", str(tmp_path / "cache"))
        yield fake


def waits(credentials, seconds):
    """Ask all the time; return how long each request took, and how many sets it saw."""
    took, keys = [], set()
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        began = time.perf_counter()
        keys.add(credentials.get_frozen_credentials().access_key)
        took.append(time.perf_counter() - began)
        time.sleep(0.001)
    return sorted(took), keys


def test_with_the_thread_no_request_waits_at_a_refresh_point(imds, capsys):
    shown = {}
    for name, warm in (("cold", False), ("warm", True)):
        credentials = sotalia.Session(credential_keep_warm=warm).get_credentials()
        took, keys = waits(credentials, SECONDS)
        shown[name] = took[-1]
        assert len(keys) >= 2
        with capsys.disabled():
            print(
                f"\n{name}: {len(took)} requests, {len(keys)} sets, p50 {took[len(took) // 2] * 1e6:.1f} us, "
                f"p99 {took[len(took) * 99 // 100] * 1e6:.1f} us, longest {took[-1] * 1e3:.2f} ms"
            )
        imds.rotate()
    assert shown["cold"] > 1.9 * LATENCY
    assert shown["warm"] < shown["cold"]


def test_the_setting_turns_it_on_and_a_child_is_kept_warm_as_well(imds, monkeypatch):
    monkeypatch.setenv("SOTALIA_CREDENTIAL_KEEP_WARM", "true")
    monkeypatch.setenv("AWS_METADATA_SERVICE_TIMEOUT", "20")
    credentials = sotalia.Session().get_credentials()
    credentials.get_frozen_credentials()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # a fork with a thread: the point of it
        pid = os.fork()
    if pid == 0:
        first = credentials.get_frozen_credentials().access_key
        status = 1
        try:
            signal.alarm(60)
            while credentials.get_frozen_credentials().access_key == first:
                time.sleep(0.001)
            status = 0 if any(thread.name == "sotalia-warm" for thread in threading.enumerate()) else 2
        finally:
            os._exit(status)
    assert os.waitpid(pid, 0)[1] == 0


def test_a_child_forked_while_the_thread_refreshes_is_kept_warm_as_well(imds, monkeypatch):
    monkeypatch.setenv("AWS_METADATA_SERVICE_TIMEOUT", "20")  # an answer that is late is a failure, and waits minutes
    imds.lifetime = 1.0  # a refresh under way nearly all the time
    credentials = sotalia.Session(credential_keep_warm=True).get_credentials()
    credentials.get_frozen_credentials()
    children = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        for _ in range(FORKS):
            waits(credentials, random.uniform(0, 0.2))
            pid = os.fork()
            if pid == 0:
                status = 1
                try:
                    signal.alarm(60)
                    first = credentials.get_frozen_credentials().access_key
                    while credentials.get_frozen_credentials().access_key == first:
                        time.sleep(0.001)
                    status = 0
                finally:
                    os._exit(status)
            children.append(pid)
    assert [os.waitpid(pid, 0)[1] for pid in children] == [0] * FORKS


def test_a_hundred_sessions_have_one_thread_and_one_fetch_and_leave_nothing_behind(imds, monkeypatch):
    monkeypatch.setenv("AWS_METADATA_SERVICE_TIMEOUT", "20")  # an answer that is late is asked for again

    def threads():
        return [thread for thread in threading.enumerate() if thread.name == "sotalia-warm"]

    imds.lifetime = 3600.0
    sessions = [sotalia.Session(credential_keep_warm=True) for _ in range(100)]
    assert len({session.get_credentials().get_frozen_credentials().access_key for session in sessions}) == 1
    assert imds.stats()["credentials"] == 1
    assert len(threads()) == 1
    del sessions
    gc.collect()
    until = time.monotonic() + 30
    while threads():
        assert time.monotonic() < until, "the thread outlives its sessions"
        time.sleep(0.01)


def test_the_thread_does_not_keep_a_program_alive(imds):
    code = (
        "import sotalia\n"
        "s = sotalia.Session(credential_keep_warm=True)\n"
        "s.get_credentials().get_frozen_credentials()\n"
        "import threading; print([t.name for t in threading.enumerate()])"
    )
    began = time.monotonic()
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert "sotalia-warm" in done.stdout
    assert done.stderr == ""
    assert time.monotonic() - began < 30
