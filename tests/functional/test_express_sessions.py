"""Sessions of directory buckets against a server on loopback: made once, shared, renewed, replaced when refused."""

import multiprocessing
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from express_server import BUCKET, ExpressServer, read_once
from sotalia import Config, Session
from sotalia.components.clock import Clock
from sotalia.exceptions import ClientError

OBJECT = {"Bucket": BUCKET, "Key": "key"}


class Moved(Clock):
    """The clock of the system, some seconds off."""

    ahead = 0.0

    def time(self) -> float:
        return super().time() + self.ahead


@pytest.fixture
def server() -> Iterator[ExpressServer]:
    with ExpressServer() as running:
        yield running


@pytest.fixture
def clock(server) -> Moved:
    moved = Moved()
    server.clock = moved.time
    return moved


@pytest.fixture
def s3(server, clock, tmp_path):
    session = Session("AKID", "secret", region_name="us-west-2")
    session.set_config_variable("credential_cache_location", str(tmp_path / "cache"))
    session.register_component("clock", clock)
    return session.client("s3", endpoint_url=server.url, config=Config(retries={"total_max_attempts": 1}))


def signer_of(client, **more) -> str:
    return str(client.get_object(**OBJECT, **more)["Body"].read().decode())


def test_one_session_signs_for_many_threads(server, s3) -> None:
    with ThreadPoolExecutor(16) as threads:
        found = set(threads.map(lambda _: signer_of(s3), range(64)))
    assert found == {"SESSION1 token-SESSION1 s3express"}
    assert server.stats()["sessions"] == 1


def test_processes_of_a_host_share_a_session(server, tmp_path) -> None:
    context = multiprocessing.get_context("spawn")
    barrier, results = context.Barrier(4), context.SimpleQueue()
    arguments = (server.url, str(tmp_path / "cache"), barrier, results)
    processes = [context.Process(target=read_once, args=arguments) for _ in range(4)]
    try:
        for process in processes:
            process.start()
        found = {results.get() for _ in processes}
    finally:
        for process in processes:
            process.join(60)
    assert found == {"SESSION1 token-SESSION1 s3express"}
    assert server.stats()["sessions"] == 1


def test_a_session_is_renewed_before_its_end(server, s3, clock) -> None:
    assert signer_of(s3).startswith("SESSION1 ")
    clock.ahead = 150.0
    assert signer_of(s3).startswith("SESSION1 ")
    clock.ahead = 200.0  # in the advisory window of two minutes
    assert signer_of(s3).startswith("SESSION2 ")
    clock.ahead = 1000.0
    assert signer_of(s3).startswith("SESSION3 ")


def test_a_session_that_cannot_be_renewed_is_used_to_its_end(server, s3, clock) -> None:
    assert signer_of(s3).startswith("SESSION1 ")
    server.gives_none = True
    clock.ahead = 200.0
    for _ in range(3):
        assert signer_of(s3).startswith("SESSION1 ")
    assert server.stats()["without a session"] == 1
    clock.ahead = 301.0
    with pytest.raises(ClientError):
        signer_of(s3)


def test_a_session_that_is_refused_is_replaced_by_one_more_attempt(server, s3) -> None:
    assert signer_of(s3).startswith("SESSION1 ")
    server.refused.add("SESSION1")
    assert signer_of(s3).startswith("SESSION2 ")
    assert server.stats()["objects"] == 3
    assert signer_of(s3).startswith("SESSION2 ")


def test_without_sessions_the_keys_themselves_sign(server, monkeypatch) -> None:
    session = Session("AKID", "secret", region_name="us-west-2")
    option = Config(s3_disable_express_session_auth=True)
    assert signer_of(session.client("s3", endpoint_url=server.url, config=option)) == "AKID  s3express"
    monkeypatch.setenv("AWS_S3_DISABLE_EXPRESS_SESSION_AUTH", "true")
    assert signer_of(session.client("s3", endpoint_url=server.url)) == "AKID  s3express"
    assert "sessions" not in server.stats()


def test_an_ordinary_bucket_has_no_session(server, s3) -> None:
    found = s3.get_object(Bucket="ordinary", Key="key")["Body"].read()
    assert found == b"AKID  s3"
    assert "sessions" not in server.stats()


def test_the_error_of_a_session_that_is_refused_is_raised(server, s3) -> None:
    server.down = 403
    with pytest.raises(ClientError) as refused:
        signer_of(s3)
    assert refused.value.operation_name == "CreateSession"
