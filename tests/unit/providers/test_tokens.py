import pickle

import pytest
from signed_in import SSO
from sotalia.components.configfile import load_full_config
from sotalia.components.errors import (
    InvalidConfigError,
    TokenRetrievalError,
    UnknownTokenProviderError,
    UnsupportedPickleError,
)
from sotalia.providers.auth_token import FrozenAuthToken
from sotalia.providers.provider import NotConfigured
from sotalia.providers.sso_tokens import SSOTokens
from sotalia.providers.token_resolver import TokenResolver
from sotalia.providers.tokens import EnvironmentTokens


class Fixed:
    METHOD = "fixed"

    def __init__(self, token, method="fixed", scoped=False):
        self.token, self.METHOD, self.SCOPED = token, method, scoped

    def load_token(self, signing_name=None):
        if isinstance(self.token, Exception):
            raise self.token
        return self.token


@pytest.mark.parametrize(
    ("signing_name", "variable"),
    [
        ("bedrock", "AWS_BEARER_TOKEN_BEDROCK"),
        ("my-service", "AWS_BEARER_TOKEN_MY_SERVICE"),
        ("my service", "AWS_BEARER_TOKEN_MY_SERVICE"),
    ],
)
def test_the_variable_has_the_signing_name_in_it(signing_name, variable):
    assert EnvironmentTokens({variable: "t"}).load_token(signing_name).token == "t"


@pytest.mark.parametrize("value", [None, "", "  "])
def test_no_token_is_no_error(value):
    environ = {} if value is None else {"AWS_BEARER_TOKEN_X": value}
    found = EnvironmentTokens(environ).load_token("x")
    assert isinstance(found, NotConfigured)
    assert found.reason == "AWS_BEARER_TOKEN_X is not set"
    assert not EnvironmentTokens(environ).load_token()


@pytest.mark.parametrize("value", ["a\nX-Evil: 1", "a b", "ä", "a\x00"])
def test_what_is_no_header_value_is_refused_and_not_shown(value):
    with pytest.raises(TokenRetrievalError, match="AWS_BEARER_TOKEN_X holds what is no bearer token") as raised:
        EnvironmentTokens({"AWS_BEARER_TOKEN_X": value}).load_token("x")
    assert value not in str(raised.value)


def test_a_token_shows_nothing_and_does_not_pickle():
    token = FrozenAuthToken("hidden")
    assert "hidden" not in repr(token)
    assert token.get_frozen_token() is token
    with pytest.raises(UnsupportedPickleError):
        pickle.dumps(token)


def test_the_first_token_is_taken_and_the_walk_leaves_a_trace():
    chain = TokenResolver([Fixed(NotConfigured("why", "what")), Fixed(None, "b"), Fixed("t", "c"), Fixed("u", "d")])
    assert chain.load_token("x") == "t"
    assert [(a.provider, a.outcome, a.reason, a.setting) for a in chain.last_trace] == [
        ("fixed", "not configured", "why", "what"),
        ("b", "not configured", "", None),
        ("c", "found", "", None),
    ]
    assert [a.outcome for a in chain.explain("x")][-1] == "not reached"


def test_a_broken_provider_stops_the_chain():
    chain = TokenResolver([Fixed(InvalidConfigError(error_msg="broken")), Fixed("t")])
    with pytest.raises(InvalidConfigError):
        chain.load_token("x")
    assert chain.last_trace[0].outcome == "failed"
    assert [a.outcome for a in chain.explain()] == ["failed", "not reached"]


def test_providers_are_put_in_and_taken_out_by_name():
    chain = TokenResolver([Fixed(None, "a"), Fixed(None, "b")])
    chain.insert_before("a", Fixed(None, "0"))
    chain.insert_after("a", Fixed(None, "1"))
    assert [p.METHOD for p in chain.providers] == ["0", "a", "1", "b"]
    chain.remove("a")
    chain.remove("a")
    assert chain.get_provider("b").METHOD == "b"
    for change in (chain.get_provider, lambda name: chain.insert_before(name, None)):
        with pytest.raises(UnknownTokenProviderError):
            change("a")


def test_only_a_token_for_one_service_is_preferred_to_signatures():
    assert not TokenResolver([Fixed("t")]).is_preferred("x")
    assert TokenResolver([Fixed("t", scoped=True)]).is_preferred("x")
    assert not TokenResolver([Fixed(NotConfigured("no"), scoped=True)]).is_preferred("x")


def sso_tokens(tmp_path, config, profile="p"):
    (tmp_path / "config").write_text(config)
    return SSOTokens(
        lambda: load_full_config(str(tmp_path / "config"), ""),
        pytest.fail,
        lambda: profile,
        environ={"HOME": str(tmp_path)},
    )


def test_a_session_needs_no_role_to_have_a_token(tmp_path):
    tokens = sso_tokens(tmp_path, SSO.replace("sso_account_id = 123456789012\nsso_role_name = Admin\n", ""))
    token = tokens.load_token("codecatalyst")
    assert token is tokens.load_token("another")
    assert token.path.startswith(str(tmp_path))


def test_a_profile_without_a_session_has_none(tmp_path):
    found = sso_tokens(tmp_path, SSO, profile=None).load_token()
    assert found.reason == "no sso_session in profile 'default'"


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("sso_region = us-east-1\n", "lacks sso_region"),
        ("[sso-session dev]\n", r"\[sso-session dev\], which is named by the profile 'p', does not exist"),
    ],
)
def test_a_session_that_is_incomplete_stops_the_chain(tmp_path, line, says):
    with pytest.raises(InvalidConfigError, match=says):
        sso_tokens(tmp_path, SSO.replace(line, "")).load_token()
