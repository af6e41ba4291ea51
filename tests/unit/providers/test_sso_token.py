"""The windows, failures and fences of a token that renews itself, with a clock of the test's own."""

import logging
import threading

import pytest
from signed_in import START_URL, iso
from sotalia.components.errors import (
    ClientError,
    EndpointConnectionError,
    SSOTokenLoadError,
    TokenExpiredError,
    TokenRetrievalError,
)
from sotalia.providers.sso_config import SSOSession
from sotalia.providers.sso_token import SSOToken, sso_token_file

NOW = 1_800_000_000.0
SESSION = SSOSession("dev", START_URL, "us-east-1")


class Oidc:
    """An SSO-OIDC in memory."""

    def __init__(self, lifetime=3600):
        self.lifetime, self.calls, self.error, self.reissue = lifetime, [], None, True

    def __call__(self, service, region_name):
        assert (service, region_name) == ("sso-oidc", "us-east-1")
        return self

    def create_token(self, **given):
        self.calls.append(given)
        if self.error is not None:
            raise self.error
        number = len(self.calls)
        answer = {"accessToken": f"new-{number}", "expiresIn": self.lifetime, "tokenType": "Bearer"}
        return {**answer, "refreshToken": f"refresh-{number}"} if self.reissue else answer

    def close(self):
        pass


class World:
    def __init__(self, home, left, session=SESSION, **document):
        self.now, self.oidc = NOW, Oidc()
        self.file = sso_token_file({"HOME": str(home)}, session)
        self.put(left, **document)
        self.token = SSOToken(
            session, self.file, self.oidc, login="the command", clock=lambda: self.now, random=lambda: 0.5
        )

    def put(self, left, **document):
        whole = {
            "startUrl": START_URL,
            "region": "us-east-1",
            "accessToken": "old",
            "expiresAt": iso(self.now + left),
            "clientId": "id",
            "clientSecret": "secret",
            "registrationExpiresAt": iso(self.now + 86400),
            "refreshToken": "refresh-0",
            "kept": "by others",
        }
        self.file.write({k: v for k, v in {**whole, **document}.items() if v is not None}, wait=1)

    def get(self):
        return self.token.get_frozen_token().token


@pytest.fixture
def world(tmp_path):
    return lambda left, **options: World(tmp_path, left, **options)


def refusal(code):
    return ClientError({"Error": {"Code": code, "Message": "x"}}, "CreateToken")


def test_fifteen_minutes_before_its_end_a_token_is_renewed(world):
    found = world(901)
    assert found.get() == "old"
    found.now += 2
    assert found.get() == "new-1"
    assert found.oidc.calls == [
        {"grantType": "refresh_token", "clientId": "id", "clientSecret": "secret", "refreshToken": "refresh-0"}
    ]
    written = found.file.read()
    assert written["refreshToken"] == "refresh-1"
    assert written["expiresAt"] == iso(found.now + 3600)
    assert written["kept"] == "by others"
    assert found.get() == "new-1"
    assert len(found.oidc.calls) == 1


def test_a_token_of_which_no_next_one_came_cannot_be_renewed_again(world):
    found = world(60)
    found.oidc.reissue = False
    assert found.get() == "new-1"
    assert "refreshToken" not in found.file.read()
    found.now += 3700
    with pytest.raises(TokenExpiredError, match="To sign in, run: the command"):
        found.get()


def test_a_failed_renewal_keeps_a_good_token_and_waits(world, caplog):
    found = world(800)
    found.oidc.error = EndpointConnectionError(endpoint_url="https://oidc")
    with caplog.at_level(logging.WARNING, "sotalia.credentials"):
        assert [found.get() for _ in range(5)] == ["old"] * 5
    assert len(found.oidc.calls) == 1
    assert caplog.text.count("token_refresh_failed") == 1
    found.now += 46  # 30 to 60 s, and the test's random number is a half
    assert found.get() == "old"
    assert len(found.oidc.calls) == 2
    found.oidc.error = None
    found.now += 46
    assert found.get() == "new-3"


