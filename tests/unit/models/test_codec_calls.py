"""How many functions a codec calls for a fixed message: a guard against slow codecs that needs no clock.

A bound is what was counted when the codec was last made faster, and a tenth
more. Calls into C count like calls of Python functions.
"""

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

    sys.setprofile(observe)
    try:
        function(argument)
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize(
    ("title", "bound"),
    [
        ("s3 ListObjectsV2, 1000 keys", 19887),
        ("ec2 DescribeInstances, 1 instance", 384),
        ("sts GetCallerIdentity", 64),
        ("dynamodb Query, 100 items", 16),
        ("logs FilterLogEvents, 1000 events", 16),
        ("cloudwatch GetMetricData, 10000 points", 96),
        ("s3 GetObject", 52),
        ("s3 PutObject", 16),
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
        ("dynamodb PutItem", 134),
        ("dynamodb BatchWriteItem, 25 items", 3152),
        ("logs PutLogEvents, 1000 events", 5517),
        ("cloudwatch PutMetricData, 100 metrics", 3317),
        ("sqs SendMessage", 10),
        ("ec2 RunInstances", 217),
        ("ec2 DescribeInstances, 100 ids, 2 filters", 178),
        ("s3 DeleteObjects, 1000 keys", 15443),
        ("s3 PutObject", 63),
        ("lambda Invoke", 30),
    ],
)
def test_writing_calls_few_functions(title, bound, operation):
    service, name, make = bench_payloads.INPUTS[title]
    model = operation(service, name)
    serialize = compile_checked_serializer(model, compile_operation_validator(model), compile_serializer(model))
    assert calls_of(serialize, make()) <= bound
