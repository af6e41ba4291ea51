"""Event streams over HTTP on loopback: S3, Kinesis, Bedrock, Transcribe (a private model), in both directions."""

import json
import threading
import time

import aws_servers
import pytest
import stream_bytes
import stream_judge
from servers import make_authority
from sotalia import Config, Session
from sotalia.exceptions import (
    ChecksumMismatch,
    ClientError,
    ConnectionClosedError,
    EventStreamError,
    ParamValidationError,
    ReadTimeoutError,
    ResponseStreamingError,
    UnsupportedSignatureVersionError,
)
from stream_bytes import error, event, exception
from stream_server import cut, pause, refusal, reset, streaming

SELECT = {
    "Bucket": "b", "Key": "k", "ExpressionType": "SQL", "Expression": "SELECT * FROM s3object",
    "InputSerialization": {"CSV": {}}, "OutputSerialization": {"CSV": {}},
}  # fmt: skip
SUBSCRIBE = {
    "ConsumerARN": "arn:aws:kinesis:us-east-1:123456789012:stream/s/consumer/c:1",
    "ShardId": "shardId-0",
    "StartingPosition": {"Type": "LATEST"},
}
CONVERSE = {"modelId": "m", "messages": [{"role": "user", "content": [{"text": "hi"}]}]}
INVOKE = {"modelId": "m", "body": b"{}"}

ROWS = [event("Records", b"a,%d\n" % number, content_type="application/octet-stream") for number in range(3)]
STATS = event("Stats", b"<Stats><BytesScanned>9</BytesScanned></Stats>", content_type="text/xml")
END = event("End")
INITIAL = event("initial-response", b"{}", content_type="application/x-amz-json-1.1")
SHARD = event(
    "SubscribeToShardEvent",
    b'{"Records":[{"SequenceNumber":"1","Data":"aGk=","PartitionKey":"p","ApproximateArrivalTimestamp":1.5}],'
    b'"ContinuationSequenceNumber":"1","MillisBehindLatest":0}',
)
START, STOP = event("messageStart", b'{"role":"assistant"}'), event("messageStop", b'{"stopReason":"end_turn"}')


def client_of(server, service, **config):
    session = Session("AKIDEXAMPLE", "secretexample", region_name="us-east-1")
    config = Config(retries={"max_attempts": 1}, **{"read_timeout": 10, **config})
    return session.client(service, endpoint_url=server.url, config=config)


def test_rows_of_s3_come_one_by_one_and_the_connection_is_used_again():
    with streaming([*ROWS, event("Cont"), STATS, END]) as server:
        s3 = client_of(server, "s3")
        for _ in range(2):
            answer = s3.select_object_content(**SELECT)
            assert answer["ResponseMetadata"]["HTTPStatusCode"] == 200
            assert answer["ResponseMetadata"]["RequestId"] == "stream-1"
            events = list(answer["Payload"])
            assert [each["Records"]["Payload"] for each in events[:3]] == [b"a,0\n", b"a,1\n", b"a,2\n"]
            assert events[3:] == [{"Cont": {}}, {"Stats": {"Details": {"BytesScanned": 9}}}, {"End": {}}]
        assert len(server.requests) == 2
        assert len(server.connections) == 1


def test_an_event_is_there_before_the_next_is_sent():
    asked = threading.Event()
    with streaming([ROWS[0], lambda connection: asked.wait(30), ROWS[1]]) as server:
        stream = client_of(server, "s3").select_object_content(**SELECT)["Payload"]
        assert next(stream) == {"Records": {"Payload": b"a,0\n"}}
        asked.set()
        assert next(stream) == {"Records": {"Payload": b"a,1\n"}}
        stream.close()


def test_a_stream_that_is_closed_early_drops_its_connection_and_the_next_call_works():
    done = threading.Event()
    with streaming([*ROWS, lambda connection: done.wait(30), *ROWS]) as server:
        s3 = client_of(server, "s3")
        for _ in range(2):
            with s3.select_object_content(**SELECT)["Payload"] as stream:
                assert next(stream)["Records"]
            assert list(stream) == []
        assert len(server.connections) == 2
        done.set()


def test_another_thread_ends_the_wait_by_closing():
    done = threading.Event()
    with streaming([INITIAL, SHARD, lambda connection: done.wait(30), SHARD]) as server:
        stream = client_of(server, "kinesis", read_timeout=60).subscribe_to_shard(**SUBSCRIBE)["EventStream"]
        assert next(stream)
        timer = threading.Timer(0.3, stream.close)
        timer.start()
        begun = time.monotonic()
        assert list(stream) == []
        assert time.monotonic() - begun < 20
        timer.join()
        done.set()


