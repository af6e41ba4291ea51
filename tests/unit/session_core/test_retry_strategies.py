"""Retry strategies of clients: the modes, one's own, and who is asked first. Nothing waits."""

import pytest
from sotalia import CallOptions, Config, Session, make_response
from sotalia.components.clock import Clock
from sotalia.components.retry import RetryContext, StandardRetry
from sotalia.components.retry_adaptive import AdaptiveRetry
from sotalia.components.retry_legacy import LegacyRetry
from sotalia.exceptions import ClientError, InvalidRetryModeError


class FakeClock(Clock):
    def __init__(self) -> None:
        self.seconds = 0.0
        self.waits: list[float] = []

    def monotonic(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.seconds += seconds


class Refusing:
    """A transport of a service that has had enough."""

    def __init__(self) -> None:
        self.requests: list[str] = []

    def send(self, request: object) -> object:
        self.requests.append(request.headers["amz-sdk-request"])
        return make_response(503, b"<ErrorResponse><Error><Code>Throttling</Code></Error></ErrorResponse>")

    def close(self) -> None:
        pass


class Twice:
    """A strategy of somebody's own: two attempts, a second apart."""

    max_attempts = 2

    def __init__(self, service_id: str = "", retries: object = None) -> None:
        self.made_for = service_id
        self.asked: list[RetryContext] = []

    def on_attempt(self, context: RetryContext) -> float | None:
        self.asked.append(context)
        return 1.0 if context.attempt < self.max_attempts else None


class Paced(Twice):
    """One that holds every request back."""

    def __init__(self) -> None:
        super().__init__()
        self.answers = [0.5, 0.25, 0.0, 0.0]

    def before_attempt(self, context: RetryContext) -> float:
        return self.answers.pop(0)


def session_of(**components: object) -> tuple[Session, FakeClock, Refusing]:
    clock, transport = FakeClock(), Refusing()
    session = Session("AKIDEXAMPLE", "x", region_name="us-east-1")
    for name, component in {"clock": clock, "transport": transport, **components}.items():
        session.register_component(name, component)
    return session, clock, transport


def fail(client: object, **options: object) -> ClientError:
    with pytest.raises(ClientError) as raised:
        client.get_caller_identity(**options)
    return raised.value


@pytest.mark.parametrize(
    ("mode", "kind", "attempts"),
    [("legacy", LegacyRetry, 5), ("standard", StandardRetry, 3), ("adaptive", AdaptiveRetry, 3)],
)
def test_modes(mode: str, kind: type, attempts: int, caplog: pytest.LogCaptureFixture) -> None:
    session, _clock, transport = session_of()
    client = session.client("sts", config=Config(retries={"mode": mode}))
    assert type(client._state.retry) is kind
    error = fail(client)
    assert len(transport.requests) == attempts
    assert error.response["ResponseMetadata"]["RetryAttempts"] == attempts - 1
    assert error.response["ResponseMetadata"]["MaxAttemptsReached"] is True
    assert not [record for record in caplog.records if record.levelname == "WARNING"]


def test_unknown_modes_are_refused() -> None:
    with pytest.raises(InvalidRetryModeError):
        Config(retries={"mode": "fast"})


def test_adaptive_clients_wait_before_they_send(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("random.random", lambda: 0.0)
    session, clock, _transport = session_of()
    client = session.client("sts", config=Config(retries={"mode": "adaptive", "total_max_attempts": 1}))
    fail(client)
    assert clock.waits == []
    fail(client)
    assert clock.waits == pytest.approx([2.0])  # one token, at one half per second
    client.meta.events.register("before-sign", lambda request, **_: signed.append(clock.seconds))
    signed: list[float] = []
    fail(client)
    assert signed == pytest.approx([4.0]), "the wait comes before the signature"


def test_a_class_makes_one_strategy_for_each_client() -> None:
    session, clock, transport = session_of(retry_strategy=Twice)
    one, other = session.client("sts"), session.client("sts")
    assert one._state.retry is not other._state.retry
    assert one._state.retry.made_for == "sts"
    fail(one)
    assert transport.requests == ["attempt=1; max=2", "attempt=2; max=2"]
    assert clock.waits == [1.0]


def test_an_instance_is_for_all_clients() -> None:
    strategy = Twice()
    session, clock, _ = session_of(retry_strategy=strategy)
    fail(session.client("sts"))
    fail(session.client("sts"))
    assert clock.waits == [1.0, 1.0]
    (first, *_) = strategy.asked
    assert (first.operation, first.status, first.error_code) == ("GetCallerIdentity", 503, "Throttling")


def test_a_strategy_of_ones_own_may_hold_requests_back() -> None:
    session, clock, _ = session_of(retry_strategy=Paced())
    fail(session.client("sts"))
    assert clock.waits == [0.5, 0.25, 1.0]


def test_the_attempts_of_a_call_bind_a_strategy_that_does_not_know_of_them() -> None:
    session, clock, transport = session_of(retry_strategy=Twice)
    fail(session.client("sts"), _options=CallOptions(max_attempts=1))
    assert transport.requests == ["attempt=1; max=1"]
    assert clock.waits == []


def test_handlers_of_needs_retry_are_asked_first() -> None:
    strategy = Twice()
    session, clock, _transport = session_of(retry_strategy=strategy)
    client = session.client("sts")
    client.meta.events.register("needs-retry", lambda attempts, **_: 7.0 if attempts < 3 else None)
    fail(client)
    assert clock.waits == [7.0, 7.0, 1.0]
    assert len(strategy.asked) == 2, "asked when the handler has said nothing"


def test_options_must_be_options() -> None:
    session, _, transport = session_of()
    with pytest.raises(TypeError, match="_options must be CallOptions"):
        session.client("sts").get_caller_identity(_options={"timeout": 2})
    assert transport.requests == []


def test_a_deadline_ends_a_call_before_a_wait_that_goes_beyond_it(monkeypatch: pytest.MonkeyPatch) -> None:
    from sotalia.exceptions import CallDeadlineError

    monkeypatch.setattr("random.random", lambda: 1.0)
    session, clock, transport = session_of()
    client = session.client("sts")
    told: list[Exception] = []
    client.meta.events.register("after-call-error", lambda exception, **_: told.append(exception))
    with pytest.raises(CallDeadlineError) as raised:
        client.get_caller_identity(_options=CallOptions(timeout=1.5))
    assert clock.waits == [1.0], "the second wait would be two seconds"
    assert len(transport.requests) == 2
    assert isinstance(raised.value.__cause__, ClientError)
    assert raised.value.__cause__.response["Error"]["Code"] == "Throttling"
    assert told == [raised.value]
