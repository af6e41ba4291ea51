"""Names, files and credentials that are wrong: the error says which, where, and what to do."""

import pickle
import socket
from pathlib import Path

import canary
import pytest
import sotalia
from sotalia import Config, Session
from sotalia.exceptions import (
    BotoCoreError,
    ConfigParseError,
    CredentialRetrievalError,
    DataNotFoundError,
    EndpointConnectionError,
    InvalidEndpointUrlError,
    InvalidHandlerError,
    InvalidRegionError,
    InvalidSettingError,
    NoCredentialsError,
    NoRegionError,
    PartialCredentialsError,
    ProfileNotFound,
    UnknownComponentError,
    UnknownServiceError,
    UnknownSettingError,
)

PROVIDERS = (
    "env",
    "assume-role",
    "assume-role-with-web-identity",
    "sso",
    "shared-credentials-file",
    "login",
    "custom-process",
    "config-file",
    "ec2-credentials-file",
    "boto-config",
    "container-role",
    "iam-role",
)


@pytest.fixture
def files(own_environment) -> Path:
    folder = own_environment / ".aws"
    folder.mkdir()
    return folder


def raised(error, function, *needles):
    """Check the error, its text and its pickle, and return it."""
    with pytest.raises(error) as caught:
        function()
    text = str(caught.value)
    for needle in needles:
        assert needle in text, text
    again = pickle.loads(pickle.dumps(caught.value))
    assert (type(again), str(again)) == (type(caught.value), text)
    return caught.value


def call(session=None):
    (session or Session()).client("dynamodb", "us-east-1").list_tables()


# -- names ---------------------------------------------------------------------------------------


def test_an_unknown_service_is_named_with_near_matches():
    raised(UnknownServiceError, lambda: sotalia.client("dynamdb", "us-east-1"), "'dynamdb'", "dynamodb")


def test_an_unknown_api_version_is_named_with_the_known_ones():
    raised(DataNotFoundError, lambda: sotalia.client("s3", "us-east-1", api_version="1999-01-01"), "2006-03-01")


def test_an_unknown_operation_is_named_with_near_matches():
    client = sotalia.client("s3", "us-east-1")
    raised(DataNotFoundError, lambda: client._make_api_call("GetObjct", {}), "GetObjct", "did you mean GetObject")


@pytest.mark.parametrize("name", ["us_east_1", "us east 1", "us-east-1.evil.com", "-us-east-1", "x" * 64, "ü"])
def test_a_region_that_cannot_be_one_is_refused(name):
    error = raised(InvalidRegionError, lambda: sotalia.client("s3", name), name)
    assert isinstance(error, ValueError)


def test_a_region_that_was_misspelt_is_told_with_near_matches():
    raised(InvalidRegionError, lambda: sotalia.client("s3", "us_east_1"), "Did you mean 'us-east-1'")


def test_a_region_that_is_not_known_is_told_where_nobody_answers(monkeypatch):
    def no_such_host(*_, **__):
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", no_such_host)
    once = Config(retries={"total_max_attempts": 1})
    for region in ("us-esat-1", "us-east-1"):
        client = sotalia.client("dynamodb", region, aws_access_key_id="a", aws_secret_access_key="b", config=once)
        error = raised(EndpointConnectionError, client.list_tables, f"dynamodb.{region}.amazonaws.com")
        notes = getattr(error, "__notes__", [])
        assert len(notes) == (region == "us-esat-1")
        for note in notes:
            assert note.startswith("This release knows no region 'us-esat-1'. Did you mean ")
            assert "'us-east-1'" in note


def test_a_service_that_needs_a_region_says_where_to_put_it():
    raised(NoRegionError, lambda: sotalia.client("dynamodb"), "You must specify a region.", "AWS_REGION")


def test_unknown_components_settings_and_options_are_told_with_near_matches():
    session = Session()
    raised(UnknownComponentError, lambda: session.get_component("event_emiter"), "'event_emitter'")
    raised(UnknownSettingError, lambda: session.get_config_variable("regoin"), "'region'")
    raised(TypeError, lambda: Config(read_timout=1), "read_timeout")


@pytest.mark.parametrize(
    ("handler", "said"), [(lambda params: None, "**kwargs"), ("no function", "callable"), (print, "**kwargs")]
)
def test_what_cannot_be_a_handler_is_refused_when_it_is_registered(handler, said):
    raised(InvalidHandlerError, lambda: Session().events.register("before-call", handler), said)


