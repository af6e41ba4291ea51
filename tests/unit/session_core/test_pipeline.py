"""The whole of a call, driven by hand: nothing here sends, sleeps or loads."""

import json

import canary
import pytest
from sotalia import Config, Session, make_response
from sotalia.components.retry import StandardRetry
from sotalia.credentials import Credentials, RefreshableCredentials
from sotalia.exceptions import EndpointConnectionError
from sotalia.session_core.effects import Answer, Run, Send, Sleep
from sotalia.session_core.pipeline import operation_call

MODEL = {
    "version": "2.0",
    "metadata": {
        "apiVersion": "2020-01-01",
        "endpointPrefix": "widgets",
        "jsonVersion": "1.1",
        "protocol": "json",
        "serviceFullName": "Widgets",
        "serviceId": "Widgets",
        "signatureVersion": "v4",
        "targetPrefix": "Widgets",
    },
    "operations": {
        "GetWidget": {
            "name": "GetWidget",
            "http": {"method": "POST", "requestUri": "/"},
            "input": {"shape": "In"},
            "output": {"shape": "Out"},
            "errors": [{"shape": "WidgetMissing"}],
        }
    },
    "shapes": {
        "In": {"type": "structure", "required": ["Name"], "members": {"Name": {"shape": "S"}}},
        "Out": {"type": "structure", "members": {"Colour": {"shape": "S"}}},
        "WidgetMissing": {"type": "structure", "members": {"message": {"shape": "S"}}, "exception": True},
        "S": {"type": "string"},
    },
}


class Keys:
    """An identity of the pipeline's shape."""

    def __init__(self, access_key):
        self.access_key = access_key
        self.secret_key = canary.SECRET_KEY
        self.token = canary.TOKEN
        self.account_id = None


@pytest.fixture
def client(tmp_path, monkeypatch):
    folder = tmp_path / "widgets" / "2020-01-01"
    folder.mkdir(parents=True)
    (folder / "service-2.json").write_text(json.dumps(MODEL))
    monkeypatch.setenv("AWS_DATA_PATH", str(tmp_path))
    session = Session(region_name="eu-west-1")
    return session.client(
        "widgets", endpoint_url="https://widgets.example", config=Config(retries={"total_max_attempts": 3})
    )


def call(client, **params):
    plan = client._service_plan.operation("GetWidget")
    return operation_call(client._state, plan, params)


def ok(body=b'{"Colour": "red"}'):
    return Answer(make_response(200, body, {"x-amzn-requestid": "r-1"}))


def refused(status, code):
    return Answer(make_response(status, json.dumps({"__type": code, "message": "no"}), {}))


def finish(generator, answer):
    with pytest.raises(StopIteration) as stop:
        generator.send(answer)
    return stop.value.value


def test_a_call_with_two_retries_and_a_refresh_in_between(client):
    seen = []
    client.meta.events.register("*", lambda event_name, **kwargs: seen.append(event_name.partition(".")[0]))
    run = call(client, Name="w")

    effect = next(run)
    assert isinstance(effect, Run)
    effect = run.send(Answer(Keys("AKIDFIRST")))
    assert isinstance(effect, Send)
    assert "Credential=AKIDFIRST/" in effect.request.headers["Authorization"]
    assert effect.request.headers["amz-sdk-request"] == "attempt=1; max=3"
    assert json.loads(effect.request.body) == {"Name": "w"}
    invocation = effect.request.headers["amz-sdk-invocation-id"]

    effect = run.send(refused(503, "ServiceUnavailable"))
    assert isinstance(effect, Sleep)
    assert 0 <= effect.seconds <= 20
    effect = run.send(Answer())
    assert isinstance(effect, Run), "each attempt asks for its identity anew"
    effect = run.send(Answer(Keys("AKIDSECOND")))
    assert isinstance(effect, Send)
    assert "Credential=AKIDSECOND/" in effect.request.headers["Authorization"]
    assert effect.request.headers["amz-sdk-request"] == "attempt=2; max=3"
    assert effect.request.headers["amz-sdk-invocation-id"] == invocation

    effect = run.send(Answer(error=EndpointConnectionError(endpoint_url="https://widgets.example")))
    assert isinstance(effect, Sleep)
    effect = run.send(Answer())
    assert isinstance(effect, Run)
    effect = run.send(Answer(Keys("AKIDTHIRD")))
    assert isinstance(effect, Send)
    outcome = finish(run, ok())

    assert outcome.error is None
    assert outcome.value["Colour"] == "red"
    assert outcome.value["ResponseMetadata"]["RetryAttempts"] == 2
    assert seen == [
        "provide-client-params",
        "before-parameter-build",
        "before-endpoint-resolution",
        "before-call",
        *["request-created", "choose-signer", "before-sign", "before-send", "before-parse", "response-received",
          "needs-retry"],
        # the second attempt got no answer: nothing to parse
        *["request-created", "choose-signer", "before-sign", "before-send", "response-received", "needs-retry"],
        *["request-created", "choose-signer", "before-sign", "before-send", "before-parse", "response-received",
          "needs-retry"],
        "after-call",
    ]  # fmt: skip


