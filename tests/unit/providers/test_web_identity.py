import base64
import json
import os
import time

import canary
import pytest
from fake_source import Clock
from fake_world import World
from sotalia.components.cache_backends import open_cache
from sotalia.components.errors import ClientError, CredentialRetrievalError, InvalidConfigError
from sotalia.components.single_flight import SharedFetch
from sotalia.ops.testkit import FakeSTS
from sotalia.providers.chain import ProviderContext, create_credential_resolver
from sotalia.providers.token_file import subject_of

ROLE = "arn:aws:iam::123456789012:role/r"


@pytest.fixture
def sts():
    with FakeSTS() as server:
        yield server


@pytest.fixture
def token(tmp_path):
    path = tmp_path / "token"
    path.write_text(f" {canary.TOKEN}\n")
    return path


def jwt(**claims):
    body = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return f"e30.{body}.signature"


def chain(sts, environ=None, profiles=None, profile=None, explicit=False, **options):
    world = World(profiles, None, {"AWS_EC2_METADATA_DISABLED": "true", **(environ or {})}, sts and sts.url)
    found = create_credential_resolver(
        ProviderContext(profile_name=profile, explicit_profile=explicit, **world.options(), **options)
    )
    found.world = world
    return found


def by_environment(token, **more):
    return {"AWS_WEB_IDENTITY_TOKEN_FILE": str(token), "AWS_ROLE_ARN": ROLE, **more}


def by_profile(token, **more):
    return {"web_identity_token_file": str(token), "role_arn": ROLE, **more}


def test_the_environment_is_enough(sts, token):
    credentials = chain(sts, by_environment(token, AWS_ROLE_SESSION_NAME="me")).load_credentials()
    assert (credentials.method, credentials.state) == ("assume-role-with-web-identity", "initial")
    assert credentials.access_key == "ASIASTS000000001"
    assert credentials.account_id == "123456789012"
    sent = sts.last_parameters
    assert (sent["RoleArn"], sent["RoleSessionName"], sent["WebIdentityToken"]) == (ROLE, "me", canary.TOKEN)
    assert sts.last_authorization == ""


def test_a_profile_is_enough_and_a_name_is_made_up(sts, token):
    chain_of_profile = chain(sts, profiles={"p": by_profile(token)}, profile="p", explicit=True)
    assert chain_of_profile.load_credentials().access_key == "ASIASTS000000001"
    assert sts.last_parameters["RoleSessionName"].startswith("sotalia-session-")


def test_each_variable_goes_before_its_key_in_the_profile(sts, token):
    profile = by_profile("/nowhere", role_session_name="of-profile")
    chain(
        sts, {"AWS_WEB_IDENTITY_TOKEN_FILE": str(token)}, {"default": profile}
    ).load_credentials().get_frozen_credentials()
    assert sts.last_parameters["RoleSessionName"] == "of-profile"


def test_a_profile_that_the_program_named_leaves_the_variables_out(sts, token):
    answer = chain(sts, by_environment(token), {"p": {}}, profile="p", explicit=True)
    assert answer.load_credentials() is None
    assert chain(sts, by_environment(token), {"p": {}}, profile="p").load_credentials() is not None


def test_a_token_without_a_role_stops_the_chain(token):
    with pytest.raises(InvalidConfigError, match="no role to assume with it: set role_arn in the profile 'default' or"):
        chain(None, {"AWS_WEB_IDENTITY_TOKEN_FILE": str(token)}).load_credentials()


def test_a_role_without_a_token_is_not_configured():
    found = chain(None, {"AWS_ROLE_ARN": ROLE})
    assert found.load_credentials() is None
    line = next(attempt for attempt in found.last_trace if attempt.provider == "assume-role-with-web-identity")
    assert line.setting == "set AWS_WEB_IDENTITY_TOKEN_FILE and AWS_ROLE_ARN"


def test_the_token_is_read_again_at_each_fetch(sts, token):
    clock = Clock(time.time())
    sts.clock = clock
    credentials = chain(sts, by_environment(token), clock=clock).load_credentials()
    assert credentials.access_key == "ASIASTS000000001"
    token.write_text("rotated")
    clock.advance(3600 - 30)
    assert credentials.access_key == "ASIASTS000000002"
    assert sts.last_parameters["WebIdentityToken"] == "rotated"


def test_a_token_that_vanishes_keeps_the_set_in_use(sts, token):
    clock = Clock(time.time())
    sts.clock = clock
    sharing = SharedFetch(open_cache("memory"), clock=clock)
    credentials = chain(sts, by_environment(token), clock=clock, sharing=sharing).load_credentials()
    credentials.get_frozen_credentials()
    token.unlink()
    clock.advance(3700)
    assert credentials.access_key == "ASIASTS000000001"
    assert credentials.state == "stale"
    token.write_text("it is back")
    clock.advance(601)
    assert credentials.access_key == "ASIASTS000000002"


@pytest.mark.parametrize(
    ("make", "needle"),
    [
        (lambda path: None, "cannot be read: No such file"),
        (lambda path: path.mkdir(), "cannot be read: Is a directory"),
        (lambda path: path.write_text(""), "is empty"),
        (lambda path: path.write_text(" \n"), "is empty"),
        (lambda path: path.write_bytes(b"\xff\xfe\xff"), "it is no text"),
        (lambda path: path.write_text("x" * (1 << 20) + "yz"), "longer than any token"),
    ],
)
def test_token_files_that_are_no_good_stop_the_chain(tmp_path, make, needle):
    path = tmp_path / "token"
    make(path)
    with pytest.raises(CredentialRetrievalError, match=needle) as caught:
        chain(None, by_environment(path)).load_credentials()
    assert str(path) in str(caught.value)


