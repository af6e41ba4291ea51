"""Every component of a session can be replaced, before its first client and after, and is then the one in use."""

import json

import canary
import pytest
import servers
from sotalia import Config, Session, make_response
from sotalia.components.events import EventEmitter
from sotalia.exceptions import UnknownComponentError


class Recording:
    """Passes everything on to a component, and writes down that it was asked."""

    def __init__(self, component, asked):
        self._component = component
        self._asked = asked

    def __getattr__(self, name):
        self._asked.append(name)
        return getattr(self._component, name)

    def __call__(self, *args, **kwargs):
        self._asked.append("()")
        return self._component(*args, **kwargs)

    def __contains__(self, item):
        self._asked.append("in")
        return item in self._component


class Answering:
    """A transport that answers everything with an empty object."""

    def __init__(self, **options):
        self.options = options

    def send(self, request):
        return make_response(200, b"{}", {"x-amzn-requestid": "r"})

    def close(self):
        pass


def call(session):
    session.client("dynamodb").list_tables()


def refused_call(session):
    client = session.client("dynamodb")
    answer = make_response(400, b'{"__type": "ResourceNotFoundException", "message": "no"}')
    client.meta.events.register("before-send.dynamodb", lambda **kwargs: answer)
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.list_tables()


def enumerate_regions(session):
    assert "aws" in session.get_available_partitions()


def ask_for_a_token(session):
    assert session.get_auth_token() is None


USES = {
    "clock": call,
    "config_store": call,
    "credential_provider": call,
    "data_loader": call,
    "endpoint_resolver": call,
    "event_emitter": call,
    "exceptions_factory": refused_call,
    "parsers": call,
    "regions": enumerate_regions,
    "retry_strategy": call,
    "serializers": call,
    "signers": call,
    "token_provider": ask_for_a_token,
    "transport": call,
    "user_agent": call,
    "validators": call,
}
TESTED_APART = {"client_config", "credential_cache", "credential_cache_keys", "lock", "mfa_prompter"}


@pytest.fixture
def session(monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", canary.SECRET_KEY)
    made = Session(region_name="eu-west-1")
    made.register_component("transport", Answering())
    return made


def test_every_component_has_a_test(session):
    assert set(session.registry.names()) == set(USES) | TESTED_APART


@pytest.mark.parametrize("moment", ["before the first client", "after it"])
@pytest.mark.parametrize("way", ["register_component", "lazy_register_component"])
@pytest.mark.parametrize("name", USES)
def test_a_replaced_component_is_the_one_in_use(session, name, way, moment):
    if moment == "after it":
        call(session)
    asked = []
    double = Recording(session.get_component(name), asked)
    if way == "register_component":
        session.register_component(name, double)
    else:
        session.lazy_register_component(name, lambda: double)
    assert session.get_component(name) is double
    asked.clear()
    USES[name](session)
    assert asked


def test_other_sessions_keep_their_own(session):
    asked = []
    session.register_component("clock", Recording(session.get_component("clock"), asked))
    other = Session(region_name="eu-west-1")
    other.register_component("transport", Answering)
    call(other)
    assert not asked


def test_a_client_configuration_is_under_what_a_client_is_given(session):
    session.register_component("client_config", Config(read_timeout=7, connect_timeout=8))
    config = session.client("dynamodb", config=Config(read_timeout=9)).meta.config
    assert (config.read_timeout, config.connect_timeout) == (9, 8)
    session.register_component("client_config", None)
    assert session.client("dynamodb").meta.config.connect_timeout == 60


def test_handlers_of_a_replaced_emitter_reach_the_clients(session):
    told = []
    emitter = EventEmitter()
    emitter.register("before-call.dynamodb", lambda event_name, **kwargs: told.append(event_name))
    session.register_component("event_emitter", emitter)
    call(session)
    assert told == ["before-call.dynamodb.ListTables"]


@pytest.mark.parametrize("name", ["credential_cache", "lock"])
def test_what_processes_share_goes_through_the_replaced_component(name, monkeypatch):
    document = {
        "AccessKeyId": "AKIDCONTAINER",
        "SecretAccessKey": canary.SECRET_KEY,
        "Token": canary.TOKEN,
        "Expiration": "2099-01-01T00:00:00Z",
    }

    def answer(connection, request):
        connection.reply(json.dumps(document).encode())

    with servers.serve(answer) as server:
        monkeypatch.setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", f"{server.url}/keys")
        session = Session(region_name="eu-west-1")
        session.register_component("transport", Answering)
        asked = []
        session.register_component(name, Recording(session.get_component(name), asked))
        asked.clear()
        call(session)
    assert session.get_credentials().access_key == "AKIDCONTAINER"
    assert asked


def test_a_transport_may_be_one_object_for_all_clients_or_a_maker_of_them(session):
    one = Answering()
    session.register_component("transport", one)
    clients = [session.client("dynamodb"), session.client("sqs")]
    assert all(client._transport is one for client in clients)
    session.register_component("transport", Answering)
    made = session.client("dynamodb", verify="/some/ca.pem", config=Config(read_timeout=3))._transport
    assert made.options["timeout"] == (60, 3)
    assert made.options["verify"] == "/some/ca.pem"


def test_an_unknown_component_is_refused_with_near_matches(session):
    with pytest.raises(UnknownComponentError, match=r"'transprt'\. Did you mean 'transport'\?.*credential_provider"):
        session.get_component("transprt")


def test_a_program_may_add_components_of_its_own(session):
    session.lazy_register_component("bakery", lambda: ["bread"])
    assert session.get_component("bakery") is session.get_component("bakery")
