"""In which environment which provider wins, with which keys: sotalia and boto3 1.44.5 side by side.

``tests/support/provider_worlds.py`` has the environments. What differs on purpose is listed here with its reason.
"""

import json
import subprocess
from pathlib import Path

import peers
import pytest
from provider_worlds import ROLE, WORLDS
from sotalia import Session
from sotalia.ops.testkit import FakeContainerEndpoint, FakeIMDS, FakeSTS

IMDS_SET = ["iam-role", "ASIAFAKE00000001", "fake-imds-secret-1", "fake-imds-session-token-1"]
MEANT = {
    # one error for whatever a source does wrong; its text says what and what to do
    "a container elsewhere": ("CredentialRetrievalError", "ValueError"),
    "an end in the past": ("CredentialRetrievalError", "RuntimeError"),
    # boto3 goes on with a secret key of None until a request is signed
    "half a pair of explicit keys": ("PartialCredentialsError", ["explicit", "GIVEN", None, None, None]),
    # the account is kept where the service names it
    "the instance alone": ([*IMDS_SET, "123456789012"], [*IMDS_SET, None]),
}
"""World, and what sotalia and boto3 answer there for a reason."""
MEANT_REQUESTS = {"a container that answers with 404"}
"""Worlds in which sotalia asks less often: what a service refuses is not asked for again."""

pytestmark = peers.takes_long_once


@pytest.fixture(scope="module")
def servers():
    with FakeIMDS() as imds, FakeSTS() as sts, FakeContainerEndpoint() as endpoint:
        yield imds, sts, endpoint


@pytest.fixture(scope="module")
def worlds(servers, tmp_path_factory):
    imds, sts, endpoint = servers
    made = {}
    for name, world in WORLDS.items():
        home = tmp_path_factory.mktemp("world")

        def fill(text, home=home):
            for place, value in (("home", str(home)), ("imds", imds.url), ("task", endpoint.uri), ("role", ROLE)):
                text = text.replace("{" + place + "}", value)
            return text

        for path, text in world["files"].items():
            file = home / path
            file.parent.mkdir(exist_ok=True)
            if text:
                file.write_text(fill(text))
        environ = {
            "HOME": str(home),
            "PATH": "/usr/bin:/bin",
            "NO_PROXY": "*",
            "AWS_REGION": "us-east-1",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_ENDPOINT_URL_STS": sts.url,
            "AWS_EC2_METADATA_SERVICE_ENDPOINT": imds.url,
            "AWS_EC2_METADATA_DISABLED": "true",
            "SOTALIA_CREDENTIAL_CACHE": "off",
        }
        environ.update({key: fill(value) for key, value in world["environ"].items()})
        made[name] = {"environ": environ, "session": world["session"]}
    return made


@pytest.fixture(scope="module")
def theirs(servers, worlds):
    """Every world as boto3 sees it: a process for all of them."""
    script = Path(__file__).parents[1] / "support" / "peer_providers.py"
    given = {"worlds": worlds, "servers": [server.url for server in servers]}
    done = subprocess.run(
        [peers.python(), str(script)], input=json.dumps(given), capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def outcome(world):
    try:
        credentials = Session(**world["session"], environ=world["environ"]).get_credentials()
        if credentials is None:
            return None
        frozen = credentials.get_frozen_credentials()
        return [credentials.method, frozen.access_key, frozen.secret_key, frozen.token, frozen.account_id]
    except Exception as error:
        return type(error).__name__


@pytest.mark.parametrize("name", WORLDS)
def test_the_same_provider_with_the_same_keys(servers, worlds, theirs, name):
    for server in servers:
        server.reset()
    ours = outcome(worlds[name])
    their, counts = theirs[name]
    assert (ours, their) == MEANT.get(name, (their, ours))
    asked = [requests(server.stats()) for server in servers]
    if name in MEANT_REQUESTS:
        assert sum(one["requests"] for one in asked) < sum(one["requests"] for one in counts)
    else:
        assert asked == [requests(count) for count in counts]


def requests(stats):
    return {name: count for name, count in stats.items() if name not in ("sets", "tokens_issued")}
