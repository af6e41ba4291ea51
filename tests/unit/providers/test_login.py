"""The login provider with a sign-in service in memory; over HTTP it is in tests/functional."""

import json

import pytest
from signed_in import LOGIN, LOGIN_SESSION, Home, content, iso
from sotalia.components.configfile import load_full_config
from sotalia.components.errors import (
    ClientError,
    CredentialRetrievalError,
    EndpointConnectionError,
    LoginError,
    LoginInsufficientPermissions,
    LoginRefreshRequired,
    LoginTokenLoadError,
)
from sotalia.components.events import EventEmitter
from sotalia.components.http import AWSRequest
from sotalia.ops.testkit import FakeSignin
from sotalia.ops.testkit.dpop_check import check_proof
from sotalia.providers.login import LoginProvider
from sotalia.providers.provider import NotConfigured

NOW = 1_800_000_000.0
URL = "https://signin.us-east-1.api.aws/v1/token"


class Signin:
    """A client of the sign-in service."""

    def __init__(self, clock):
        self.calls, self.proofs, self.regions, self.error, self.closed = [], [], [], None, 0
        self.answer = None
        self.clock = clock
        self.meta = self
        self.events = EventEmitter()

    def __call__(self, service, region_name):
        assert service == "signin"
        self.regions.append(region_name)
        self.events = EventEmitter()
        return self

    def create_oauth2_token(self, tokenInput):
        request = AWSRequest("POST", URL, {}, b"{}")
        self.events.emit("before-sign.signin.CreateOAuth2Token", request=request)
        self.proofs.append(check_proof(request.headers["DPoP"], "POST", URL, self.clock()))
        self.calls.append(tokenInput)
        if self.error is not None:
            raise self.error
        number = len(self.calls)
        keys = {"accessKeyId": f"NEW{number}", "secretAccessKey": "s", "sessionToken": "t"}
        usual = {"accessToken": keys, "expiresIn": 900, "refreshToken": f"refresh-{number}", "tokenType": "aws_sigv4"}
        return {"tokenOutput": usual} if self.answer is None else self.answer

    def close(self):
        self.closed += 1


@pytest.fixture(scope="module")
def document():
    server = FakeSignin()
    server.stop()
    return server.begin()


class World:
    def __init__(self, tmp_path, document, left, **changes):
        self.now = NOW
        self.home = Home(tmp_path, LOGIN)
        self.signin = Signin(lambda: self.now)
        self.put(document, left, **changes)
        self.provider = LoginProvider(
            lambda: load_full_config(str(self.home.config), ""),
            self.signin,
            "p",
            environ=self.home.environ,
            clock=lambda: self.now,
            random=lambda: 0.5,
        )

    def put(self, document, left, **changes):
        token = {**document["accessToken"], "accessKeyId": "OLD", "expiresAt": iso(self.now + left)}
        whole = {**document, "accessToken": token, "refreshToken": "refresh-0", "extra": "kept", **changes}
        self.home.put(self.home.login_file(), {k: v for k, v in whole.items() if v is not None})


@pytest.fixture
def world(tmp_path, document):
    return lambda left, **changes: World(tmp_path, document, left, **changes)


def test_a_profile_without_a_login_session_passes_on(world):
    found = world(900)
    found.home.config.write_text("[profile p]\nregion = x\n")
    answer = found.provider.load()
    assert isinstance(answer, NotConfigured)
    assert answer.reason == "no login_session in profile 'p'"


def test_good_credentials_come_from_the_file(world):
    found = world(900)
    credentials = found.provider.load()
    assert credentials.method == "login"
    assert (credentials.access_key, credentials.account_id) == ("OLD", "123456789012")
    assert found.signin.calls == []


def test_the_next_set_is_got_and_written_five_minutes_before_the_end(world):
    found = world(900)
    credentials = found.provider.load()
    assert credentials.access_key == "OLD"
    found.now += 601
    assert credentials.access_key == "NEW1"
    assert found.signin.calls == [
        {
            "clientId": "arn:aws:signin:::devtools/same-device",
            "refreshToken": "refresh-0",
            "grantType": "refresh_token",
        }
    ]
    written = content(found.home.login_file())
    assert written["refreshToken"] == "refresh-1"
    assert written["accessToken"] == {
        "accessKeyId": "NEW1",
        "secretAccessKey": "s",
        "sessionToken": "t",
        "accountId": "123456789012",
        "expiresAt": iso(found.now + 900),
    }
    assert written["extra"] == "kept"
    assert written["idToken"] == "fake.id.token"
    assert found.signin.regions == [None]
    assert found.signin.closed == 1


@pytest.mark.parametrize(("given", "used"), [("eu-west-2", "eu-west-2"), ("", None)])
def test_the_region_of_the_sign_in_is_used(world, given, used):
    found = world(-5, signInRegion=given)
    assert found.provider.load().access_key == "NEW1"
    assert found.signin.regions == [used]


def test_what_the_aws_cli_renewed_needs_no_exchange(world, document):
    found = world(900)
    credentials = found.provider.load()
    assert credentials.access_key == "OLD"
    found.now += 700
    found.put(document, 900, accessToken={**document["accessToken"], "expiresAt": iso(found.now + 900)})
    assert credentials.access_key == document["accessToken"]["accessKeyId"]
    assert found.signin.calls == []


