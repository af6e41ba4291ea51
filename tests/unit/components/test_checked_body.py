import io
from collections.abc import Callable

import pytest
from sotalia.components.checked_body import CheckedBody
from sotalia.components.errors import FlexibleChecksumError, IncompleteReadError
from sotalia.components.http import BytesBody

GOOD = "NhCmhg=="  # CRC-32 of "hello"


def body(data: bytes = b"hello", length: int | None = 5, expected: str = GOOD) -> CheckedBody:
    return CheckedBody(BytesBody(data), length, "crc32", expected)


READERS: dict[str, Callable[[CheckedBody], object]] = {
    "read": lambda stream: stream.read(),
    "read(-1)": lambda stream: stream.read(-1),
    "read(2)": lambda stream: [stream.read(2), stream.read(2), stream.read(1)],
    "readinto": lambda stream: stream.readinto(bytearray(5)),
    "iter_chunks": lambda stream: list(stream.iter_chunks(3)),
    "iter_lines": lambda stream: list(stream.iter_lines(2)),
    "readline": lambda stream: stream.readline(),
    "readlines": lambda stream: stream.readlines(),
    "for": lambda stream: list(stream),
    "buffered": lambda stream: io.BufferedReader(stream, 4096).read(),  # type: ignore[type-var]
}


@pytest.mark.parametrize("length", [5, None])
@pytest.mark.parametrize("reader", READERS)
def test_a_body_that_has_its_checksum_is_read_as_any(reader, length) -> None:
    if reader == "readinto" and length is None:
        return
    READERS[reader](body(length=length))


@pytest.mark.parametrize("reader", READERS)
def test_the_read_that_completes_a_damaged_body_raises(reader) -> None:
    with pytest.raises(FlexibleChecksumError, match=r"CRC32 should be NhCmhg== and is "):
        READERS[reader](body(b"hellO"))


def test_without_a_length_the_end_tells() -> None:
    stream = body(b"hellO", None)
    assert stream.read(5) == b"hellO"
    with pytest.raises(FlexibleChecksumError):
        stream.read(1)


def test_what_was_read_before_the_end_is_given() -> None:
    stream = body(b"hellO")
    assert stream.read(4) == b"hell"
    with pytest.raises(FlexibleChecksumError):
        stream.read(1)


def test_a_body_that_is_closed_early_is_not_checked() -> None:
    with body(b"hellO") as stream:
        assert stream.read(2) == b"he"
    assert stream.closed


def test_a_short_body_is_short_and_not_damaged() -> None:
    with pytest.raises(IncompleteReadError):
        body(b"hell").read()


def test_an_empty_body_is_checked() -> None:
    assert body(b"", 0, "AAAAAA==").read() == b""
    with pytest.raises(FlexibleChecksumError):
        body(b"", 0).read()


def test_the_checksum_of_what_was_read() -> None:
    stream = body()
    stream.read(0)
    stream.read()
    assert stream.checksum.digest().hex() == "3610a686"