def test_a_refused_identity_is_renewed_and_the_request_signed_again_once(client):
    rejected = []
    client._state.identities = type(
        "Renewable", (), {"identity": lambda self: None, "rejected": lambda self, key: rejected.append(key) or True}
    )()
    run = call(client, Name="w")
    next(run)
    run.send(Answer(Keys("AKIDOLD")))
    effect = run.send(refused(400, "ExpiredTokenException"))
    assert isinstance(effect, Run), "no waiting before the renewed identity"
    assert rejected == ["AKIDOLD"]
    effect = run.send(Answer(Keys("AKIDNEW")))
    assert "Credential=AKIDNEW/" in effect.request.headers["Authorization"]
    assert effect.request.headers["amz-sdk-request"] == "attempt=1; max=3"
    outcome = finish(run, refused(400, "ExpiredTokenException"))
    assert type(outcome.error).__name__ == "ClientError"
    assert rejected == ["AKIDOLD"], "a second refusal is the caller's"


def test_a_modelled_error_is_an_outcome_and_not_raised_inside(client):
    run = call(client, Name="w")
    next(run)
    run.send(Answer(Keys("AKID")))
    outcome = finish(run, refused(400, "WidgetMissing"))
    assert isinstance(outcome.error, client.exceptions.WidgetMissing)
    assert outcome.error.response["Error"] == {"Message": "no", "Code": "WidgetMissing"}


def test_bad_parameters_end_the_call_before_anything_is_asked_for(client):
    outcome = finish(call(client, Nam="w"), None)
    assert "Missing required parameter" in str(outcome.error)
    assert "Nam" in str(outcome.error)


def test_a_clock_that_is_wrong_is_corrected_after_one_refusal(client):
    clock = client._state.clock
    run = call(client, Name="w")
    next(run)
    first = run.send(Answer(Keys("AKID")))
    import email.utils

    ahead = email.utils.formatdate(clock.time() + 3600, usegmt=True)
    answer = make_response(400, b'{"__type": "InvalidSignatureException"}', {"Date": ahead})
    effect = run.send(Answer(answer))
    if isinstance(effect, Sleep):
        effect = run.send(Answer())
    second = run.send(Answer(Keys("AKID")))
    assert first.request.headers["X-Amz-Date"] < second.request.headers["X-Amz-Date"]
    assert 3500 < client._state.service_clock.offset.total_seconds() < 3700
    assert finish(run, ok()).error is None


def test_a_handler_that_raises_reaches_the_caller_and_after_call_error_hears_of_it(client):
    heard = []

    def breaks(**kwargs):
        raise RuntimeError("the handler broke")

    client.meta.events.register("before-send.widgets", breaks)
    client.meta.events.register("after-call-error.widgets", lambda exception, **kwargs: heard.append(exception))
    run = call(client, Name="w")
    next(run)
    outcome = finish(run, Answer(Keys("AKID")))
    assert str(outcome.error) == "the handler broke"
    assert heard == [outcome.error]


def test_before_call_may_answer_instead_of_the_network(client):
    client.meta.events.register(
        "before-call.widgets.GetWidget", lambda **kwargs: (make_response(200), {"Colour": "from a handler"})
    )
    assert finish(call(client, Name="w"), None).value == {"Colour": "from a handler"}


def test_before_send_may_answer_instead_of_the_network(client):
    client.meta.events.register(
        "before-send.widgets.GetWidget", lambda **kwargs: make_response(200, b'{"Colour": "local"}')
    )
    run = call(client, Name="w")
    next(run)
    assert finish(run, Answer(Keys("AKID"))).value["Colour"] == "local"


