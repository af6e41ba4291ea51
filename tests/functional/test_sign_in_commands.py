"""``sotalia sso`` and ``sotalia export-credentials`` as a person runs them; the AWS CLI's format, read by boto3."""

import json
import os
import stat
import subprocess
import sys
import time
from functools import partial

import peers
import pytest
from signed_in import LEGACY, SSO, START_URL, Home, content, iso
from sotalia.ops import sso_command
from sotalia.ops.command_line import main
from sotalia.ops.testkit import FakeSSOOIDC, FakeSSOPortal
from sotalia.providers.sso_login import sign_in


@pytest.fixture
def oidc():
    with FakeSSOOIDC() as server:
        yield server


@pytest.fixture
def portal(oidc):
    with FakeSSOPortal(families=oidc.families) as server:
        yield server


@pytest.fixture
def home(tmp_path, oidc, portal):
    return Home(tmp_path, SSO, sso=portal, sso_oidc=oidc)


class Done:
    def __init__(self, returncode, stdout, stderr):
        self.returncode, self.stdout, self.stderr = returncode, stdout, stderr


@pytest.fixture
def run(monkeypatch, capsys):
    """Run a command in this process, without the waits between two polls."""

    def run(home, *arguments):
        for name, value in home.environ.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(sso_command, "sign_in", partial(sign_in, sleep=lambda seconds: None))
        returncode = main(arguments)
        return Done(returncode, *capsys.readouterr())

    return run


def run_alone(home, *arguments):
    path = os.pathsep.join(part for part in sys.path if part)
    return subprocess.run(
        [sys.executable, "-m", "sotalia", *arguments],
        env={**home.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        timeout=100,
    )


@pytest.mark.parametrize("which", [("--profile", "p"), ("--sso-session", "dev"), ("--profile", "p", "--no-browser")])
def test_a_login_prints_where_to_go_and_writes_the_token(home, oidc, which, run):
    oidc.pending = 1
    done = run(home, "sso", "login", *which)
    assert done.returncode == 0, done.stderr
    assert f"{oidc.url}/device?user_code=ABCD-EFGH" in done.stdout
    assert "the code ABCD-EFGH" in done.stdout
    assert done.stderr == ""
    written = content(home.sso_file())
    assert written | {"expiresAt": "", "registrationExpiresAt": ""} == {
        "startUrl": START_URL,
        "region": "us-east-1",
        "accessToken": "fake-access-1-1",
        "expiresAt": "",
        "clientId": "fake-client",
        "clientSecret": "fake-client-secret",
        "registrationExpiresAt": "",
        "refreshToken": "fake-refresh-1-1",
    }
    assert stat.S_IMODE(home.sso_file().stat().st_mode) == 0o600
    for secret in ("fake-access", "fake-refresh", "fake-client-secret"):
        assert secret not in done.stdout
    assert oidc.stats()["CreateToken"] == 2
    assert home.frozen().access_key == "ASIASSO000000001"


def test_the_legacy_form_gets_a_token_that_ends(home, run):
    home.config.write_text(LEGACY)
    assert run(home, "sso", "login", "--profile", "p").returncode == 0
    assert sorted(content(home.sso_file(START_URL))) == ["accessToken", "expiresAt", "region", "startUrl"]


@pytest.mark.parametrize(
    ("errors", "says"),
    [
        (["access_denied"], "the request was refused in the browser"),
        (["authorization_pending", "expired_token"], "nobody approved the code in time"),
        (["invalid_client"], "InvalidClientException"),
    ],
)
def test_a_login_that_fails_says_why_and_writes_nothing(home, oidc, errors, says, run):
    oidc.device_errors = errors
    done = run(home, "sso", "login", "--profile", "p")
    assert done.returncode == 1
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert not home.sso_file().exists()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--profile", "nobody"), "nobody"),
        (("--sso-session", "div"), "Did you mean 'dev'?"),
        (("--profile", "plain"), "has no sso_session, and no sso_start_url"),
        (("--profile", "half"), "lacks sso_region"),
    ],
)
def test_a_login_without_its_settings_names_them(home, arguments, says, run):
    with home.config.open("a") as file:
        file.write("[profile plain]\nregion = x\n[profile half]\nsso_start_url = https://x\n")
    done = run(home, "sso", "login", *arguments)
    assert (done.returncode, done.stdout) == (1, "")
    assert says in done.stderr


