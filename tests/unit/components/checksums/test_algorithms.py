import hashlib
import sys
import zlib

import pytest
from sotalia.components.checksums import algorithms
from sotalia.components.checksums.algorithms import (
    PRIORITY,
    combined,
    is_available,
    is_known,
    new_checksum,
    text_of,
)
from sotalia.components.errors import MissingDependencyException

CRC64 = bytes.fromhex("ae8b14860a799888")
OF_DIGITS = {
    "crc32": "y/Q5Jg==",
    "crc32c": "4waSgw==",
    "crc64nvme": "rosUhgp5mIg=",
    "sha1": "98O8HYCOBHMq32eZZczDTKeuNEE=",
    "sha256": "FeKw08M4keuw8e9gnsQZQgwg4yDOlMZfvIwzEkSOsiU=",
    "md5": "JfnnlDI7RTiF9RgfG2JNCw==",
}
"""Of ``123456789``."""


@pytest.fixture
def no_crt(monkeypatch):
    monkeypatch.setattr(algorithms, "_crt_module", None)
    monkeypatch.setattr(algorithms, "_updates", {})


@pytest.mark.usefixtures("no_crt")
@pytest.mark.parametrize("name", OF_DIGITS)
def test_a_checksum_is_made_piece_by_piece(name) -> None:
    checksum = new_checksum(name)
    for piece in (b"1234", bytearray(b"567"), memoryview(b"89"), b""):
        checksum.update(piece)
    assert text_of(checksum) == OF_DIGITS[name]


def test_nothing_has_the_checksum_of_nothing() -> None:
    assert text_of(new_checksum("crc32")) == "AAAAAA=="
    assert new_checksum("sha512").digest() == hashlib.sha512().digest()


@pytest.mark.usefixtures("no_crt")
def test_without_the_extra_xxhash_is_refused_by_name() -> None:
    assert not is_available("xxhash3")
    assert is_available("crc64nvme")
    with pytest.raises(MissingDependencyException, match=r"XXHASH3 needs awscrt 0\.31\.2 or later: .*sotalia\[crt\]"):
        new_checksum("xxhash3")


class Fast:
    """What awscrt has, with what was asked of it."""

    asked: list[str] = []

    class XXHash:
        @staticmethod
        def new_xxhash64():
            return Fast.XXHash()

        def update(self, data):
            self.data = bytes(data)

        def finalize(self):
            Fast.asked.append("xxhash64")
            return b"\1" * 8

    @staticmethod
    def crc32c(data, value):
        Fast.asked.append("crc32c")
        return zlib.crc32(data, value)


def test_the_extra_is_used_where_it_is_installed(monkeypatch) -> None:
    monkeypatch.setattr(algorithms, "import_whole", lambda name: None)
    monkeypatch.setitem(sys.modules, "awscrt.checksums", Fast)
    monkeypatch.setattr(algorithms, "_crt_module", ())
    monkeypatch.setattr(algorithms, "_updates", {})
    Fast.asked.clear()
    for name in ("crc32c", "crc64nvme", "xxhash64"):
        checksum = new_checksum(name)
        checksum.update(b"123456789")
        assert checksum.digest() == checksum.digest()
    assert Fast.asked == ["crc32c", "xxhash64"]  # an older awscrt has no CRC-64/NVME: Python computes it
    assert new_checksum("crc64nvme").digest() == bytes(8)


def test_known_names() -> None:
    assert [name for name in PRIORITY if not is_known(name)] == []
    assert not is_known("crc16")


def test_the_checksum_of_a_whole_object_comes_of_those_of_its_parts() -> None:
    for name in ("crc32", "crc32c", "crc64nvme"):
        parts = []
        for data in (b"1234", b"56789", b"123456789"):
            checksum = new_checksum(name)
            checksum.update(data)
            parts.append(checksum.digest())
        assert combined(name, parts[0], parts[1], 5) == parts[2]
    assert parts[2] == CRC64
