import hashlib
import io

import pytest
from sotalia.components.errors import UnseekableStreamError
from sotalia.components.signers.payload import EMPTY_SHA256, payload_hash, payload_value


def test_nothing_has_the_hash_of_nothing() -> None:
    assert payload_hash(None) == payload_hash(b"") == payload_hash(io.BytesIO()) == EMPTY_SHA256


@pytest.mark.parametrize("body", [b"hello", bytearray(b"hello"), memoryview(b"hello"), "hello"])
def test_bytes_and_text(body: object) -> None:
    assert payload_hash(body) == hashlib.sha256(b"hello").hexdigest()


def test_file_is_hashed_from_where_it_is_and_put_back() -> None:
    content = bytes(range(256)) * 12_289  # three chunks and a bit
    body = io.BytesIO(content)
    body.seek(7)
    assert payload_hash(body) == hashlib.sha256(content[7:]).hexdigest()
    assert body.tell() == 7


class OneShot:
    def read(self, size: int = -1) -> bytes:
        return b""


class Pipe(io.RawIOBase):
    def readable(self) -> bool:
        return True


@pytest.mark.parametrize("body", [OneShot(), Pipe(), iter([b"x"])])
def test_stream_that_cannot_be_rewound_is_refused(body: object) -> None:
    with pytest.raises(UnseekableStreamError):
        payload_hash(body)


def test_words_for_unsigned_bodies_need_no_body() -> None:
    assert payload_value(OneShot(), "unsigned") == "UNSIGNED-PAYLOAD"
    assert payload_value(OneShot(), "streaming-unsigned-trailer") == "STREAMING-UNSIGNED-PAYLOAD-TRAILER"
