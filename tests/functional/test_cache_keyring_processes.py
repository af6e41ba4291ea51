"""``credential_cache_key_source = keyring`` in programs: with a keyring, without one, with a D-Bus that hangs."""

import os
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from sotalia.ops.testkit import FakeIMDS

pytest.importorskip("keyring")

ASK = """
import logging, time
logging.basicConfig(format="%(message)s")
import sotalia
began = time.monotonic()
print(sotalia.Session().get_credentials().get_frozen_credentials().access_key, time.monotonic() - began)
"""
DOUBLES = str(Path(__file__).parents[1] / "support")


@pytest.fixture
def imds():
    with FakeIMDS(rotate_every=0) as server:
        yield server


@pytest.fixture
def run(imds, tmp_path):
    def run(*arguments, **more):
        environ = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join([DOUBLES, *filter(None, sys.path)]),
            "AWS_EC2_METADATA_DISABLED": "false",
            "AWS_EC2_METADATA_SERVICE_ENDPOINT": imds.url,
            "SOTALIA_CREDENTIAL_CACHE_LOCATION": str(tmp_path / "cache"),
            "SOTALIA_CREDENTIAL_CACHE_KEY_SOURCE": "keyring",
            "TEST_KEYRING_FILE": str(tmp_path / "keyring.json"),
            **more,
        }
        done = subprocess.run(
            [sys.executable, *arguments], env=environ, capture_output=True, text=True, timeout=100, check=False
        )
        assert done.returncode == 0, done.stderr
        return done

    return run


def test_programs_share_by_a_key_that_only_the_keyring_has(run, imds, tmp_path):
    found = [run("-c", ASK, PYTHON_KEYRING_BACKEND="keyring_in_file.Backend") for _ in range(2)]
    assert len({done.stdout.split()[0] for done in found}) == 1
    assert imds.stats()["credentials"] == 1
    assert [done.stderr for done in found] == ["", ""]
    assert not (tmp_path / "cache" / "keys").exists()
    before = (tmp_path / "keyring.json").read_text()
    told = run("-m", "sotalia", "cache", "rotate-key", PYTHON_KEYRING_BACKEND="keyring_in_file.Backend").stdout
    assert "1 entry sealed anew" in told
    assert (tmp_path / "keyring.json").read_text() != before
    run("-c", ASK, PYTHON_KEYRING_BACKEND="keyring_in_file.Backend")
    assert imds.stats()["credentials"] == 1


def test_without_a_keyring_programs_share_by_the_key_file_after_one_warning_each(run, imds, tmp_path):
    found = [run("-c", ASK, PYTHON_KEYRING_BACKEND="keyring.backends.fail.Keyring") for _ in range(2)]
    assert len({done.stdout.split()[0] for done in found}) == 1
    assert [done.stderr.count("cache_degraded") for done in found] == [1, 1]
    assert "the keyring cannot be used (NoKeyringError); using " in found[0].stderr
    assert (tmp_path / "cache" / "keys").exists()


def greet_and_fall_silent(listener):
    """Accept who is there, as a bus does (D-Bus specification, Authentication Protocol), and then say no more."""
    kept = []
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            break
        kept.append(connection)
        while line := connection.recv(4096):
            if b"AUTH" in line:
                connection.sendall(b"OK 0123456789abcdef0123456789abcdef\r\n")
            elif b"NEGOTIATE" in line:
                connection.sendall(b"ERROR\r\n")
            if b"BEGIN" in line:
                break
    for connection in kept:
        connection.close()


@pytest.mark.skipif(sys.platform != "linux", reason="D-Bus is where Linux desktops have their keyring")
def test_a_bus_that_accepts_and_never_answers_costs_a_call_some_seconds_and_no_more(run, tmp_path):
    pytest.importorskip("secretstorage")
    listener = socket.socket(socket.AF_UNIX)
    here = os.getcwd()
    os.chdir(tmp_path)  # the path may be too long for a socket
    try:
        listener.bind("bus")
    finally:
        os.chdir(here)
    listener.listen()
    bus = threading.Thread(target=greet_and_fall_silent, args=(listener,), daemon=True)
    bus.start()
    link = Path("/tmp", f"sotalia-bus-{os.getpid()}")
    link.symlink_to(tmp_path / "bus")
    try:
        done = run(
            "-c",
            ASK,
            DBUS_SESSION_BUS_ADDRESS=f"unix:path={link}",
            PYTHON_KEYRING_BACKEND="keyring.backends.SecretService.Keyring",
        )
    finally:
        link.unlink()
        listener.shutdown(socket.SHUT_RDWR)
        bus.join(30)
        listener.close()
    assert done.stderr.count("cache_degraded") == 1
    assert "the keyring has not answered for 3 s; using " in done.stderr
    assert 3 <= float(done.stdout.split()[1]) < 60
