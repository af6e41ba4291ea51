import pytest
from fake_source import Clock
from fake_world import World
from sotalia.components.errors import (
    CredentialRetrievalError,
    InfiniteLoopConfigError,
    InvalidConfigError,
    PartialCredentialsError,
)
from sotalia.providers.assume_role_fetcher import AssumeRoleCredentialFetcher
from sotalia.providers.chain import ProviderContext, create_credential_resolver
from sotalia.providers.credentials import Credentials
from sotalia.providers.env import EnvProvider
from sotalia.providers.provider import NotConfigured
from sotalia.providers.refresh import RefreshableCredentials

ROLE = "arn:aws:iam::123456789012:role/r"
KEYS = {"aws_access_key_id": "AKIDX", "aws_secret_access_key": "canary"}
OFF = {"AWS_EC2_METADATA_DISABLED": "true"}


def resolver(profiles=None, credentials=None, environ=None, profile=None, explicit=False, **options):
    world = World(profiles, credentials, {**OFF, **(environ or {})}, "http://127.0.0.1:9/")
    found = create_credential_resolver(
        ProviderContext(profile_name=profile, explicit_profile=explicit, **world.options(), **options)
    )
    found.world = world
    return found


def source_of(credentials):
    return credentials._refresh_using.__self__._source


def test_the_chain_in_its_order():
    assert [(provider.METHOD, provider.CANONICAL_NAME) for provider in resolver().providers] == [
        ("env", "Environment"),
        ("assume-role", None),
        ("assume-role-with-web-identity", None),
        ("sso", None),
        ("shared-credentials-file", "SharedCredentials"),
        ("login", None),
        ("custom-process", None),
        ("config-file", "SharedConfig"),
        ("ec2-credentials-file", "Ec2Config"),
        ("boto-config", "Boto2Config"),
        ("container-role", "EcsContainer"),
        ("iam-role", "Ec2InstanceMetadata"),
    ]


def test_a_profile_named_by_the_program_takes_the_environment_out():
    environ = {"AWS_ACCESS_KEY_ID": "E", "AWS_SECRET_ACCESS_KEY": "e"}
    by_env = resolver({"p": KEYS}, environ=environ, profile="p")
    assert by_env.load_credentials().access_key == "E"
    by_program = resolver({"p": KEYS}, environ=environ, profile="p", explicit=True)
    assert by_program.load_credentials().access_key == "AKIDX"
    assert "env" not in [provider.METHOD for provider in by_program.providers]


def test_with_nothing_configured_everybody_says_why():
    chain = resolver()
    assert chain.load_credentials() is None
    text = str(chain.no_credentials_error())
    for number, line in enumerate(
        (
            "env: not configured, AWS_ACCESS_KEY_ID is not set",
            "assume-role: not configured, no role_arn in profile 'default'",
            "assume-role-with-web-identity: not configured, AWS_WEB_IDENTITY_TOKEN_FILE is not set, and no web_ident",
            "sso: not configured, no sso_account_id and sso_role_name in profile 'default'",
            "shared-credentials-file: not configured, no aws_access_key_id in profile 'default' of ~/.aws/credentials",
            "login: not configured, no login_session in profile 'default'",
            "custom-process: not configured, no credential_process in profile 'default'",
            "config-file: not configured, no aws_access_key_id in profile 'default' of ~/.aws/config",
            "ec2-credentials-file: not configured, AWS_CREDENTIAL_FILE is not set",
            "boto-config: not configured, no aws_access_key_id under [Credentials] in /etc/boto.cfg or ",
            "container-role: not configured, neither AWS_CONTAINER_CREDENTIALS_RELATIVE_URI nor",
            "iam-role: not configured, AWS_EC2_METADATA_DISABLED is true",
        ),
        1,
    ):
        assert f"{number}. {line}" in text
    assert all(attempt.setting for attempt in chain.last_trace)


# env


