"""Transfers against moto, and against a server that breaks off, refuses, dawdles and changes its mind."""

import io
import os
import random
import signal
import stat
import threading
import time
import tracemalloc
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import servers
import sotalia
from object_server import Objects, etag_of, object_server
from sotalia import CancelToken, call_options
from sotalia.exceptions import (
    CallCancelledError,
    ClientError,
    RetriesExceededError,
    S3CopyFailedError,
    S3DownloadFailedError,
    S3UploadFailedError,
)
from sotalia.s3.transfer import S3Transfer, TransferConfig

STRICT = bool(os.environ.get("SOTALIA_STRICT_TIMES"))
MB = 1 << 20
DATA = random.Random(7).randbytes(11 * MB + 123)
SMALL = TransferConfig(multipart_threshold=100, multipart_chunksize=100)
"""Ranges may be as small as one likes, parts of uploads may not."""


class Once:
    """A stream that gives what it likes, and only once."""

    def __init__(self, data: bytes, most: int = 1 << 20) -> None:
        self._data = io.BytesIO(data)
        self._most = most

    def read(self, size: int = -1) -> bytes:
        return self._data.read(self._most if size < 0 else min(size, self._most))


class Sink:
    """What takes bytes in their order, and keeps them as they were given."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []

    def write(self, data: bytes) -> int:
        self.pieces.append(data)
        return len(data)


@pytest.fixture
def objects() -> Iterator[Objects]:
    with object_server() as made:
        yield made


@pytest.fixture
def bucket(aws: str) -> Any:
    client = sotalia.client("s3")
    client.create_bucket(Bucket="bucket")
    return client


# moto


@pytest.mark.parametrize("size", [0, 1, 5 * MB, 8 * MB - 1, 8 * MB, len(DATA)])
def test_a_file_goes_up_and_comes_down_as_it_was(bucket, tmp_path: Path, size: int) -> None:
    (tmp_path / "from").write_bytes(DATA[:size])
    up: list[int] = []
    down: list[int] = []
    bucket.upload_file(tmp_path / "from", "bucket", "key", Callback=up.append)
    bucket.download_file("bucket", "key", str(tmp_path / "to"), Callback=down.append)
    assert (tmp_path / "to").read_bytes() == DATA[:size]
    assert sum(up) == sum(down) == size
    assert sorted(path.name for path in tmp_path.iterdir()) == ["from", "to"]


@pytest.mark.parametrize("size", [0, 100, len(DATA)])
def test_streams_go_up_and_come_down_in_order(bucket, size: int) -> None:
    bucket.upload_fileobj(Once(DATA[:size], 700_001), "bucket", "key")
    seekable, sink = io.BytesIO(b"abc"), Sink()
    seekable.seek(3)
    bucket.download_fileobj("bucket", "key", seekable)
    bucket.download_fileobj("bucket", "key", sink)
    assert seekable.getvalue() == b"abc" + DATA[:size]
    assert b"".join(sink.pieces) == DATA[:size]


@pytest.mark.parametrize("kind", ["file", "memory"])
def test_objects_with_a_position_go_up_from_there(bucket, tmp_path: Path, kind: str) -> None:
    (tmp_path / "from").write_bytes(DATA)
    with (tmp_path / "from").open("rb") if kind == "file" else io.BytesIO(DATA) as source:
        source.seek(10)
        bucket.upload_fileobj(source, "bucket", "key")
        assert source.tell() == len(DATA)
    assert bucket.get_object(Bucket="bucket", Key="key")["Body"].read() == DATA[10:]


def test_a_copy_of_parts_has_all_of_them_and_the_tags(bucket) -> None:
    bucket.upload_fileobj(io.BytesIO(DATA), "bucket", "from")
    bucket.put_object_tagging(Bucket="bucket", Key="from", Tagging={"TagSet": [{"Key": "a", "Value": "b"}]})
    bucket.copy({"Bucket": "bucket", "Key": "from"}, "bucket", "to", ExtraArgs={"TaggingDirective": "COPY"})
    assert bucket.get_object(Bucket="bucket", Key="to")["Body"].read() == DATA
    assert bucket.get_object_tagging(Bucket="bucket", Key="to")["TagSet"] == [{"Key": "a", "Value": "b"}]


def test_an_object_that_is_not_there_leaves_no_file(bucket, tmp_path: Path) -> None:
    with pytest.raises(ClientError, match="404"):
        bucket.download_file("bucket", "none", tmp_path / "to")
    assert list(tmp_path.iterdir()) == []


def test_a_bucket_that_is_not_there_refuses_the_upload(bucket, tmp_path: Path) -> None:
    (tmp_path / "from").write_bytes(b"x")
    with pytest.raises(S3UploadFailedError, match=r"Failed to upload .*from to none/key: .*NoSuchBucket"):
        bucket.upload_file(tmp_path / "from", "none", "key")


# Files


def test_a_file_that_was_there_keeps_its_permissions_and_until_the_end_its_content(objects, tmp_path: Path) -> None:
    objects.held["key"] = DATA[:1000]
    to = tmp_path / "to"
    to.write_bytes(b"before")
    to.chmod(0o640)
    seen: list[bytes] = []
    objects.client().download_file("bucket", "key", to, Callback=lambda _: seen.append(to.read_bytes()), Config=SMALL)
    assert set(seen) == {b"before"}
    assert to.read_bytes() == DATA[:1000]
    assert stat.S_IMODE(to.stat().st_mode) == 0o640


def test_a_new_file_has_the_permissions_that_the_umask_leaves(objects, tmp_path: Path) -> None:
    objects.held["key"] = b"x"
    before = os.umask(0o027)
    try:
        objects.client().download_file("bucket", "key", tmp_path / "to")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "to").stat().st_mode) == 0o640


def test_a_pipe_is_written_as_it_is(objects, tmp_path: Path) -> None:
    objects.held["key"] = DATA[:1000]
    os.mkfifo(tmp_path / "pipe")
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append((tmp_path / "pipe").read_bytes()))
    reader.start()
    objects.client().download_file("bucket", "key", tmp_path / "pipe", Config=SMALL)
    reader.join(20)
    assert read == [DATA[:1000]]


def test_a_folder_is_no_place_for_an_object(objects, tmp_path: Path) -> None:
    with pytest.raises(IsADirectoryError):
        objects.client().download_file("bucket", "key", tmp_path)
    with pytest.raises(IsADirectoryError):
        objects.client().upload_file(tmp_path, "bucket", "key")
    assert not objects.asked


def test_a_file_that_gets_shorter_is_an_error_and_the_upload_is_aborted(objects, tmp_path: Path) -> None:
    path = tmp_path / "from"
    path.write_bytes(DATA)

    def cut(connection: servers.Connection, request: servers.Request) -> None:
        if "uploads" in request.target:
            os.truncate(path, 6 * MB)

    objects.trouble = cut
    with pytest.raises(S3UploadFailedError, match="the file ends before byte"):
        objects.client().upload_file(path, "bucket", "key")
    assert objects.aborted
    assert not objects.uploads


# Bodies that break off


@pytest.mark.parametrize("threads", [True, False])
def test_ranges_that_break_off_at_any_byte_are_taken_up_from_there(objects, tmp_path: Path, threads: bool) -> None:
    data = DATA[:1000]
    objects.held["key"] = data
    config = TransferConfig(multipart_threshold=100, multipart_chunksize=100, use_threads=threads)
    client = objects.client()
    for count in [*range(0, 100, 9), 99]:
        objects.asked.clear()
        broken: set[str] = set()

        def trouble(connection: servers.Connection, request: servers.Request, count=count, broken=broken) -> bool:
            first = request.headers.get("range", "").removeprefix("bytes=").partition("-")[0]
            if request.method != "GET" or int(first) % 100 or first in broken:
                return False
            broken.add(first)
            start = int(first)
            connection.send(
                b"HTTP/1.1 206 Partial Content\r\nContent-Length: 100\r\n"
                + f"ETag: {etag_of(data)}\r\nContent-Range: bytes {start}-{start + 99}/1000\r\n\r\n".encode()
                + data[start : start + count]
            )
            return True

        objects.trouble = trouble
        told: list[int] = []
        client.download_file("bucket", "key", tmp_path / "to", Callback=told.append, Config=config)
        assert (tmp_path / "to").read_bytes() == data
        assert sum(told) == 1000
        again = {one[3] for one in objects.asked if not one[3].startswith(tuple(f"bytes={n}00-" for n in range(1, 10)))}
        assert f"bytes={900 + count}-" in {one[3] for one in objects.asked}, again


def test_a_whole_object_that_breaks_off_begins_anew_and_the_callback_hears_of_it(objects, tmp_path: Path) -> None:
    objects.held["key"] = data = DATA[:300_000]
    sink = Sink()
    for target in ("file", sink):
        left = [0, 1, 270_000, 299_999]

        def trouble(connection: servers.Connection, request: servers.Request, left=left) -> bool:
            if request.method != "GET" or not left:
                return False
            head = f"HTTP/1.1 200 OK\r\nContent-Length: 300000\r\nETag: {etag_of(data)}\r\n\r\n"
            connection.send(head.encode() + data[: left.pop(0)])
            return True

        objects.trouble = trouble
        told: list[int] = []
        client = objects.client()
        if target == "file":
            client.download_file("bucket", "key", tmp_path / "to", Callback=told.append)
            assert (tmp_path / "to").read_bytes() == data
        else:
            client.download_fileobj("bucket", "key", sink, Callback=told.append)
            assert b"".join(sink.pieces) == data
        assert sum(told) == len(data)
        assert min(told) < 0


def test_a_part_that_always_breaks_off_ends_the_download_and_leaves_no_file(objects, tmp_path: Path) -> None:
    objects.held["key"] = DATA[:1000]

    def trouble(connection: servers.Connection, request: servers.Request) -> bool:
        if request.method == "GET" and request.headers["range"].startswith("bytes=5"):
            connection.send(b"HTTP/1.1 206 OK\r\nContent-Length: 100\r\nContent-Range: bytes 500-599/1000\r\n\r\n")
            return True
        return False

    objects.trouble = trouble
    config = TransferConfig(multipart_threshold=100, multipart_chunksize=100, num_download_attempts=3)
    with pytest.raises(RetriesExceededError) as caught:
        objects.client().download_file("bucket", "key", tmp_path / "to", Config=config)
    assert type(caught.value.last_exception).__name__ == "ResponseStreamingError"
    assert sum(one[3] == "bytes=500-599" for one in objects.asked) == 3
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("how", ["file", "object"])
def test_an_object_that_changes_is_an_error_and_no_mix(objects, tmp_path: Path, how: str) -> None:
    objects.held["key"] = bytes(1000)

    def trouble(connection: servers.Connection, request: servers.Request) -> None:
        if request.headers.get("range", "").startswith("bytes=7"):
            objects.held["key"] = b"1" * 1000

    objects.trouble = trouble
    (tmp_path / "to").write_bytes(b"before")
    config = TransferConfig(multipart_threshold=100, multipart_chunksize=100, max_concurrency=1)
    client = objects.client()
    download, to = (client.download_file, tmp_path / "to") if how == "file" else (client.download_fileobj, Sink())
    with pytest.raises(S3DownloadFailedError, match='"key" in bucket "bucket" did not match expected ETag'):
        download("bucket", "key", to, Config=config)
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"before"]


def test_a_source_that_changes_is_not_copied(objects) -> None:
    def trouble(connection: servers.Connection, request: servers.Request) -> bool:
        if "x-amz-copy-source-range" in request.headers:
            assert request.headers["x-amz-copy-source-if-match"] == etag_of(DATA)
            connection.reply(b"<Error><Code>PreconditionFailed</Code></Error>", "412 Precondition Failed")
            return True
        return False

    objects.held["from"] = DATA
    objects.trouble = trouble
    with pytest.raises(S3CopyFailedError, match='"from" in bucket "bucket" did not match'):
        objects.client().copy({"Bucket": "bucket", "Key": "from"}, "bucket", "to")
    assert objects.aborted


# Uploads that fail


def fail(query: str, times: int, status: str, code: str):
    left = [times]

    def trouble(connection: servers.Connection, request: servers.Request) -> bool:
        if request.method != "PUT" or query not in request.target or left[0] <= 0:
            return False
        left[0] -= 1
        connection.reply(f"<Error><Code>{code}</Code></Error>".encode(), status, "Connection: close")
        return True

    return trouble


def test_a_part_that_fails_is_sent_again_and_the_callback_hears_of_it(objects, tmp_path: Path) -> None:
    (tmp_path / "from").write_bytes(DATA)
    objects.trouble = fail("partNumber=1", 1, "500 Internal Server Error", "InternalError")
    told: list[int] = []
    objects.client().upload_file(tmp_path / "from", "bucket", "key", Callback=told.append)
    assert objects.held["key"] == DATA
    assert sum(told) == len(DATA)
    assert min(told) < 0
    assert objects.count("PUT", "partNumber=1") == 2


@pytest.mark.parametrize("threads", [True, False])
@pytest.mark.parametrize("what", ["file", "stream"])
def test_an_upload_whose_part_is_refused_is_aborted(objects, tmp_path: Path, what: str, threads: bool) -> None:
    (tmp_path / "from").write_bytes(DATA)
    objects.trouble = fail("partNumber=2", 99, "403 Forbidden", "AccessDenied")
    client, config = objects.client(), TransferConfig(use_threads=threads, multipart_chunksize=5 * MB)
    if what == "file":
        with pytest.raises(S3UploadFailedError, match="AccessDenied"):
            client.upload_file(tmp_path / "from", "bucket", "key", Config=config)
    else:
        with pytest.raises(ClientError, match="AccessDenied"):
            client.upload_fileobj(Once(DATA), "bucket", "key", Config=config)
    assert len(objects.aborted) == 1
    assert not objects.uploads
    assert not objects.held


def test_an_upload_that_cannot_be_aborted_says_so(objects) -> None:
    def trouble(connection: servers.Connection, request: servers.Request) -> bool:
        if request.method == "DELETE" or "partNumber" in request.target:
            connection.reply(b"<Error><Code>AccessDenied</Code></Error>", "403 Forbidden")
            return True
        return False

    objects.trouble = trouble
    with pytest.raises(ClientError) as caught:
        objects.client().upload_fileobj(io.BytesIO(DATA), "bucket", "key")
    assert "upload-1-key could not be aborted" in caught.value.__notes__[0]


def test_an_error_of_the_callback_ends_the_transfer(objects, tmp_path: Path) -> None:
    objects.held["key"] = DATA[:1000]

    def told(count: int) -> None:
        raise LookupError("enough")

    with pytest.raises(LookupError, match="enough"):
        objects.client().download_file("bucket", "key", tmp_path / "to", Callback=told, Config=SMALL)
    with pytest.raises(LookupError, match="enough"):
        objects.client().upload_fileobj(io.BytesIO(DATA), "bucket", "key", Callback=told)
    assert list(tmp_path.iterdir()) == []
    assert len(objects.aborted) == 1


# Transfers that are ended


def stall(objects: Objects, started: threading.Event, until: threading.Event, at: str):
    def trouble(connection: servers.Connection, request: servers.Request) -> bool:
        if at == "part" and "partNumber" in request.target:
            started.set()
            until.wait(30)
            return True
        if at == "body" and request.method == "GET":
            connection.send(
                b"HTTP/1.1 206 OK\r\nContent-Length: 100\r\nContent-Range: "
                b"bytes %b-99/1000\r\n\r\n1234" % request.headers["range"][6:].partition("-")[0].encode()
            )
            started.set()
            until.wait(30)
            return True
        return False

    objects.trouble = trouble


@pytest.fixture
def _interruptible() -> Iterator[None]:
    """What a shell starts in the background ignores the signal."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("_interruptible")
