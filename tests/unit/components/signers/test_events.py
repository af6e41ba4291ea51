"""Signed event streams: the vector that three SDKs share, and chains checked by code of their own."""

import hashlib
from datetime import UTC, datetime, timedelta

import pytest
import stream_judge
from sotalia.components.event_frames import STRING, TIMESTAMP, encode_frame, encode_headers
from sotalia.components.http import AWSRequest
from sotalia.components.signers.events import STREAMING_EVENTS, event_string_to_sign
from sotalia.components.signers.sigv4 import credential_scope
from sotalia.components.signers.table import SignerTable

NOW = datetime(2026, 3, 1, 23, 59, 58, 500_000, tzinfo=UTC)


class Someone:
    access_key = "AKIDEXAMPLE"
    secret_key = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
    token = None


def test_the_string_to_sign_is_that_of_the_sdks_of_rust_kotlin_and_swift():
    moment = datetime.fromtimestamp(123_456_789, UTC)
    message = encode_frame(encode_headers([("some-header", STRING, "value")]), b"test payload")
    made = event_string_to_sign(
        "19731129T213309Z",
        credential_scope("19731129", "us-east-1", "testservice"),
        hashlib.sha256(b"last message sts").hexdigest(),
        encode_headers([(":date", TIMESTAMP, moment)]),
        message,
    )
    assert made.split("\n") == [
        "AWS4-HMAC-SHA256-PAYLOAD",
        "19731129T213309Z",
        "19731129/us-east-1/testservice/aws4_request",
        "be1f8c7d79ef8e1abc5254a2c70e4da3bfaf4f07328f527444e1fc6ea67273e2",
        "0c0e3b3bf66b59b976181bd7d401927bbd624107303c713fd1e5f3d3c8dd1b1e",
        "f2eba0f2e95967ee9fbc6db5e678d2fd599229c0d04b11e4fc8e0f2a02a806c6",
    ]


def signed_request():
    signer = SignerTable()["v4-events"]
    request = AWSRequest("POST", "https://streams.us-east-1.amazonaws.com/talk", {"Content-Type": "x"})
    signer.sign(request, Someone(), "streams", "us-east-1", NOW)
    return signer, request


def test_the_request_says_that_its_events_are_signed():
    _, request = signed_request()
    assert request.headers["X-Amz-Content-SHA256"] == STREAMING_EVENTS
    assert "x-amz-content-sha256" in request.headers["Authorization"]


def test_a_chain_is_accepted_by_a_judge_and_goes_on_over_midnight():
    signer, request = signed_request()
    times = iter([NOW, NOW, NOW + timedelta(seconds=5), NOW + timedelta(days=1)])
    sign = signer.messages(request, Someone(), "streams", "us-east-1", lambda: next(times))
    messages = [b"first", b"second", b"", b"fourth"]
    body = b"".join(sign(message) for message in messages[:2])
    body += sign(b"third") + sign(b"")
    authorization = request.headers["Authorization"]
    assert stream_judge.verified(body, authorization, Someone.secret_key) == [b"first", b"second", b"third"]


@pytest.mark.parametrize("change", ["key", "order", "seed", "end"])
def test_what_was_changed_is_refused_by_the_judge(change):
    signer, request = signed_request()
    sign = signer.messages(request, Someone(), "streams", "us-east-1", lambda: NOW)
    first, second, end = sign(b"first"), sign(b"second"), sign(b"")
    body = {"order": second + first + end, "end": first + second}.get(change, first + second + end)
    authorization = request.headers["Authorization"]
    if change == "seed":
        authorization = authorization[:-1] + ("0" if authorization[-1] != "0" else "1")
    with pytest.raises(AssertionError):
        stream_judge.verified(body, authorization, "other" if change == "key" else Someone.secret_key)