def env(**variables):
    return EnvProvider(variables).load()


def test_env_keys():
    found = env(AWS_ACCESS_KEY_ID="A", AWS_SECRET_ACCESS_KEY="s", AWS_SESSION_TOKEN="t", AWS_ACCOUNT_ID="1")
    assert found.get_frozen_credentials() == ("A", "s", "t", "1")
    assert found.method == "env"


def test_env_old_name_of_the_token():
    assert env(AWS_ACCESS_KEY_ID="A", AWS_SECRET_ACCESS_KEY="s", AWS_SECURITY_TOKEN="t").token == "t"


@pytest.mark.parametrize("variables", [{}, {"AWS_ACCESS_KEY_ID": ""}, {"AWS_SECRET_ACCESS_KEY": "s"}])
def test_env_not_configured(variables):
    assert isinstance(env(**variables), NotConfigured)


def test_env_without_the_secret_is_broken():
    with pytest.raises(PartialCredentialsError, match="AWS_SECRET_ACCESS_KEY"):
        env(AWS_ACCESS_KEY_ID="A")


def test_env_with_an_end_is_read_again():
    clock = Clock()
    environ = {
        "AWS_ACCESS_KEY_ID": "A",
        "AWS_SECRET_ACCESS_KEY": "s",
        "AWS_CREDENTIAL_EXPIRATION": "2023-11-14T23:13:20Z",
    }
    found = EnvProvider(environ, clock=clock).load()
    assert isinstance(found, RefreshableCredentials)
    clock.advance(3600 - 60)
    environ.update(AWS_ACCESS_KEY_ID="B", AWS_CREDENTIAL_EXPIRATION="2023-11-15T23:13:20Z")
    assert found.access_key == "B"


def test_env_with_an_end_in_the_past_is_not_served():
    found = env(AWS_ACCESS_KEY_ID="A", AWS_SECRET_ACCESS_KEY="s", AWS_CREDENTIAL_EXPIRATION="2020-01-01T00:00:00Z")
    with pytest.raises(CredentialRetrievalError):
        found.get_frozen_credentials()


def test_env_with_a_malformed_end_is_broken():
    with pytest.raises(CredentialRetrievalError, match="AWS_CREDENTIAL_EXPIRATION"):
        env(AWS_ACCESS_KEY_ID="A", AWS_SECRET_ACCESS_KEY="s", AWS_CREDENTIAL_EXPIRATION="zzz")


def test_env_rotated_is_seen_after_a_rejection_only():
    environ = {"AWS_ACCESS_KEY_ID": "A", "AWS_SECRET_ACCESS_KEY": "s"}
    found = EnvProvider(environ).load()
    environ["AWS_ACCESS_KEY_ID"] = "B"
    assert found.access_key == "A"
    assert found.invalidate("A")
    assert found.access_key == "B"


# the two files


def test_shared_credentials_file():
    found = resolver(credentials={"default": {**KEYS, "aws_security_token": "t", "aws_account_id": "7"}})
    credentials = found.load_credentials()
    assert credentials.get_frozen_credentials() == ("AKIDX", "canary", "t", "7")
    assert credentials.method == "shared-credentials-file"


def test_config_file():
    credentials = resolver({"default": {**KEYS, "aws_session_token": "t"}}).load_credentials()
    assert (credentials.token, credentials.method) == ("t", "config-file")


@pytest.mark.parametrize("place", ["profiles", "credentials"])
def test_an_id_without_its_secret_is_broken(place):
    with pytest.raises(PartialCredentialsError, match="aws_secret_access_key"):
        resolver(**{place: {"default": {"aws_access_key_id": "A"}}}).load_credentials()


def test_a_secret_without_its_id_is_not_configured():
    assert resolver(credentials={"default": {"aws_secret_access_key": "s"}}).load_credentials() is None


