import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sotalia.components.errors import IncompleteReadError, ReadTimeoutError, ResponseStreamingError
from sotalia.components.http import BytesBody
from sotalia.components.streaming import StreamingBody


def body(content: bytes, length: int | str | None = None) -> StreamingBody:
    return StreamingBody(BytesBody(content), len(content) if length is None else length)


class Broken:
    closed = False

    def __init__(self, problem: Exception) -> None:
        self.problem = problem

    def read(self, amt: int | None = None) -> bytes:
        raise self.problem

    def close(self) -> None:
        self.closed = True


def test_reads_all_or_some() -> None:
    stream = body(b"hello world")
    assert (stream.read(5), stream.tell()) == (b"hello", 5)
    assert (stream.read(), stream.tell()) == (b" world", 11)
    assert stream.read(1) == stream.read() == b""
    assert body(b"hello").read(-1) == b"hello"


@pytest.mark.parametrize("amount", [None, 3, 100])
def test_short_body_is_an_error(amount: int | None) -> None:
    stream = body(b"hello", "10")
    with pytest.raises(IncompleteReadError, match="after 5 of 10 bytes"):
        list(iter(lambda: stream.read(amount), b""))


def test_reading_nothing_is_no_end() -> None:
    assert body(b"hello", 10).read(0) == b""


@pytest.mark.parametrize("length", [None, "abc"])
def test_without_a_promise_any_length_is_right(length: str | None) -> None:
    assert StreamingBody(BytesBody(b"hello"), length).read() == b"hello"


def test_readinto() -> None:
    stream = body(b"hello world")
    buffer = bytearray(8)
    assert (stream.readinto(buffer), bytes(buffer)) == (8, b"hello wo")
    assert (stream.readinto(buffer), bytes(buffer)[:3]) == (3, b"rld")
    assert stream.readinto(buffer) == 0
    assert io.BufferedReader(body(b"x" * 9000)).read() == b"x" * 9000


@given(st.lists(st.sampled_from([b"a", b"bc", b"\n", b"\r", b"\r\n", b""]), max_size=30), st.integers(1, 5))
def test_lines_are_those_of_splitlines(pieces: list[bytes], chunk: int) -> None:
    content = b"".join(pieces)
    assert list(body(content).iter_lines(chunk)) == content.splitlines()
    assert list(body(content).iter_lines(chunk, keepends=True)) == content.splitlines(keepends=True)


@given(st.binary(max_size=50), st.integers(1, 7))
def test_chunks_are_the_content(content: bytes, size: int) -> None:
    chunks = list(body(content).iter_chunks(size))
    assert b"".join(chunks) == content
    assert all(0 < len(chunk) <= size for chunk in chunks)
    assert b"".join(body(content)) == content


def test_readline_and_readlines() -> None:
    content = b"one\ntwo\rx\n\nlast"
    stream = body(content)
    assert [stream.readline(), stream.readline(2), stream.readline(None)] == [b"one\n", b"tw", b"o\rx\n"]
    assert stream.readlines() == [b"\n", b"last"]
    assert stream.readline() == b""
    assert body(content).readlines() == io.BytesIO(content).readlines()
    stream = body(content)
    assert stream.readlines(5) == [b"one\n", b"two\rx\n"]
    assert stream.read() == b"\nlast"


def test_next_gives_a_piece() -> None:
    stream = body(b"x" * 1500)
    assert [len(next(stream)), len(stream.next())] == [1024, 476]
    with pytest.raises(StopIteration):
        next(stream)


def test_context_manager_closes_the_raw_stream() -> None:
    raw = BytesBody(b"hello")
    with StreamingBody(raw, 5) as stream:
        assert stream.readable()
        assert not stream.seekable()
    assert raw.closed
    assert stream.closed


def test_timeout_and_broken_connection_have_their_errors() -> None:
    with pytest.raises(ReadTimeoutError):
        StreamingBody(Broken(TimeoutError()), 5).read()
    with pytest.raises(ResponseStreamingError):
        StreamingBody(Broken(ConnectionResetError("reset")), 5).read()
    with pytest.raises(ResponseStreamingError):
        StreamingBody(Broken(ResponseStreamingError(error="x")), 5).read()


def test_timeout_of_a_stream_without_socket_is_no_error() -> None:
    body(b"").set_socket_timeout(5)


def test_repr_shows_no_content() -> None:
    assert repr(body(b"secret")) == "<StreamingBody 0 of 6 bytes read>"
