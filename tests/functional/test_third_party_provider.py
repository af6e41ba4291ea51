"""A provider in a wheel of somebody else: built, installed, found by its entry point, and one of the chain."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import canary
import fresh
import pytest

SOURCE = Path(__file__).with_name("third_party")
WORKERS = 8

SIGN = """
import sotalia
credentials = sotalia.Session(region_name="us-east-1").get_credentials()
print(credentials.method, credentials.get_frozen_credentials().access_key, credentials.provenance.shared)
"""
EXPLAIN = """
import sotalia
session = sotalia.Session(region_name="us-east-1")
print(*[provider.METHOD for provider in session.get_component("credential_provider").providers])
print(session.explain_credentials())
"""
UNTOUCHED = """
import sys, sotalia
sotalia.Session(region_name="us-east-1").client("s3")
print(*sys.modules)
"""

pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A folder with the installed wheel."""
    folder = tmp_path_factory.mktemp("third-party")
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    environ = {name: value for name, value in fresh.unmeasured().items() if name != "PYTHONPATH"}
    subprocess.run([*pip, "wheel", "--no-deps", "--wheel-dir", folder, SOURCE], check=True, env=environ, cwd=folder)
    (wheel,) = folder.glob("*.whl")
    subprocess.run([*pip, "install", "--no-deps", "--target", folder / "site", wheel], check=True, env=environ)
    return folder / "site"


@pytest.fixture
def environ(site, tmp_path):
    path = os.pathsep.join(filter(None, [str(site), os.environ.get("PYTHONPATH")]))
    cache = {"HOME": str(tmp_path), "XDG_RUNTIME_DIR": ""}
    return {**fresh.unmeasured(), **cache, "PYTHONPATH": path, "AWS_EC2_METADATA_DISABLED": "true"}


@pytest.fixture
def vault(environ, tmp_path):
    """A source of the provider; its fetches are counted next to it."""
    path = tmp_path / "vault.json"
    end = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    keys = {"access_key": "AKIDVAULT", "secret_key": canary.SECRET_KEY, "token": canary.TOKEN, "expiry_time": end}
    path.write_text(json.dumps(keys))
    environ["VAULT_FILE"] = str(path)
    return path


def run(code, environ):
    return subprocess.run([sys.executable, "-c", code], env=environ, capture_output=True, text=True, check=True).stdout


def test_it_stands_where_it_asked_to_and_shares_its_fetch_with_all_processes(environ, vault):
    workers = [
        subprocess.Popen([sys.executable, "-c", SIGN], env=environ, stdout=subprocess.PIPE, text=True)
        for _ in range(WORKERS)
    ]
    answers = [worker.communicate(timeout=120)[0].split() for worker in workers]
    assert answers == [["vault", "AKIDVAULT", "True"]] * WORKERS
    assert vault.with_name("vault.json.fetches").read_text() == "x"
    names = run(EXPLAIN, environ).splitlines()[0].split()
    assert names[:3] == ["env", "vault", "assume-role"]
    assert names[-3:] == ["old", "container-role", "iam-role"]


def test_the_trace_explains_it_and_what_is_broken_kills_nothing(environ):
    shown = run(EXPLAIN, environ)
    assert "vault: not configured, VAULT_FILE is not set" in shown
    assert "to use it, set VAULT_FILE" in shown
    assert "old: not usable, the entry point old = 'acme_vault.before_the_merger:OldProvider' is broken: " in shown
    assert "ModuleNotFoundError: No module named 'acme_vault.before_the_merger'" in shown
    assert shown.splitlines()[1] == "No credentials: no provider has any."


def test_nobody_looks_for_it_before_something_must_be_signed(environ):
    modules = run(UNTOUCHED, environ).split()
    assert "sotalia" in modules
    assert not {"acme_vault", "importlib.metadata"} & set(modules)


CYCLIC = """
from sotalia import CredentialProvider

class Cyclic(CredentialProvider):
    METHOD = "cyclic"
    BEFORE = ("env",)
    AFTER = ("iam-role",)
"""
RESOLVE = """
import sotalia
try:
    sotalia.Session().get_component("credential_provider")
except sotalia.exceptions.BotoCoreError as error:
    print(type(error).__name__, error)
"""


def test_wishes_that_cannot_be_met_are_an_error_when_the_chain_is_built(environ, tmp_path):
    folder = tmp_path / "site"
    metadata = folder / "cyclic-1.0.dist-info"
    metadata.mkdir(parents=True)
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: cyclic\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text("[sotalia.providers]\ncyclic = cyclic:Cyclic\n")
    (folder / "cyclic.py").write_text(CYCLIC)
    environ["PYTHONPATH"] = os.pathsep.join([str(folder), environ["PYTHONPATH"]])
    told = run(RESOLVE, environ)
    assert told.startswith("ResolverOrderError Cannot order the credential providers: ")
    assert "env before iam-role (the order of the chain)" in told
    assert "iam-role before cyclic (AFTER of cyclic)" in told
