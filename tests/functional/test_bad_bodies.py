"""Bodies that are not what they were: shrunk, grown, failing, of unknown length, giving text. Over both transports."""

import io
import os
from collections.abc import Iterator

import pytest
import servers
from sotalia import Config, Session
from sotalia.exceptions import AwsChunkedWrapperError, ClientError, RequestBodyError

OBJECT = {"Bucket": "b", "Key": "k"}
MANY = 600_000
NO_LENGTH = b"<Error><Code>MissingContentLength</Code><Message>You must provide a length.</Message></Error>"


class Liar(io.BytesIO):
    """A file that has another length when it is read than when it was asked."""

    told = 0

    def seek(self, offset: int, whence: int = 0) -> int:
        at = super().seek(offset, whence)
        return self.told if whence == os.SEEK_END else at


def liar(length: int, told: int) -> Liar:
    body = Liar(bytes(length))
    body.told = told
    return body


class Failing:
    """A stream whose disk goes away in the middle."""

    def __init__(self) -> None:
        self.left = 3
        self.reads = 0

    def read(self, size: int = -1) -> bytes:
        self.reads += 1
        self.left -= 1
        if self.left < 0:
            raise OSError(5, "the disk is gone")
        return b"x" * 100_000


class Text:
    def read(self, size: int = -1) -> str:
        return "text"


def failing() -> Iterator[bytes]:
    yield b"first"
    raise KeyError("mine")


@pytest.fixture
def server() -> Iterator[servers.Server]:
    def handle(connection: servers.Connection, asked: servers.Request) -> bool | None:
        if asked.headers.get("expect") == "100-continue":
            connection.send(b"HTTP/1.1 100 Continue\r\n\r\n")
        try:
            asked.body = connection.read_body(asked.headers)
        except ValueError:
            return True
        whole = len(asked.body) == int(asked.headers.get("content-length", len(asked.body)))
        if whole:
            connection.reply(b"")
        return not whole

    with servers.serve(handle, read_body=False) as running:
        yield running


@pytest.fixture(params=["direct", "urllib3"])
def client(server: servers.Server, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SOTALIA_HTTP_TRANSPORT", request.param)
    return client_of(server.url)


def client_of(url: str, **config):
    return Session("AKID", "secret", region_name="us-east-1").client("s3", endpoint_url=url, config=Config(**config))


UNSIGNED = {"s3": {"payload_signing_enabled": False}}


@pytest.mark.parametrize("signed", [True, False], ids=["signed", "not signed"])
@pytest.mark.parametrize(("has", "told", "said"), [(5, MANY, "ended"), (MANY, 5, "more than the 5 bytes")])
def test_a_file_that_shrinks_or_grows(server, client, has, told, said, signed) -> None:
    made = client if signed else client_of(server.url, **UNSIGNED)
    with pytest.raises(RequestBodyError, match=said):
        made.put_object(Body=liar(has, told), **OBJECT)
    assert len(server.requests) <= 1  # nothing was tried again
    client.put_object(Body=b"and the client goes on", **OBJECT)


@pytest.mark.parametrize("length", [5, 2_000_000])
def test_a_stream_that_is_not_as_long_as_was_said(server, client, length) -> None:
    with pytest.raises(RequestBodyError, match="more than the 5 bytes" if length == 5 else "ended"):
        client.put_object(Body=(b"x" * 1000 for _ in range(100)), ContentLength=length, **OBJECT)
    assert len(server.requests) <= 1


@pytest.mark.parametrize("signed", [True, False], ids=["signed", "not signed"])
def test_what_a_body_raises_reaches_the_caller_and_is_not_tried_again(server, client, signed) -> None:
    made = client if signed else client_of(server.url, **UNSIGNED)
    body = Failing()
    with pytest.raises(OSError, match="the disk is gone"):
        made.put_object(Body=body, ContentLength=MANY, **OBJECT)
    assert body.reads == 4
    with pytest.raises(KeyError, match="mine"):
        made.put_object(Body=failing(), ContentLength=10, **OBJECT)


def test_a_stream_that_gives_text(server, client) -> None:
    with pytest.raises(RequestBodyError, match="open the file in binary mode"):
        client.put_object(Body=Text(), ContentLength=4, **OBJECT)


def test_a_stream_without_a_length_cannot_be_signed_without_tls(server, client) -> None:
    with pytest.raises(AwsChunkedWrapperError, match="give ContentLength, a seekable file, or an https endpoint"):
        client.put_object(Body=iter([b"hello"]), **OBJECT)
    assert server.requests == []


def test_a_server_that_wants_a_length_is_explained(tmp_path) -> None:
    def refuse(connection: servers.Connection, asked: servers.Request) -> None:
        connection.reply(NO_LENGTH, "411 Length Required")

    authority = servers.make_authority(tmp_path)
    with servers.serve(refuse, tls=authority.context()) as server:
        session = Session("AKID", "secret", region_name="us-east-1")
        client = session.client("s3", endpoint_url=server.url, verify=authority.ca)
        with pytest.raises(ClientError, match="MissingContentLength") as refused:
            client.put_object(Body=iter([b"hello"]), **OBJECT)
    assert refused.value.__notes__ == ["The length of the body is not known: give ContentLength, or a seekable file."]
