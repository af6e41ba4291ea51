"""Every setting of the providers, from every place that it may come from, has its effect.

A case is an environment and what it leads to; the last tests walk the table of
settings and the table in the documentation, and ask for a case for each entry.
"""

import re
from pathlib import Path
from typing import NamedTuple

import pytest
from sotalia import Session
from sotalia.components.errors import SotaliaError
from sotalia.components.http import make_response
from sotalia.components.settings_table import CREDENTIAL_SETTINGS, SETTINGS
from sotalia.ops.testkit import FakeContainerEndpoint, FakeIMDS, FakeSTS

ROLE = "arn:aws:iam::123456789012:role/r"
KEYS = {"aws_access_key_id": "AKIDX", "aws_secret_access_key": "s"}
IMDS = {"AWS_EC2_METADATA_DISABLED": "false", "AWS_EC2_METADATA_SERVICE_ENDPOINT": "{imds}"}
DOCUMENT = '{"Version": 1, "AccessKeyId": "PROC", "SecretAccessKey": "s"}'
TESTED_WITH_THEIR_PROVIDERS = ("login_", "sso_")


class Case(NamedTuple):
    """``expected`` are the attributes of the credentials, the parameters that STS got, or a part of the error."""

    expected: object
    environ: dict = {}
    profile: dict = {}
    others: dict = {}
    files: dict = {}
    imds: dict = {}
    task: dict = {}


def profile_of(**keys):
    return "".join(f"{key} = {value}\n" for key, value in keys.items())


def both(expected, variable, key, value, *, environ=None, profile=None, **options):
    """The same setting from its variable and from its key."""
    environ, profile = environ or {}, profile or {}
    return [
        Case(expected, {**environ, variable: value}, profile, **options),
        Case(expected, environ, {**profile, key: value}, **options),
    ]


def role(**keys):
    return {"role_arn": ROLE, **keys}


WEB = {"web_identity_token_file": "{home}/token", "role_arn": ROLE}
WEB_ENV = {"AWS_WEB_IDENTITY_TOKEN_FILE": "{home}/token", "AWS_ROLE_ARN": ROLE}
SLEEP = {"credential_process": "sleep 60"}
ENV = {"AWS_ACCESS_KEY_ID": "ENV", "AWS_SECRET_ACCESS_KEY": "s"}
CONTAINER = {"AWS_CONTAINER_CREDENTIALS_FULL_URI": "{task}"}
SLOW = {"latency": 0.4}
V1 = {"token_status": 404, "allow_v1": True}

