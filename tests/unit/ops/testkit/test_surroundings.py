import json
import os
import stat

import pytest
from fresh import run
from sotalia import Session
from sotalia.ops import testkit
from sotalia.ops.testkit import FakeIMDS, FakeSignin, FakeSSOOIDC, FakeSSOPortal, FakeSTS, credential_environ

STANDARD = "alone cloudwatch container families imds recorded rotating script server signin sso_oidc sso_portal sts"


def test_every_name_is_there():
    for name in testkit.__all__:
        assert getattr(testkit, name).__name__ == name
        assert name in dir(testkit)
    with pytest.raises(AttributeError, match="FakeEverything"):
        _ = testkit.FakeEverything


def test_the_fakes_stand_alone():
    """They need nothing of the SDK, so what they do is no echo of it."""
    names = [*STANDARD.split(), "dpop_check", "network_guard", "surroundings", "token_files"]
    code = (
        "import sys, importlib, sotalia.ops.testkit\nbefore = set(sys.modules)\n"
        f"for name in {names}: importlib.import_module('sotalia.ops.testkit.' + name)\n"
        "print([name for name in set(sys.modules) - before if name.split('.')[0] not in sys.stdlib_module_names\n"
        "       and not name.startswith('sotalia.ops.testkit.')])"
    )
    done = run(code)
    assert done.stdout == "[]\n", done.stderr


def test_nothing_comes_from_the_caller(tmp_path, monkeypatch):
    monkeypatch.setenv("AWS_PROFILE", "production")
    before = dict(os.environ)
    with FakeIMDS() as imds, FakeSTS() as sts:
        role = "[default]\nrole_arn = arn:aws:iam::123456789012:role/r\ncredential_source = Ec2InstanceMetadata\n"
        environ = credential_environ(tmp_path / "home", imds, sts, config=role, others={"AWS_MAX_ATTEMPTS": "1"})
        assert Session(environ=environ).get_credentials().access_key == "ASIASTS000000001"
    assert environ["AWS_MAX_ATTEMPTS"] == "1"
    assert "AWS_PROFILE" not in environ
    assert dict(os.environ) == before


def test_without_fakes_there_is_nothing(tmp_path):
    with testkit.no_network():
        assert Session(environ=credential_environ(tmp_path)).get_credentials() is None


@pytest.mark.parametrize("name", ["dev", "https://example.awsapps.com/start"])
def test_somebody_has_signed_in_with_sso(tmp_path, name):
    keys = "sso_account_id = 123456789012\nsso_role_name = Admin\n"
    where = f"sso_start_url = {name}\nsso_region = us-east-1\n"
    config = f"[default]\n{keys}{where}"
    if name == "dev":
        config = f"[default]\n{keys}sso_session = dev\n[sso-session dev]\n{where.replace('dev', 'https://x.example')}"
    with FakeSSOOIDC() as oidc, FakeSSOPortal(families=oidc.families) as portal:
        file = oidc.sign_in(tmp_path, name)
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        found = Session(environ=credential_environ(tmp_path, oidc, portal, config=config)).get_credentials()
        assert found.access_key == "ASIASSO000000001"


def test_somebody_has_signed_in_with_login(tmp_path):
    arn = "arn:aws:iam::123456789012:user/me"
    with FakeSignin() as signin:
        document = json.loads(signin.sign_in(tmp_path, arn).read_text())
        environ = credential_environ(tmp_path, signin, config=f"[default]\nlogin_session = {arn}\n")
        assert Session(environ=environ).get_credentials().access_key == document["accessToken"]["accessKeyId"]
