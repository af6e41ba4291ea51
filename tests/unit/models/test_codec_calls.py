"""How many functions a codec calls for a fixed message: a guard against slow codecs that needs no clock.

A bound is what was counted when the codec was last made faster, a tenth and
three more. Calls into C count like calls of Python functions.
"""

import gc
import sys

import pytest
import sotalia
from sotalia.components.http import Headers
from sotalia.models import parse_json_typed
from sotalia.models.parse import compile_parser
from sotalia.models.serialize import compile_checked_serializer, compile_serializer
from sotalia.models.validation import compile_operation_validator
from sotalia.ops import bench_documents, bench_payloads

OUTPUTS = {**bench_documents.OUTPUTS, **bench_payloads.OUTPUTS}


@pytest.fixture(scope="module")
def operation():
    session = sotalia.Session(aws_access_key_id="AKIDEXAMPLE", aws_secret_access_key="k", region_name="us-east-1")
    return lambda service, name: session.client(service).meta.service_model.operation_model(name)


def calls_of(function, argument):
    """Count the calls that the third run makes, when everything is compiled."""
    function(argument)
    function(argument)
    count = 0

    def observe(frame, event, value):
        nonlocal count
        count += event in ("call", "c_call")

    gc.disable()  # tools of the tests hear of its runs
    sys.setprofile(observe)
    try:
        function(argument)
    finally:
        sys.setprofile(None)
        gc.enable()
    return count


@pytest.mark.parametrize(
    ("title", "bound"),
    [
        ("s3 ListObjectsV2, 1000 keys", 19890),
        ("ec2 DescribeInstances, 1 instance", 387),
        ("sts GetCallerIdentity", 67),
        ("dynamodb Query, 100 items", 19),
        ("logs FilterLogEvents, 1000 events", 19),
        ("cloudwatch GetMetricData, 10000 points", 99),
        ("s3 GetObject", 55),
        ("s3 PutObject", 19),
    ],
)
def test_reading_calls_few_functions(title, bound, operation, monkeypatch):
    monkeypatch.setattr(parse_json_typed, "_COMPILE_AFTER", 0)
    monkeypatch.setattr(parse_json_typed, "fast_decoder_is_loaded", lambda: True)
    service, name, fields, make = OUTPUTS[title]
    response = {"status_code": 200, "headers": Headers(fields), "body": make()}
    assert calls_of(compile_parser(operation(service, name)), response) <= bound


@pytest.mark.parametrize(
    ("title", "bound"),
    [
        ("dynamodb PutItem", 137),
        ("dynamodb BatchWriteItem, 25 items", 3155),
        ("logs PutLogEvents, 1000 events", 5520),
        ("cloudwatch PutMetricData, 100 metrics", 3320),
        ("sqs SendMessage", 13),
        ("ec2 RunInstances", 115),
        ("ec2 DescribeInstances, 100 ids, 2 filters", 152),
        ("s3 DeleteObjects, 1000 keys", 15446),
        ("s3 PutObject", 44),
        ("s3 GetObject", 26),
        ("lambda Invoke", 21),
        ("sts AssumeRole", 28),
        ("sts GetCallerIdentity", 5),
    ],
)
def test_writing_calls_few_functions(title, bound, operation):
    service, name, make = bench_payloads.INPUTS[title]
    model = operation(service, name)
    serialize = compile_checked_serializer(model, compile_operation_validator(model), compile_serializer(model))
    assert calls_of(serialize, make()) <= bound