def test_what_sts_refuses_comes_through(sts, token):
    sts.failure = ("InvalidIdentityToken", 400)
    with pytest.raises(ClientError, match="InvalidIdentityToken"):
        chain(sts, by_environment(token)).load_credentials().get_frozen_credentials()


def test_it_is_a_source_of_other_roles(sts, token):
    profiles = {"default": {"role_arn": ROLE, "source_profile": "web"}, "web": by_profile(token)}
    credentials = chain(sts, profiles=profiles).load_credentials()
    assert credentials.method == "assume-role"
    assert credentials.access_key == "ASIASTS000000001"
    assert sts.stats() == {"requests": 2, "throttled": 0, "AssumeRole": 1, "AssumeRoleWithWebIdentity": 1}
    assert sts.last_authorization == "Credential=ASIASTS000000001"


def test_the_variables_are_not_for_a_source_profile(sts, token):
    profiles = {"default": {"role_arn": ROLE, "source_profile": "bare"}, "bare": {"region": "eu-west-1"}}
    with pytest.raises(InvalidConfigError, match="has no credentials"):
        chain(sts, {"AWS_WEB_IDENTITY_TOKEN_FILE": str(token)}, profiles).load_credentials()


# what processes share


def member(sts, folder, token, clock=time.time, scope=None, **more):
    sharing = SharedFetch(open_cache("file", str(folder), environ={}), clock=clock)
    options = {"sharing": sharing, "clock": clock, "sts_scope": lambda: scope or {}}
    return chain(sts, by_environment(token, **more), **options).load_credentials()


def test_one_call_for_all_who_have_the_same_token_and_role(sts, token, tmp_path):
    found = [member(sts, tmp_path / "cache", token) for _ in range(20)]
    assert {credentials.access_key for credentials in found} == {"ASIASTS000000001"}
    assert sts.stats()["AssumeRoleWithWebIdentity"] == 1


def test_everything_that_changes_the_credentials_is_in_the_name(sts, tmp_path):
    def identity(text, name="token", scope=None, **more):
        path = tmp_path / name
        path.write_text(text)
        return member(None, tmp_path / "cache", path, scope=scope, **more).cache_identity

    pod = jwt(iss="oidc", sub="system:serviceaccount:a:b", exp=1)
    variants = [
        identity(pod),
        identity(jwt(iss="oidc", sub="system:serviceaccount:a:c")),
        identity(jwt(iss="other", sub="system:serviceaccount:a:b")),
        identity("opaque"),
        identity("opaque 2"),
        identity(pod, name="other"),
        identity(pod, AWS_ROLE_ARN=ROLE + "2"),
        identity(pod, AWS_ROLE_SESSION_NAME="a"),
        identity(pod, AWS_ROLE_SESSION_NAME="b"),
        identity(pod, scope={"region": "eu-west-1"}),
    ]
    assert len({variant.digest() for variant in variants}) == len(variants)
    assert identity(pod) == identity(jwt(iss="oidc", sub="system:serviceaccount:a:b", exp=2))
    assert dict(identity(pod).attributes)["uid"] == str(os.geteuid())
    assert "opaque" not in str(identity("opaque").attributes)


def test_a_token_that_comes_to_stand_for_somebody_else_gets_an_entry_of_its_own(sts, token, tmp_path):
    clock = Clock(time.time())
    sts.clock = clock
    token.write_text(jwt(iss="oidc", sub="alice"))
    credentials = member(sts, tmp_path / "cache", token, clock)
    credentials.get_frozen_credentials()
    alice = credentials.cache_identity
    token.write_text(jwt(iss="oidc", sub="bob"))
    clock.advance(3600 - 30)
    credentials.get_frozen_credentials()
    assert credentials.cache_identity != alice
    token.write_text(jwt(iss="oidc", sub="alice"))
    assert member(sts, tmp_path / "cache", token, clock).access_key != credentials.access_key


def test_a_role_behind_such_a_token_follows_it(sts, token, tmp_path):
    clock = Clock(time.time())
    sts.clock = clock
    token.write_text(jwt(iss="oidc", sub="alice"))
    sharing = SharedFetch(open_cache("file", str(tmp_path / "cache"), environ={}), clock=clock)
    profiles = {"default": {"role_arn": ROLE, "source_profile": "web"}, "web": by_profile(token)}
    credentials = chain(sts, profiles=profiles, sharing=sharing, clock=clock).load_credentials()
    credentials.get_frozen_credentials()
    alice = credentials.cache_identity
    token.write_text(jwt(iss="oidc", sub="bob"))
    clock.advance(3600 - 30)
    credentials.get_frozen_credentials()
    assert credentials.cache_identity != alice


@pytest.mark.parametrize("token", ["a.b.c", "x", "e30.bm8ganNvbg.s", "e30.W10.s", "e30.e30.s"])
def test_the_subject_of_what_is_no_jwt_is_a_hash(token):
    assert len(subject_of(token)) == 64
    assert subject_of(token) == subject_of(token)
