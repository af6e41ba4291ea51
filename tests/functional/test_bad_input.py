"""Servers that misbehave, and callers that do: each ends in an error that says what, where and what to do."""

import io
import pickle

import canary
import pytest
import servers
from sotalia import UNSIGNED, Config, RefreshableCredentials, Session
from sotalia.exceptions import (
    ClientError,
    ConnectionClosedError,
    EndpointConnectionError,
    ReadTimeoutError,
    ResponseParserError,
    ResponseStreamingError,
    UnseekableStreamError,
)

OBJECT = {"Bucket": "bucket", "Key": "key"}
CALLS = {
    "json": ("dynamodb", "list_tables", {}),
    "query": ("sts", "get_caller_identity", {}),
    "ec2": ("ec2", "describe_regions", {}),
    "rest-json": ("lambda", "list_functions", {}),
    "rest-xml": ("route53", "list_hosted_zones", {}),
    "cbor": ("eventbridgev2", "list_event_buses", {}),
    "stream": ("s3", "get_object", OBJECT),
}
HTML = b"<html><head><title>Proxy</title></head><body>Log in first</body></html>"


class Patience:
    """A clock that never waits."""

    def __init__(self, clock):
        self._clock = clock

    def __getattr__(self, name):
        return getattr(self._clock, name)

    def sleep(self, seconds):
        pass


def answer(body=b"", status="200 OK", *headers, length=None):
    """A handler that answers so, and closes the connection where it promised more than it sent."""

    def handle(connection, request):
        lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body) if length is None else length}", *headers, "", ""]
        connection.send("\r\n".join(lines).encode() + body)
        return length is not None

    return handle


def client_of(service, url, **options):
    session = Session(region_name="us-east-1")
    session.register_component("clock", Patience(session.get_component("clock")))
    config = {"retries": {"total_max_attempts": 2}, "connect_timeout": 10, "read_timeout": 10, **options}
    return session.client(
        service,
        endpoint_url=url,
        aws_access_key_id="AKIDEXAMPLE",
        aws_secret_access_key=canary.SECRET_KEY,
        config=Config(**config),
    )


def call(handler, protocol="json", **options):
    """Call a server that answers with this handler; return the result and how often it was asked."""
    service, method, params = CALLS[protocol]
    with servers.serve(handler) as server:
        client = client_of(service, server.url, **options)
        try:
            result = getattr(client, method)(**params)
            if protocol == "stream":
                result["Content"] = result["Body"].read()
            return result
        except Exception as error:
            error.asked = len(server.requests)
            raise
        finally:
            client.close()


def raised(error, handler, protocol="json", **options):
    with pytest.raises(error) as caught:
        call(handler, protocol, **options)
    again = pickle.loads(pickle.dumps(caught.value))
    assert (type(again), str(again)) == (type(caught.value), str(caught.value))
    return caught.value


@pytest.mark.parametrize("protocol", CALLS)
def test_a_server_that_closes_the_connection_is_asked_again_and_then_named(protocol):
    error = raised(ConnectionClosedError, lambda connection, request: True, protocol)
    assert "http://127.0.0.1" in str(error)
    assert error.asked == 2


def test_a_connection_that_breaks_once_costs_one_retry():
    broken = []

    def handle(connection, request):
        if not broken:
            broken.append(1)
            return True
        connection.reply(b'{"TableNames": []}')

    assert call(handle)["ResponseMetadata"]["RetryAttempts"] == 1


@pytest.mark.parametrize("protocol", [name for name in CALLS if name != "stream"])
def test_half_a_body_is_no_answer(protocol):
    error = raised(ResponseStreamingError, answer(b"<a>{", length=100), protocol)
    assert "4 bytes read, 96 more expected" in str(error)
    assert error.asked == 2


@pytest.mark.parametrize("read", [lambda b: b.read(), lambda b: list(b.iter_chunks()), lambda b: list(b.iter_lines())])
def test_half_a_streamed_body_breaks_off_where_it_is_read(read):
    with servers.serve(answer(b"abc", length=100)) as server:
        client = client_of("s3", server.url)
        body = client.get_object(**OBJECT)["Body"]
        with pytest.raises(ResponseStreamingError, match="97 more expected"):
            read(body)
        client.close()


def test_half_an_error_of_a_streaming_operation_is_asked_for_again():
    error = raised(ResponseStreamingError, answer(b"<Error><Code>", "404 Not Found", length=100), "stream")
    assert error.asked == 2


@pytest.mark.parametrize("protocol", ["json", "query", "ec2", "rest-json", "rest-xml", "cbor"])
@pytest.mark.parametrize("body", [HTML, b"\x00\xff\xfe\x80garbage"], ids=["HTML", "bytes"])
def test_what_is_no_answer_of_the_protocol_is_named_and_not_retried(protocol, body):
    error = raised(ResponseParserError, answer(body), protocol)
    assert error.asked == 1
    assert "status 200" in str(error)
    assert "Log in" not in str(error)  # a body may be secret


@pytest.mark.parametrize(
    ("protocol", "body"),
    [
        ("json", b'{"TableNames": ["a"'),
        ("rest-json", b'{"Functions": [{'),
        ("query", b"<GetCallerIdentityResponse><GetCallerIdentityResult><Account>1</Acc"),
        ("ec2", b"<DescribeRegionsResponse><regionInfo><item>"),
        ("rest-xml", b"<ListHostedZonesResponse><HostedZones><HostedZone>"),
        ("cbor", b"\xbfjEventBuses\x81"),
    ],
)
def test_a_truncated_document_is_told_with_its_place(protocol, body):
    error = raised(ResponseParserError, answer(body), protocol)
    assert f"{len(body)} bytes" in str(error)


