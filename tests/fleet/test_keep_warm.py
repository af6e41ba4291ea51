"""A source that takes 200 ms and more, and requests across its refresh points, with and without the thread."""

import os
import subprocess
import sys
import time
import warnings

import pytest
import sotalia
from sotalia.ops.testkit import FakeIMDS

SECONDS = float(os.environ.get("SOTALIA_WARM_SECONDS", "4.5"))
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
    assert shown["warm"] < LATENCY


def test_the_setting_turns_it_on_and_a_child_is_kept_warm_as_well(imds, monkeypatch):
    monkeypatch.setenv("SOTALIA_CREDENTIAL_KEEP_WARM", "true")
    credentials = sotalia.Session().get_credentials()
    credentials.get_frozen_credentials()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # a fork with a thread: the point of it
        pid = os.fork()
    if pid == 0:
        took, keys = waits(credentials, 3.0)
        os._exit(0 if len(keys) >= 2 and took[-1] < 2 * LATENCY else 1)
    assert os.waitpid(pid, 0)[1] == 0


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