@pytest.mark.parametrize("at", ["part", "body"])
@pytest.mark.parametrize("how", ["token", "interrupt"])
@pytest.mark.parametrize("threads", [True, False])
def test_a_transfer_that_waits_is_ended_at_once(objects, tmp_path: Path, at: str, how: str, threads: bool) -> None:
    started, until, token = threading.Event(), threading.Event(), CancelToken()
    objects.held["key"] = DATA[:1000]
    (tmp_path / "from").write_bytes(DATA)
    stall(objects, started, until, at)
    client = objects.client()
    ended: list[float] = []

    def end() -> None:
        started.wait(20)
        time.sleep(0.1)
        ended.append(time.monotonic())
        if how == "token":
            token.cancel()
        else:
            signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)

    ender = threading.Thread(target=end)
    ender.start()
    config = TransferConfig(
        multipart_threshold=100, multipart_chunksize=100 if at == "body" else 5 * MB, use_threads=threads
    )
    if at == "part":
        transfer = partial(client.upload_file, tmp_path / "from", "bucket", "key", Config=config)
    else:
        transfer = partial(client.download_file, "bucket", "key", tmp_path / "to", Config=config)
    try:
        with pytest.raises(CallCancelledError if how == "token" else KeyboardInterrupt), call_options(cancel=token):
            transfer()
        took = time.monotonic() - ended[0]
    finally:
        until.set()
        ender.join(20)
    print(f"{how}, {at}: ended after {took * 1000:.0f} ms")
    assert took < (0.2 if STRICT else 10)
    assert [path.name for path in tmp_path.iterdir()] == ["from"]
    assert len(objects.aborted) == (at == "part")


