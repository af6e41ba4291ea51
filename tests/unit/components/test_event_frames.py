"""Frames of event streams: known bytes, any split, broken ones, and bytes that nobody meant."""

import struct
import tracemalloc
import zlib
from datetime import UTC, datetime

import pytest
import stream_bytes
from fuzz import fuzzed
from hypothesis import given
from hypothesis import strategies as st
from sotalia.components.errors import (
    ChecksumMismatch,
    DuplicateHeader,
    InvalidHeadersLength,
    InvalidPayloadLength,
    ParserError,
    ResponseStreamingError,
)
from sotalia.components.event_frames import (
    BOOLEAN_FALSE,
    BOOLEAN_TRUE,
    BYTE,
    BYTES,
    INTEGER,
    LONG,
    MAX_HEADERS,
    MAX_PAYLOAD,
    SHORT,
    STRING,
    TIMESTAMP,
    UUID,
    FrameDecoder,
    encode_frame,
    encode_headers,
)

# Known to all implementations of the format.
EMPTY = bytes.fromhex("000000100000000005c248eb7d98c8ff")
INT32 = bytes.fromhex("0000002d0000001041c424b80a6576656e742d74797065040000a00c7b27666f6f273a27626172277d36f480a0")
PAYLOAD = bytes.fromhex("0000001d00000000fd528c5a7b27666f6f273a27626172277dc3653936")
KNOWN = {
    "no headers, no payload": (EMPTY, [], b""),
    "a payload": (PAYLOAD, [], b"{'foo':'bar'}"),
    "a number in a header": (INT32, [("event-type", INTEGER, 40972)], b"{'foo':'bar'}"),
}
ALL_TYPES = [
    ("true", BOOLEAN_TRUE, True),
    ("false", BOOLEAN_FALSE, False),
    ("byte", BYTE, -1),
    ("short", SHORT, -300),
    ("integer", INTEGER, -(2**31)),
    ("long", LONG, 2**63 - 1),
    ("bytes", BYTES, b"\x00\xff"),
    ("string", STRING, "grün"),
    ("timestamp", TIMESTAMP, 1422172800123),
    ("uuid", UUID, bytes(range(16))),
]


def decode(data: bytes, size: int = 1 << 20, *, finish: bool = True) -> list:
    decoder = FrameDecoder()
    found = []
    for start in range(0, len(data), size):
        decoder.feed(data[start : start + size])
        found += [(dict(frame.headers), frame.payload) for frame in decoder.frames()]
    if finish:
        decoder.finish()
    return found


@pytest.mark.parametrize("name", KNOWN)
def test_known_bytes_are_read_and_written(name):
    data, headers, payload = KNOWN[name]
    assert decode(data) == [({header: value for header, _, value in headers}, payload)]
    assert encode_frame(encode_headers(headers), payload) == data


def test_every_type_of_header_comes_back():
    data = encode_frame(encode_headers(ALL_TYPES), b"x")
    assert decode(data) == [({name: value for name, _, value in ALL_TYPES}, b"x")]


def test_a_timestamp_may_be_given_as_a_datetime():
    moment = datetime(2015, 1, 25, 8, tzinfo=UTC)
    assert encode_headers([("t", TIMESTAMP, moment)]) == encode_headers([("t", TIMESTAMP, 1422172800000)])


@pytest.mark.parametrize("size", [1, 2, 7, 11, 12, 13, 64, 1000])
def test_the_pieces_do_not_matter(size):
    data = b"".join(stream_bytes.event("Plain", b"x" * number) for number in range(20)) + EMPTY
    assert decode(data, size) == decode(data)
    assert len(decode(data)) == 21


def test_a_flipped_byte_is_noticed_wherever_it_is():
    data = stream_bytes.event("Plain", b"payload")
    for position in range(len(data)):
        for bit in (0x01, 0x80):
            flipped = bytearray(data)
            flipped[position] ^= bit
            with pytest.raises(ParserError):
                decode(bytes(flipped))


def test_good_frames_come_before_the_error_and_it_stays():
    decoder = FrameDecoder()
    decoder.feed(EMPTY * 2 + EMPTY[:-1] + b"\x00" + EMPTY)
    frames = decoder.frames()
    assert [frame.payload for frame in (next(frames), next(frames))] == [b"", b""]
    for _ in range(2):
        with pytest.raises(ChecksumMismatch, match=r"message 3 of the event stream, at byte 32: .*0x7d98c800"):
            next(decoder.frames())
        decoder.feed(EMPTY)
    with pytest.raises(ChecksumMismatch):
        decoder.finish()


@pytest.mark.parametrize("cut", [1, 8, 12, 15, 44])
def test_a_stream_that_ends_within_a_message_breaks_off(cut):
    with pytest.raises(ResponseStreamingError, match=f"within message 2, after {cut} "):
        decode(EMPTY + INT32[:cut])


def _head(total: int, headers: int) -> bytes:
    lengths = struct.pack(">II", total, headers)
    return lengths + struct.pack(">I", zlib.crc32(lengths))


@pytest.mark.parametrize(
    ("total", "headers", "error"),
    [
        (MAX_PAYLOAD + 17, 0, InvalidPayloadLength),
        (2**32 - 1, 0, InvalidPayloadLength),
        (MAX_HEADERS + 17, MAX_HEADERS + 1, InvalidHeadersLength),
        (15, 0, InvalidHeadersLength),
        (0, 0, InvalidHeadersLength),
        (32, 17, InvalidHeadersLength),
        (2**32 - 1, 2**32 - 1, InvalidHeadersLength),
    ],
)
def test_lengths_that_cannot_be_are_refused_by_the_prelude_alone(total, headers, error):
    decoder = FrameDecoder()
    decoder.feed(_head(total, headers))
    with pytest.raises(error, match="message 1"):
        decoder.next_frame()


