import pytest
from signed_in import START_URL
from sotalia.components.errors import ClientError, TokenRetrievalError
from sotalia.providers.sso_config import SSOSession
from sotalia.providers.sso_login import sign_in
from sotalia.providers.sso_token import sso_token_file

NOW = 1_800_000_000.0


class Oidc:
    """Answers polls by a list: an error code, or a token."""

    def __init__(self, *polls, **started):
        self.polls, self.started, self.given = list(polls), started, {}

    def __call__(self, service, region_name):
        return self

    def register_client(self, **given):
        self.given["register"] = given
        return {"clientId": "id", "clientSecret": "secret", "clientSecretExpiresAt": int(NOW + 86400)}

    def start_device_authorization(self, **given):
        self.given["start"] = given
        usual = {"deviceCode": "device", "userCode": "AB-CD", "verificationUri": "https://v", "expiresIn": 60}
        return {**usual, "interval": 2, **self.started}

    def create_token(self, **given):
        self.given["poll"] = given
        code = self.polls.pop(0)
        if isinstance(code, str):
            raise ClientError({"Error": {"Code": code, "Message": "x"}}, "CreateToken")
        return code

    def close(self):
        pass


TOKEN = {"accessToken": "a", "expiresIn": 3600, "refreshToken": "r"}


class World:
    def __init__(self, tmp_path, oidc, session):
        self.now, self.slept, self.shown = NOW, [], []
        self.file = sso_token_file({"HOME": str(tmp_path)}, session)
        self.oidc, self.session = oidc, session

    def sleep(self, seconds):
        self.slept.append(seconds)
        self.now += seconds

    def sign_in(self):
        return sign_in(self.session, self.file, self.oidc, self.shown.append, clock=lambda: self.now, sleep=self.sleep)


def world(tmp_path, *polls, session=None, **started):
    return World(tmp_path, Oidc(*polls, **started), session or SSOSession("dev", START_URL, "us-east-1"))


def test_polls_keep_the_interval_and_slow_down_when_told(tmp_path):
    pending, slow = "AuthorizationPendingException", "SlowDownException"
    found = world(tmp_path, pending, slow, pending, TOKEN)
    assert found.sign_in() == found.now + 3600
    assert found.slept == [2, 2, 7, 7]
    assert found.oidc.given["poll"] == {
        "clientId": "id",
        "clientSecret": "secret",
        "grantType": "urn:ietf:params:oauth:grant-type:device_code",
        "deviceCode": "device",
    }
    assert found.shown[0].complete_url == "https://v"
    assert found.file.read()["refreshToken"] == "r"


def test_a_code_that_nobody_approves_runs_out(tmp_path):
    found = world(tmp_path, *["AuthorizationPendingException"] * 99, interval=None)
    with pytest.raises(TokenRetrievalError, match="nobody approved the code in time"):
        found.sign_in()
    assert found.slept == [5] * 12
    assert found.file.read() is None


def test_scopes_are_those_of_the_session_or_the_usual_one(tmp_path):
    found = world(tmp_path, TOKEN)
    found.sign_in()
    assert found.oidc.given["register"]["scopes"] == ["sso:account:access"]
    assert found.oidc.given["register"]["grantTypes"][-1] == "refresh_token"
    found = world(tmp_path, TOKEN, session=SSOSession("dev", START_URL, "us-east-1", ("one", "two")))
    found.sign_in()
    assert found.oidc.given["register"]["scopes"] == ["one", "two"]
    found = world(tmp_path, TOKEN, session=SSOSession(None, START_URL, "us-east-1"))
    found.sign_in()
    assert sorted(found.oidc.given["register"]) == ["clientName", "clientType"]


@pytest.mark.parametrize("answer", [{}, {"accessToken": "a"}, {"accessToken": "", "expiresIn": 1}])
def test_an_improper_answer_is_an_error(tmp_path, answer):
    with pytest.raises(TokenRetrievalError, match="without a proper token"):
        world(tmp_path, answer).sign_in()
