"""SSO, login and bearer tokens through whole sessions, against the test kit's fakes over HTTP."""

import json
import logging
import pickle
import time

import canary
import pytest
from signed_in import LEGACY, LOGIN, SSO, START_URL, Home, content, iso
from sotalia.components.errors import (
    ClientError,
    InvalidConfigError,
    InvalidEndpointConfigurationError,
    LoginRefreshRequired,
    NoAuthTokenError,
    SSOTokenLoadError,
    TokenExpiredError,
    TokenRetrievalError,
    UnauthorizedSSOTokenError,
)
from sotalia.config import Config
from sotalia.ops.testkit import FakeSignin, FakeSSOOIDC, FakeSSOPortal, Step


@pytest.fixture
def oidc():
    with FakeSSOOIDC() as server:
        yield server


@pytest.fixture
def portal(oidc):
    with FakeSSOPortal(families=oidc.families) as server:
        yield server


@pytest.fixture
def signin():
    with FakeSignin() as server:
        yield server


@pytest.fixture
def home(tmp_path, oidc, portal):
    return Home(tmp_path, SSO, sso=portal, sso_oidc=oidc)


def expired(document):
    return {**document, "expiresAt": iso(time.time() - 5)}


@pytest.mark.parametrize(("config", "name"), [(SSO, "dev"), (LEGACY, START_URL)])
def test_a_role_of_both_forms(home, oidc, portal, config, name):
    home.config.write_text(config)
    home.put(home.sso_file(name), oidc.begin())
    credentials = home.session().get_credentials()
    frozen = credentials.get_frozen_credentials()
    assert (credentials.method, frozen.access_key, frozen.account_id) == ("sso", "ASIASSO000000001", "123456789012")
    assert portal.last_query == {"role_name": "Admin", "account_id": "123456789012"}
    assert portal.last_headers["x-amz-sso_bearer_token"] == "fake-access-1-1"
    assert "authorization" not in portal.last_headers  # nobody signs who has no credentials yet
    assert oidc.stats()["requests"] == 0


def test_processes_share_role_credentials(home, oidc, portal):
    home.put(home.sso_file(), oidc.begin())
    assert home.frozen() == home.frozen()
    assert portal.stats()["GetRoleCredentials"] == 1
    home.config.write_text(SSO.replace("Admin", "Other"))
    assert home.frozen().access_key == "ASIASSO000000002"


def test_a_token_about_to_end_is_renewed_first(home, oidc, portal):
    home.put(home.sso_file(), expired(oidc.begin()))
    assert home.frozen().access_key == "ASIASSO000000001"
    assert portal.last_headers["x-amz-sso_bearer_token"] == "fake-access-1-2"
    assert content(home.sso_file())["refreshToken"] == "fake-refresh-1-2"
    assert oidc.stats()["refreshes"] == 1


def test_a_profile_that_assumes_a_role_may_start_from_single_sign_on(home, oidc, portal):
    from sotalia.ops.testkit import FakeSTS

    home.put(home.sso_file(), oidc.begin())
    with home.config.open("a") as file:
        file.write("[profile q]\nrole_arn = arn:aws:iam::123456789012:role/r\nsource_profile = p\nregion = eu-west-1\n")
    with FakeSTS() as sts:
        home.environ["AWS_ENDPOINT_URL_STS"] = sts.url
        assert home.frozen("q").access_key == "ASIASTS000000001"
    assert "Credential=ASIASSO000000001/" in sts.last_authorization


@pytest.mark.parametrize(
    ("prepare", "error", "says"),
    [
        (lambda h, o, p: None, SSOTokenLoadError, "run: sotalia sso login --profile p"),
        (lambda h, o, p: h.put(h.sso_file(), "{"), SSOTokenLoadError, "is no JSON object"),
        (
            lambda h, o, p: h.put(h.sso_file(), {"accessToken": "gone", "expiresAt": iso(time.time() + 999)}),
            UnauthorizedSSOTokenError,
            "run: sotalia sso login --profile p",
        ),
        (
            lambda h, o, p: h.put(h.sso_file(), {**expired(o.begin()), "refreshToken": "unknown"}),
            TokenExpiredError,
            "InvalidGrantException.*run: sotalia sso login --profile p",
        ),
        (
            lambda h, o, p: h.put(h.sso_file(), {"accessToken": "a", "expiresAt": iso(time.time() - 1)}),
            TokenExpiredError,
            "it ended at .*run: sotalia sso login --profile p",
        ),
        (
            lambda h, o, p: h.put(h.sso_file(), o.begin()) and p.unknown_roles.add("Admin"),
            ClientError,
            "ForbiddenException",
        ),
        (
            lambda h, o, p: h.put(h.sso_file(), o.begin()) and p.script(*[Step(200, b"{}")] * 9),
            Exception,
            "without a proper set of credentials",
        ),
        (
            lambda h, o, p: h.put(h.sso_file(), expired(o.begin())) and o.script(*[Step(500)] * 9),
            TokenRetrievalError,
            "could not be renewed: ClientError 500",
        ),
    ],
)
def test_what_is_broken_says_what_to_do(home, oidc, portal, prepare, error, says):
    home.environ["AWS_MAX_ATTEMPTS"] = "1"
    prepare(home, oidc, portal)
    with pytest.raises(error, match=says):
        home.frozen()


