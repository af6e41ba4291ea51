import os
import pty
import subprocess
import sys
import threading
import time

import canary
import pytest
from fake_source import Clock
from fake_world import World
from sotalia.components.cache_backends import open_cache
from sotalia.components.errors import CredentialRetrievalError, RefreshWithMFAUnsupportedError
from sotalia.components.single_flight import SharedFetch
from sotalia.ops.testkit import FakeSTS
from sotalia.providers.assume_role_fetcher import AssumeRoleCredentialFetcher
from sotalia.providers.chain import ProviderContext, create_credential_resolver
from sotalia.providers.credentials import Credentials

ROLE = "arn:aws:iam::123456789012:role/r"
DEVICE = "arn:aws:iam::123456789012:mfa/me"
PROFILES = {
    "default": {"role_arn": ROLE, "source_profile": "keys", "mfa_serial": DEVICE, "role_session_name": "me"},
    "keys": {"aws_access_key_id": "AKIDX", "aws_secret_access_key": canary.SECRET_KEY},
}


class Person:
    """Types a code for every question, after some time."""

    def __init__(self, code="123456", seconds=0.0):
        self.code = code
        self.seconds = seconds
        self.questions = []

    def __call__(self, question):
        self.questions.append(question)
        time.sleep(self.seconds)
        return self.code


@pytest.fixture
def sts():
    with FakeSTS() as server:
        yield server


def together(count, work):
    """Do something in threads that begin together; return what each got, or what it raised."""
    found, begin = [], threading.Barrier(count)

    def run():
        begin.wait(10)
        try:
            found.append(work())
        except Exception as error:
            found.append(error)

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    return found


def credentials(sts, person, **options):
    world = World(PROFILES, None, {"AWS_EC2_METADATA_DISABLED": "true"}, sts.url)
    return create_credential_resolver(
        ProviderContext(mfa_prompter=person, **world.options(), **options)
    ).load_credentials()


def test_the_code_goes_to_sts(sts):
    person = Person(" 123456\n")
    assert credentials(sts, person).access_key == "ASIASTS000000001"
    assert person.questions == [f"Enter MFA code for {DEVICE}: "]
    sent = sts.last_parameters
    assert (sent["SerialNumber"], sent["TokenCode"]) == (DEVICE, "123456")


def test_nobody_is_asked_before_the_credentials_are_needed(sts):
    person = Person()
    credentials(sts, person)
    assert person.questions == []


@pytest.mark.parametrize("sharing", [None, "memory"])
def test_threads_ask_once(sts, sharing):
    person = Person(seconds=0.3)
    shared = sharing and SharedFetch(open_cache(sharing))
    found = credentials(sts, person, sharing=shared)
    assert together(20, lambda: found.access_key) == ["ASIASTS000000001"] * 20
    assert len(person.questions) == 1


def test_a_fetcher_alone_asks_once_for_threads_that_come_together(sts):
    person = Person(seconds=0.3)
    world = World(PROFILES, None, {}, sts.url)
    fetcher = AssumeRoleCredentialFetcher(
        world.create_client, Credentials("A", "s"), ROLE, {"SerialNumber": DEVICE}, person
    )
    keys = []
    threads = [
        threading.Thread(target=lambda: keys.append(fetcher.fetch_credentials()["access_key"])) for _ in range(9)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert keys == ["ASIASTS000000001"] * 9
    assert len(person.questions) == 1


def test_an_error_of_the_person_is_everybodys(sts):
    class Absent(Person):
        def __call__(self, question):
            super().__call__(question)
            raise EOFError

    person = Absent(seconds=0.3)
    world = World(PROFILES, None, {}, sts.url)
    fetcher = AssumeRoleCredentialFetcher(
        world.create_client, Credentials("A", "s"), ROLE, {"SerialNumber": DEVICE}, person
    )
    errors = together(9, fetcher.fetch_credentials)
    assert [type(error) for error in errors] == [EOFError] * 9
    assert len(person.questions) == 1


def test_the_shared_cache_is_asked_before_the_person(sts, tmp_path):
    people = [Person() for _ in range(5)]
    for person in people:
        sharing = SharedFetch(open_cache("file", str(tmp_path / "cache"), environ={}))
        assert credentials(sts, person, sharing=sharing).access_key == "ASIASTS000000001"
    assert [len(person.questions) for person in people] == [1, 0, 0, 0, 0]


def test_a_set_is_used_to_its_last_minute_and_then_a_person_is_needed(sts):
    clock, person = Clock(time.time()), Person()
    sts.clock = clock
    found = credentials(sts, person, clock=clock)
    found.get_frozen_credentials()
    clock.advance(3600 - 62)
    assert found.state == "fresh"
    assert found.access_key == "ASIASTS000000001"
    clock.advance(3)
    with pytest.raises(RefreshWithMFAUnsupportedError):
        found.get_frozen_credentials()
    assert len(person.questions) == 1


def test_a_set_that_another_process_got_spares_the_question(sts, tmp_path):
    clock = Clock(time.time())
    sts.clock = clock

    def member(person):
        sharing = SharedFetch(open_cache("file", str(tmp_path / "cache"), environ={}), clock=clock)
        return credentials(sts, person, sharing=sharing, clock=clock)

    first, people = member(Person()), [Person(), Person()]
    first.get_frozen_credentials()
    clock.advance(3600 - 30)
    assert member(people[0]).access_key == "ASIASTS000000002"
    assert first.access_key == "ASIASTS000000002"


@pytest.mark.parametrize("code", ["", "  ", None])
def test_no_code_is_an_error(sts, code):
    with pytest.raises(CredentialRetrievalError, match="no MFA code was entered"):
        credentials(sts, Person(code)).get_frozen_credentials()
    assert sts.stats()["requests"] == 0


def test_a_wrong_code_may_be_followed_by_another_one(sts):
    clock = Clock(time.time())
    person = Person("000000")
    found = credentials(sts, person, clock=clock)
    sts.failure = ("AccessDenied", 403)
    with pytest.raises(Exception, match="AccessDenied"):
        found.get_frozen_credentials()
    sts.failure = None
    clock.advance(6)
    assert found.access_key == "ASIASTS000000002"
    assert len(person.questions) == 2


def test_others_wait_for_a_person_for_two_minutes(sts):
    assert credentials(sts, Person())._process_wait >= 120


ASK = """
from sotalia.providers.mfa import ask_at_terminal
from sotalia.components.errors import CredentialRetrievalError
try:
    print("code", ask_at_terminal("Enter: "))
except CredentialRetrievalError as error:
    print(error)
"""


def test_without_a_terminal_the_error_names_the_component():
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", ASK],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        start_new_session=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
        check=True,
    )
    assert "no terminal to ask for it" in done.stdout
    assert "'mfa_prompter'" in done.stdout