def test_kinesis_puts_its_initial_response_into_the_result():
    with streaming([INITIAL, SHARD, SHARD]) as server:
        answer = client_of(server, "kinesis").subscribe_to_shard(**SUBSCRIBE)
        assert set(answer) == {"EventStream", "ResponseMetadata"}
        assert answer["EventStream"].get_initial_response().payload == b"{}"
        events = list(answer["EventStream"])
        assert [each["SubscribeToShardEvent"]["Records"][0]["Data"] for each in events] == [b"hi", b"hi"]
        assert server.requests[0].headers["x-amz-target"] == "Kinesis_20131202.SubscribeToShard"


def test_bedrock_streams_what_a_model_says():
    delta = event("contentBlockDelta", b'{"contentBlockIndex":0,"delta":{"text":"hall\xc3\xb6"}}')
    with streaming([START, delta, STOP]) as server:
        answer = client_of(server, "bedrock-runtime").converse_stream(**CONVERSE)
        said = [each for each in answer["stream"]]  # noqa: C416 # as users write it
        assert said[1] == {"contentBlockDelta": {"contentBlockIndex": 0, "delta": {"text": "hallö"}}}
    with streaming([event("chunk", b'{"bytes":"eyJ4IjoxfQ==","p":"abcd"}')]) as server:
        answer = client_of(server, "bedrock-runtime").invoke_model_with_response_stream(**INVOKE)
        assert [json.loads(each["chunk"]["bytes"]) for each in answer["body"]] == [{"x": 1}]


def test_a_modelled_exception_in_the_stream_is_raised_behind_the_events():
    report = exception("modelStreamErrorException", b'{"message":"broke","originalStatusCode":500}')
    with streaming([START, report]) as server:
        stream = client_of(server, "bedrock-runtime").converse_stream(**CONVERSE)["stream"]
        assert next(stream)
        with pytest.raises(EventStreamError, match="ConverseStream operation: broke") as raised:
            next(stream)
        assert raised.value.response["Error"]["Code"] == "modelStreamErrorException"
        assert raised.value.response["originalStatusCode"] == 500
        assert raised.value.response["ResponseMetadata"]["RequestId"] == "stream-1"
        assert raised.value.operation_name == "ConverseStream"


def test_an_error_of_the_stream_is_raised():
    with streaming([ROWS[0], error("InternalError", "We encountered an internal error.")]) as server:
        stream = client_of(server, "s3").select_object_content(**SELECT)["Payload"]
        next(stream)
        with pytest.raises(EventStreamError, match=r"\(InternalError\) .* We encountered"):
            next(stream)


def test_throttling_before_the_stream_is_retried():
    with streaming(refusal("429 Too Many", "ThrottlingException"), [START, STOP]) as server:
        answer = client_of(server, "bedrock-runtime", connect_timeout=5).converse_stream(**CONVERSE)
        assert len(list(answer["stream"])) == 2
        assert answer["ResponseMetadata"]["RetryAttempts"] == 1


def test_a_refusal_is_the_modelled_error():
    with streaming(refusal("400 Bad", "ValidationException")) as server:
        client = client_of(server, "bedrock-runtime")
        with pytest.raises(client.exceptions.ValidationException):
            client.converse_stream(**CONVERSE)


def test_a_checksum_that_is_wrong_is_told_and_the_connection_is_not_used_again():
    with streaming([START, STOP[:-1] + b"?", pause(0.5), START]) as server:
        client = client_of(server, "bedrock-runtime")
        for _ in range(2):
            stream = client.converse_stream(**CONVERSE)["stream"]
            next(stream)
            with pytest.raises(ChecksumMismatch, match="message 2"):
                next(stream)
        assert len(server.connections) == 2


@pytest.mark.parametrize("end", [cut, reset])
def test_a_connection_that_breaks_in_the_middle_is_an_error_of_the_library(end):
    with streaming([START, pause(0.2), STOP[:30], pause(0.2), end]) as server:
        stream = client_of(server, "bedrock-runtime").converse_stream(**CONVERSE)["stream"]
        assert next(stream)
        with pytest.raises(ResponseStreamingError, match="event stream of ConverseStream, after 1 messages"):
            next(stream)


def test_a_server_that_falls_silent_is_a_read_timeout():
    with streaming([START, pause(2)]) as server:
        stream = client_of(server, "bedrock-runtime", read_timeout=1).converse_stream(**CONVERSE)["stream"]
        assert next(stream)
        with pytest.raises(ReadTimeoutError, match="converse-stream") as raised:
            next(stream)
        assert "after 1 messages" in raised.value.__notes__[0]