@pytest.mark.parametrize("key", ["sso_account_id", "sso_role_name", "sso_region", "sso_start_url"])
def test_a_missing_key_is_named(home, key):
    home.config.write_text("\n".join(line for line in SSO.splitlines() if not line.startswith(key)))
    with pytest.raises(InvalidConfigError, match=rf"The profile 'p' is set up for single sign-on, but lacks {key}\."):
        home.frozen()


def test_a_profile_that_contradicts_its_session_is_refused(home):
    home.config.write_text(SSO.replace("region = eu-west-1", "sso_region = eu-west-1"))
    with pytest.raises(InvalidConfigError, match="sso_region is eu-west-1 in the profile 'p' and us-east-1 in"):
        home.frozen()


def test_throttling_and_lost_connections_are_retried(home, oidc, portal):
    home.put(home.sso_file(), expired(oidc.begin()))
    oidc.script(Step(500), Step(429))
    portal.script(Step(503))
    assert home.frozen().access_key == "ASIASSO000000001"
    assert oidc.stats()["refreshes"] == 1


def test_a_lost_answer_ends_the_session_and_is_told_as_such(home, oidc):
    """The server has spent the token, nobody has the next one: nothing but a new sign-in helps."""
    home.put(home.sso_file(), expired(oidc.begin()))
    oidc.script(Step(lost=True))
    with pytest.raises(TokenExpiredError, match="run: sotalia sso login"):
        home.frozen()
    assert content(home.sso_file())["refreshToken"] == "fake-refresh-1-1"


# login


@pytest.fixture
def login_home(tmp_path, signin):
    return Home(tmp_path, LOGIN, signin=signin)


def test_a_login_session_is_used_and_renewed(login_home, signin):
    document = signin.begin()
    login_home.put(login_home.login_file(), document)
    assert login_home.frozen().access_key == "ASIALOGIN001000001"
    assert signin.stats()["requests"] == 0
    login_home.environ["SOTALIA_CREDENTIAL_CACHE"] = "off"
    token = {**document["accessToken"], "expiresAt": iso(time.time() - 5)}
    login_home.put(login_home.login_file(), {**document, "accessToken": token})
    credentials = login_home.session().get_credentials()
    assert credentials.get_frozen_credentials().access_key == "ASIALOGIN001000002"
    assert credentials.account_id == "123456789012"
    assert signin.stats() == {"requests": 1, "throttled": 0, "CreateOAuth2Token": 1, "refreshes": 1}
    assert "authorization" not in signin.last_headers
    assert content(login_home.login_file())["refreshToken"] == "fake-refresh-1-2"


def test_each_attempt_has_a_proof_of_its_own(login_home, signin):
    document = signin.begin()
    token = {**document["accessToken"], "expiresAt": iso(time.time() - 5)}
    login_home.put(login_home.login_file(), {**document, "accessToken": token})
    signin.script(Step(500), Step(503))
    assert login_home.frozen().access_key == "ASIALOGIN001000002"
    assert signin.stats().get("replayed", 0) == signin.stats().get("bad_proof", 0) == 0


def test_a_changed_password_asks_for_another_login(login_home, signin):
    document = signin.begin()
    token = {**document["accessToken"], "expiresAt": iso(time.time() - 5)}
    login_home.put(login_home.login_file(), {**document, "accessToken": token})
    signin.denied = "USER_CREDENTIALS_CHANGED"
    with pytest.raises(LoginRefreshRequired, match="aws login"):
        login_home.frozen()


# bearer tokens


class Stop(Exception):
    pass


def authorization(session, service, operation, config=None, endpoint_url=None, **parameters):
    client = session.client(service, region_name="us-east-1", config=config, endpoint_url=endpoint_url)
    seen = []

    def stop(request, **_):
        seen.append(request.headers["Authorization"])
        raise Stop

    client.meta.events.register("before-send", stop)
    with pytest.raises(Stop):
        getattr(client, operation)(**parameters)
    return seen[0]