def test_the_longest_message_is_read():
    payload = b"p" * MAX_PAYLOAD
    assert decode(stream_bytes.message(b"", payload), 1 << 20) == [({}, payload)]


def test_memory_is_that_of_one_message_and_time_is_linear():
    piece = stream_bytes.event("Plain", b"x" * 10_000) * 6
    decoder = FrameDecoder()
    tracemalloc.start()
    try:
        for _ in range(300):  # 18 MB
            decoder.feed(piece)
            for _ in decoder.frames():
                pass
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert decoder.count == 1800
    assert most < 2_000_000


@pytest.mark.parametrize(
    ("block", "said"),
    [
        (stream_bytes.header("a", "1") * 2, "there twice"),
        (b"\x01a\x0a", "has the type 10"),
        (b"\x01a\x07\x00\x05abc", "ends behind"),
        (b"\x01a\x07\x00", "ends behind"),
        (b"\x01a\x09123", "ends behind"),
        (b"\x01a\x04\x00", "ends behind"),
        (b"\x01a", "ends behind"),
        (b"\x05a", "ends behind"),
        (b"\x01\xff\x00", "no UTF-8"),
        (b"\x01a\x07\x00\x01\xff", "no UTF-8"),
    ],
)
def test_broken_headers_are_named(block, said):
    with pytest.raises(ParserError, match=said) as raised:
        decode(stream_bytes.message(block))
    assert isinstance(raised.value, DuplicateHeader) == (said == "there twice")


@pytest.mark.parametrize(
    "header",
    [
        ("", STRING, "x"),
        ("n" * 256, STRING, "x"),
        ("n", STRING, "x" * 32768),
        ("n", BYTE, 128),
        ("n", UUID, b"short"),
        ("n", 10, b""),
    ],
)
def test_headers_that_cannot_be_written_are_refused(header):
    with pytest.raises(ValueError, match="header"):
        encode_headers([header])


def test_frames_that_are_too_large_are_refused():
    with pytest.raises(ValueError, match="payload"):
        encode_frame(b"", b"x" * (MAX_PAYLOAD + 1))
    with pytest.raises(ValueError, match="headers"):
        encode_frame(b"x" * (MAX_HEADERS + 1), b"")


NAMES = st.text(min_size=1, max_size=30).filter(lambda name: len(name.encode()) < 256)
VALUES = st.one_of(
    st.sampled_from([(BOOLEAN_TRUE, True), (BOOLEAN_FALSE, False)]),
    st.integers(-(2**7), 2**7 - 1).map(lambda value: (BYTE, value)),
    st.integers(-(2**15), 2**15 - 1).map(lambda value: (SHORT, value)),
    st.integers(-(2**31), 2**31 - 1).map(lambda value: (INTEGER, value)),
    st.integers(-(2**63), 2**63 - 1).map(lambda value: (LONG, value)),
    st.integers(-(2**63), 2**63 - 1).map(lambda value: (TIMESTAMP, value)),
    st.binary(max_size=100).map(lambda value: (BYTES, value)),
    st.text(max_size=100).map(lambda value: (STRING, value)),
    st.binary(min_size=16, max_size=16).map(lambda value: (UUID, value)),
)
FRAMES = st.tuples(st.dictionaries(NAMES, VALUES, max_size=6), st.binary(max_size=200))


def _encoded(frame) -> bytes:
    headers, payload = frame
    return encode_frame(encode_headers([(name, *value) for name, value in headers.items()]), payload)


def _outcome(data: bytes, cuts: list[int]) -> tuple:
    """What comes of bytes that arrive in pieces: the frames, and the error behind them."""
    decoder, found = FrameDecoder(), []
    try:
        for start, end in zip([0, *cuts], [*cuts, len(data)], strict=True):
            decoder.feed(data[start:end])
            for frame in decoder.frames():
                found.append((dict(frame.headers), frame.payload))  # those before an error count
        decoder.finish()
    except (ParserError, ResponseStreamingError) as error:
        return found, type(error), str(error)
    return found, None, ""


@fuzzed(100)
@given(st.lists(FRAMES, max_size=4), st.data())
def test_frames_come_back_from_any_split(frames, data):
    stream = b"".join(map(_encoded, frames))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=10)))
    expected = [({name: value for name, (_, value) in headers.items()}, payload) for headers, payload in frames]
    assert _outcome(stream, cuts) == (expected, None, "")


@fuzzed(200)
@given(st.data())
def test_any_bytes_in_any_split_end_the_same_way(data):
    stream = b"".join(
        data.draw(
            st.lists(
                st.one_of(
                    st.binary(max_size=60),
                    FRAMES.map(_encoded),
                    st.builds(stream_bytes.message, st.binary(max_size=60), st.binary(max_size=20)),
                ),
                max_size=4,
            )
        )
    )
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=10)))
    assert _outcome(stream, cuts) == _outcome(stream, [])


@fuzzed(100)
@given(FRAMES, st.data())
def test_a_changed_byte_never_passes(frame, data):
    stream = bytearray(_encoded(frame))
    position = data.draw(st.integers(0, len(stream) - 1))
    stream[position] ^= data.draw(st.integers(1, 255))
    found, error, _ = _outcome(bytes(stream), [])
    assert not found
    assert error is not None