def test_a_cancelled_token_lets_no_transfer_begin(objects, tmp_path: Path) -> None:
    token = CancelToken()
    token.cancel()
    with call_options(cancel=token), pytest.raises(CallCancelledError):
        objects.client().download_file("bucket", "key", tmp_path / "to")
    assert not objects.asked


# How much at once


def test_threads_that_share_a_manager_share_its_concurrency(objects, tmp_path: Path) -> None:
    objects.held["key"] = DATA[:2000]
    slow = threading.Event()

    def trouble(connection: servers.Connection, request: servers.Request) -> None:
        slow.wait(0.01)

    objects.trouble = trouble
    config = TransferConfig(multipart_threshold=100, multipart_chunksize=100, max_concurrency=3)
    manager = S3Transfer(objects.client(), config)
    heads = 6
    threads = [
        threading.Thread(target=manager.download_file, args=("bucket", "key", str(tmp_path / str(number))))
        for number in range(heads)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert [(tmp_path / str(number)).read_bytes() for number in range(heads)] == [DATA[:2000]] * heads
    gets = [one for one in objects.asked if one[0] == "GET"]
    assert len(gets) == heads * 20
    assert objects.most_busy <= 3 + heads  # the looks at the object's size do not wait


def peak_of(work) -> float:
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1] / MB
    finally:
        tracemalloc.stop()