def test_an_initial_response_that_breaks_off_is_retried():
    with streaming([INITIAL[:20], cut], [INITIAL, SHARD]) as server:
        answer = client_of(server, "kinesis").subscribe_to_shard(**SUBSCRIBE)
        assert len(list(answer["EventStream"])) == 1
        assert answer["ResponseMetadata"]["RetryAttempts"] == 1


def test_the_events_of_the_call_are_told_as_ever():
    told = []
    with streaming([START, STOP]) as server:
        client = client_of(server, "bedrock-runtime")

        def parse(response_dict, **kwargs):
            told.append(("before-parse", type(response_dict["body"]).__name__, response_dict["status_code"]))

        def received(parsed_response, **kwargs):
            told.append(("response-received", type(parsed_response["stream"]).__name__, 200))

        client.meta.events.register("before-parse.bedrock-runtime.ConverseStream", parse)
        client.meta.events.register("response-received.bedrock-runtime.ConverseStream", received)
        list(client.converse_stream(**CONVERSE)["stream"])
    assert told == [("before-parse", "ConnectionBody", 200), ("response-received", "EventStream", 200)]


# Events that are sent


def transcribe_model():
    """Transcribe's streaming interface as far as it is tried here: its model is not among those of boto3."""
    header = {"location": "header"}
    return {
        "version": "2.0",
        "metadata": {
            "apiVersion": "2017-10-26", "endpointPrefix": "transcribestreaming", "protocol": "rest-json",
            "protocolSettings": {"h2": "eventstream"}, "serviceId": "Transcribe Streaming", "signatureVersion": "v4",
            "signingName": "transcribe", "serviceFullName": "Amazon Transcribe Streaming Service",
        },
        "operations": {
            "StartStreamTranscription": {
                "name": "StartStreamTranscription",
                "http": {"method": "POST", "requestUri": "/stream-transcription"},
                "input": {"shape": "Request"},
                "output": {"shape": "Response"},
                "errors": [{"shape": "BadRequestException"}, {"shape": "LimitExceededException"}],
            }
        },
        "shapes": {
            "Request": {
                "type": "structure",
                "required": ["LanguageCode", "AudioStream"],
                "members": {
                    "LanguageCode": {"shape": "String", **header, "locationName": "x-amzn-transcribe-language-code"},
                    "AudioStream": {"shape": "AudioStream"},
                },
                "payload": "AudioStream",
            },
            "Response": {
                "type": "structure",
                "members": {
                    "LanguageCode": {"shape": "String", **header, "locationName": "x-amzn-transcribe-language-code"},
                    "TranscriptResultStream": {"shape": "TranscriptResultStream"},
                },
                "payload": "TranscriptResultStream",
            },
            "AudioStream": {"type": "structure", "eventstream": True, "members": {"AudioEvent": {"shape": "Audio"}}},
            "Audio": {
                "type": "structure",
                "event": True,
                "members": {"AudioChunk": {"shape": "Blob", "eventpayload": True}},
            },
            "TranscriptResultStream": {
                "type": "structure",
                "eventstream": True,
                "members": {
                    "TranscriptEvent": {"shape": "TranscriptEvent"},
                    "BadRequestException": {"shape": "BadRequestException"},
                },
            },
            "TranscriptEvent": {"type": "structure", "event": True, "members": {"Transcript": {"shape": "String"}}},
            **{
                name: {"type": "structure", "exception": True, "members": {"Message": {"shape": "String"}}}
                for name in ("BadRequestException", "LimitExceededException")
            },
            "String": {"type": "string"},
            "Blob": {"type": "blob"},
        },
    }  # fmt: skip


@pytest.fixture
def transcribe(tmp_path, monkeypatch):
    folder = tmp_path / "transcribe-streaming" / "2017-10-26"
    folder.mkdir(parents=True)
    (folder / "service-2.json").write_text(json.dumps(transcribe_model()))
    monkeypatch.setenv("AWS_DATA_PATH", str(tmp_path))
    return lambda server: client_of(server, "transcribe-streaming")


def audio(count=3):
    for number in range(count):
        yield {"AudioEvent": {"AudioChunk": bytes([number]) * 100}}


HEARD = [event("TranscriptEvent", b'{"Transcript":"%s"}' % word) for word in (b"hello", b"world")]


