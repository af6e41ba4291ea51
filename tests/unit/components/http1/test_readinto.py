"""Bodies that fill a buffer straight from their connection, and bodies of files that the kernel sends."""

import os
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
import servers
from sotalia.components.body_slice import BodySlice, OpenFile
from sotalia.components.http import AWSPreparedRequest, Headers
from sotalia.components.http1.transport import DirectTransport
from sotalia.components.streaming import StreamingBody
from sotalia.exceptions import IncompleteReadError, ReadTimeoutError, ResponseStreamingError, S3UploadFailedError

DATA = bytes(range(256)) * 1000


def get(transport: DirectTransport, url: str) -> Any:
    return transport.send(AWSPreparedRequest("GET", f"{url}/", Headers(), None, True))


def whole(connection: servers.Connection, request: servers.Request) -> None:
    connection.reply(DATA)


def chunked(connection: servers.Connection, request: servers.Request) -> None:
    connection.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    for start in range(0, len(DATA), 10_000):
        piece = DATA[start : start + 10_000]
        connection.send(b"%x\r\n%b\r\n" % (len(piece), piece))
    connection.send(b"0\r\n\r\n")


def until_closed(connection: servers.Connection, request: servers.Request) -> bool:
    connection.send(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + DATA)
    return True


@pytest.mark.parametrize("handler", [whole, chunked, until_closed])
@pytest.mark.parametrize("size", [999, 70_000, 300_000])
def test_buffers_are_filled_and_the_connection_is_used_again(handler, size: int) -> None:
    with servers.serve(handler) as server:
        transport = DirectTransport()
        for _ in range(2):
            body = get(transport, server.url).raw
            got, buffer = b"", memoryview(bytearray(size))
            while count := body.readinto(buffer):
                assert count == size or len(got) + count == len(DATA)
                got += buffer[:count]
            assert got == DATA
        transport.close()
    assert len({request.peer for request in server.requests}) == (2 if handler is until_closed else 1)


def test_reads_of_all_kinds_follow_each_other() -> None:
    with servers.serve(whole) as server:
        transport = DirectTransport()
        body = StreamingBody(get(transport, server.url).raw, len(DATA))
        buffer = bytearray(1000)
        assert body.readinto(buffer) == 1000
        assert bytes(buffer) == DATA[:1000]
        assert body.read(500) == DATA[1000:1500]
        assert body.readinto(buffer) == 1000
        assert bytes(buffer) == DATA[1500:2500]
        assert body.read() == DATA[2500:]
        assert body.readinto(buffer) == 0
        assert body.tell() == len(DATA)
        transport.close()


def test_what_came_before_the_end_of_the_connection_is_given_first() -> None:
    def breaks(connection: servers.Connection, request: servers.Request) -> bool:
        connection.send(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n" + bytes(40))
        return True

    with servers.serve(breaks) as server:
        transport = DirectTransport()
        body = StreamingBody(get(transport, server.url).raw, 100)
        buffer = bytearray(64)
        assert body.readinto(buffer) == 40
        with pytest.raises(ResponseStreamingError, match="40 bytes read, 60 more expected"):
            body.readinto(buffer)
        transport.close()


def test_a_server_that_is_too_slow_is_told_after_what_it_sent() -> None:
    done = threading.Event()

    def slow(connection: servers.Connection, request: servers.Request) -> bool:
        connection.send(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n" + bytes(40))
        done.wait(20)
        return True

    with servers.serve(slow) as server:
        transport = DirectTransport(timeout=(5, 0.2))
        body = StreamingBody(get(transport, server.url).raw, 100)
        buffer = bytearray(64)
        assert body.readinto(buffer) == 40
        with pytest.raises(ReadTimeoutError):
            body.readinto(buffer)
        done.set()
        transport.close()


def test_a_promise_that_is_not_kept_is_found_at_the_end() -> None:
    with servers.serve(chunked) as server:
        transport = DirectTransport()
        body = StreamingBody(get(transport, server.url).raw, len(DATA) + 1)
        buffer = bytearray(len(DATA))
        assert body.readinto(buffer) == len(DATA)
        with pytest.raises(IncompleteReadError):
            body.readinto(buffer)
        transport.close()


def put(url: str, body: Any, transport: DirectTransport) -> Any:
    return transport.send(AWSPreparedRequest("PUT", f"{url}/", Headers(), body))


@pytest.mark.parametrize("count", [0, 1, 20_000, len(DATA) - 7])
def test_slices_of_files_arrive_as_they_are(tmp_path: Path, count: int) -> None:
    (tmp_path / "data").write_bytes(DATA)
    told: list[int] = []
    with servers.serve() as server:
        transport = DirectTransport()
        body = BodySlice(OpenFile.read(str(tmp_path / "data")), 7, count, heard=told.append, block=30_000)
        assert put(server.url, body, transport).status_code == 200
        assert server.requests[0].body == DATA[7 : 7 + count]
        assert server.requests[0].headers["content-length"] == str(count)
        assert sum(told) == count
        transport.close()


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere files are read")
def test_the_kernel_sends_files_where_it_can(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Over plain HTTP; TLS has to see the bytes."""
    (tmp_path / "data").write_bytes(DATA)
    authority = servers.make_authority(tmp_path)
    sent: list[int] = []
    usual = os.sendfile

    def sendfile(*arguments: Any) -> int:
        sent.append(usual(*arguments))
        return sent[-1]

    monkeypatch.setattr(os, "sendfile", sendfile)
    with servers.serve() as plain, servers.serve(tls=authority.context()) as tls:
        for server, counted in ((plain, len(DATA)), (tls, 0)):
            transport = DirectTransport(verify=authority.ca)
            sent.clear()
            assert put(server.url, BodySlice(OpenFile.read(str(tmp_path / "data")), 0, len(DATA)), transport)
            assert (server.requests[0].body == DATA, sum(sent)) == (True, counted)
            transport.close()


def test_a_receiver_that_does_not_read_is_a_timeout(tmp_path: Path) -> None:
    with (tmp_path / "data").open("wb") as sparse:
        sparse.truncate(64 << 20)
    done = threading.Event()

    def wait(connection: servers.Connection, request: servers.Request) -> bool:
        done.wait(20)
        return True

    with servers.serve(wait, read_body=False) as server:
        transport = DirectTransport(timeout=(5, 0.3))
        body = BodySlice(OpenFile.read(str(tmp_path / "data")), 0, 64 << 20)
        with pytest.raises(ReadTimeoutError):
            put(server.url, body, transport)
        done.set()
        transport.close()


def test_a_file_that_ends_too_soon_is_no_error_of_the_network(tmp_path: Path) -> None:
    (tmp_path / "data").write_bytes(b"12345")
    with servers.serve() as server:
        transport = DirectTransport()
        with pytest.raises(S3UploadFailedError, match="ends before byte 10"):
            put(server.url, BodySlice(OpenFile.read(str(tmp_path / "data")), 0, 10), transport)
        transport.close()