@pytest.mark.parametrize("protocol", CALLS)
def test_an_error_page_of_a_proxy_is_an_error_with_its_status(protocol):
    error = raised(ClientError, answer(HTML, "502 Bad Gateway"), protocol)
    assert error.response["Error"]["Code"] == "502"
    assert error.response["ResponseMetadata"]["HTTPStatusCode"] == 502
    assert "Bad Gateway" in str(error)
    assert error.asked == 2


@pytest.mark.parametrize("protocol", CALLS)
def test_a_refusal_without_a_body_is_an_error_with_its_status(protocol):
    error = raised(ClientError, answer(b"", "403 Forbidden"), protocol)
    assert error.response["Error"]["Code"] == "403"
    assert error.asked == 1


def test_a_redirect_is_not_followed():
    error = raised(ClientError, answer(b"", "301 Moved Permanently", "Location: http://127.0.0.1:1/"))
    assert error.response["ResponseMetadata"]["HTTPStatusCode"] == 301
    assert error.asked == 1


@pytest.mark.parametrize("line", [b"SSH-2.0-OpenSSH_9\r\n", b"HTTP/1.1 200 OK\r\nno header at all\r\n\r\n{}"])
def test_what_is_no_http_is_a_connection_that_was_closed(line):
    def handle(connection, request):
        connection.send(line)
        return True

    raised(ConnectionClosedError, handle)


def test_a_body_longer_than_was_said_is_cut_there():
    error = raised(ResponseParserError, answer(b'{"TableNames": []}', length=5))
    assert "5 bytes" in str(error)


def test_a_silent_server_runs_into_the_time_limit():
    import time

    def handle(connection, request):
        time.sleep(1)
        return True

    error = raised(ReadTimeoutError, handle, read_timeout=0.2)
    assert "127.0.0.1" in str(error)


def test_nobody_there_is_named_with_the_url():
    client = client_of("dynamodb", "http://127.0.0.1:1")
    with pytest.raises(EndpointConnectionError, match=r"http://127.0.0.1:1/"):
        client.list_tables()


class OneShot:
    """A body that can be read once."""

    def __init__(self, content):
        self._content = io.BytesIO(content)

    def read(self, size=-1):
        return self._content.read(size)


def test_a_body_that_cannot_be_rewound_is_not_sent_again():
    with servers.serve(answer(b"", "500 Internal Server Error")) as server:
        client = client_of("s3", server.url, signature_version=UNSIGNED)
        with pytest.raises(UnseekableStreamError, match=r"a .*OneShot, .*sent again.*pass bytes or a file") as caught:
            client.put_object(Body=OneShot(b"content"), **OBJECT)
        client.close()
        assert len(server.requests) == 1
        assert server.requests[0].body == b"content"
    again = pickle.loads(pickle.dumps(caught.value))
    assert str(again) == str(caught.value)
    assert b"content" not in pickle.dumps(caught.value)


def test_a_body_that_can_be_rewound_is_sent_again_from_where_it_was():
    failed = []

    def handle(connection, request):
        if not failed:
            failed.append(1)
            connection.reply(b"", "500 Internal Server Error")
        else:
            connection.reply(b"")

    with servers.serve(handle) as server:
        client = client_of("s3", server.url)
        body = io.BytesIO(b"skipped content")
        body.seek(8)
        client.put_object(Body=body, **OBJECT)
        client.close()
        assert [request.body for request in server.requests] == [b"content", b"content"]


@pytest.mark.parametrize("event", ["provide-client-params", "before-call", "before-sign", "before-send", "after-call"])
def test_what_a_handler_raises_reaches_the_caller_and_the_client_goes_on(event):
    class Own(Exception):
        pass

    def fail(**kwargs):
        raise Own(event)

    with servers.serve(answer(b'{"TableNames": []}')) as server:
        client = client_of("dynamodb", server.url)
        client.meta.events.register(f"{event}.dynamodb.ListTables", fail)
        with pytest.raises(Own, match=event):
            client.list_tables()
        client.meta.events.unregister(f"{event}.dynamodb.ListTables", fail)
        assert client.list_tables()["TableNames"] == []
        client.close()


def test_a_body_is_sent_whole_again_when_the_identity_was_refused():
    keys = iter(("AKIDSECOND", "AKIDTHIRD"))

    def metadata(key):
        return {
            "access_key": key,
            "secret_key": canary.SECRET_KEY,
            "token": canary.TOKEN,
            "expiry_time": "2099-01-01T00:00:00Z",
        }

    class Chain:
        last_trace = ()
        found = RefreshableCredentials.create_from_metadata(
            metadata("AKIDFIRST"), lambda: metadata(next(keys)), "renewing"
        )

        def load_credentials(self):
            return self.found

    def handle(connection, request):
        if "AKIDFIRST" in request.headers["authorization"]:
            connection.reply(b"<Error><Code>ExpiredToken</Code></Error>", "400 Bad Request")
        else:
            connection.reply(b"")

    session = Session(region_name="us-east-1")
    session.register_component("credential_provider", Chain())
    with servers.serve(handle) as server:
        client = session.client("s3", endpoint_url=server.url)
        client.put_object(Body=io.BytesIO(b"content"), **OBJECT)
        client.close()
        assert [request.body for request in server.requests] == [b"content", b"content"]
        assert "AKIDSECOND" in server.requests[1].headers["authorization"]
