"""A small S3 that keeps objects in memory and misbehaves as it is told, for transfers."""

import hashlib
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urlsplit

import servers
import sotalia

Trouble = Callable[[servers.Connection, servers.Request], bool | None]


@dataclass
class Objects:
    """What the server holds and what it was asked: ``asked`` are method, key, query and the range of each request.

    ``trouble`` is called before each answer; it returns ``True`` when it has
    answered, or not, and the connection is to be closed.
    """

    url: str
    held: dict[str, bytes] = field(default_factory=dict)
    uploads: dict[str, dict[int, bytes]] = field(default_factory=dict)
    aborted: list[str] = field(default_factory=list)
    asked: list[tuple[str, str, str, str]] = field(default_factory=list)
    trouble: Trouble | None = None
    busy: int = 0
    most_busy: int = 0

    def count(self, method: str, query: str = "") -> int:
        return sum(one[0] == method and query in one[2] for one in self.asked)

    def client(self, **more: Any) -> Any:
        session = sotalia.Session(aws_access_key_id="AKIDEXAMPLE", aws_secret_access_key="k" * 40)
        config = sotalia.Config(s3={"addressing_style": "path"}, max_pool_connections=20, **more)
        return session.client("s3", region_name="us-east-1", endpoint_url=self.url, config=config)


def etag_of(data: bytes) -> str:
    return f'"{hashlib.md5(data).hexdigest()}"'


@contextmanager
def object_server() -> Iterator[Objects]:
    lock = threading.Lock()

    def handle(connection: servers.Connection, request: servers.Request) -> bool | None:
        with lock:
            objects.busy += 1
            objects.most_busy = max(objects.most_busy, objects.busy)
        try:
            return answer(connection, request)
        finally:
            with lock:
                objects.busy -= 1

    def answer(connection: servers.Connection, request: servers.Request) -> bool | None:
        parts = urlsplit(request.target)
        key = unquote(parts.path.partition("/")[2].partition("/")[2])
        objects.asked.append((request.method, key, parts.query, request.headers.get("range", "")))
        if objects.trouble is not None and objects.trouble(connection, request):
            return True
        upload = dict(re.findall(r"(\w+)=([^&]*)", parts.query)).get("uploadId", "")
        if request.method in ("GET", "HEAD"):
            return give(connection, request, key)
        if request.method == "DELETE":
            objects.aborted.append(upload)
            objects.uploads.pop(upload, None)
            connection.reply(b"", "204 No Content")
        elif request.method == "POST" and "uploads" in parts.query:
            name = f"upload-{len(objects.uploads) + len(objects.aborted) + 1}-{key}"
            objects.uploads[name] = {}
            connection.reply(f"<R><UploadId>{name}</UploadId></R>".encode())
        elif request.method == "POST":
            kept = objects.uploads.pop(upload)
            numbers = [int(number) for number in re.findall(rb"<PartNumber>(\d+)", request.body)]
            objects.held[key] = b"".join(kept[number] for number in numbers)
            connection.reply(b"<R><ETag>e</ETag></R>")
        elif upload:
            number = int(dict(re.findall(r"(\w+)=([^&]*)", parts.query))["partNumber"])
            if upload not in objects.uploads:
                connection.reply(b"<Error><Code>NoSuchUpload</Code></Error>", "404 Not Found")
                return None
            objects.uploads[upload][number] = request.body
            connection.reply(b"", "200 OK", f"ETag: {etag_of(request.body)}")
        else:
            objects.held[key] = request.body
            connection.reply(b"", "200 OK", f"ETag: {etag_of(request.body)}")
        return None

    def give(connection: servers.Connection, request: servers.Request, key: str) -> None:
        data = objects.held[key]
        etag = etag_of(data)
        if request.headers.get("if-match", etag) != etag:
            connection.reply(b"<Error><Code>PreconditionFailed</Code></Error>", "412 Precondition Failed")
            return
        if request.method == "HEAD":
            connection.send(f"HTTP/1.1 200 OK\r\nContent-Length: {len(data)}\r\nETag: {etag}\r\n\r\n".encode())
            return
        found = re.fullmatch(r"bytes=(\d+)-(\d*)", request.headers.get("range", ""))
        if found is None:
            connection.reply(data, "200 OK", f"ETag: {etag}")
            return
        first, last = int(found[1]), int(found[2] or len(data) - 1)
        where = f"Content-Range: bytes {first}-{last}/{len(data)}"
        connection.reply(data[first : last + 1], "206 Partial Content", f"ETag: {etag}", where)

    with servers.serve(handle) as server:
        objects = Objects(server.url)
        yield objects


def cut_after(count: int, head: str) -> Trouble:
    """Return a trouble that breaks the first answer to each range off, after so many bytes of its body."""
    seen: set[str] = set()

    def trouble(connection: servers.Connection, request: servers.Request) -> bool | None:
        span = request.headers.get("range", "all")
        if request.method != "GET" or span in seen:
            return None
        seen.add(span)
        connection.send((head + "\r\n").encode() + bytes(count))
        return True

    return trouble