CASES = [
    Case({"access_key": "ENV", "secret_key": "s", "method": "env"}, ENV),
    Case({"token": "t", "account_id": "1"}, {**ENV, "AWS_SESSION_TOKEN": "t", "AWS_ACCOUNT_ID": "1"}),
    Case({"token": "t"}, {**ENV, "AWS_SECURITY_TOKEN": "t"}),
    Case("AWS_CREDENTIAL_EXPIRATION is no time", {**ENV, "AWS_CREDENTIAL_EXPIRATION": "x"}),
    Case(
        {"access_key": "AKIDX", "secret_key": "s", "token": "t", "account_id": "1", "method": "config-file"},
        {},
        {**KEYS, "aws_session_token": "t", "aws_account_id": "1"},
    ),
    Case({"token": "t"}, {}, {**KEYS, "aws_security_token": "t"}),
    Case({"RoleArn": ROLE, "by": "AKIDX"}, {}, role(source_profile="keys"), {"keys": KEYS}),
    Case({"RoleSessionName": "me"}, {}, role(source_profile="keys", role_session_name="me"), {"keys": KEYS}),
    Case({"ExternalId": "xy"}, {}, role(source_profile="keys", external_id="xy"), {"keys": KEYS}),
    Case({"DurationSeconds": "900"}, {}, role(source_profile="keys", duration_seconds="900"), {"keys": KEYS}),
    Case("duration_seconds of the profile 'default' is '60'", {}, role(source_profile="k", duration_seconds="60")),
    Case("whole number of at least 900", {}, role(source_profile="k", duration_seconds="1h")),
    Case(
        {"SerialNumber": "arn:aws:iam::1:mfa/me", "TokenCode": "123456"},
        {},
        role(source_profile="keys", mfa_serial="arn:aws:iam::1:mfa/me"),
        {"keys": KEYS},
    ),
    Case({"RoleArn": ROLE, "by": "ASIAFAKE00000001"}, IMDS, role(credential_source="Ec2InstanceMetadata")),
    Case({"RoleArn": ROLE, "by": "ASIAFAKE00000001"}, CONTAINER, role(credential_source="EcsContainer")),
    Case({"RoleArn": ROLE, "by": None, "WebIdentityToken": "a token"}, WEB_ENV),
    Case({"RoleArn": ROLE, "by": None, "WebIdentityToken": "a token"}, {}, WEB),
    *both({"RoleSessionName": "me"}, "AWS_ROLE_SESSION_NAME", "role_session_name", "me", profile=WEB),
    Case({"access_key": "PROC"}, {}, {"credential_process": "cat {home}/document"}, files={"document": DOCUMENT}),
    *both(
        "did not end within 0.2 s",
        "SOTALIA_CREDENTIAL_PROCESS_TIMEOUT",
        "credential_process_timeout",
        "0.2",
        profile=SLEEP,
    ),
    Case(
        {"access_key": "EC2", "method": "ec2-credentials-file"},
        {"AWS_CREDENTIAL_FILE": "~/ec2"},
        files={"ec2": "AWSAccessKeyId=EC2\nAWSSecretKey=s"},
    ),
    Case(
        {"access_key": "BOTO", "method": "boto-config"},
        {"BOTO_CONFIG": "~/boto"},
        files={"boto": "[Credentials]\naws_access_key_id = BOTO\naws_secret_access_key = s"},
    ),
    Case({"access_key": "BOTO"}, files={".boto": "[Credentials]\naws_access_key_id = BOTO\naws_secret_access_key = s"}),
    Case("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", {"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "no slash"}),
    Case({"method": "container-role"}, CONTAINER),
    Case(
        {"method": "container-role"},
        {**CONTAINER, "AWS_CONTAINER_AUTHORIZATION_TOKEN": "t"},
        task={"token": "t"},
    ),
    Case(
        {"method": "container-role"},
        {**CONTAINER, "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": "{home}/token"},
        task={"token": "a token"},
    ),
    Case({"method": "iam-role"}, IMDS),
    Case("AWS_EC2_METADATA_DISABLED is true", {**IMDS, "AWS_EC2_METADATA_DISABLED": "true"}),
    *both(
        {"method": "iam-role"},
        "AWS_EC2_METADATA_SERVICE_ENDPOINT",
        "ec2_metadata_service_endpoint",
        "{imds}",
        environ={"AWS_EC2_METADATA_DISABLED": "false"},
    ),
    *both(
        {"base_url": "http://[fd00:ec2::254]/"},
        "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE",
        "ec2_metadata_service_endpoint_mode",
        "IPv6",
    ),
    *both({"base_url": "http://[fd00:ec2::254]/"}, "AWS_IMDS_USE_IPV6", "imds_use_ipv6", "true"),
    *both(
        "IMDSv1 is disabled", "AWS_EC2_METADATA_V1_DISABLED", "ec2_metadata_v1_disabled", "true", environ=IMDS, imds=V1
    ),
    *both(
        "no answer within 0.1 s",
        "AWS_METADATA_SERVICE_TIMEOUT",
        "metadata_service_timeout",
        "0.1",
        environ=IMDS,
        imds=SLOW,
    ),
    *both(
        "within 0.1 s x2",
        "AWS_METADATA_SERVICE_NUM_ATTEMPTS",
        "metadata_service_num_attempts",
        "2",
        environ={**IMDS, "AWS_METADATA_SERVICE_TIMEOUT": "0.1", "AWS_EC2_METADATA_V1_DISABLED": "true"},
        imds=SLOW,
    ),
    *both(
        "no credentials for the instance profile 'other'",
        "AWS_EC2_INSTANCE_PROFILE_NAME",
        "ec2_instance_profile_name",
        "other",
        environ=IMDS,
    ),
    *both({"cache": "memory"}, "SOTALIA_CREDENTIAL_CACHE", "credential_cache", "memory"),
    *both({"location": "{home}/kept"}, "SOTALIA_CREDENTIAL_CACHE_LOCATION", "credential_cache_location", "{home}/kept"),
    *both(
        {"keys": "{home}/kept/seal"},
        "SOTALIA_CREDENTIAL_CACHE_KEY_SOURCE",
        "credential_cache_key_source",
        "{home}/kept/seal",
    ),
    *both({"is_kept_warm": True}, "SOTALIA_CREDENTIAL_KEEP_WARM", "credential_keep_warm", "true", environ=IMDS),
]


@pytest.fixture(scope="module")
def servers():
    with FakeIMDS() as imds, FakeContainerEndpoint() as endpoint, FakeSTS() as sts:
        yield imds, endpoint, sts


@pytest.fixture
def home(tmp_path):
    (tmp_path / ".aws").mkdir()
    (tmp_path / "token").write_text("a token")
    return tmp_path


@pytest.mark.parametrize("number", range(len(CASES)))
def test_a_setting_has_its_effect(servers, home, number):
    case, (imds, endpoint, sts) = CASES[number], servers
    imds.latency, imds.token_status, imds.allow_v1, endpoint.token = 0.0, 200, False, None
    for fake, state in ((imds, case.imds), (endpoint, case.task)):
        for name, value in state.items():
            setattr(fake, name, value)

    def fill(text):
        return text.replace("{home}", str(home)).replace("{imds}", imds.url).replace("{task}", endpoint.uri)

    sections = {"default": case.profile, **{f"profile {name}": keys for name, keys in case.others.items()}}
    config = "".join(f"[{name}]\n{profile_of(**keys)}" for name, keys in sections.items())
    for name, text in {".aws/config": config, **case.files}.items():
        (home / name).write_text(fill(text))
    environ = {
        "HOME": str(home),
        "PATH": "/usr/bin:/bin",
        "AWS_REGION": "us-east-1",
        "AWS_ENDPOINT_URL_STS": sts.url,
        "AWS_EC2_METADATA_DISABLED": "true",
        **{name: fill(value) for name, value in case.environ.items()},
    }
    session = Session(environ=environ)
    session.register_component("mfa_prompter", lambda question: "123456")
    if isinstance(case.expected, str):
        assert case.expected in why_not(session)
    else:
        expected = {name: fill(value) if isinstance(value, str) else value for name, value in case.expected.items()}
        assert {name: observed(session, sts, name) for name in expected} == expected


def why_not(session):
    try:
        found = session.get_credentials()
        if found is not None:
            found.get_frozen_credentials()
    except SotaliaError as error:
        return str(error)
    return str(session.get_component("credential_provider").no_credentials_error())


def observed(session, sts, name):
    if name == "base_url":
        return session.get_component("credential_provider").get_provider("iam-role")._role_fetcher.base_url
    if name == "keys":
        return session.get_component("credential_cache").keys.source
    if name in ("cache", "location"):
        cache = session.get_component("credential_cache")
        return cache.name if name == "cache" else cache.folder.path
    credentials = session.get_credentials()
    credentials.get_frozen_credentials()
    if name == "by":
        return sts.last_authorization.partition("Credential=")[2].partition("/")[0] or None
    return sts.last_parameters.get(name) if name[0].isupper() else getattr(credentials, name)


@pytest.mark.parametrize(
    ("environ", "host"),
    [
        ({}, "https://sts.eu-west-1.amazonaws.com/"),
        ({"AWS_REGION": "us-west-2"}, "https://sts.us-west-2.amazonaws.com/"),
        ({"AWS_STS_REGIONAL_ENDPOINTS": "legacy"}, "https://sts.amazonaws.com/"),
        ({"AWS_USE_FIPS_ENDPOINT": "true", "AWS_REGION": "us-west-2"}, "https://sts-fips.us-west-2.amazonaws.com/"),
    ],
)
def test_which_sts_a_role_is_asked_for(home, environ, host):
    config = f"[default]\nregion = eu-west-1\nrole_arn = {ROLE}\nsource_profile = k\n[profile k]\n{profile_of(**KEYS)}"
    (home / ".aws/config").write_text(config)
    session = Session(environ={"HOME": str(home), **environ})
    asked = []

    def answer(request, **kwargs):
        asked.append(request.url)
        return make_response(403, b"<ErrorResponse><Error><Code>AccessDenied</Code></Error></ErrorResponse>")

    session.events.register("before-send.sts", answer)
    with pytest.raises(SotaliaError, match="AccessDenied"):
        session.get_credentials().get_frozen_credentials()
    assert asked == [host]


def covered():
    variables = {name for case in CASES for name in case.environ}
    keys = {name for case in CASES for name in (*case.profile, *(key for keys in case.others.values() for key in keys))}
    return variables, keys


def test_every_setting_of_the_table_has_a_case_for_each_place():
    variables, keys = covered()
    for name in CREDENTIAL_SETTINGS:
        if name.startswith(TESTED_WITH_THEIR_PROVIDERS):
            continue
        setting = SETTINGS[name]
        assert set(setting.env) <= variables, f"{name}: no case for {set(setting.env) - variables}"
        assert set(setting.keys) <= keys, f"{name}: no case for {set(setting.keys) - keys}"


def test_every_setting_of_the_documentation_has_a_case():
    text = (Path(__file__).parents[2] / "docs" / "credentials.md").read_text()
    table = text.partition("### Providers and their settings")[2].partition("\n### ")[0]
    rows = [row.split("|") for row in table.splitlines() if row.startswith("| `")]
    assert len(rows) >= 10
    variables, keys = covered()
    for row in rows:
        provider = row[1].strip(" `")
        if provider in ("sso", "login"):
            continue
        named = re.findall(r"`([A-Za-z0-9_]+)`", row[2])
        assert named, f"{provider} names no setting"
        for name in named:
            assert name in (variables if name.isupper() else keys), f"{provider}: no case for {name}"


def test_the_settings_are_explained(home):
    (home / ".aws/config").write_text("[default]\ncredential_process = x\nrole_session_name = me\n")
    session = Session(environ={"HOME": str(home), "AWS_ROLE_SESSION_NAME": "other"})
    assert "config" in str(session.explain("credential_process"))
    explained = str(session.explain("role_session_name"))
    assert "AWS_ROLE_SESSION_NAME" in explained
    assert "'me'" in explained
