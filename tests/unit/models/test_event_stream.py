"""The stream of events that callers iterate over: its end, its errors, its first message."""

import pickle

import pytest
import stream_bytes
from fuzz import fuzzed
from hypothesis import given
from hypothesis import strategies as st
from sotalia.components.errors import (
    ChecksumMismatch,
    EventStreamError,
    NoInitialResponseError,
    ParserError,
    ReadTimeoutError,
    ResponseParserError,
    ResponseStreamingError,
    UnsupportedPickleError,
)
from sotalia.components.http import BytesBody, Headers
from sotalia.models.parse import compile_parser
from sotalia.models.shapes import ServiceModel

PLAIN = stream_bytes.event("Plain", stream_bytes.BODIES["json"])
ONE = {"Plain": {"Name": "x", "Size": 3}}


class Wire:
    """A body whose pieces are bytes, or errors to raise; notes that it was closed."""

    url = "http://there/"

    def __init__(self, *pieces):
        self.pieces = list(pieces)
        self.closed = 0

    def read1(self, amt=0):
        piece = self.pieces.pop(0) if self.pieces else b""
        if isinstance(piece, BaseException):
            raise piece
        return piece

    def close(self):
        self.closed += 1


def result_of(body, protocol="rest-json", content_type="application/vnd.amazon.eventstream"):
    model = ServiceModel(stream_bytes.service_model(protocol), "streams")
    headers = Headers({"content-type": content_type, "x-named": "n", "x-amzn-requestid": "r"})
    return compile_parser(model.operation_model("Watch"))({"status_code": 200, "headers": headers, "body": body})


def stream_of(*pieces, **options):
    wire = Wire(*pieces)
    return result_of(wire, **options)["Events"], wire


def test_events_come_as_their_bytes_do_and_the_connection_is_given_back_at_the_end():
    stream, wire = stream_of(PLAIN, PLAIN[:30], PLAIN[30:] + PLAIN)
    assert next(stream) == ONE
    assert len(wire.pieces) == 2
    assert list(stream) == [ONE, ONE]
    assert wire.closed == 1
    assert list(stream) == []
    assert wire.closed == 1


def test_a_loop_that_was_left_goes_on():
    stream, _ = stream_of(PLAIN * 2)
    for event in stream:
        assert event == ONE
        break
    assert list(stream) == [ONE]


def test_close_ends_the_stream_and_drops_the_rest():
    stream, wire = stream_of(PLAIN * 3)
    next(stream)
    stream.close()
    stream.close()
    assert wire.closed == 1
    assert list(stream) == []


def test_a_stream_is_a_context_manager():
    stream, wire = stream_of(PLAIN * 3)
    with stream as opened:
        assert opened is stream
        next(opened)
    assert wire.closed == 1


def test_it_says_what_it_is():
    stream, _ = stream_of(PLAIN)
    assert repr(stream) == "<EventStream of Watch, 0 messages read, open>"
    list(stream)
    assert repr(stream) == "<EventStream of Watch, 1 messages read, closed>"
    with pytest.raises(UnsupportedPickleError, match="event stream"):
        pickle.dumps(stream)


@pytest.mark.parametrize("body", [PLAIN, BytesBody(PLAIN)])
def test_a_handler_may_give_bytes_or_a_file(body):
    assert list(result_of(body)["Events"]) == [ONE]


def test_a_reported_error_has_its_members_and_the_request_id():
    stream, wire = stream_of(PLAIN + stream_bytes.exception("Broken", stream_bytes.REPORTS["json"]) + PLAIN)
    assert next(stream) == ONE
    with pytest.raises(EventStreamError, match=r"\(Broken\) when calling the Watch operation: told") as raised:
        next(stream)
    error = raised.value
    assert error.response["Error"] == {"Code": "Broken", "Message": "told"}
    assert error.response["Size"] == 3
    assert error.response["ResponseMetadata"]["RequestId"] == "r"
    assert pickle.loads(pickle.dumps(error)).response == error.response
    assert wire.closed == 1
    assert list(stream) == []


def test_an_unknown_exception_keeps_its_name_and_its_words():
    stream, _ = stream_of(stream_bytes.exception("Newer", b'{"Message":"why"}'))
    with pytest.raises(EventStreamError, match=r"\(Newer\) .*: why"):
        next(stream)


def test_an_event_that_is_not_what_the_model_says_is_named():
    stream, wire = stream_of(PLAIN + stream_bytes.event("Plain", b'{"Size":"many"}'))
    next(stream)
    with pytest.raises(ResponseParserError, match=r"Watch, message 2 of the event stream \(Plain\): Size is no"):
        next(stream)
    assert wire.closed == 1


