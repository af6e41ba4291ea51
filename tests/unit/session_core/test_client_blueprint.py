"""What clients have in common is worked out once; whatever changes is heeded all the same."""

import gc
import json
import os
import weakref

import canary
import pytest
from sotalia import Config, Session, make_response
from sotalia.components.clock import Clock
from sotalia.components.signers.table import SignerTable
from sotalia.exceptions import InvalidRegionError, InvalidSettingError
from sotalia.session_core.user_agent import UserAgent


@pytest.fixture
def region(monkeypatch):
    monkeypatch.setenv("AWS_REGION", "eu-west-1")


def write_config(home, text):
    path = home / ".aws" / "config"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    os.utime(path, (1, 1))  # not written just now: such a file is kept in memory
    return path


def keys():
    return {"aws_access_key_id": "AKIDEXAMPLE", "aws_secret_access_key": canary.SECRET_KEY}


def sent(client, call=lambda client: client.list_buckets()):
    """Make a call and return the request that would have gone out."""
    requests = []

    def answer(request, **_):
        requests.append(request)
        return make_response(200, b"<ListAllMyBucketsResult/>")

    client.meta.events.register("before-send", answer)
    call(client)
    return requests[0]


def test_clients_alike_share_a_blueprint_across_sessions(region):
    session = Session()
    first, second = session.client("s3"), session.client("s3")
    other = Session().client("s3")
    assert first._blueprint is second._blueprint is other._blueprint
    assert first is not second
    assert first.meta.events is not second.meta.events


def test_every_argument_counts(region):
    session = Session()
    clients = [
        session.client("s3"),
        session.client("s3", region_name="us-west-2"),
        session.client("s3", use_ssl=False),
        session.client("s3", endpoint_url="http://localhost:1234"),
        session.client("s3", config=Config(signature_version="s3v4")),
        session.client("s3", config=Config(s3={"addressing_style": "path"})),
        session.client("sqs"),
    ]
    assert len({client._blueprint for client in clients}) == len(clients)
    assert session.client("s3", config=Config(signature_version="s3v4"))._blueprint is clients[4]._blueprint


def test_states_are_not_shared(region):
    session = Session()
    first, second = session.client("dynamodb"), session.client("dynamodb")
    assert first._state is first._state
    assert first._state is not second._state
    assert first._state.retry is not second._state.retry
    assert first._state.signer is not second._state.signer


def test_a_handler_of_the_session_reaches_clients_made_later_alone(region):
    session = Session(**keys())
    before = session.client("s3")
    heard = []
    session.register("before-call.s3", lambda **kwargs: heard.append(kwargs["event_name"]))
    after = session.client("s3")
    sent(before)
    assert heard == []
    sent(after)
    assert heard == ["before-call.s3.ListBuckets"]


def test_a_class_handler_is_asked_for_every_client(region):
    session = Session()
    plain = session.client("s3")
    session.register("creating-client-class.s3", lambda class_attributes, **_: class_attributes.update(extra=1))
    assert session.client("s3").extra == 1
    assert not hasattr(plain, "extra")
    assert not hasattr(Session().client("s3"), "extra")


@pytest.mark.parametrize(
    ("variable", "value", "told"),
    [
        ("AWS_REGION", "ap-south-1", lambda client: client.meta.region_name),
        ("AWS_ENDPOINT_URL_S3", "http://localhost:1", lambda client: client.meta.endpoint_url),
        ("AWS_ENDPOINT_URL", "http://localhost:2", lambda client: client.meta.endpoint_url),
        ("AWS_USE_FIPS_ENDPOINT", "true", lambda client: client.meta.config.use_fips_endpoint),
        ("AWS_RETRY_MODE", "legacy", lambda client: client.meta.config.retries["mode"]),
        ("AWS_MAX_ATTEMPTS", "7", lambda client: client.meta.config.retries.get("total_max_attempts")),
        ("AWS_SDK_UA_APP_ID", "worker", lambda client: client._state.user_agent),
        ("AWS_EXECUTION_ENV", "lambda-like", lambda client: client._state.user_agent),
        ("AWS_REQUEST_CHECKSUM_CALCULATION", "when_required", lambda client: client._state.integrity.adds),
    ],
)
def test_a_changed_variable_is_heeded_by_the_next_client(region, monkeypatch, variable, value, told):
    session = Session()
    before = session.client("s3")
    first = told(before)
    monkeypatch.setenv(variable, value)
    changed = told(session.client("s3"))
    assert changed != first
    assert value in str(changed) or not isinstance(changed, str)
    assert told(before) == first, "a client keeps what it was made with"
    assert told(Session().client("s3")) == changed
    monkeypatch.undo()


def test_a_variable_that_changes_back_gives_the_first_answer_again(region, monkeypatch):
    session = Session()
    settings = session.get_component("config_store")
    early = settings.snapshot()
    monkeypatch.setenv("AWS_RETRY_MODE", "adaptive")
    assert session.client("sqs").meta.config.retries["mode"] == "adaptive"
    assert early.get("retry_mode") == "standard", "a snapshot is of its moment, however late it is asked"
    monkeypatch.delenv("AWS_RETRY_MODE")
    assert session.client("sqs").meta.config.retries["mode"] == "standard"