def test_a_retry_is_told_to_who_listens(client, caplog):
    caplog.set_level("INFO", "sotalia.call")
    run = call(client, Name="w")
    next(run)
    run.send(Answer(Keys("AKID")))
    run.send(refused(503, "ServiceUnavailable"))
    run.send(Answer())
    run.send(Answer(Keys("AKID")))
    finish(run, refused(400, "WidgetMissing"))
    told = [(record.sotalia["event"], record.sotalia["attempt"], record.sotalia["reason"]) for record in caplog.records]
    assert told == [("request_retried", 1, "ServiceUnavailable"), ("request_failed", 2, "WidgetMissing")]


class Foreign:
    """Credentials of somebody else, which may have to wait."""

    def get_frozen_credentials(self):
        return Keys("AKIDFOREIGN")


def test_an_identity_that_is_at_hand_is_not_asked_of_the_driver(client):
    client._session.set_credentials("AKIDEXAMPLE", canary.SECRET_KEY)
    sent = call(client, Name="w").send(None)
    assert isinstance(sent, Send)
    assert "AKIDEXAMPLE" in sent.request.headers["Authorization"]


class Rotating(Credentials):
    """A program's own, made of those of the library."""

    def get_frozen_credentials(self):
        return Keys("AKIDROTATED")


class RotatingAnyway(RefreshableCredentials):
    """The same of those that refresh themselves."""

    get_frozen_credentials = Rotating.get_frozen_credentials


def patched(credentials):
    credentials.get_frozen_credentials = lambda: Keys("AKIDROTATED")
    return credentials


@pytest.mark.parametrize(
    "credentials",
    [
        Rotating("AKIDEXAMPLE", canary.SECRET_KEY),
        RotatingAnyway("AKIDEXAMPLE", canary.SECRET_KEY, None, None, dict, "own"),
        patched(Credentials("AKIDEXAMPLE", canary.SECRET_KEY)),
        patched(RefreshableCredentials("AKIDEXAMPLE", canary.SECRET_KEY, None, None, dict, "own")),
    ],
)
def test_what_a_program_puts_in_place_of_the_set_signs(client, credentials):
    client._session._credentials = credentials
    generator = call(client, Name="w")
    effect = generator.send(None)
    if isinstance(effect, Run):
        effect = generator.send(Answer(effect.function()))
    assert "AKIDROTATED" in effect.request.headers["Authorization"]


def test_credentials_that_do_not_tell_are_asked_of_the_driver(client):
    client._session._credentials = Foreign()
    generator = call(client, Name="w")
    asked = generator.send(None)
    assert isinstance(asked, Run)
    assert "AKIDFOREIGN" in generator.send(Answer(asked.function())).request.headers["Authorization"]


class Counting(StandardRetry):
    """A strategy of a user's own, which counts what it hears of."""

    def __init__(self):
        super().__init__()
        self.heard = []

    def on_attempt(self, context):
        self.heard.append((context.attempt, context.status))
        return super().on_attempt(context)


def test_a_strategy_of_ones_own_hears_of_every_attempt(client):
    retry = Counting()
    client._session.register_component("retry_strategy", retry)
    mine = client._session.client("widgets", endpoint_url="https://widgets.example")
    client._session.set_credentials("AKIDEXAMPLE", canary.SECRET_KEY)
    generator = call(mine, Name="w")
    generator.send(None)
    assert finish(generator, ok()).value["Colour"] == "red"
    assert retry.heard == [(1, 200)]


@pytest.mark.parametrize(
    ("most", "told"), [(1, {"RetryAttempts": 0, "MaxAttemptsReached": True}), (2, {"RetryAttempts": 0})]
)
def test_a_good_first_answer_has_the_facts_that_it_has_with_a_strategy_of_ones_own(client, most, told):
    client._session.set_credentials("AKIDEXAMPLE", canary.SECRET_KEY)
    seen = []
    for retry in (StandardRetry(most), type("Own", (StandardRetry,), {})(most)):
        client._session.register_component("retry_strategy", retry)
        generator = call(client._session.client("widgets", endpoint_url="https://widgets.example"), Name="w")
        generator.send(None)
        done = finish(generator, ok())
        assert done.error is None
        metadata = done.value["ResponseMetadata"]
        seen.append(
            {name: metadata[name] for name in metadata if name not in ("HTTPHeaders", "RequestId", "HTTPStatusCode")}
        )
    assert seen == [told, told]