@pytest.mark.parametrize("attribute", ["credentials_file", "config"])
def test_a_rewritten_file_is_seen_at_once(attribute):
    chain = resolver({"default": KEYS}) if attribute == "config" else resolver(credentials={"default": KEYS})
    credentials = chain.load_credentials()
    assert credentials.access_key == "AKIDX"
    new = {"default": {"aws_access_key_id": "NEW", "aws_secret_access_key": "n"}}
    setattr(chain.world, attribute, {"profiles": new} if attribute == "config" else new)
    assert credentials.get_frozen_credentials()[:2] == ("NEW", "n")


# assume-role


def role(**settings):
    return {"role_arn": ROLE, **settings}


def test_a_role_with_a_source_profile():
    credentials = resolver({"default": role(source_profile="x"), "x": KEYS}).load_credentials()
    assert credentials.method == "assume-role"
    assert credentials.state == "initial"
    assert source_of(credentials).access_key == "AKIDX"


def test_a_chain_of_roles():
    credentials = resolver(
        {"default": role(source_profile="y"), "y": role(source_profile="x"), "x": KEYS}
    ).load_credentials()
    assert source_of(credentials).method == "assume-role"
    assert source_of(source_of(credentials)).access_key == "AKIDX"


def test_a_profile_that_is_its_own_source_uses_its_keys():
    credentials = resolver({"x": role(source_profile="x", **KEYS)}, profile="x").load_credentials()
    assert source_of(credentials).access_key == "AKIDX"


def test_keys_of_a_source_profile_win_over_its_role():
    profiles = {"x": role(source_profile="y"), "y": role(source_profile="x", **KEYS)}
    credentials = resolver(profiles, profile="x").load_credentials()
    assert source_of(credentials).method == "config-file"


@pytest.mark.parametrize(
    ("profiles", "visited"),
    [
        ({"default": role(source_profile="default")}, "circle: default → default$"),
        (
            {"default": role(source_profile="x"), "x": role(source_profile="y"), "y": role(source_profile="x")},
            "circle: default → x → y → x$",
        ),
    ],
)
def test_a_circle_is_an_error(profiles, visited):
    with pytest.raises(InfiniteLoopConfigError, match=visited):
        resolver(profiles).load_credentials()


@pytest.mark.parametrize(
    ("profiles", "error", "text"),
    [
        ({"default": role()}, PartialCredentialsError, "source_profile or credential_source"),
        ({"default": role(source_profile="x", credential_source="Environment")}, InvalidConfigError, "both"),
        ({"default": role(source_profile="x")}, InvalidConfigError, "does not exist"),
        ({"default": role(source_profile="x"), "x": {"region": "r"}}, InvalidConfigError, "has no credentials"),
        (
            {"default": role(source_profile="x"), "x": {"aws_access_key_id": "q"}},
            PartialCredentialsError,
            "aws_secret_access_key",
        ),
        ({"default": role(credential_source="Foo")}, InvalidConfigError, "Environment, Ec2InstanceMetadata, EcsCon"),
        ({"default": role(credential_source="Environment")}, CredentialRetrievalError, "AWS_ACCESS_KEY_ID is not set"),
        ({"default": role(credential_source="EcsContainer")}, CredentialRetrievalError, "neither AWS_CONTAINER"),
        ({"default": role(credential_source="Ec2InstanceMetadata")}, CredentialRetrievalError, "DISABLED is true"),
        ({"default": role(source_profile="x", duration_seconds="1h"), "x": KEYS}, InvalidConfigError, "duration"),
    ],
)
def test_broken_role_settings_stop_the_chain(profiles, error, text):
    with pytest.raises(error, match=text):
        resolver(profiles).load_credentials()


def test_a_web_identity_profile_is_for_another_provider(tmp_path):
    token = tmp_path / "token"
    token.write_text("a token")
    chain = resolver({"default": role(web_identity_token_file=str(token))})
    assert chain.load_credentials().method == "assume-role-with-web-identity"


