"""What sources of credentials may do wrong: each ends in an error that says what and where, and shows no secret."""

import json
import os
import time

import canary
import pytest
from sotalia import Session
from sotalia.components.errors import SotaliaError
from sotalia.ops.testkit import FakeContainerEndpoint, FakeIMDS, FakeSTS
from unprivileged import open_folder, unprivileged

ROLE = "arn:aws:iam::123456789012:role/r"
SET = {
    "AccessKeyId": "AKIDX",
    "SecretAccessKey": canary.SECRET_KEY,
    "Token": canary.TOKEN,
    "Expiration": "2999-01-01T00:00:00Z",
}
XML = (
    '<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">'
    "<AssumeRoleResult>{}</AssumeRoleResult></AssumeRoleResponse>"
)


@pytest.fixture
def imds():
    with FakeIMDS() as server:
        yield server


@pytest.fixture
def endpoint():
    with FakeContainerEndpoint() as server:
        yield server


@pytest.fixture
def sts():
    with FakeSTS() as server:
        yield server


@pytest.fixture
def session(own_environment):
    """Make a session in an environment of its own, with files below the home folder."""

    def make(environ=None, **files):
        for name, text in {"config": "", **files}.items():
            path = own_environment / (f".aws/{name}" if name in ("config", "credentials") else name)
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(text if isinstance(text, bytes) else text.replace("HOME", str(own_environment)).encode())
        given = {key: value.replace("HOME", str(own_environment)) for key, value in (environ or {}).items()}
        return Session(
            environ={
                "HOME": str(own_environment),
                "PATH": os.environ["PATH"],
                "AWS_REGION": "us-east-1",
                "AWS_EC2_METADATA_DISABLED": "true",
                "AWS_MAX_ATTEMPTS": "1",
                **given,
            }
        )

    return make


def refused(session, *needles):
    with pytest.raises(SotaliaError) as caught:
        session.get_credentials().get_frozen_credentials()
    text = str(caught.value)
    for needle in needles:
        assert needle in text
    trace = "\n".join(str(attempt) for attempt in session.explain_credentials())
    assert not canary.found_in(text + repr(caught.value) + trace)
    return text


def without(*names):
    return {name: value for name, value in SET.items() if name not in names}


DOCUMENTS = {
    "nothing": b"",
    "no JSON": b"{'AccessKeyId': 'x'",
    "no text": b"\xff\xfe\x00",
    "a list": b"[]",
    "a text": b'"AccessKeyId"',
    "null": b"null",
    "a deep list": b"[" * 100_000,
    "an empty object": b"{}",
    "no access key": json.dumps(without("AccessKeyId")).encode(),
    "no secret key": json.dumps(without("SecretAccessKey")).encode(),
    "an empty secret key": json.dumps({**SET, "SecretAccessKey": ""}).encode(),
    "an access key of null": json.dumps({**SET, "AccessKeyId": None}).encode(),
    "an end that is no time": json.dumps({**SET, "Expiration": "soon"}).encode(),
    "an end that is an object": json.dumps({**SET, "Expiration": {}}).encode(),
    "a page of HTML": b"<html><body>Sign in to the guest network</body></html>",
}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_documents_of_a_container(endpoint, session, name):
    endpoint.credentials_body = DOCUMENTS[name]
    refused(session(endpoint.environ()), "container-role")


@pytest.mark.parametrize("name", DOCUMENTS)
def test_documents_of_the_metadata_service(imds, session, name):
    imds.credentials_body = DOCUMENTS[name]
    made = session(imds.environ())
    try:
        found = made.get_credentials()
    except SotaliaError as error:
        text = str(error)
    else:
        assert found is None
        text = str(made.get_component("credential_provider").no_credentials_error())
    assert "iam-role" in text
    assert not canary.found_in(text)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_documents_of_a_program(session, name):
    config = "[default]\ncredential_process = cat HOME/document\n"
    refused(session(config=config, document=DOCUMENTS[name]), "custom-process")


