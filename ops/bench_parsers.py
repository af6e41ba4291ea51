"""Measure parsers of HTTP/1.1: ``python -m sotalia.ops.bench_parsers``.

Prints microseconds from the bytes of a small answer to status, fields and
body, for sotalia's use of httptools, for httptools alone, the standard library
and what else is installed: the parser of aiohttp (in C), h11 (in Python).
"""

import io
import timeit
from collections.abc import Callable
from typing import Any

from ..components.http1.answer import AnswerParser
from .bench_answers import answers

__all__ = ["main"]

_ANSWER = answers()["GetObject"]
_Found = tuple[int, int, int]  # status, number of fields, length of the body


def _sotalia() -> Callable[[], _Found]:
    parser = AnswerParser(False)

    def parse() -> _Found:
        parser.begin(False)
        parser.feed(_ANSWER)
        return parser.status, len(parser.headers), len(parser.take())

    return parse


def _httptools() -> Callable[[], _Found]:
    from httptools import HttpResponseParser

    class Take:
        def __init__(self) -> None:
            self.fields: list[tuple[bytes, bytes]] = []
            self.body = b""

        def on_header(self, name: bytes, value: bytes) -> None:
            self.fields.append((name, value))

        def on_body(self, piece: bytes) -> None:
            self.body += piece

    def parse() -> _Found:
        take = Take()
        parser = HttpResponseParser(take)
        parser.feed_data(_ANSWER)
        return parser.get_status_code(), len(take.fields), len(take.body)

    return parse


def _library() -> Callable[[], _Found]:
    from http.client import HTTPResponse

    class Sock:
        def makefile(self, *_: object) -> io.BytesIO:
            return io.BytesIO(_ANSWER)

    def parse() -> _Found:
        sock: Any = Sock()
        response = HTTPResponse(sock)
        response.begin()
        return response.status, len(response.getheaders()), len(response.read())

    return parse


def _h11() -> Callable[[], _Found]:
    import h11  # type: ignore[import-not-found,import-untyped,unused-ignore]

    def parse() -> _Found:
        connection = h11.Connection(h11.CLIENT)
        connection.send(h11.Request(method="GET", target="/", headers=[("Host", "a")]))
        connection.send(h11.EndOfMessage())
        connection.receive_data(_ANSWER)
        follow: Callable[[], Any] = connection.next_event
        head, size = follow(), 0
        while isinstance(event := follow(), h11.Data):
            size += len(event.data)
        return head.status_code, len(head.headers), size

    return parse


def _aiohttp() -> Callable[[], _Found]:
    import asyncio

    from aiohttp.base_protocol import BaseProtocol  # type: ignore[import-not-found,import-untyped,unused-ignore]
    from aiohttp.http_parser import HttpResponseParser  # type: ignore[import-not-found,import-untyped,unused-ignore]

    loop = asyncio.new_event_loop()
    protocol = BaseProtocol(loop)

    def parse() -> _Found:
        parser = HttpResponseParser(protocol, loop, 65536)
        messages, _, _ = parser.feed_data(_ANSWER)
        head, body = messages[0]
        return head.code, len(head.headers), body.total_bytes

    return parse


_PARSERS: dict[str, Callable[[], Callable[[], _Found]]] = {
    "sotalia, by httptools": _sotalia,
    "httptools": _httptools,
    "aiohttp": _aiohttp,
    "http.client": _library,
    "h11": _h11,
}


def main() -> None:
    """Print the table."""
    print("| parser | µs |")
    print("|---|---:|")
    for name, make in _PARSERS.items():
        try:
            parse = make()
        except ImportError:
            print(f"| {name} | not installed |")
            continue
        status, fields, size = parse()
        assert (status, size) == (200, 1024), name
        assert fields > 5, name
        timer = timeit.Timer(parse)
        number = max(timer.autorange()[0] // 4, 1)
        print(f"| {name} | {min(timer.repeat(9, number)) / number * 1e6:.1f} |")


if __name__ == "__main__":
    main()
