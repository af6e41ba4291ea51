"""Sessions, clients, credentials, paginators, waiters and errors travel to other processes, without a secret."""

import copy
import gc
import pickle
import subprocess
import sys

import canary
import cloudpickle
import fresh
import pytest
import sotalia
import travelling
from sotalia.components.errors import NoCredentialsError, UnsupportedPickleError
from sotalia.ops.testkit import FakeIMDS
from sotalia.ops.testkit.script import Reply
from sotalia.ops.testkit.server import FakeServer

PROTOCOLS = range(pickle.HIGHEST_PROTOCOL + 1)
KINDS = ("session", "client", "credentials", "paginator", "waiter", "error")
CALLS = {
    "session": "123456789012",
    "client": "123456789012",
    "credentials": "ASIAFAKE00000001",
    "paginator": [[]],
    "waiter": None,
    "error": "NoSuchEntityException An error occurred (NoSuchEntity) when calling the GetUser operation: no such user",
}

pytestmark = pytest.mark.timeout(180)


class Answers(FakeServer):
    """STS and IAM, as far as they are asked here."""

    def respond(self, method, path, headers, body):
        name = body.decode().partition("Action=")[2].partition("&")[0]
        if b"UserName=nobody" in body:
            error = "<Error><Code>NoSuchEntity</Code><Message>no such user</Message></Error>"
            return Reply(404, f"<ErrorResponse>{error}</ErrorResponse>".encode(), "text/xml")
        content = {
            "GetCallerIdentity": "<Account>123456789012</Account>",
            "ListRoles": "<Roles></Roles><IsTruncated>false</IsTruncated>",
            "GetUser": "<User><UserName>u</UserName></User>",
        }[name]
        whole = f"<{name}Response><{name}Result>{content}</{name}Result></{name}Response>"
        return Reply(200, whole.encode(), "text/xml")


@pytest.fixture
def world(monkeypatch, tmp_path):
    """Servers for what travels, and the environment that leads to them."""
    with Answers() as answers, FakeIMDS(rotate_every=3600.0) as imds:
        environ = {
            "AWS_REGION": "us-east-1",
            "AWS_ENDPOINT_URL": answers.url,
            "SOTALIA_CREDENTIAL_CACHE_LOCATION": str(tmp_path / "cache"),
            **imds.environ(),
        }
        for name, value in environ.items():
            monkeypatch.setenv(name, value)
        yield answers


def things():
    session = sotalia.Session(region_name="us-east-1")
    iam = session.client("iam")
    with pytest.raises(iam.exceptions.NoSuchEntityException) as caught:
        iam.get_user(UserName="nobody")
    return {
        "session": session,
        "client": session.client("sts"),
        "credentials": session.get_credentials(),
        "paginator": iam.get_paginator("list_roles"),
        "waiter": iam.get_waiter("user_exists"),
        "error": caught.value,
    }


def secrets_in(content):
    return [secret for secret in (b"fake-imds-secret", b"fake-imds-session-token") if secret in content]


def test_everything_comes_back_from_a_pickle_of_every_protocol_and_works(world):
    for kind, thing in things().items():
        before = travelling.use(kind, thing)
        assert before == CALLS[kind]
        for protocol in PROTOCOLS:
            pickled = pickle.dumps(thing, protocol)
            assert secrets_in(pickled) == []
            assert travelling.use(kind, pickle.loads(pickled)) == before
        pickled = cloudpickle.dumps(thing)
        assert secrets_in(pickled) == []
        assert travelling.use(kind, cloudpickle.loads(pickled)) == before


@pytest.mark.parametrize("method", ["spawn", "forkserver"])
def test_everything_works_in_a_process_of_multiprocessing(world, method):
    for kind, thing in things().items():
        assert travelling.in_child(method, kind, thing) == CALLS[kind], kind


def test_a_program_that_knows_nothing_of_this_one_reads_it(world):
    for kind in ("client", "error"):
        program = subprocess.run(
            [sys.executable, travelling.__file__],
            input=pickle.dumps((kind, things()[kind])),
            capture_output=True,
            timeout=60,
            check=False,
            env={**fresh.unmeasured(), "PYTHONPATH": ":".join(filter(None, sys.path))},
        )
        assert program.returncode == 0, program.stderr.decode()
        assert CALLS[kind] in program.stdout.decode()


