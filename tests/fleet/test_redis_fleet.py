"""Processes of several hosts that start together ask STS once, and each host by itself when Redis is in no order."""

import base64
import json
import multiprocessing
import subprocess
import sys
import threading
from urllib.request import urlopen

import canary
import pytest
from redis_fleet import import_all, worker
from redis_servers import redis_server

HOSTS, WORKERS = 4, 4
with_a_role = pytest.mark.parametrize("sts", ["role"], indirect=True)


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


@pytest.fixture
def redis():
    with redis_server() as running:
        yield running


@pytest.fixture
def sts(request, servers, tmp_path, monkeypatch):
    """A fake STS, and an environment in which a role is assumed."""
    url = servers("sts", "--latency", "0.2")
    monkeypatch.setenv("AWS_ENDPOINT_URL_STS", url)
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    monkeypatch.setenv("SOTALIA_CACHE_KEY", base64.b64encode(bytes(range(32))).decode())
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    role = "arn:aws:iam::123456789012:role/fleet"
    if request.param == "role":
        (tmp_path / "config").write_text(
            f"[default]\nrole_arn = {role}\nsource_profile = keys\n"
            f"[profile keys]\naws_access_key_id = AKIA\naws_secret_access_key = {canary.SECRET_KEY}\n"
        )
    else:
        claims = base64.urlsafe_b64encode(b'{"iss": "https://idp", "sub": "pod"}').decode().rstrip("=")
        (tmp_path / "token").write_text(f"e30.{claims}.{canary.TOKEN}")
        monkeypatch.setenv("AWS_ROLE_ARN", role)
        monkeypatch.setenv("AWS_WEB_IDENTITY_TOKEN_FILE", str(tmp_path / "token"))
    return url


def asked(url):
    with urlopen(f"{url}/_stats", timeout=10) as answer:
        stats = json.loads(answer.read())
    return stats.get("AssumeRole", 0) + stats.get("AssumeRoleWithWebIdentity", 0)


def run(folder, redis, *, timeout=0.5, reject=False, meanwhile=lambda: None):
    import_all()
    context = multiprocessing.get_context("fork")
    barrier, results = context.Barrier(HOSTS * WORKERS), context.SimpleQueue()
    processes = [
        context.Process(
            target=worker, args=(barrier, f"host{host}", str(folder), f"{redis.url}?timeout={timeout}", reject, results)
        )
        for host in range(HOSTS)
        for _ in range(WORKERS)
    ]
    try:
        for process in processes:
            process.start()
        meanwhile()
        found = [results.get() for _ in processes]
    finally:
        for process in processes:
            process.join(60)
            if process.is_alive():
                process.kill()
    slowest = max(seconds for _, _, seconds in found)
    print(f"{len(found)} processes on {HOSTS} hosts: slowest {slowest:.2f} s")
    return [keys for _, keys, _ in found]


@pytest.mark.parametrize("sts", ["role", "web identity"], indirect=True)
def test_one_call_of_sts_for_all_hosts_at_the_start_and_after_a_rejection(sts, redis, tmp_path):
    found = run(tmp_path, redis, timeout=20, reject=True)  # on a machine with ten times the work that it can do
    assert {tuple(keys) for keys in found} == {("ASIASTS000000001", "ASIASTS000000002")}
    assert asked(sts) == 2
    kept = redis.everything()
    for secret in (canary.SECRET_KEY, canary.TOKEN, "ASIASTS", "role/fleet"):
        assert secret.encode() not in kept
    assert b":lease" not in kept


@with_a_role
def test_a_redis_that_dies_meanwhile_stops_nobody(sts, redis, tmp_path):
    killer = threading.Timer(0.1, redis.kill)
    found = run(tmp_path, redis, meanwhile=killer.start)
    killer.join()
    assert all(keys[0].startswith("ASIASTS") and len(keys) == 1 for keys in found), found
    assert 1 <= asked(sts) <= HOSTS


@with_a_role
def test_a_redis_that_stalls_stops_nobody(sts, redis, tmp_path):
    redis.stall()
    try:
        found = run(tmp_path, redis)
    finally:
        redis.go_on()
    assert all(keys[0].startswith("ASIASTS") and len(keys) == 1 for keys in found), found
    assert asked(sts) == HOSTS


@with_a_role
def test_a_redis_that_is_emptied_all_the_time_stops_nobody(sts, redis, tmp_path):
    stop = threading.Event()

    def empty():
        with redis.client() as client:
            while not stop.wait(0.005):
                client.flushall()

    thread = threading.Thread(target=empty)
    try:
        found = run(tmp_path, redis, meanwhile=thread.start)
    finally:
        stop.set()
        thread.join()
    assert all(keys[0].startswith("ASIASTS") and len(keys) == 1 for keys in found), found
    assert 1 <= asked(sts) <= HOSTS


def test_what_the_metadata_service_gives_stays_on_each_host(servers, redis, tmp_path, monkeypatch):
    imds = servers("imds")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "false")
    monkeypatch.setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", imds)
    monkeypatch.setenv("AWS_METADATA_SERVICE_TIMEOUT", "20")
    monkeypatch.setenv("SOTALIA_CACHE_KEY", base64.b64encode(bytes(range(32))).decode())
    found = run(tmp_path, redis)
    assert all(keys[0].startswith("ASIAFAKE") and len(keys) == 1 for keys in found), found
    with urlopen(f"{imds}/_stats", timeout=10) as answer:
        assert json.loads(answer.read())["credentials"] == HOSTS
    assert redis.everything() == b""