def test_a_logout_ends_the_session_and_forgets_its_roles(home, oidc, portal, run):
    home.put(home.sso_file(), oidc.begin())
    home.put(home.sso_file("another"), {**oidc.begin(), "accessToken": "fake-access-2-1"})
    home.put(home.sso_file().parent / "registration.json", {"clientId": "x", "clientSecret": "y"})
    assert home.frozen().access_key == "ASIASSO000000001"
    done = run(home, "sso", "logout", "--profile", "p")
    assert (done.returncode, done.stdout, done.stderr) == (0, "Removed 1 token.\n", "")
    assert not home.sso_file().exists()
    assert home.sso_file("another").exists()
    assert not oidc.families.is_good("fake-access-1-1")
    assert oidc.families.is_good("fake-access-2-1")
    assert not list((home.folder / "sealed").glob("*.v2"))
    done = run(home, "sso", "logout")
    assert (done.returncode, done.stdout) == (0, "Removed 1 token.\n")
    assert (home.sso_file().parent / "registration.json").exists()
    assert not oidc.families.is_good("fake-access-2-1")


def test_a_logout_removes_a_token_that_the_portal_could_not_be_told_of(home, oidc, portal, run):
    home.put(home.sso_file(), oidc.begin())
    home.environ["AWS_MAX_ATTEMPTS"] = "1"
    portal.down = 500
    done = run(home, "sso", "logout", "--profile", "p")
    assert done.returncode == 1
    assert "Logout" in done.stderr
    assert not home.sso_file().exists()


# export


KEYS = "[profile k]\naws_access_key_id = AKID\naws_secret_access_key = it's\n"


def test_credentials_for_a_credential_process(home, oidc, run):
    home.put(home.sso_file(), oidc.begin())
    done = run(home, "export-credentials", "--profile", "p")
    assert (done.returncode, done.stderr) == (0, "")
    found = json.loads(done.stdout)
    assert found | {"Expiration": ""} == {
        "Version": 1,
        "AccessKeyId": "ASIASSO000000001",
        "SecretAccessKey": "fake-sso-secret-1",
        "SessionToken": "fake-sso-session-token-1",
        "Expiration": "",
        "AccountId": "123456789012",
    }
    assert found["Expiration"].endswith("Z")


def test_credentials_for_a_shell(home, run):
    home.config.write_text(KEYS)
    done = run(home, "export-credentials", "--profile", "k", "--format", "env")
    script = (
        f'AWS_SESSION_TOKEN=old\n{done.stdout}\necho "$AWS_ACCESS_KEY_ID $AWS_SECRET_ACCESS_KEY [$AWS_SESSION_TOKEN]"'
    )
    assert subprocess.run(["sh", "-c", script], capture_output=True, text=True).stdout == "AKID it's []\n"


def test_credentials_as_json(home, run):
    home.config.write_text(KEYS)
    done = run(home, "export-credentials", "--profile", "k", "--format", "json")
    assert json.loads(done.stdout) == {
        "AccessKeyId": "AKID",
        "SecretAccessKey": "it's",
        "Provider": "config-file",
    }


@pytest.mark.parametrize(
    ("profile", "says"),
    [("p", "run: sotalia sso login --profile p"), ("x", "x"), ("n", "Unable to locate credentials")],
)
def test_no_credentials_are_an_error_and_nothing_is_printed(home, profile, says, run):
    with home.config.open("a") as file:
        file.write("[profile n]\nregion = x\n")
    done = run(home, "export-credentials", "--profile", profile)
    assert (done.returncode, done.stdout) == (1, "")
    assert says in done.stderr
    assert "Traceback" not in done.stderr


# boto3 and sotalia take turns with one file


BOTO3 = """
import boto3, json, sys
found = boto3.Session(profile_name="p").get_credentials()
frozen = found.get_frozen_credentials()
print(json.dumps([found.method, frozen.access_key, frozen.secret_key, frozen.token]))
"""


@peers.takes_long_once
def test_boto3_uses_and_renews_what_the_command_wrote_and_the_other_way_round(home, oidc, portal):
    assert run_alone(home, "sso", "login", "--profile", "p").returncode == 0

    def by_boto3():
        done = subprocess.run(
            [peers.python(), "-c", BOTO3], env=home.environ, capture_output=True, text=True, timeout=100, check=True
        )
        return json.loads(done.stdout)

    def let_it_end():
        home.put(home.sso_file(), {**content(home.sso_file()), "expiresAt": iso(time.time() - 5)})

    assert by_boto3() == ["sso", "ASIASSO000000001", "fake-sso-secret-1", "fake-sso-session-token-1"]
    home.environ["SOTALIA_CREDENTIAL_CACHE"] = "off"
    for number in range(2, 6):
        let_it_end()
        if number % 2:
            assert by_boto3()[1] == f"ASIASSO{number:09}"
        else:
            assert home.frozen().access_key == f"ASIASSO{number:09}"
        assert content(home.sso_file())["refreshToken"] == f"fake-refresh-1-{number}"
    assert oidc.stats()["refreshes"] == 4
    assert oidc.stats().get("invalid_grant", 0) == 0