def test_copies_within_a_process_are_the_thing_itself(world):
    for kind, thing in things().items():
        for again in (copy.copy(thing), copy.deepcopy(thing), copy.deepcopy([thing])[0]):
            assert kind == "error" or again is thing
            assert travelling.use(kind, again) == CALLS[kind]
    explicit = sotalia.Session("AKIDEXAMPLE", canary.SECRET_KEY, canary.TOKEN, region_name="us-east-1")
    for thing in (explicit, explicit.client("s3"), explicit.get_credentials()):
        assert copy.deepcopy(thing) is thing


def test_keys_that_a_program_gave_never_travel():
    explicit = sotalia.Session("AKIDEXAMPLE", canary.SECRET_KEY, canary.TOKEN, region_name="us-east-1")
    chosen = sotalia.Session(region_name="us-east-1").client(
        "s3", aws_access_key_id="AKIDEXAMPLE", aws_secret_access_key=canary.SECRET_KEY
    )
    client = explicit.client("iam")
    paginator, waiter = client.get_paginator("list_roles"), client.get_waiter("user_exists")
    for thing in (explicit, client, chosen, paginator, waiter, explicit.get_credentials()):
        for dumps in (pickle.dumps, cloudpickle.dumps):
            with pytest.raises(UnsupportedPickleError) as caught:
                dumps(thing)
            assert "in the clear" in str(caught.value)


def test_what_would_be_missing_in_the_copy_is_named_and_how_to_have_it_travel():
    handled = sotalia.Session(region_name="us-east-1")
    handled.register("before-call", travelling.noted)
    enriched = sotalia.Session(region_name="us-east-1")
    enriched.register_component("clock", object())
    elsewhere = sotalia.Session(environ={"HOME": "/nowhere", "AWS_SECRET_ACCESS_KEY": canary.SECRET_KEY})
    client = sotalia.Session(region_name="us-east-1").client("sts")
    client.meta.events.register("before-send", travelling.noted)
    for thing, what in (
        (handled, "a session with event handlers of its own"),
        (enriched, "a session with components of its own: clock"),
        (elsewhere, "a session with an environment of its own"),
        (client, "a client with event handlers of its own"),
    ):
        with pytest.raises(UnsupportedPickleError, match=what):
            pickle.dumps(thing)
    handled.unregister("before-call", travelling.noted)
    assert pickle.loads(pickle.dumps(handled)).region_name == "us-east-1"


def test_a_recipe_of_ones_own_makes_the_rest_travel():
    session = travelling.made_session("eu-west-1")
    again = pickle.loads(pickle.dumps(session))
    assert again.region_name == "eu-west-1"
    assert again.events.handlers_for("before-call.s3.GetObject") == (travelling.noted,)
    client = pickle.loads(pickle.dumps(session.client("sts")))
    assert client.meta.events.handlers_for("before-call.sts.GetCallerIdentity") == (travelling.noted,)
    credentials = pickle.loads(pickle.dumps(travelling.made_credentials("mine")))
    assert (credentials.method, credentials.access_key) == ("mine", "AKIDMADE")
    mine = sotalia.Session(region_name="us-east-1").client("sts", credentials=credentials)
    assert pickle.loads(pickle.dumps(mine))._get_credentials().access_key == "AKIDMADE"


def test_pages_on_their_way_do_not_travel(world):
    pages = sotalia.Session(region_name="us-east-1").client("iam").get_paginator("list_roles").paginate()
    with pytest.raises(UnsupportedPickleError, match="resume_token"):
        pickle.dumps(pages)


def test_credentials_travel_as_their_session_and_not_without_it(world, monkeypatch):
    session = sotalia.Session(region_name="us-east-1")
    credentials = session.get_credentials()
    pickled = pickle.dumps(credentials)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    with pytest.raises(NoCredentialsError, match="AWS_EC2_METADATA_DISABLED"):
        pickle.loads(pickled)
    del session
    gc.collect()
    with pytest.raises(UnsupportedPickleError, match="a session that is gone"):
        pickle.dumps(credentials)
