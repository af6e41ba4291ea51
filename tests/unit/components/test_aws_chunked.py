import io
import zlib
from base64 import b64encode

import pytest
from chunk_decoder import decode
from hypothesis import given
from hypothesis import strategies as st
from sotalia.components.aws_chunked import CHUNK_SIZE, ChunkedBody
from sotalia.components.errors import RequestBodyError
from sotalia.components.request_body import BodySourceError, IteratorBody


def crc32(data: bytes) -> str:
    return b64encode(zlib.crc32(data).to_bytes(4, "big")).decode()


class Stream:
    """Gives what it has in pieces of odd sizes, once."""

    def __init__(self, data: bytes, sizes: list[int]) -> None:
        self.data = io.BytesIO(data)
        self.sizes = sizes

    def read(self, size: int = -1) -> bytes:
        most = self.sizes.pop() if self.sizes else size
        return self.data.read(min(size, most) if size >= 0 else most)


def test_bytes_of_a_body() -> None:
    body = ChunkedBody(b"hello", 5, "crc32")
    assert body.read() == b"5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n"
    assert body.read() == b""
    assert ChunkedBody(b"", 0, None).read() == b"0\r\n\r\n"


@given(
    data=st.binary(max_size=300),
    sizes=st.lists(st.integers(1, 40), max_size=20),
    chunk=st.integers(1, 64),
    amounts=st.lists(st.integers(0, 50), max_size=40),
    kind=st.sampled_from(["bytes", "file", "stream", "iterator"]),
    known=st.booleans(),
)
def test_another_decoder_gets_the_body_back(data, sizes, chunk, amounts, kind, known) -> None:
    source = {
        "bytes": lambda: data,
        "file": lambda: io.BytesIO(data),
        "stream": lambda: Stream(data, list(sizes)),
        "iterator": lambda: IteratorBody(iter([data[:7], b"", data[7:]])),
    }[kind]()
    body = ChunkedBody(source, len(data) if known else None, "crc32", chunk_size=chunk)
    wire = b"".join([body.read(amount) for amount in amounts]) + body.read()
    found = decode(wire)
    assert found.data == data
    assert found.trailer == {"x-amz-checksum-crc32": crc32(data)}
    assert all(len(piece) == chunk for piece in found.chunks[:-1])
    if kind in ("bytes", "file"):
        body.seek(0)
        assert b"".join(body) == wire


def test_a_file_is_framed_from_where_it_stands_and_put_back_there() -> None:
    file = io.BytesIO(b"skipped content")
    file.seek(8)
    body = ChunkedBody(file, 7, "crc32")
    assert decode(body.read()).data == b"content"
    assert body.tell() == body.seek(0) == 0
    assert decode(body.read()).data == b"content"


def test_a_stream_goes_once() -> None:
    body = ChunkedBody(Stream(b"content", []), None, None)
    body.seek(0)  # nothing was taken yet
    body.read(1)
    with pytest.raises(io.UnsupportedOperation):
        body.seek(0)
    with pytest.raises(io.UnsupportedOperation):
        body.tell()
    with pytest.raises(io.UnsupportedOperation):
        ChunkedBody(b"x", 1, None).seek(1)


@pytest.mark.parametrize(("length", "said"), [(3, "more than the 3 bytes"), (9, "ended 2 bytes before the 9")])
def test_a_body_that_is_not_as_long_as_announced(length, said) -> None:
    with pytest.raises(RequestBodyError, match=said):
        ChunkedBody(io.BytesIO(b"content"), length, "crc32").read()


def test_what_the_source_raises_is_told_from_the_networks_errors() -> None:
    class Failing:
        def read(self, size: int = -1) -> bytes:
            raise OSError("disk")

    with pytest.raises(BodySourceError) as raised:
        ChunkedBody(Failing(), None, "crc32").read()
    assert str(raised.value.__cause__) == "disk"


def test_text_is_no_body() -> None:
    with pytest.raises(RequestBodyError, match="open the file in binary mode"):
        ChunkedBody(io.StringIO("text"), None, "crc32").read()
    with pytest.raises(RequestBodyError, match="binary mode"):
        IteratorBody(iter(["text"])).read()


def test_one_mebibyte_at_a_time() -> None:
    found = decode(ChunkedBody(bytes(CHUNK_SIZE * 2 + 1), None, "sha256").read())
    assert [len(chunk) for chunk in found.chunks] == [CHUNK_SIZE, CHUNK_SIZE, 1]


def test_it_shows_nothing_of_the_body() -> None:
    assert repr(ChunkedBody(b"secret", 6, None)) == "<ChunkedBody of 6 bytes, no checksum>"
    assert repr(IteratorBody(iter(()))) == "<IteratorBody>"


def test_an_iterator_is_read_like_a_file() -> None:
    body = IteratorBody(iter([b"abc", b"", bytearray(b"defg")]))
    assert [body.read(2), body.read(3), body.read(0), body.read(), body.read(), body.read(5)] == [
        *(b"ab", b"cde", b"", b"fg", b"", b"")
    ]