def test_transcribe_hears_signed_audio_and_tells_what_it_heard(transcribe):
    with streaming(HEARD) as server:
        answer = transcribe(server).start_stream_transcription(LanguageCode="en-US", AudioStream=audio())
        heard = [each["TranscriptEvent"]["Transcript"] for each in answer["TranscriptResultStream"]]
        assert heard == ["hello", "world"]
        (request,) = server.requests
    assert request.headers["content-type"] == "application/vnd.amazon.eventstream"
    assert request.headers["transfer-encoding"] == "chunked"
    assert "content-length" not in request.headers
    assert request.headers["x-amz-content-sha256"] == "STREAMING-AWS4-HMAC-SHA256-EVENTS"
    assert "transfer-encoding" not in request.headers["authorization"]
    sent = stream_judge.verified(request.body, request.headers["authorization"], "secretexample")
    frames = [stream_judge.messages_of(each)[0] for each in sent]
    assert [payload for _, _, payload in frames] == [bytes([number]) * 100 for number in range(3)]
    assert {name: value for name, (_, value) in frames[0][0].items()} == {
        ":message-type": b"event",
        ":event-type": b"AudioEvent",
        ":content-type": b"application/octet-stream",
    }


def test_an_exception_of_transcribe_is_raised(transcribe):
    with streaming([HEARD[0], exception("BadRequestException", b'{"Message":"no audio"}')]) as server:
        answer = transcribe(server).start_stream_transcription(LanguageCode="en-US", AudioStream=audio())
        stream = answer["TranscriptResultStream"]
        next(stream)
        with pytest.raises(EventStreamError, match="no audio"):
            next(stream)


def test_a_list_of_events_is_sent_again_and_signed_anew(transcribe):
    with streaming(refusal("503 Busy", "ServiceUnavailable"), HEARD) as server:
        answer = transcribe(server).start_stream_transcription(LanguageCode="en-US", AudioStream=list(audio()))
        assert len(list(answer["TranscriptResultStream"])) == 2
        first, second = server.requests
    for request in (first, second):
        assert len(stream_judge.verified(request.body, request.headers["authorization"], "secretexample")) == 3


def test_an_iterator_that_was_read_is_not_sent_again_and_the_reason_is_told(transcribe):
    with streaming(refusal("503 Busy", "ServiceUnavailable"), HEARD) as server:
        with pytest.raises(ClientError, match="ServiceUnavailable") as raised:
            transcribe(server).start_stream_transcription(LanguageCode="en-US", AudioStream=audio())
        assert raised.value.response["ResponseMetadata"]["RetryAttempts"] == 0
        assert "HTTP/2" in raised.value.__notes__[0]
        assert len(server.requests) == 1


def test_a_connection_that_closes_under_an_iterator_is_not_tried_again(transcribe):
    with streaming(cut) as server:
        with pytest.raises(ConnectionClosedError) as raised:
            transcribe(server).start_stream_transcription(LanguageCode="en-US", AudioStream=audio())
        assert "HTTP/1.1" in raised.value.__notes__[0]
        assert len(server.requests) == 1


@pytest.mark.parametrize("theirs", [OSError("disk"), ValueError("header of theirs"), RuntimeError("x")])
def test_what_the_callers_iterator_raises_comes_out_of_the_call(transcribe, theirs):
    def broken():
        yield from audio(2)
        raise theirs

    with streaming(HEARD) as server:
        client = transcribe(server)
        with pytest.raises(type(theirs)) as raised:
            client.start_stream_transcription(LanguageCode="en-US", AudioStream=broken())
        assert raised.value is theirs
        answer = client.start_stream_transcription(LanguageCode="en-US", AudioStream=audio())
        assert len(list(answer["TranscriptResultStream"])) == 2
        assert len(server.requests) == 1


def test_an_event_that_does_not_fit_ends_the_call(transcribe):
    events = [*audio(1), {"AudioEvent": {"AudioChunk": 3}}]
    with streaming(HEARD) as server:
        client = transcribe(server)
        with pytest.raises(ParamValidationError, match="event 2 of AudioStream"):
            client.start_stream_transcription(LanguageCode="en-US", AudioStream=events)


def test_bedrock_is_spoken_to_in_both_directions():
    chunk = event("chunk", b'{"bytes":"YW5zd2Vy"}')
    sent = [{"chunk": {"bytes": b"question"}}]
    with streaming([chunk]) as server:
        client = client_of(server, "bedrock-runtime")
        answer = client.invoke_model_with_bidirectional_stream(modelId="m", body=sent)
        assert [each["chunk"]["bytes"] for each in answer["body"]] == [b"answer"]
        (request,) = server.requests
    (message,) = stream_judge.verified(request.body, request.headers["authorization"], "secretexample")
    ((headers, _, payload),) = stream_judge.messages_of(message)
    assert headers[":content-type"][1] == b"application/json"
    assert json.loads(payload) == {"bytes": "cXVlc3Rpb24="}


