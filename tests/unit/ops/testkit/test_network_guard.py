import socket
import threading

import pytest
import sotalia
from sotalia.components.config import Config
from sotalia.ops.testkit import FakeSTS, NetworkForbidden, no_network

CONFIG = Config(retries={"total_max_attempts": 1})


def sts(url):
    return sotalia.Session(aws_access_key_id="AKID", aws_secret_access_key="x", region_name="us-east-1").client(
        "sts", endpoint_url=url, config=CONFIG
    )


def test_a_call_is_refused_and_noted():
    with no_network() as refused, pytest.raises(Exception, match=r"no_network|127\.0\.0\.1:9"):
        sts("http://127.0.0.1:9").get_caller_identity()
    assert refused == ["127.0.0.1:9"]


def test_loopback_may_be_allowed():
    with FakeSTS() as fake, no_network(loopback=True) as refused:
        assert sts(fake.url).get_caller_identity()["Account"] == "123456789012"
        with pytest.raises(NetworkForbidden, match=r"192\.0\.2\.1:80"):
            socket.create_connection(("192.0.2.1", 80), timeout=1)
    assert refused == ["192.0.2.1:80"]


def test_names_are_not_looked_up():
    with no_network() as refused, pytest.raises(NetworkForbidden, match=r"example\.com:443"):
        socket.getaddrinfo("example.com", 443)
    assert refused == ["example.com:443"]


def test_it_holds_for_all_threads_and_ends_with_the_block():
    errors = []

    def dial():
        with socket.socket() as one:
            try:
                errors.append(one.connect_ex(("127.0.0.1", 9)))
            except NetworkForbidden as error:
                errors.append(error)

    with no_network():
        thread = threading.Thread(target=dial)
        thread.start()
        thread.join(10)
    dial()
    assert isinstance(errors[0], NetworkForbidden)
    assert isinstance(errors[1], int)
    assert errors[1] != 0


def test_it_is_a_decorator_and_nests():
    @no_network()
    def inner():
        with no_network(loopback=True), pytest.raises(NetworkForbidden):
            socket.create_connection(("127.0.0.1", 9))

    inner()


def test_making_clients_connects_nowhere():
    with no_network() as refused:
        session = sotalia.Session(region_name="us-east-1")
        for service in ("s3", "sts", "dynamodb"):
            session.client(service)
    assert refused == []
