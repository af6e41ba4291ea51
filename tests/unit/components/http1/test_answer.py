from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sotalia.components.http1.answer import MAX_HEAD, AnswerParser, BrokenAnswerError

PLAIN = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-A: 1\r\nx-a: 2\r\n\r\nhello"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3;x=y\r\nllo\r\n0\r\nTrailer: t\r\n\r\n"
UNTIL_END = b"HTTP/1.1 200 OK\r\nX: y\r\n\r\nhello"
CONTINUED = b"HTTP/1.1 100 Continue\r\nX-I: 1\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\n" + PLAIN


def parse(data, splits=(), bodiless=False, end=False):
    """Feed data in pieces and return what came of it, or the error."""
    parser = AnswerParser(bodiless)
    places = [0, *sorted(place % (len(data) + 1) for place in splits), len(data)]
    try:
        for start, stop in pairwise(places):
            if start < stop and not parser.done:
                parser.feed(data[start:stop])
        if end and parser.broken is None:
            parser.end()
    except BrokenAnswerError as error:
        return error
    body = b"".join(parser.pieces)
    return parser.done, parser.status, dict(parser.headers), body, parser.broken is not None


@pytest.mark.parametrize("data", [PLAIN, CHUNKED, CONTINUED])
@given(splits=st.lists(st.integers(0, 300), max_size=8))
def test_the_pieces_in_which_it_arrives_make_no_difference(data, splits):
    done, status, headers, body, broken = parse(data, splits)
    assert (done, status, body, broken) == (True, 200, b"hello", False)
    assert "X-I" not in headers


def test_fields_of_one_name_are_joined():
    assert parse(PLAIN)[2] == {"Content-Length": "5", "X-A": "1, 2"}


def test_reuse_is_told():
    for data, reusable in (
        (PLAIN, True),
        (CHUNKED, True),
        (PLAIN.replace(b"X-A: 1", b"Connection: close"), False),
        (PLAIN.replace(b"1.1", b"1.0"), False),
        (PLAIN + b"HTTP/1.1 200 OK\r\n", False),
        (PLAIN + b"garbage", False),
    ):
        parser = AnswerParser(False)
        parser.feed(data)
        assert parser.done
        assert parser.reusable is reusable, data
        assert parser.take() == b"hello"


def test_an_answer_to_head_has_no_body():
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"
    assert parse(head, bodiless=True)[:4] == (True, 200, {"Content-Length": "5"}, b"")
    parser = AnswerParser(True)
    parser.feed(head + b"hello")
    assert (parser.done, parser.reusable, parser.take()) == (True, False, b"")


@pytest.mark.parametrize("status", [204, 304])
def test_statuses_without_a_body(status):
    assert parse(b"HTTP/1.1 %d X\r\nX: y\r\n\r\n" % status)[:2] == (True, status)


def test_the_end_of_the_connection_ends_only_what_told_no_length():
    assert parse(UNTIL_END, end=True)[:4] == (True, 200, {"X": "y"}, b"hello")
    for data in (PLAIN, CHUNKED):
        for stop in range(1, len(data) - (2 if data is CHUNKED else 0)):
            cut = parse(data[:stop], end=True)
            assert isinstance(cut, BrokenAnswerError) or cut[0] is False, data[:stop]


