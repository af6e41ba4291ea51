"""The fakes of the test kit answer boto3 1.44.5, which nobody here wrote, as they answer sotalia."""

import json
import subprocess
from contextlib import ExitStack
from pathlib import Path

import peers
import pytest
from sotalia import Session
from sotalia.ops.testkit import (
    FakeContainerEndpoint,
    FakeIMDS,
    FakeSignin,
    FakeSSOOIDC,
    FakeSSOPortal,
    FakeSTS,
    Step,
    credential_environ,
)

pytestmark = peers.takes_long_once

ROLE = "arn:aws:iam::123456789012:role/r"
LOGIN = "arn:aws:iam::123456789012:user/me"
START_URL = "https://example.awsapps.com/start"
SSO_KEYS = "sso_account_id = 123456789012\nsso_role_name = Admin\n"
SSO_WHERE = f"sso_region = us-east-1\nsso_start_url = {START_URL}\n"
EXPECTED = {
    "instance": ["iam-role", "ASIAFAKE00000001"],
    "an instance that throttles once": ["iam-role", "ASIAFAKE00000001"],
    "task": ["container-role", "ASIAFAKE00000001"],
    "pod": ["container-role", "ASIAFAKE00000001"],
    "pod without its token": "CredentialRetrievalError",
    "role": ["assume-role", "ASIASTS000000001"],
    "web identity": ["assume-role-with-web-identity", "ASIASTS000000001"],
    "sso": ["sso", "ASIASSO000000001"],
    "sso without a session": ["sso", "ASIASSO000000001"],
    "login": ["login", "ASIALOGIN001000001"],
}


def worlds_in(folder, stack):
    """Start the fakes and return an environment for each line of the table."""

    def start(fake):
        return stack.enter_context(fake)

    token = folder / "token"
    token.write_text("pod-token")
    imds, throttling, task = start(FakeIMDS()), start(FakeIMDS()), start(FakeContainerEndpoint())
    throttling.script(Step(503))
    pod, sts = start(FakeContainerEndpoint(token_file=token)), start(FakeSTS())
    oidc, signin = start(FakeSSOOIDC()), start(FakeSignin())
    portal = start(FakeSSOPortal(families=oidc.families))
    home = folder / "signed-in"
    for session in ("dev", START_URL):
        oidc.sign_in(home, session)
    signin.sign_in(home, LOGIN)
    worlds = {
        "instance": ([imds], "", {}),
        "an instance that throttles once": ([throttling], "", {"AWS_METADATA_SERVICE_NUM_ATTEMPTS": "2"}),
        "task": ([task], "", {}),
        "pod": ([pod], "", {}),
        "pod without its token": ([], "", {"AWS_CONTAINER_CREDENTIALS_FULL_URI": pod.uri}),
        "role": ([imds, sts], f"role_arn = {ROLE}\ncredential_source = Ec2InstanceMetadata\n", {}),
        "web identity": ([sts], "", {"AWS_WEB_IDENTITY_TOKEN_FILE": str(token), "AWS_ROLE_ARN": ROLE}),
        "sso": ([oidc, portal], f"{SSO_KEYS}sso_session = dev\n[sso-session dev]\n{SSO_WHERE}", {}),
        "sso without a session": ([oidc, portal], f"{SSO_KEYS}{SSO_WHERE}", {}),
        "login": ([signin], f"login_session = {LOGIN}\n", {}),
    }
    made = {}
    for name, (fakes, config, others) in worlds.items():
        others = {"SOTALIA_CREDENTIAL_CACHE": "off", "HOME": str(home), **others}
        environ = credential_environ(folder / name, *fakes, config=f"[default]\n{config}", others=others)
        made[name] = {"environ": environ, "session": {}}
    return made, home, [sts.url, portal.url]


def by_sotalia(worlds, home, servers):
    found = {}
    for name, world in worlds.items():
        for server in servers:
            reset(server)
        try:
            credentials = Session(environ=world["environ"]).get_credentials()
            found[name] = [credentials.method, credentials.get_frozen_credentials().access_key]
        except Exception as error:
            found[name] = type(error).__name__
    return found


def reset(server):
    from urllib.request import urlopen

    urlopen(f"{server}/_reset", timeout=10).close()


def by_boto3(worlds, home, servers):
    script = Path(__file__).parents[1] / "support" / "peer_providers.py"
    done = subprocess.run(
        [peers.python(), str(script)],
        input=json.dumps({"worlds": worlds, "servers": servers}),
        capture_output=True,
        env={"HOME": str(home)},  # it looks for the token files where the home is when it is imported
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return {name: one if isinstance(one, str) else one[:2] for name, (one, _) in json.loads(done.stdout).items()}


@pytest.mark.parametrize("client", [by_sotalia, by_boto3])
def test_a_client_finds_its_credentials(tmp_path, client):
    meant = {"login": "MissingDependencyException"} if client is by_boto3 else {}  # boto3 needs awscrt for it
    with ExitStack() as stack:
        assert client(*worlds_in(tmp_path, stack)) == {**EXPECTED, **meant}