class Endless:
    """A stream of as many zeros as are wanted."""

    def __init__(self, size: int) -> None:
        self._left = size

    def read(self, size: int) -> bytes:
        size = min(size, self._left)
        self._left -= size
        return bytes(size)


def test_memory_is_bounded_by_what_may_be_under_way_at_once(tmp_path: Path) -> None:
    """The server is in a process of its own, which keeps nothing."""
    import sys

    from sotalia.ops.processes import running

    size = 96 * MB
    with running([sys.executable, "-m", "sotalia.ops.bench_transfer_server", str(size)]) as server:
        assert server.stdout is not None
        made = Objects(f"http://127.0.0.1:{server.stdout.readline().strip()}").client()
        made.upload_fileobj(Endless(100), "bucket", "key")  # what is made once
        config = TransferConfig(max_concurrency=3, multipart_chunksize=5 * MB)
        with (tmp_path / "from").open("wb") as sparse:
            sparse.truncate(size)
        counts = {"write": 0}

        class Count:
            def write(self, data: bytes) -> None:
                counts["write"] += len(data)

        peaks = {
            "stream up": peak_of(lambda: made.upload_fileobj(Endless(size), "bucket", "key", Config=config)),
            "file up": peak_of(lambda: made.upload_file(tmp_path / "from", "bucket", "key", Config=config)),
            "file down": peak_of(lambda: made.download_file("bucket", "key", tmp_path / "to", Config=config)),
            "stream down": peak_of(lambda: made.download_fileobj("bucket", "key", Count(), Config=config)),
        }
    print({name: f"{peak:.1f} MiB" for name, peak in peaks.items()})
    assert counts["write"] == size
    assert peaks["file up"] < 4
    assert peaks["file down"] < 4
    # One part is read while the others are sent; the first bytes are kept until it is known that there are more.
    assert peaks["stream up"] < 3 * 5 + 8 + 6
    assert peaks["stream down"] < 3 * 5 + 4


def test_the_bandwidth_is_what_it_was_set_to(objects, tmp_path: Path) -> None:
    objects.held["key"] = data = DATA[:400_000]
    config = TransferConfig(max_bandwidth=400_000, multipart_threshold=100_000, multipart_chunksize=100_000)
    client = objects.client()
    begin = time.monotonic()
    client.download_file("bucket", "key", tmp_path / "to", Config=config)
    middle = time.monotonic()
    client.upload_file(tmp_path / "to", "bucket", "again", Config=config)
    print(f"down {middle - begin:.2f} s, up {time.monotonic() - middle:.2f} s")
    assert objects.held["again"] == data
    assert middle - begin > 0.85
    assert time.monotonic() - middle > 0.85


# What clients have


def test_only_clients_of_s3_have_transfers(objects) -> None:
    names = {"upload_file", "upload_fileobj", "download_file", "download_fileobj", "copy"}
    s3, sqs = objects.client(), sotalia.client("sqs", region_name="us-east-1")
    assert names <= set(dir(s3))
    assert not names & set(dir(sqs))
    assert all(hasattr(s3, name) for name in names)
    assert not any(hasattr(sqs, name) for name in names)
    assert "in parts and in parallel" in s3.upload_file.__doc__
