"""Events to messages: every kind of member in every protocol, and events that do not fit."""

from datetime import UTC, datetime

import pytest
import stream_bytes
from sotalia.components.errors import ParamValidationError
from sotalia.components.event_body import EventSourceError
from sotalia.components.event_frames import FrameDecoder
from sotalia.components.http import Headers
from sotalia.models.parse import compile_parser
from sotalia.models.serialize import compile_serializer
from sotalia.models.shapes import ServiceModel
from sotalia.models.validation import compile_operation_validator

DOC = {"Name": "x", "Size": 3}
WRITTEN = {
    "json": ("application/x-amz-json-1.1", b'{"Name": "x", "Size": 3}'),
    "rest-json": ("application/json", b'{"Name": "x", "Size": 3}'),
    "rest-xml": ("application/xml", b"<%s><Name>x</Name><Size>3</Size></%s>"),
    "smithy-rpc-v2-cbor": ("application/cbor", stream_bytes.BODIES["smithy-rpc-v2-cbor"]),
}
STARTS = {
    "json": ("application/x-amz-json-1.1", b'{"Named": "n"}'),
    "smithy-rpc-v2-cbor": ("application/cbor", bytes.fromhex("a1654e616d6564616e")),
}
protocols = pytest.mark.parametrize("protocol", WRITTEN)


def operation(protocol):
    return ServiceModel(stream_bytes.service_model(protocol), "streams").operation_model("Talk")


def request_of(protocol, events, **params):
    return compile_serializer(operation(protocol))({"Events": events, **params})


def messages(request):
    decoder = FrameDecoder()
    for piece in request["body"]:
        decoder.feed(piece)
    found = [(dict(frame.headers), frame.payload) for frame in decoder.frames()]
    decoder.finish()
    return found


def event(name, content_type, payload, **more):
    return {":message-type": "event", ":event-type": name, ":content-type": content_type, **more}, payload


def document(protocol, root):
    content_type, written = WRITTEN[protocol]
    return content_type, written.replace(b"%s", root)


@protocols
def test_the_other_parameters_come_first(protocol):
    request = request_of(protocol, [], Named="n")
    assert request["headers"]["Content-Type"] == "application/vnd.amazon.eventstream"
    if protocol.startswith("rest-"):
        assert request["headers"]["x-named"] == "n"
        assert messages(request) == []
    else:
        assert messages(request) == [event("initial-request", *STARTS[protocol])]


@protocols
def test_events_of_every_kind_are_written(protocol):
    sent = [{"Raw": {"Data": b"\x00"}}, {"Text": {"Line": "grün"}}, {"Inner": {"Doc": DOC}}, {"Plain": DOC}]
    written = messages(request_of(protocol, iter(sent)))[-4:]
    assert written == [
        event("Raw", "application/octet-stream", b"\x00"),
        event("Text", "text/plain", "grün".encode()),
        event("Inner", *document(protocol, b"Doc")),
        event("Plain", *document(protocol, b"PlainEvent")),
    ]


@protocols
def test_headers_have_the_types_of_their_members(protocol):
    moment = datetime(2015, 1, 25, 8, tzinfo=UTC)
    marks = {
        "BooleanMark": False, "ByteMark": -5, "ShortMark": -300, "IntegerMark": 70000, "LongMark": 2**40,
        "BlobMark": b"\x00", "StringMark": "grün", "TimestampMark": moment,
    }  # fmt: skip
    ((headers, payload),) = messages(request_of(protocol, [{"Marked": {**marks, "Data": b"x"}}]))[-1:]
    assert payload == b"x"
    assert {name: headers[name] for name in marks} == {**marks, "TimestampMark": 1422172800000}


@protocols
def test_members_of_headers_are_not_in_the_payload(protocol):
    ((headers, payload),) = messages(request_of(protocol, [{"Mixed": {**DOC, "Mark": "m"}}]))[-1:]
    assert headers["Mark"] == "m"
    assert payload == document(protocol, b"MixedEvent")[1]


@protocols
def test_a_payload_that_is_not_given_is_empty(protocol):
    assert [payload for _, payload in messages(request_of(protocol, [{"Raw": {}}, {"Inner": {}}]))[-2:]] == [b"", b""]


@protocols
def test_the_other_side_reads_what_is_written(protocol):
    sent = [{"Inner": {"Doc": DOC}}, {"Plain": DOC}, {"Mixed": {**DOC, "Mark": "m"}}, {"Empty": {}}]
    pieces = list(request_of(protocol, sent)["body"])
    answer = {"status_code": 200, "headers": Headers({}), "body": b"".join(pieces[-len(sent) :])}
    assert list(compile_parser(operation(protocol))(answer)["Events"]) == sent


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        ({"Nope": {}}, 'Unknown parameter in event 2 of Events: "Nope", must be one of: Raw, Text'),
        ({"Plain": {"Size": "x"}}, r"In event 2 of Events \(Plain\): Invalid type for parameter Size"),
        ({"Plain": {"Other": 1}}, r"In event 2 of Events \(Plain\): Unknown parameter in input"),
        ({"Plain": DOC, "Empty": {}}, "Invalid event 2 of Events: 2 keys instead of"),
        ({}, "Invalid event 2 of Events: 0 keys"),
        (b"bytes", "Invalid event 2 of Events: a bytes instead of"),
        ({"Marked": {"StringMark": "x" * 40000}}, r"Cannot serialize event 2 of Events \(Marked\): ValueError"),
        ({"Marked": {"ByteMark": 300}}, r"Cannot serialize event 2 of Events \(Marked\)"),
    ],
)
def test_an_event_that_does_not_fit_is_named(bad, said):
    body = request_of("rest-json", [{"Plain": DOC}, bad])["body"]
    pieces = iter(body)
    next(pieces)
    with pytest.raises(EventSourceError):
        next(pieces)
    with pytest.raises(ParamValidationError, match=said):
        raise body.failure


@pytest.mark.parametrize("given", [{"Plain": DOC}, "text", b"bytes", 3])
def test_a_parameter_that_holds_no_events_is_refused_before_anything_is_sent(given):
    with pytest.raises(ParamValidationError, match="iterable of dictionaries, one for each event"):
        compile_operation_validator(operation("rest-json"))({"Events": given})


@pytest.mark.parametrize("given", [[], (), iter([]), (event for event in [])])
def test_anything_that_can_be_iterated_over_may_hold_events(given):
    compile_operation_validator(operation("rest-json"))({"Events": given})


def test_no_events_are_an_empty_stream():
    assert messages(compile_serializer(operation("rest-json"))({})) == []


def test_a_stream_that_is_asked_for_in_cbor_is_accepted_by_name():
    accepted = compile_serializer(operation("smithy-rpc-v2-cbor"))({})["headers"]["Accept"]
    assert accepted == "application/vnd.amazon.eventstream"