def test_a_service_of_bearer_tokens_gets_that_of_the_session(home, oidc):
    home.put(home.sso_file(), expired(oidc.begin()))
    session = home.session()
    assert authorization(session, "codecatalyst", "verify_session") == "Bearer fake-access-1-2"
    assert authorization(session, "codecatalyst", "verify_session") == "Bearer fake-access-1-2"
    assert oidc.stats()["refreshes"] == 1
    assert session.get_auth_token().get_frozen_token().token == "fake-access-1-2"


def test_a_token_for_one_service_goes_before_signatures_and_before_the_session(home, oidc):
    home.put(home.sso_file(), oidc.begin())
    home.environ["AWS_BEARER_TOKEN_BEDROCK"] = "from-the-environment"
    session = home.session()
    assert authorization(session, "bedrock", "list_foundation_models") == "Bearer from-the-environment"
    assert authorization(session, "sts", "get_caller_identity").startswith("AWS4-HMAC-SHA256 ")
    signed = Config(auth_scheme_preference="sigv4")
    assert authorization(session, "bedrock", "list_foundation_models", signed).startswith("AWS4-HMAC-SHA256 ")


def test_a_session_does_not_make_a_service_prefer_tokens_that_takes_both(home, oidc):
    home.put(home.sso_file(), oidc.begin())
    assert authorization(home.session(), "bedrock", "list_foundation_models").startswith("AWS4-HMAC-SHA256 ")
    bearer = Config(auth_scheme_preference="httpBearerAuth")
    assert authorization(home.session(), "bedrock", "list_foundation_models", bearer) == "Bearer fake-access-1-1"


def test_no_token_goes_out_without_tls(home, oidc):
    home.put(home.sso_file(), oidc.begin())
    client = home.session().client("codecatalyst", region_name="us-east-1", endpoint_url=oidc.url)
    with pytest.raises(InvalidEndpointConfigurationError, match="HTTPS alone"):
        client.verify_session()
    assert oidc.stats()["requests"] == 0


def test_no_token_at_all_is_an_error(tmp_path):
    client = Home(tmp_path, "[profile p]\nregion = us-east-1\n").session().client("codecatalyst")
    with pytest.raises(NoAuthTokenError):
        client.verify_session()


def test_a_token_provider_of_ones_own(home):
    class Mine:
        METHOD = "mine"

        def load_token(self, signing_name=None):
            return "my-token"

    session = home.session()
    session.get_component("token_provider").insert_before("env", Mine())
    assert authorization(session, "codecatalyst", "verify_session") == "Bearer my-token"
    assert [a.outcome for a in session.get_component("token_provider").explain("x")] == [
        "found",
        "not reached",
        "not reached",
    ]


# secrets


def test_no_secret_of_a_sign_in_shows_anywhere(tmp_path, oidc, portal, signin):
    """Every secret is a canary: the fixture of all tests looks for them in logs, output and tracebacks."""
    home = Home(tmp_path, SSO, sso=portal, sso_oidc=oidc, signin=signin)
    logging.getLogger("sotalia").setLevel(1)
    secrets = {"clientSecret": canary.SECRET_KEY, "refreshToken": canary.TOKEN}
    home.put(
        home.sso_file(), {**oidc.begin(), "accessToken": canary.TOKEN, "expiresAt": iso(time.time() - 5), **secrets}
    )
    shown = []
    for _ in range(2):
        session = home.session()
        try:
            session.get_credentials().get_frozen_credentials()
        except TokenExpiredError as error:
            shown += [str(error), repr(error), repr(error.kwargs), pickle.dumps(error).decode("latin-1")]
        shown += [str(session.explain_credentials()), repr(session.get_auth_token())]
    assert len(shown) == 12
    document = signin.begin()
    token = {"accessKeyId": "A", "secretAccessKey": canary.SECRET_KEY, "sessionToken": canary.TOKEN}
    token["expiresAt"] = iso(time.time() - 5)
    home.config.write_text(LOGIN)
    home.put(home.login_file(), {**document, "accessToken": token, "refreshToken": canary.TOKEN})
    with pytest.raises(LoginRefreshRequired) as raised:
        home.frozen()
    shown += [str(raised.value), repr(raised.value)]
    assert not canary.found_in("\n".join(shown))
    files = [file for file in tmp_path.rglob("*") if file.is_file() and file.parent.name != "cache"]
    assert not canary.found_in("".join(file.read_bytes().decode("latin-1") for file in files))
    json.dumps(shown)
