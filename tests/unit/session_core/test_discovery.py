"""Discovered endpoints: how long they are good, who asks for them, and what happens without them."""

import json
import threading

import canary
import pytest
from sotalia import Config, Session, make_response
from sotalia.components.clock import Clock
from sotalia.components.errors import (
    ClientError,
    EndpointConnectionError,
    EndpointDiscoveryRefreshFailed,
    NoCredentialsError,
)
from sotalia.components.http import AWSResponse

REFUSED = {"__type": "ThrottledByTest", "message": "no"}


class Hours(Clock):
    """A clock that a test turns."""

    def __init__(self):
        self.passed = 0.0

    def monotonic(self):
        return self.passed


@pytest.fixture
def clock():
    return Hours()


class Service:
    """Answers for a service: ``DescribeEndpoints`` with a new cell each time, or with what it is told to."""

    def __init__(self, minutes=10):
        self.minutes = minutes
        self.refuses = None
        self.hosts = []
        self.described = 0
        self.hold = None
        self.asked = threading.Event()

    def __call__(self, request, **_):
        if not request.headers["X-Amz-Target"].endswith("DescribeEndpoints"):
            self.hosts.append(request.url.split("/")[2])
            return make_response(200, b"{}")
        self.described += 1
        self.asked.set()
        if self.hold is not None:
            assert self.hold.wait(20)
        if isinstance(self.refuses, Exception):
            raise self.refuses
        if self.refuses is not None:
            return make_response(400, json.dumps(self.refuses).encode())
        cells = [{"Address": f"cell{self.described}", "CachePeriodInMinutes": self.minutes}]
        return make_response(200, json.dumps({"Endpoints": cells}).encode())


@pytest.fixture
def client_of(clock):
    def make(name, service, **options):
        session = Session("AKIDEXAMPLE", canary.SECRET_KEY, region_name="us-east-1")
        session.register_component("clock", clock)
        # Signers of its own: clients of sessions with the default components share what is discovered.
        session.register_component("signers", session.get_component("signers"))
        client = session.client(name, config=Config(retries={"total_max_attempts": 1}, **options))
        client.meta.events.register("before-send", service)
        return client

    return make


def test_an_address_serves_until_its_period_is_over(client_of, clock):
    service = Service(minutes=10)
    client = client_of("timestream-write", service)
    for clock.passed in (0.0, 599.0, 601.0, 602.0):
        client.list_databases()
    assert service.hosts == ["cell1", "cell1", "cell2", "cell2"]


def test_clients_alike_share_what_one_of_them_found(clock):
    service = Service()
    session = Session(region_name="us-east-1")
    session.register_component("clock", clock)
    session.register_component("signers", session.get_component("signers"))
    for key in ("AKIDONE", "AKIDONE", "AKIDTWO"):
        client = session.client("timestream-write", aws_access_key_id=key, aws_secret_access_key=canary.SECRET_KEY)
        client.meta.events.register("before-send", service)
        client.list_databases()
    assert service.hosts == ["cell1", "cell1", "cell2"], "another identity may have another cell"


def test_what_is_optional_goes_on_without_and_tries_again_after_a_minute(client_of, clock):
    service = Service()
    service.refuses = REFUSED
    client = client_of("dynamodb", service, endpoint_discovery_enabled=True)
    for clock.passed in (0.0, 30.0, 59.0):
        client.list_tables()
    assert (service.described, set(service.hosts)) == (1, {"dynamodb.us-east-1.amazonaws.com"})
    service.refuses = None
    clock.passed = 61.0
    client.list_tables()
    assert service.hosts[-1] == "cell2"


def test_an_old_address_serves_while_discovery_fails(client_of, clock):
    service = Service(minutes=1)
    client = client_of("timestream-write", service)
    client.list_databases()
    service.refuses = REFUSED
    for clock.passed in (70.0, 100.0, 140.0):
        client.list_databases()
    assert service.hosts == ["cell1"] * 4
    assert service.described == 3, "asked again after a minute, not for every call"


def test_without_any_address_the_refusal_of_the_service_is_raised(client_of):
    service = Service()
    service.refuses = REFUSED
    client = client_of("timestream-write", service)
    for _ in range(2):
        with pytest.raises(ClientError, match="ThrottledByTest") as raised:
            client.list_databases()
        assert raised.value.operation_name == "DescribeEndpoints"
    assert service.described == 2, "there is no way without"


def test_a_connection_that_fails_is_told_with_its_cause(client_of):
    service = Service()
    service.refuses = EndpointConnectionError(endpoint_url="https://ingest")
    with pytest.raises(EndpointDiscoveryRefreshFailed, match="Could not connect") as raised:
        client_of("timestream-write", service).list_databases()
    assert isinstance(raised.value.__cause__, EndpointConnectionError)


@pytest.mark.parametrize("mode", ["auto", True])
def test_missing_credentials_are_told_as_such(mode, monkeypatch):
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    name = "timestream-write" if mode == "auto" else "dynamodb"
    client = Session(region_name="us-east-1").client(name, config=Config(endpoint_discovery_enabled=mode))
    with pytest.raises(NoCredentialsError):
        client.list_databases() if mode == "auto" else client.list_tables()


@pytest.mark.parametrize("refuses", [None, REFUSED])
def test_callers_at_once_share_one_discovery(client_of, refuses):
    service = Service()
    service.hold = threading.Event()
    service.refuses = refuses
    client = client_of("timestream-write", service)
    outcomes = []

    def call():
        try:
            client.list_databases()
            outcomes.append("answered")
        except ClientError as error:
            outcomes.append(error.response["Error"]["Code"])

    threads = [threading.Thread(target=call) for _ in range(12)]
    for thread in threads:
        thread.start()
    assert service.asked.wait(20)
    flights = client._blueprint.discovery()._flights
    assert len(flights._table) == 1
    service.hold.set()
    for thread in threads:
        thread.join(30)
    if refuses is None:
        assert service.described == 1
        assert service.hosts == ["cell1"] * 12
    assert set(outcomes) == {"answered" if refuses is None else "ThrottledByTest"}


def test_an_address_that_is_left_is_asked_for_again_once(client_of):
    service = Service()
    left = iter([421, 400, 200, 200])

    def answer(request, **kwargs):
        answered = service(request, **kwargs)
        if request.headers["X-Amz-Target"].endswith("DescribeEndpoints"):
            return answered
        status = next(left)
        body = b"{}" if status == 200 else b'{"__type": "InvalidEndpointException"}'
        return AWSResponse(request.url, status, {}, make_response(status, body).raw)

    client = client_of("timestream-write", answer)
    with pytest.raises(ClientError, match="InvalidEndpointException"):
        client.list_databases()
    assert service.hosts == ["cell1", "cell2"]
    client.list_databases()
    assert service.hosts[2:] == ["cell2"]
