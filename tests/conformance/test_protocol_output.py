"""All cases of the public protocol vectors for answers: a real client gets each, and its result or error is judged.

An error is judged by its class, code, message and members. In the vectors'
own terms are text for blobs, seconds for times, names for special numbers,
and, in the newer ones, JSON text for the JSON of headers.
"""

import json
import math
from collections import Counter
from datetime import datetime

import pytest
from protocol_vectors import Services, Wire, answer_of, is_json_header, load
from sotalia import Session, make_response
from sotalia.components.streaming import StreamingBody
from sotalia.exceptions import ClientError

CASES = load("output")


@pytest.fixture(scope="module")
def call(tmp_path_factory):
    """Calls the operation of a case, which gets the case's answer; returns the result or the error."""
    wire = Wire()
    services = Services(tmp_path_factory.mktemp("vectors"), CASES, wire, parameter_validation=False)

    def call(case):
        wire.answer = answer_of(case)
        try:
            result = services.call(case, {})
        except ClientError as error:
            return services.client(case), error
        return services.model(case), result

    return call


def plain(value):
    """Return a result in the vectors' terms; booleans differ from numbers, whole floats do not."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, bytes):
        return value.decode()
    if isinstance(value, bool):
        return ("boolean", value)
    if isinstance(value, datetime):
        assert value.utcoffset() is not None
        return value.timestamp()
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    return value


def judge_result(model, result, case):
    assert result.pop("ResponseMetadata")["HTTPStatusCode"] == case.case["response"]["status_code"]
    expected = case.case["result"]
    for name, value in list(result.items()):
        if case.is_event_stream and hasattr(value, "close"):
            result[name] = list(value)
        elif isinstance(value, StreamingBody):
            result[name] = value.read()
            if name not in expected and result[name] == b"":
                del result[name]  # In Python a body that is a blob is always a stream.
    for name, value in expected.items():
        if isinstance(value, str) and is_json_header(model.output_shape.members[name]):
            result[name] = json.dumps(result[name])
    assert plain(result) == plain(expected)


def judge_error(client, error, case):
    response = dict(error.response)
    assert response.pop("ResponseMetadata")["HTTPStatusCode"] == case.case["response"]["status_code"]
    found = response.pop("Error")
    assert found["Code"] == case.case.get("errorCode", "")
    if "errorMessage" in case.case:
        assert found["Message"] == case.case["errorMessage"]
    for reference in case.case["given"].get("errors", ()):
        shape = client.meta.service_model.shape_for(reference["shape"])
        if shape.error_code == found["Code"]:
            assert type(error) is getattr(client.exceptions, shape.name)
    assert found["Code"] in str(error)
    assert plain(response) == plain(case.case["error"])


def outcome(call, case):
    """Return what is wrong, or nothing."""
    try:
        about, got = call(case)
        if "error" in case.case:
            judge_error(about, got, case)
        else:
            judge_result(about, got, case)
    except Exception as error:
        return f"{type(error).__name__}: {str(error)[:300]}"
    return ""


def test_every_answer_vector_is_met(call, capsys):
    total, passed = Counter(case.file for case in CASES), Counter()
    wrong = {str(case): found for case in CASES if (found := outcome(call, case))}
    for case in CASES:
        passed[case.file] += str(case) not in wrong
    with capsys.disabled():
        print("\nanswer vectors, passed/total:")
        for name in total:
            print(f"  {name:45} {passed[name]:3}/{total[name]}")
        print(f"  {'all':45} {passed.total():3}/{total.total()}")
    assert not [f"{name}: {text}" for name, text in wrong.items()]


@pytest.mark.parametrize(
    ("service", "operation", "params", "code", "kind"),
    [
        ("sqs", "GetQueueUrl", {"QueueName": "q"}, "AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist"),
        ("cloudwatch", "DeleteAlarms", {"AlarmNames": ["a"]}, "ResourceNotFound", "ResourceNotFound"),
        ("cloudwatch", "SetAlarmState", {"AlarmName": "a", "StateValue": "OK", "StateReason": "r"}, "InvalidFormat",
         "InvalidFormatFault"),
    ],
)  # fmt: skip
def test_errors_of_services_that_spoke_query_have_their_class(service, operation, params, code, kind):
    wire = Wire()
    session = Session(aws_access_key_id="AKID", aws_secret_access_key="x", region_name="us-west-2")
    session.register_component("transport", wire)
    client = session.client(service)
    body = json.dumps({"__type": f"com.amazonaws#{kind}", "message": "m"})
    wire.answer = make_response(400, body, {"x-amzn-query-error": f"{code};Sender"})
    with pytest.raises(getattr(client.exceptions, kind)) as caught:
        client._make_api_call(operation, params)
    assert caught.value.response["Error"] == {"Code": code, "Message": "m", "QueryErrorCode": kind, "Type": "Sender"}