def test_credential_source_is_found_in_any_case():
    chain = resolver(
        {"default": role(credential_source="environment")},
        environ={"AWS_ACCESS_KEY_ID": "E", "AWS_SECRET_ACCESS_KEY": "e"},
        profile="default",
        explicit=True,
    )
    assert source_of(chain.load_credentials()).access_key == "E"


# the name of a role's entry


def identity(source=None, scope=None, arn=ROLE, **arguments):
    source = source or Credentials("AKIDX", "s", method="config-file")
    return AssumeRoleCredentialFetcher(None, source, arn, arguments).cache_identity(scope)


def test_everything_that_changes_the_credentials_is_in_the_name():
    variants = [
        identity(),
        identity(arn=ROLE + "2"),
        identity(RoleSessionName="a"),
        identity(RoleSessionName="b"),
        identity(ExternalId="a"),
        identity(DurationSeconds=900),
        identity(SerialNumber="arn:mfa"),
        identity(Policy='{"Version":"2012-10-17"}'),
        identity(PolicyArns=[{"arn": "a"}]),
        identity(Tags=[{"Key": "a", "Value": "b"}]),
        identity(scope={"region": "eu-west-1", "endpoint": None}),
        identity(scope={"region": None, "endpoint": "http://x"}),
        identity(Credentials("OTHER", "s", method="config-file")),
        identity(Credentials("AKIDX", "s", method="env")),
    ]
    assert len({variant.digest() for variant in variants}) == len(variants)
    assert identity() == identity(Credentials("AKIDX", "another secret", method="config-file"))
    assert "uid" in dict(identity().attributes)


def test_the_name_of_a_chained_role_holds_the_name_of_its_source():
    first = RefreshableCredentials("A", "s", "t", None, dict, "assume-role", identity=identity())
    second = RefreshableCredentials("B", "s", "t", None, dict, "assume-role", identity=identity(ExternalId="x"))
    assert identity(first) != identity(second)


# MFA


class Sts:
    def __init__(self):
        self.calls = []

    def assume_role(self, **parameters):
        self.calls.append(parameters)
        return {
            "Credentials": {
                "AccessKeyId": "A",
                "SecretAccessKey": "s",
                "SessionToken": "t",
                "Expiration": "2100-01-01T00:00:00Z",
            }
        }


def test_the_code_of_a_device_is_asked_for_once():
    sts, prompts = Sts(), []

    def prompter(text):
        prompts.append(text)
        return "123456"

    fetcher = AssumeRoleCredentialFetcher(
        lambda *a, **k: sts, Credentials("A", "s"), ROLE, {"SerialNumber": "arn:mfa"}, prompter, clock=lambda: 5.5
    )
    assert fetcher.fetch_credentials()["account_id"] is None
    assert sts.calls == [
        {"RoleArn": ROLE, "SerialNumber": "arn:mfa", "TokenCode": "123456", "RoleSessionName": "sotalia-session-5"}
    ]
    with pytest.raises(Exception, match="MFA"):
        fetcher.fetch_credentials()
    assert len(prompts) == 1


def test_the_files_are_read_by_default(tmp_path):
    config, credentials = tmp_path / "config", tmp_path / "credentials"
    config.write_text(f"[profile r]\nrole_arn = {ROLE}\nsource_profile = s\n[profile s]\nregion = x\n")
    credentials.write_text("[s]\naws_access_key_id = AKIDX\naws_secret_access_key = canary\n")
    context = ProviderContext(environ=OFF, profile_name="r", config_path=str(config), credentials_path=str(credentials))
    found = create_credential_resolver(context).load_credentials()
    source = source_of(found)
    assert source.method == "shared-credentials-file"
    assert source.access_key == "AKIDX"
    credentials.write_text("[s]\naws_access_key_id = ROTATED\naws_secret_access_key = canary\n")
    assert source.access_key == "ROTATED"
    credentials.write_text("[s\nhalf written")
    assert source.access_key == "ROTATED"