GIVEN = "<Credentials>{}</Credentials>"
ANSWERS = {
    "nothing": b"",
    "no XML": b"{}",
    "half of it": XML.encode()[:60],
    "no credentials": XML.format("").encode(),
    "empty credentials": XML.format(GIVEN.format("")).encode(),
    "no secret key": XML.format(GIVEN.format("<AccessKeyId>AKIDX</AccessKeyId>")).encode(),
    "no end": XML.format(
        GIVEN.format("<AccessKeyId>A</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>")
    ).encode(),
    "an end that is no time": XML.format(
        GIVEN.format(
            f"<AccessKeyId>A</AccessKeyId><SecretAccessKey>{canary.SECRET_KEY}</SecretAccessKey>"
            f"<SessionToken>{canary.TOKEN}</SessionToken><Expiration>soon</Expiration>"
        )
    ).encode(),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_answers_of_sts(sts, session, name):
    sts.body = ANSWERS[name]
    config = f"[default]\nrole_arn = {ROLE}\nsource_profile = s\n[profile s]\n"
    config += f"aws_access_key_id = AKIDX\naws_secret_access_key = {canary.SECRET_KEY}\n"
    refused(session({"AWS_ENDPOINT_URL_STS": sts.url}, config=config))
    web = {"AWS_WEB_IDENTITY_TOKEN_FILE": "HOME/token", "AWS_ROLE_ARN": ROLE, "AWS_ENDPOINT_URL_STS": sts.url}
    body = ANSWERS[name].replace(b"AssumeRoleRes", b"AssumeRoleWithWebIdentityRes")
    sts.body = body
    refused(session(web, token=canary.TOKEN))


def test_what_ended_before_it_came(endpoint, session):
    """A metadata service may prolong what it gave out, so its sets are used on; those of a program are not."""
    ended = json.dumps({**SET, "Expiration": "2001-01-01T00:00:00Z", "Version": 1, "SessionToken": "t"}).encode()
    endpoint.credentials_body = ended
    found = session(endpoint.environ()).get_credentials()
    assert (found.access_key, found.state) == ("AKIDX", "stale")
    refused(session(config="[default]\ncredential_process = cat HOME/document\n", document=ended), "past their end")
    environ = {"AWS_ACCESS_KEY_ID": "A", "AWS_SECRET_ACCESS_KEY": canary.SECRET_KEY}
    refused(session({**environ, "AWS_CREDENTIAL_EXPIRATION": "2001-01-01T00:00:00Z"}), "which end at 2001-01-01")
    refused(session({**environ, "AWS_CREDENTIAL_EXPIRATION": "soon"}), "AWS_CREDENTIAL_EXPIRATION is no time")


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_refused(imds, endpoint, session, status):
    with FakeContainerEndpoint() as elsewhere:
        for fake in (imds, endpoint):
            fake.down, fake.moved_to = status, elsewhere.uri
        endpoint.token = canary.TOKEN
        refused(session(endpoint.environ()), f"status {status}, a redirect, which is not followed")
        made = session(imds.environ())
        assert made.get_credentials() is None
        text = str(made.get_component("credential_provider").no_credentials_error())
        assert f"status {status}, a redirect, which is not followed" in text
        assert elsewhere.stats()["requests"] == 0


@pytest.mark.parametrize(
    "uri",
    [
        "http://example.com/credentials",
        "http://192.0.2.7/x",
        "http://169.254.169.254/latest",
        "http://127.0.0.1.example.com/",
        "http://[2001:db8::1]/",
        "http://localhost.example/",
        "http://user@example.com:80/",
    ],
)
def test_container_uris_elsewhere_are_refused_and_the_allowed_hosts_are_named(session, uri):
    made = session({"AWS_CONTAINER_CREDENTIALS_FULL_URI": uri, "AWS_CONTAINER_AUTHORIZATION_TOKEN": canary.TOKEN})
    refused(made, "169.254.170.2, 169.254.170.23, fd00:ec2::23, localhost", "loopback", "https")


@pytest.mark.parametrize("token", ["a\r\nHost: evil", "a\nb", "\r"])
def test_a_token_with_a_line_break_is_refused(endpoint, session, token):
    uri = endpoint.environ()
    refused(session({**uri, "AWS_CONTAINER_AUTHORIZATION_TOKEN": canary.TOKEN + token}), "holds a line break")
    environ = {**uri, "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": "HOME/token"}
    refused(session(environ, token=canary.TOKEN + token), "_TOKEN_FILE holds a line break")
    assert endpoint.stats()["requests"] == 0


def test_a_token_file_that_vanishes(endpoint, session, own_environment):
    endpoint.lifetime = 2.0  # pressing after a second and a half
    environ = {**endpoint.environ(), "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": "HOME/token"}
    found = session(environ, token=canary.TOKEN).get_credentials()
    first = found.get_frozen_credentials()
    (own_environment / "token").unlink()
    time.sleep(2.1)
    assert found.get_frozen_credentials() == first
    assert found.state == "stale"
    refused(session(environ, **{}), "cannot be read: No such file")


def test_programs_that_misbehave(session):
    def config(command, **more):
        lines = [f"{key} = {value}" for key, value in {"credential_process": command, **more}.items()]
        return "[default]\n" + "\n".join(lines) + "\n"

    refused(session(config=config("yes canary")), "printed more than 1 MiB")
    refused(session(config=config("true")), "printed nothing")
    refused(session(config=config("HOME/gone")), "cannot be run: No such file")
    refused(session(config=config("cat HOME")), "ended with status 1; it said: cat: ")
    refused(session(config=config("sleep 60", credential_process_timeout="0.3")), "did not end within 0.3 s")
    shown = f"sh -c 'echo {canary.TOKEN} SecretAccessKey={canary.SECRET_KEY} >&2; exit 7'"
    refused(session(config=config(shown)), "status 7; it said: **** SecretAccessKey=****")


WHO_MAY_NOT_READ = {
    "web identity token": ({"AWS_WEB_IDENTITY_TOKEN_FILE": "HOME/file", "AWS_ROLE_ARN": ROLE}, "cannot be read"),
    "container token": (
        {
            "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://127.0.0.1:9/",
            "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": "HOME/file",
        },
        "cannot be read",
    ),
    "EC2 credentials file": ({"AWS_CREDENTIAL_FILE": "HOME/file"}, "cannot be read"),
    "boto configuration": ({"BOTO_CONFIG": "HOME/file"}, "cannot be read"),
    "configuration file": ({"AWS_CONFIG_FILE": "HOME/file"}, "cannot be read"),
    "credentials file": ({"AWS_SHARED_CREDENTIALS_FILE": "HOME/file"}, "cannot be read"),
    "program": ({"AWS_CONFIG_FILE": "HOME/process"}, "cannot be run"),
}


@pytest.mark.parametrize("name", WHO_MAY_NOT_READ)
def test_files_that_may_not_be_read(name):
    environ, said = WHO_MAY_NOT_READ[name]
    with open_folder() as folder:
        (folder / "file").write_text("[default]\nregion = eu-west-1\n")
        (folder / "process").write_text(f"[default]\ncredential_process = {folder}/file\n")
        given = {key: value.replace("HOME", str(folder)) for key, value in environ.items()}
        given = {"HOME": str(folder), "AWS_EC2_METADATA_DISABLED": "true", "AWS_MAX_ATTEMPTS": "1", **given}
        _error(given)  # imports what the child needs, as it may not be able to
        (folder / "file").chmod(0)
        os.utime(folder / "file", (0, 0))  # else what was read before still counts
        text = unprivileged(lambda: _error(given))
        assert f"{said}: permission denied" in text.lower()
        assert str(folder / "file") in text


def _error(environ):
    try:
        credentials = Session(environ={**environ, "SOTALIA_CREDENTIAL_CACHE": "off"}).get_credentials()
        return str(credentials)
    except Exception as error:
        return f"{type(error).__name__} {error}"