# -- files ---------------------------------------------------------------------------------------

MALFORMED = [
    ("[default]\nregion = eu-west-1\nnonsense\n", 3, "key = value"),
    ("[default\nregion = eu-west-1\n", 1, "brackets"),
    ("region = eu-west-1\n", 1, "first section"),
]


@pytest.mark.parametrize(("text", "line", "said"), MALFORMED)
@pytest.mark.parametrize("name", ["config", "credentials"])
def test_a_malformed_file_is_told_with_its_line(files, name, text, line, said):
    path = files / name
    path.write_text(text)
    for use in (
        lambda: Session(profile_name="default"),
        lambda: Session().region_name,
        lambda: Session().client("dynamodb"),
        lambda: sotalia.Session(region_name="eu-west-1").get_credentials(),
    ):
        raised(ConfigParseError, use, f"{path}, line {line}: ", said)


def test_a_file_that_is_no_text_is_told(files):
    (files / "config").write_bytes(b"[default]\nregion = \xff\xfe\n")
    raised(ConfigParseError, lambda: Session().region_name, str(files / "config"))


@pytest.mark.parametrize(
    ("line", "error", "said"),
    [
        ("use_fips_endpoint = maybe", InvalidSettingError, "config:2: expected true or false"),
        ("retry_mode = stubborn", InvalidSettingError, "config:2: expected one of"),
        ("max_attempts = many", InvalidSettingError, "config:2: expected a whole number"),
        ("endpoint_url = localhost:4566", InvalidEndpointUrlError, "localhost:4566"),
        ("region = us east 1", InvalidRegionError, "us east 1"),
    ],
)
def test_a_setting_that_cannot_be_is_told_with_its_place(files, line, error, said):
    (files / "config").write_text(f"[default]\n{line}\n")
    raised(error, lambda: Session().client("s3"), said)


def test_a_profile_that_is_not_there_is_told_whoever_asked_for_it(files, monkeypatch):
    raised(ProfileNotFound, lambda: Session(profile_name="prod"), "(prod)")
    monkeypatch.setenv("AWS_PROFILE", "prod")
    raised(ProfileNotFound, call, "(prod)")


# -- credentials ---------------------------------------------------------------------------------


def test_no_credentials_lists_every_provider_with_its_reason_and_setting():
    error = raised(
        NoCredentialsError,
        call,
        "Unable to locate credentials",
        "AWS_ACCESS_KEY_ID is not set",
        "to use it, set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
    )
    assert tuple(attempt.provider for attempt in error.attempts) == PROVIDERS
    assert all(attempt.reason for attempt in error.attempts)
    assert all(attempt.setting for attempt in error.attempts)
    lines = str(error).splitlines()[1:]
    assert [line.split()[1] for line in lines] == [f"{name}:" for name in PROVIDERS]
    assert all(" ms)" in line for line in lines)
    assert isinstance(error, BotoCoreError)


def test_half_a_pair_of_keys_is_told_with_its_source(files, monkeypatch):
    raised(PartialCredentialsError, lambda: Session(aws_access_key_id="AKID"), "explicit", "aws_secret_access_key")
    client = Session().client
    raised(PartialCredentialsError, lambda: client("s3", aws_secret_access_key="x"), "explicit", "aws_access_key_id")
    (files / "credentials").write_text("[default]\naws_access_key_id = AKID\n")
    raised(PartialCredentialsError, call, "shared-credentials-file", "aws_secret_access_key")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKID")
    raised(PartialCredentialsError, call, "env", "AWS_SECRET_ACCESS_KEY")


def test_keys_that_have_run_out_are_told_with_their_end(monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKID")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", canary.SECRET_KEY)
    monkeypatch.setenv("AWS_CREDENTIAL_EXPIRATION", "2001-01-01T00:00:00Z")
    raised(CredentialRetrievalError, call, "from env", "same credentials again", "end at 2001-01-01T00:00:00")


def test_roles_that_need_each_other_are_told_in_a_circle(files):
    (files / "config").write_text(
        "[profile a]\nrole_arn = arn:aws:iam::123456789012:role/a\nsource_profile = b\n"
        "[profile b]\nrole_arn = arn:aws:iam::123456789012:role/b\nsource_profile = a\n"
    )
    raised(BotoCoreError, lambda: call(Session(profile_name="a")), "circle")
