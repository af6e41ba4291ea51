"""Slices of files and of memory as bodies."""

import hashlib
import os
import zlib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sotalia.components.body_slice import BodySlice, OpenFile
from sotalia.components.signers.payload import payload_hash
from sotalia.exceptions import S3UploadFailedError

DATA = bytes(range(256)) * 2000


@pytest.fixture(params=["file", "memory"])
def source(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    if request.param == "memory":
        return memoryview(DATA)
    (tmp_path / "data").write_bytes(DATA)
    return OpenFile.read(str(tmp_path / "data"))


def test_a_slice_is_those_bytes(source) -> None:
    body = BodySlice(source, 100, 300_000)
    assert body.read() == DATA[100:300_100]
    assert body.read(5) == b""
    assert body.seek(0, os.SEEK_END) == 300_000
    body.seek(10)
    assert body.read(3) == DATA[110:113]
    assert body.tell() == 13


def test_digests_are_of_all_of_it_and_move_nothing(source) -> None:
    told: list[int] = []
    body = BodySlice(source, 7, 400_000, heard=told.append, digests=("crc32", "sha256"))
    body.read(11)
    expected = DATA[7:400_007]
    assert body.digest("crc32") == zlib.crc32(expected).to_bytes(4, "big")
    assert payload_hash(body) == hashlib.sha256(expected).hexdigest()
    assert body.digest("sha1") == hashlib.sha1(expected).digest()
    assert body.tell() == 11
    assert told == [11]


@given(st.lists(st.one_of(st.integers(0, 60), st.tuples(st.just("seek"), st.integers(0, 50))), max_size=20))
def test_what_is_heard_adds_up_to_where_the_last_read_ended(steps: list[Any]) -> None:
    told: list[int] = []
    body = BodySlice(memoryview(bytes(50)), 0, 50, heard=told.append)
    ended = 0
    for step in steps:
        if isinstance(step, tuple):
            body.seek(step[1])
        elif body.read(step):
            ended = body.tell()
    assert sum(told) == ended


def test_blocks_are_asked_for_before_they_are_read() -> None:
    asked: list[int] = []
    body = BodySlice(memoryview(bytes(100)), 0, 100, pace=asked.append, block=40)
    assert len(body.read()) == 100
    assert asked == [40, 40, 20]


def test_a_file_that_has_become_shorter_is_said(tmp_path: Path) -> None:
    (tmp_path / "data").write_bytes(b"12345")
    body = BodySlice(OpenFile.read(str(tmp_path / "data")), 0, 10)
    with pytest.raises(S3UploadFailedError, match="ends before byte 10"):
        body.read()
    with pytest.raises(S3UploadFailedError, match="ends before byte 10"):
        body.digest("crc32")


def test_a_file_is_closed_with_its_last_slice(tmp_path: Path) -> None:
    (tmp_path / "data").write_bytes(b"12345")
    opened = OpenFile.read(str(tmp_path / "data"))
    number = opened.fd
    body = BodySlice(opened, 0, 5)
    del opened
    assert body.read() == b"12345"
    del body
    with pytest.raises(OSError):
        os.fstat(number)