def test_with_a_bearer_token_the_messages_are_not_signed(monkeypatch, tmp_path):
    authority = make_authority(tmp_path)  # a token goes over TLS alone
    monkeypatch.setenv("AWS_CA_BUNDLE", authority.ca)
    monkeypatch.setenv("AWS_BEARER_TOKEN_BEDROCK", "token-of-bedrock")
    with streaming([event("chunk", b'{"bytes":"YW5zd2Vy"}')], tls=authority.context()) as server:
        client = client_of(server, "bedrock-runtime")
        answer = client.invoke_model_with_bidirectional_stream(modelId="m", body=[{"chunk": {"bytes": b"question"}}])
        assert len(list(answer["body"])) == 1
        (request,) = server.requests
    assert request.headers["authorization"] == "Bearer token-of-bedrock"
    assert "x-amz-content-sha256" not in request.headers
    ((headers, _, _),) = stream_judge.messages_of(request.body)
    assert headers[":event-type"][1] == b"chunk"


def test_a_signer_that_cannot_sign_events_says_so(transcribe):
    with streaming(HEARD) as server:
        client = transcribe(server)
        client.meta.events.register("choose-signer", lambda **kwargs: "v4a")
        with pytest.raises(UnsupportedSignatureVersionError, match="v4a-events"):
            client.start_stream_transcription(LanguageCode="en-US", AudioStream=audio())
        assert server.requests == []


def test_the_initial_request_of_an_rpc_protocol_is_signed_too(tmp_path, monkeypatch):
    folder = tmp_path / "streams-json" / "2020-01-01"
    folder.mkdir(parents=True)
    (folder / "service-2.json").write_text(json.dumps(stream_bytes.service_model("json")))
    monkeypatch.setenv("AWS_DATA_PATH", str(tmp_path))
    body = stream_bytes.BODIES["json"]
    with streaming([event("initial-response", b'{"Named":"theirs"}'), event("Plain", body)]) as server:
        answer = client_of(server, "streams-json").talk(Named="ours", Events=iter([{"Plain": {"Size": 1}}]))
        assert answer["Named"] == "theirs"
        assert list(answer["Events"]) == [{"Plain": {"Name": "x", "Size": 3}}]
        (request,) = server.requests
    sent = stream_judge.verified(request.body, request.headers["authorization"], "secretexample")
    kinds = [stream_judge.messages_of(each)[0][0][":event-type"][1] for each in sent]
    assert kinds == [b"initial-request", b"Plain"]


# Servers that nobody here wrote


def test_moto_selects_from_an_object():
    with aws_servers.moto_server() as url:
        s3 = Session("test", "test", region_name="us-east-1").client("s3", endpoint_url=url)
        s3.create_bucket(Bucket="selected")
        s3.put_object(Bucket="selected", Key="k", Body=b'{"a":1}\n{"a":2}\n')
        answer = s3.select_object_content(
            Bucket="selected", Key="k", ExpressionType="SQL", Expression="SELECT s.a FROM s3object s",
            InputSerialization={"JSON": {"Type": "LINES"}}, OutputSerialization={"JSON": {}},
        )  # fmt: skip
        events = list(answer["Payload"])
        rows = b"".join(each["Records"]["Payload"] for each in events if "Records" in each)
        assert [json.loads(row) for row in rows.split()] == [{"a": 1}, {"a": 2}]
        assert "End" in events[-1]


def test_ministack_converses_and_invokes():
    with aws_servers.ministack_server() as url:
        client = Session("test", "test", region_name="us-east-1").client("bedrock-runtime", endpoint_url=url)
        model = "anthropic.claude-3-haiku-20240307-v1:0"
        said = list(client.converse_stream(**{**CONVERSE, "modelId": model})["stream"])
        assert said[0] == {"messageStart": {"role": "assistant"}}
        assert any("messageStop" in each for each in said)
        body = {"anthropic_version": "bedrock-2023-05-31", "max_tokens": 9, "messages": CONVERSE["messages"]}
        answer = client.invoke_model_with_response_stream(modelId=model, body=json.dumps(body))
        assert all(json.loads(each["chunk"]["bytes"]) for each in answer["body"])