def test_an_outage_past_the_end_is_an_error_that_is_remembered_for_seconds(world):
    found = world(-5)
    found.oidc.error = EndpointConnectionError(endpoint_url="https://oidc")
    for _ in range(3):
        with pytest.raises(TokenRetrievalError, match="could not be renewed: EndpointConnectionError"):
            found.get()
    assert len(found.oidc.calls) == 1
    found.oidc.error = None
    found.now += 5.1
    assert found.get() == "new-2"


@pytest.mark.parametrize("code", ["InvalidGrantException", "ExpiredTokenException", "InvalidClientException"])
def test_a_session_that_is_over_says_how_to_begin_another(world, code):
    found = world(-5)
    found.oidc.error = refusal(code)
    with pytest.raises(TokenExpiredError, match=f"{code}.*To sign in, run: the command") as raised:
        found.get()
    assert isinstance(raised.value, TokenRetrievalError)  # what boto3's users catch


@pytest.mark.parametrize("lacking", ["refreshToken", "clientId", "clientSecret", "registrationExpiresAt"])
def test_what_cannot_be_renewed_is_used_to_its_end(world, lacking):
    found = world(30, **{lacking: None})
    assert found.get() == "old"
    found.now += 31
    with pytest.raises(TokenExpiredError):
        found.get()
    assert found.oidc.calls == []


def test_a_registration_that_has_run_out_is_not_tried(world):
    found = world(-1, registrationExpiresAt=iso(NOW - 1))
    with pytest.raises(TokenExpiredError):
        found.get()
    assert found.oidc.calls == []


def test_the_legacy_form_is_never_renewed(tmp_path):
    found = World(tmp_path, 30, session=SSOSession(None, START_URL, "us-east-1"))
    assert found.get() == "old"
    found.now += 31
    with pytest.raises(TokenExpiredError):
        found.get()
    assert found.oidc.calls == []


def test_what_the_aws_cli_writes_meanwhile_is_seen_at_once(world):
    found = world(3600)
    assert found.get() == "old"
    found.put(7200, accessToken="of the CLI")
    assert found.get() == "of the CLI"
    found.now += 3590
    found.put(3600, accessToken="again")
    assert found.get() == "again"
    assert found.oidc.calls == []


def test_fifty_threads_exchange_once(world):
    found = world(-5)
    barrier, tokens = threading.Barrier(50), []

    def ask():
        barrier.wait(20)
        tokens.append(found.get())

    threads = [threading.Thread(target=ask) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert tokens == ["new-1"] * 50
    assert len(found.oidc.calls) == 1


def test_objects_of_one_file_exchange_once_and_agree(world, tmp_path):
    found = world(100)
    twin = SSOToken(SESSION, found.file, found.oidc, login="x", clock=lambda: found.now, random=lambda: 0.5)
    assert found.get() == "new-1"
    assert twin.get_frozen_token().token == "new-1"
    assert len(found.oidc.calls) == 1


@pytest.mark.parametrize(
    ("document", "says"),
    [
        ({"accessToken": None}, "no accessToken"),
        ({"accessToken": 7}, "no accessToken"),
        ({"expiresAt": None}, "no proper expiresAt"),
        ({"expiresAt": "soon"}, "no proper expiresAt"),
        ({"expiresAt": 12}, "no proper expiresAt"),
    ],
)
def test_a_file_that_lacks_something_is_an_error_with_advice(world, document, says):
    with pytest.raises(SSOTokenLoadError, match=f"{says}. To sign in, run: the command"):
        world(3600, **document).get()


def test_times_that_end_in_utc_are_read(world):
    assert world(0, expiresAt=iso(NOW + 3600).replace("Z", "UTC")).get() == "old"


@pytest.mark.parametrize("answer", [{}, {"accessToken": "x"}, {"accessToken": "x", "expiresIn": "soon"}])
def test_an_improper_answer_is_not_written(world, answer):
    found = world(-5)
    found.oidc.create_token = lambda **_: answer
    with pytest.raises(TokenRetrievalError, match="without a proper token"):
        found.get()
    assert found.file.read()["refreshToken"] == "refresh-0"


def test_nothing_of_a_token_shows(world):
    found = world(3600)
    frozen = found.token.get_frozen_token()
    assert "old" not in f"{frozen!r} {found.token!r} {found.token._view!r}"