def test_a_changed_file_is_heeded_by_the_next_client(own_environment):
    write_config(own_environment, "[default]\nregion = eu-west-1\n")
    session = Session()
    assert session.client("sqs").meta.region_name == "eu-west-1"
    path = write_config(own_environment, "[default]\nregion = eu-central-1\n")
    assert session.client("sqs").meta.region_name == "eu-central-1"
    path.unlink()
    assert session.client("s3").meta.region_name == "us-east-1"


def test_a_setting_of_the_session_is_heeded_by_the_next_client(region):
    session = Session()
    session.client("sqs")
    session.set_config_variable("region", "us-west-1")
    assert session.client("sqs").meta.region_name == "us-west-1"
    session.set_config_variable("region", None)
    assert session.client("sqs").meta.region_name == "eu-west-1"


def test_equal_values_of_other_types_are_other_settings(region):
    one, true = Session(), Session()
    one.set_config_variable("max_attempts", 1)
    true.set_config_variable("max_attempts", True)
    assert one.get_component("config_store").snapshot() is not true.get_component("config_store").snapshot()


def test_the_default_configuration_is_heeded_by_the_next_client(region):
    session = Session()
    session.client("sqs")
    session.set_default_client_config(Config(read_timeout=7))
    assert session.client("sqs").meta.config.read_timeout == 7
    assert session.client("sqs", config=Config(connect_timeout=3)).meta.config.read_timeout == 7
    session.set_default_client_config(None)
    assert session.client("sqs").meta.config.read_timeout == 60


class Strategy:
    """A retry strategy of the user's."""

    max_attempts = 9

    def on_attempt(self, context):
        return None


class Wire:
    """A transport of the user's."""

    def __init__(self):
        self.sent = []

    def send(self, request):
        self.sent.append(request)
        return make_response(200, b"<ListAllMyBucketsResult/>")

    def close(self):
        """Nothing to close."""


@pytest.mark.parametrize(
    ("name", "component", "told"),
    [
        ("transport", Wire(), lambda client: client._transport),
        ("retry_strategy", Strategy(), lambda client: client._state.retry),
        ("clock", Clock(), lambda client: client._state.clock),
        ("signers", SignerTable(), lambda client: client._state.signer.signers),
        ("user_agent", UserAgent("mine", "1"), lambda client: client._state.user_agent.partition("/")[0]),
    ],
)
def test_a_component_registered_between_two_clients_is_the_seconds(region, name, component, told):
    session = Session(**keys())
    before = session.client("s3")
    session.register_component(name, component)
    after = session.client("s3")
    expected = "mine" if name == "user_agent" else component
    assert told(after) is component or told(after) == expected
    # The first client was not used yet: it gets what was registered when it was made.
    assert told(before) is not component
    assert told(before) != "mine"
    assert told(Session(**keys()).client("s3")) != expected


def test_a_transport_component_answers_from_memory(region):
    wire = Wire()
    session = Session(**keys())
    session.register_component("transport", wire)
    session.client("s3").list_buckets()
    assert [request.method for request in wire.sent] == ["GET"]


def test_codecs_of_one_session_stay_its_own(region):
    session = Session(**keys())
    made = []

    def parser(operation):
        made.append(operation.name)
        return lambda response: {"ResponseMetadata": {}, "mine": True}

    session.register_component("parsers", parser)
    assert session.client("s3") is not None
    client = session.client("s3")
    client.meta.events.register("before-send", lambda **_: make_response(200, b""))
    assert client.list_buckets()["mine"]
    assert made == ["ListBuckets"]
    other = Session(**keys()).client("s3")
    other.meta.events.register("before-send", lambda **_: make_response(200, b"<ListAllMyBucketsResult/>"))
    assert "mine" not in other.list_buckets()


def test_a_model_folder_that_appears_is_seen_by_the_next_session(region, own_environment):
    Session().client("sqs")
    folder = own_environment / ".aws" / "models" / "sqs" / "2030-01-01"
    folder.mkdir(parents=True)
    metadata = {
        "apiVersion": "2030-01-01",
        "endpointPrefix": "private",
        "protocol": "json",
        "jsonVersion": "1.1",
        "targetPrefix": "P",
        "serviceId": "Private",
        "signatureVersion": "v4",
        "serviceFullName": "Private",
    }
    model = {"version": "2.0", "metadata": metadata, "operations": {}, "shapes": {}}
    (folder / "service-2.json").write_text(json.dumps(model))
    assert Session().client("sqs").meta.service_model.service_id == "Private"


def test_what_is_wrong_is_said_when_the_client_is_made(region, monkeypatch):
    session = Session()
    session.client("sqs")
    with pytest.raises(InvalidRegionError):
        session.client("sqs", region_name="not a region")
    monkeypatch.setenv("AWS_RETRY_MODE", "sometimes")
    with pytest.raises(InvalidSettingError, match="AWS_RETRY_MODE"):
        session.client("sqs")
    monkeypatch.delenv("AWS_RETRY_MODE")
    session.client("sqs")


def test_what_is_kept_keeps_no_session_alive(region):
    session = Session(**keys())
    session.client("s3")
    session.client("sts").meta.endpoint_url  # noqa: B018 - made at first use
    watched = weakref.ref(session)
    del session
    gc.collect()
    assert watched() is None


def test_a_call_keeps_no_session_alive_either(region):
    session = Session(**keys())
    sent(session.client("s3"))
    watched = weakref.ref(session)
    del session
    gc.collect()
    assert watched() is None