@pytest.mark.parametrize(
    "data",
    [
        b"garbage\r\n\r\n",
        b"HTTP/2 200 OK\r\n\r\n",
        b"HTTP/1.1 2000 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5x\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX\0: y\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n X: folded\r\n\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n",
        b"HTTP/1.1 100 Continue\r\n\r\n" * 17,
        b"HTTP/1.1 200 OK\r\n" + b"X: %b\r\n" % (b"y" * 1000) * (MAX_HEAD // 1000 + 1),
        b"HTTP/1.1 200 OK\r\nX: " + b"y" * (MAX_HEAD + 1),
        b"HTTP/1.1 200 OK\r\nX: " + b"y" * (MAX_HEAD + 1) + b"\r\nContent-Length: 0\r\n\r\n",
    ],
    ids=lambda data: repr(data[:60]),
)
def test_what_is_no_answer_or_two_is_refused(data):
    assert isinstance(parse(data), BrokenAnswerError)


@pytest.mark.parametrize("chunk", [b"zz\r\nhello", b"-1\r\nhello", b"5\r\nhelloXX", b"ffffffffffffffffff\r\n"])
def test_a_broken_chunk_leaves_what_came_before_it(chunk):
    data = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n" + chunk
    done, status, _, body, broken = parse(data)
    assert (done, status, broken) == (False, 200, True)
    assert body.startswith(b"he")


@given(
    data=st.one_of(
        st.binary(max_size=300),
        st.tuples(
            st.sampled_from([PLAIN, CHUNKED, CONTINUED, UNTIL_END]), st.integers(0, 200), st.binary(max_size=5)
        ).map(lambda parts: parts[0][: parts[1]] + parts[2] + parts[0][parts[1] + len(parts[2]) :]),
    ),
    splits=st.lists(st.integers(0, 300), max_size=5),
    bodiless=st.booleans(),
)
def test_any_bytes_end_in_an_answer_or_its_own_error(data, splits, bodiless):
    whole = parse(data, (), bodiless, end=True)
    pieces = parse(data, splits, bodiless, end=True)
    if isinstance(whole, BrokenAnswerError) or isinstance(pieces, BrokenAnswerError):
        assert isinstance(whole, BrokenAnswerError) or isinstance(pieces, BrokenAnswerError)
    elif whole[0]:
        assert pieces[:4] == whole[:4]


TRAILED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\nTrailer: t\r\n\r\n"
EMPTY = b"HTTP/1.1 204 No Content\r\nX-E:\r\n\r\n"
NOT_CHANGED = b"HTTP/1.1 304 Not Modified\r\nContent-Length: 7\r\n\r\n"


@given(
    answers=st.lists(
        st.tuples(
            st.sampled_from([PLAIN, CHUNKED, CONTINUED, TRAILED, EMPTY, NOT_CHANGED]),
            st.lists(st.integers(0, 300), max_size=3),
        ),
        min_size=1,
        max_size=6,
    )
)
def test_a_parser_reads_answer_after_answer_as_a_new_one_would(answers):
    parser = AnswerParser(False)
    for data, splits in answers:
        parser.begin(False)
        assert (parser.started, parser.done, parser.head_done, parser.continued) == (False,) * 4
        places = [0, *sorted(place % (len(data) + 1) for place in splits), len(data)]
        for start, stop in pairwise(places):
            if start < stop and not parser.done:
                parser.feed(data[start:stop])
        assert parser.reusable
        assert (parser.done, parser.status, dict(parser.headers), parser.take(), False) == parse(data, splits)


def test_an_answer_to_head_is_followed_by_others():
    parser = AnswerParser(True)
    parser.feed(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n")
    assert (parser.done, parser.reusable) == (True, True)
    parser.begin(False)
    parser.feed(PLAIN)
    assert (parser.done, parser.take()) == (True, b"hello")


def test_nothing_of_a_broken_answer_is_left():
    parser = AnswerParser(False)
    parser.feed(PLAIN)
    parser.take()
    parser.begin(False)
    parser.feed(UNTIL_END)
    parser.end()
    assert (parser.done, parser.reusable, parser.take()) == (True, False, b"hello")
    parser.begin(False)
    parser.feed(PLAIN[:30])
    with pytest.raises(BrokenAnswerError, match="middle"):
        parser.end()


def test_bytes_behind_an_answer_end_the_connection_of_a_parser_that_is_used_again():
    for more in (b"HTTP/1.1 200 OK\r\n", PLAIN, b"garbage"):
        parser = AnswerParser(False)
        parser.feed(PLAIN)
        assert (parser.take(), parser.reusable) == (b"hello", True)
        parser.begin(False)
        parser.feed(PLAIN + more)
        assert (parser.done, parser.reusable, parser.take(), parser.status) == (True, False, b"hello", 200)
        assert dict(parser.headers) == {"Content-Length": "5", "X-A": "1, 2"}


def test_trailers_and_interim_answers_are_counted_for_each_answer_alone():
    trailed = TRAILED.replace(b"Trailer: t", b"Trailer: " + b"t" * 1000)
    for data in (trailed, b"HTTP/1.1 100 Continue\r\n\r\n" + PLAIN):
        parser = AnswerParser(False)
        for _ in range(MAX_HEAD // 1000 + 10):
            parser.begin(False)
            parser.feed(data)
            assert (parser.done, parser.reusable, parser.broken) == (True, True, None)
            parser.take()
