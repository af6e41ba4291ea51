"""Client-side monitoring: datagrams about calls, for those who ask for them."""

import json
import socket

import pytest
from sotalia import Session
from sotalia.components.clock import Clock
from sotalia.components.http import make_response
from sotalia.exceptions import ClientError, EndpointConnectionError, InvalidSettingError, ParamValidationError


@pytest.fixture
def records(monkeypatch):
    """What is told; asked for after the calls."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    listener.bind(("127.0.0.1", 0))
    listener.settimeout(0)
    monkeypatch.setenv("AWS_CSM_ENABLED", "true")
    monkeypatch.setenv("AWS_CSM_PORT", str(listener.getsockname()[1]))
    monkeypatch.setenv("AWS_CSM_CLIENT_ID", "mine")

    def received():
        found = []
        while True:
            try:
                found.append(json.loads(listener.recv(8192)))
            except BlockingIOError:
                return found

    yield received
    listener.close()


class Hurried(Clock):
    def sleep(self, seconds):
        """Never wait."""


def client(*answers):
    session = Session("AKID", "x", "secret-token", region_name="us-west-2")
    session.register_component("clock", Hurried())
    made = session.client("dynamodb")
    left = list(answers)

    def answer(request, **_):
        found = left.pop(0) if len(left) > 1 else left[0]
        if isinstance(found, Exception):
            raise found
        return make_response(*found)

    made.meta.events.register("before-send", answer)
    return made


def test_a_call_is_told_with_its_attempts(records):
    identified = {"x-amzn-requestid": "r"}
    client((500, b"{}", identified), (200, b"{}", identified)).list_tables()
    first, second, call = records()
    assert [record["Type"] for record in (first, second, call)] == ["ApiCallAttempt", "ApiCallAttempt", "ApiCall"]
    assert [record["HttpStatusCode"] for record in (first, second)] == [500, 200]
    assert first["XAmznRequestId"] == "r"
    assert first["Fqdn"] == "dynamodb.us-west-2.amazonaws.com"
    for record in (first, second, call):
        assert (record["Version"], record["ClientId"]) == (1, "mine")
        assert (record["Service"], record["Api"], record["Region"]) == ("DynamoDB", "ListTables", "us-west-2")
        assert record["UserAgent"].startswith("sotalia/")
    assert (first["AccessKey"], first["AwsException"]) == ("AKID", "500")
    assert (call["AttemptCount"], call["FinalHttpStatusCode"], call["MaxRetriesExceeded"]) == (2, 200, 0)
    assert "secret-token" not in json.dumps([first, second, call])


def test_errors_are_told_by_name_and_message(records):
    with pytest.raises(ClientError):
        client((400, b'{"__type":"x#ResourceNotFoundException","message":"%s"}' % (b"m" * 600))).list_tables()
    attempt, call = records()
    assert attempt["AwsException"] == call["FinalAwsException"] == "ResourceNotFoundException"
    assert call["FinalAwsExceptionMessage"] == "m" * 512
    with pytest.raises(EndpointConnectionError):
        client(EndpointConnectionError(endpoint_url="http://x", error="no")).list_tables()
    *attempts, call = records()
    assert {record["SdkException"] for record in attempts} == {"EndpointConnectionError"}
    assert (call["FinalSdkException"], call["MaxRetriesExceeded"]) == ("EndpointConnectionError", 1)


def test_what_is_not_sent_is_not_told(records):
    with pytest.raises(ParamValidationError):
        client((200, b"{}")).list_tables(Limit="x")
    assert records() == []


def test_nobody_listens_and_nothing_happens(records, monkeypatch):
    monkeypatch.setenv("AWS_CSM_PORT", "1")
    assert client((200, b"{}")).list_tables()["ResponseMetadata"]["HTTPStatusCode"] == 200
    monkeypatch.setenv("AWS_CSM_ENABLED", "false")
    client((200, b"{}")).list_tables()
    assert records() == []


def test_a_wrong_port_is_named_with_its_source(records, monkeypatch):
    monkeypatch.setenv("AWS_CSM_PORT", "many")
    with pytest.raises(InvalidSettingError, match="AWS_CSM_PORT"):
        client((200, b"{}"))