def test_a_broken_message_ends_the_stream():
    stream, wire = stream_of(PLAIN + PLAIN[:-1] + b"?")
    next(stream)
    with pytest.raises(ChecksumMismatch, match="message 2 of the event stream, at byte"):
        next(stream)
    assert wire.closed == 1


def test_a_page_of_a_proxy_is_told_by_its_content_type():
    stream, _ = stream_of(b"<html><body>no</body></html>", content_type="text/html")
    with pytest.raises(ParserError, match=r"Content-Type is 'text/html'"):
        next(stream)


def test_a_stream_that_breaks_off_says_where():
    stream, wire = stream_of(PLAIN + PLAIN[:40])
    next(stream)
    with pytest.raises(
        ResponseStreamingError, match=r"event stream of Watch, after 1 messages: .*message 2, after 40 of"
    ):
        next(stream)
    assert wire.closed == 1


@pytest.mark.parametrize(
    ("problem", "error"),
    [(ConnectionResetError("reset"), ResponseStreamingError), (TimeoutError("slow"), ReadTimeoutError)],
)
def test_what_the_network_does_becomes_an_error_of_the_library(problem, error):
    stream, wire = stream_of(PLAIN, problem)
    next(stream)
    with pytest.raises(error) as raised:
        next(stream)
    assert "after 1 messages" in f"{raised.value} {getattr(raised.value, '__notes__', '')}"
    assert wire.closed == 1


INITIAL = stream_bytes.event("initial-response", b'{"Named":"n","Events":{}}')


def test_an_initial_response_is_part_of_the_result():
    result = result_of(Wire(INITIAL + PLAIN), "json")
    stream = result["Events"]
    assert result["Named"] == "n"
    assert stream.get_initial_response().payload.startswith(b'{"Named"')
    assert list(stream) == [ONE]
    assert stream.get_initial_response().headers[":event-type"] == "initial-response"


def test_a_stream_may_begin_with_an_event():
    result = result_of(Wire(PLAIN * 2), "json")
    assert "Named" not in result
    with pytest.raises(NoInitialResponseError, match="'Plain'"):
        result["Events"].get_initial_response()
    assert list(result["Events"]) == [ONE, ONE]
    with pytest.raises(NoInitialResponseError, match="nothing"):
        result["Events"].get_initial_response()


def test_an_error_in_place_of_the_initial_response_is_raised_by_the_call():
    wire = Wire(stream_bytes.exception("Broken", b'{"message":"told"}'))
    with pytest.raises(EventStreamError, match="told"):
        result_of(wire, "json")
    assert wire.closed == 1


@pytest.mark.parametrize(
    ("pieces", "error"),
    [
        ((), NoInitialResponseError),
        ((INITIAL[:50],), ResponseStreamingError),
        ((INITIAL[:-1] + b"?",), ChecksumMismatch),
    ],
)
def test_an_initial_response_that_does_not_come_closes_the_connection(pieces, error):
    wire = Wire(*pieces)
    with pytest.raises(error):
        result_of(wire, "json")
    assert wire.closed == 1


def test_a_header_that_is_no_timestamp_is_a_parse_error():
    mark = stream_bytes.header("TimestampMark", "soon")
    stream, _ = stream_of(stream_bytes.event("Marked", b"", mark))
    with pytest.raises(ResponseParserError, match="timestamp"):
        next(stream)


BODIES = st.one_of(
    st.binary(max_size=40),
    st.sampled_from([*stream_bytes.BODIES.values(), *stream_bytes.REPORTS.values(), b"null", b"[]", b"<a/>", b"\xa0"]),
)
MESSAGES = st.builds(
    lambda headers, body: stream_bytes.message(b"".join(headers), body),
    st.lists(
        st.one_of(
            st.builds(
                stream_bytes.header,
                st.sampled_from([":message-type", ":event-type", ":exception-type", "TimestampMark", "Mark"]),
                st.sampled_from(["event", "exception", "error", "Plain", "Marked", "Broken", "Inner", "Text", "?"]),
            ),
            st.builds(lambda value: stream_bytes.header("TimestampMark", value, 8), st.integers(-(2**63), 2**63 - 1)),
            st.builds(lambda value: stream_bytes.header(":event-type", value, 4), st.integers(0, 9)),
        ),
        max_size=4,
        unique_by=lambda header: header[1 : 1 + header[0]],
    ),
    BODIES,
)


@fuzzed(150)
@given(st.sampled_from(list(stream_bytes.BODIES)), st.lists(MESSAGES, max_size=4))
def test_whatever_messages_say_only_errors_of_the_library_come_of_it(protocol, messages):
    try:
        for event in result_of(Wire(*messages), protocol)["Events"]:
            assert len(event) == 1
    except (EventStreamError, ResponseParserError):
        pass