def test_at_a_terminal_the_code_is_typed_without_an_echo():
    controller, terminal = pty.openpty()
    try:
        process = subprocess.Popen(
            [sys.executable, "-W", "error", "-c", ASK],
            stdin=terminal,
            stdout=subprocess.PIPE,
            stderr=terminal,
            text=True,
            start_new_session=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
        )
        said = b""
        while b"Enter: " not in said:
            said += os.read(controller, 100)
        os.write(controller, b"654321\n")
        assert process.communicate(timeout=20)[0] == "code 654321\n"
        os.set_blocking(controller, False)
        try:
            said += os.read(controller, 1000)
        except OSError:
            pass
        assert b"654321" not in said
    finally:
        os.close(controller)
        os.close(terminal)


def test_a_fetcher_is_of_use_to_programs(sts):
    """As boto3's users do it: a session's clients, arguments of the API, credentials that refresh themselves."""
    import sotalia

    session = sotalia.Session(
        "AKIDX",
        canary.SECRET_KEY,
        environ={"AWS_ENDPOINT_URL_STS": sts.url, "AWS_REGION": "eu-west-1", "HOME": "/nonexistent"},
    )
    fetcher = sotalia.AssumeRoleCredentialFetcher(
        session.client,
        session.get_credentials(),
        ROLE,
        extra_args={
            "RoleSessionName": "me",
            "ExternalId": "xy",
            "DurationSeconds": 900,
            "Policy": '{"Version":"2012-10-17","Statement":[]}',
            "PolicyArns": [{"arn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}],
            "Tags": [{"Key": "team", "Value": "a"}],
            "TransitiveTagKeys": ["team"],
            "SourceIdentity": "somebody",
        },
    )
    assumed = sotalia.DeferredRefreshableCredentials(fetcher.fetch_credentials, "assume-role")
    session.client("sts", credentials=assumed).get_caller_identity()
    assert "Credential=ASIASTS000000001/" in sts.last_authorization
    assumed.invalidate("ASIASTS000000001")
    assumed.get_frozen_credentials()
    assert "Credential=AKIDX/" in sts.last_authorization
    sent = sts.last_parameters
    for name, value in {
        "ExternalId": "xy",
        "DurationSeconds": "900",
        "PolicyArns.member.1.arn": "arn:aws:iam::aws:policy/ReadOnlyAccess",
        "Tags.member.1.Key": "team",
        "TransitiveTagKeys.member.1": "team",
        "SourceIdentity": "somebody",
    }.items():
        assert sent[name] == value


def test_the_prompter_is_a_component_of_the_session(sts, own_environment):
    import sotalia

    (own_environment / ".aws").mkdir()
    (own_environment / ".aws" / "config").write_text(
        f"[default]\nrole_arn = {ROLE}\nsource_profile = keys\nmfa_serial = {DEVICE}\n"
        f"[profile keys]\naws_access_key_id = AKIDX\naws_secret_access_key = {canary.SECRET_KEY}\n"
    )
    environ = {"AWS_ENDPOINT_URL_STS": sts.url, "AWS_REGION": "eu-west-1", "HOME": str(own_environment)}
    person = Person()
    session = sotalia.Session(environ=environ)
    found = session.get_credentials()
    session.register_component("mfa_prompter", person)
    assert found.access_key == "ASIASTS000000001"
    assert len(person.questions) == 1
