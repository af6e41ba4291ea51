from types import SimpleNamespace

import canary
import pytest
from sotalia.components.errors import ClientError, CredentialRetrievalError
from sotalia.providers.credentials import Credentials
from sotalia.session_core.express_sessions import ExpressSessions

START = 1_800_000_000.0


class World:
    """A service that gives sessions of five minutes, and a clock."""

    def __init__(self, credentials=None) -> None:
        self.now = START
        self.asked = []
        self.error = None
        self.sessions = ExpressSessions(
            self.create, lambda: credentials, {"region": "us-west-2"}, sharing=None, clock=lambda: self.now
        )

    def create(self, bucket):
        self.asked.append(bucket)
        if self.error is not None:
            raise self.error
        return {
            "Credentials": {
                "AccessKeyId": f"S{len(self.asked)}",
                "SecretAccessKey": canary.SECRET_KEY,
                "SessionToken": canary.TOKEN,
                "Expiration": self.now + 300,
            }
        }

    def key(self, bucket="a--x-s3") -> str:
        return self.sessions.identity(bucket).access_key


def test_each_bucket_has_a_session_of_its_own() -> None:
    world = World()
    assert [world.key("a--x-s3"), world.key("b--x-s3"), world.key("a--x-s3")] == ["S1", "S2", "S1"]
    assert world.asked == ["a--x-s3", "b--x-s3"]


@pytest.mark.parametrize(("passed", "key"), [(0, "S1"), (179, "S1"), (181, "S2"), (250, "S2"), (400, "S2")])
def test_a_session_is_renewed_in_its_last_two_minutes(passed, key) -> None:
    world = World()
    assert world.key() == "S1"
    world.now += passed
    assert world.key() == key


def test_a_session_is_not_used_past_its_end() -> None:
    world = World()
    world.key()
    world.error = ClientError({"Error": {"Code": "SlowDown", "Message": "x"}}, "CreateSession")
    world.now += 200
    assert world.key() == "S1"
    world.now += 101
    with pytest.raises(ClientError):
        world.key()


def test_a_refused_session_is_replaced_and_no_other() -> None:
    world = World()
    assert [world.key("a--x-s3"), world.key("b--x-s3")] == ["S1", "S2"]
    assert world.sessions.rejected("S1")
    assert not world.sessions.rejected("AKID")
    assert [world.key("a--x-s3"), world.key("b--x-s3")] == ["S3", "S2"]


def test_a_refused_session_that_has_ended_is_no_error() -> None:
    world = World()
    world.key()
    world.now += 1000
    world.error = ClientError({"Error": {"Code": "SlowDown", "Message": "x"}}, "CreateSession")
    assert world.sessions.rejected("S1")


@pytest.mark.parametrize("answer", [{}, {"Credentials": {}}, {"Credentials": None}])
def test_an_answer_without_keys_is_an_error_that_says_so(answer) -> None:
    sessions = ExpressSessions(lambda _: answer, lambda: None, {}, sharing=None, clock=lambda: START)
    with pytest.raises(CredentialRetrievalError, match="CreateSession"):
        sessions.identity("a--x-s3")


def test_the_sessions_of_few_buckets_are_kept() -> None:
    world = World()
    for number in range(250):
        world.key(f"b{number}--x-s3")
    assert repr(world.sessions) == "<sessions of 50 directory buckets>"


def test_sessions_of_other_keys_are_other_entries_of_the_cache() -> None:
    seen = []
    sharing = SimpleNamespace(fetch=lambda identity, *_, **__: seen.append(identity))

    def ask(access_key, bucket, region="us-west-2") -> None:
        source = Credentials(access_key, "s")
        sessions = ExpressSessions(
            lambda _: {}, lambda: source, {"region": region}, sharing=sharing, clock=lambda: START
        )
        sharing.fetch = lambda identity, *_, **__: (seen.append(identity), 1 / 0)
        with pytest.raises(ZeroDivisionError):
            sessions.identity(bucket)

    for arguments in (("A", "a"), ("A", "a"), ("B", "a"), ("A", "b"), ("A", "a", "eu-north-1")):
        ask(*arguments)
    assert len({identity.digest() for identity in seen}) == 4
    assert {identity.kind for identity in seen} == {"s3express"}