def test_an_outage_keeps_the_set_even_past_its_end(world):
    found = world(900)
    credentials = found.provider.load()
    assert credentials.access_key == "OLD"
    found.signin.error = EndpointConnectionError(endpoint_url=URL)
    found.now += 700
    assert [credentials.access_key for _ in range(3)] == ["OLD"] * 3
    found.now += 300
    assert credentials.access_key == "OLD"
    assert credentials.state == "stale"
    assert content(found.home.login_file())["refreshToken"] == "refresh-0"


def test_a_set_about_to_end_serves_a_new_process_while_the_source_is_down(world):
    found = world(200)
    found.signin.error = EndpointConnectionError(endpoint_url=URL)
    assert found.provider.load().access_key == "OLD"
    found = world(-1)
    found.signin.error = EndpointConnectionError(endpoint_url=URL)
    with pytest.raises(EndpointConnectionError):
        found.provider.load().get_frozen_credentials()


def test_a_refused_key_is_not_taken_from_the_file_again(world):
    found = world(900)
    credentials = found.provider.load()
    assert credentials.access_key == "OLD"
    assert credentials.invalidate("OLD")
    assert credentials.access_key == "NEW1"


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("TOKEN_EXPIRED", LoginRefreshRequired),
        ("USER_CREDENTIALS_CHANGED", LoginRefreshRequired),
        ("INSUFFICIENT_PERMISSIONS", LoginInsufficientPermissions),
        ("ELSE", LoginError),
    ],
)
def test_refusals_are_those_that_users_of_boto3_catch(world, code, error):
    found = world(-5)
    found.signin.error = ClientError({"Error": {"Code": "AccessDeniedException"}, "error": code}, "CreateOAuth2Token")
    credentials = found.provider.load()
    for _ in range(3):
        with pytest.raises(error) as raised:
            credentials.get_frozen_credentials()
        assert type(raised.value) is error
    assert len(found.signin.calls) == 1 or error is LoginError


@pytest.mark.parametrize("lacking", ["accessToken", "clientId", "refreshToken", "dpopKey"])
def test_a_file_that_lacks_something_names_it(world, lacking):
    with pytest.raises(LoginTokenLoadError, match=f"lacks {lacking}; to sign in again, run: aws login"):
        world(900, **{lacking: None}).provider.load()


@pytest.mark.parametrize(
    ("token", "says"),
    [
        ({}, "lacks accessToken"),
        ("x", "no object"),
        ({"accessKeyId": "a", "secretAccessKey": "b", "sessionToken": "c"}, "lacks accessToken.expiresAt"),
        (
            {"accessKeyId": "a", "secretAccessKey": "b", "sessionToken": "c", "expiresAt": "soon"},
            "expiresAt that is no time",
        ),
    ],
)
def test_a_broken_access_token_is_told(world, token, says):
    with pytest.raises(LoginTokenLoadError, match=says):
        world(900, accessToken=token).provider.load()


def test_a_missing_and_a_broken_file_are_told(world):
    found = world(900)
    found.home.login_file().write_text("{")
    with pytest.raises(LoginTokenLoadError, match="is no JSON object"):
        found.provider.load()
    found.home.login_file().unlink()
    with pytest.raises(LoginTokenLoadError, match=r"there is no .*; to sign in, run: aws login"):
        found.provider.load()


def test_a_key_that_is_none_is_told_without_being_shown(world):
    found = world(-5, dpopKey="hidden-key")
    with pytest.raises(LoginTokenLoadError, match=r"dpopKey in .*: it is no private key in PEM") as raised:
        found.provider.load().get_frozen_credentials()
    assert "hidden-key" not in str(raised.value)
    assert found.signin.calls == []


@pytest.mark.parametrize("answer", [{}, {"tokenOutput": {}}, {"tokenOutput": {"accessToken": {"accessKeyId": "a"}}}])
def test_an_improper_answer_is_not_written(world, answer):
    found = world(-5)
    found.signin.answer = answer
    before = found.home.login_file().read_text()
    with pytest.raises((LoginTokenLoadError, CredentialRetrievalError)):
        found.provider.load().get_frozen_credentials()
    assert json.loads(found.home.login_file().read_text()) == json.loads(before)


def test_the_folder_may_be_another_one(tmp_path, document):
    found = World(tmp_path, document, 900)
    found.home.environ["AWS_LOGIN_CACHE_DIRECTORY"] = str(tmp_path / "elsewhere")
    with pytest.raises(LoginTokenLoadError, match="elsewhere"):
        found.provider.load()
    (tmp_path / "elsewhere").mkdir()
    found.home.login_file().rename(tmp_path / "elsewhere" / found.home.login_file().name)
    assert found.provider.load().access_key == "OLD"


def test_the_name_of_a_session_is_trimmed(world):
    found = world(900)
    found.home.config.write_text(f"[profile p]\nlogin_session =   {LOGIN_SESSION}  \n")
    assert found.provider.load().access_key == "OLD"
