"""Requests are those of boto3 1.44.5, byte for byte: random parameters for operations of many services."""

import gzip
import json
import pickle
import subprocess
from pathlib import Path
from random import Random

import peers
import request_peer
from random_params import random_params, spoiled
from sotalia.components.errors import ParamValidationError
from sotalia.models.serialize import compile_checked_serializer, compile_serializer
from sotalia.models.shapes import ServiceModel
from sotalia.models.validation import compile_operation_validator
from vectors import sdist

ALWAYS = (
    "cloudwatch",
    "dynamodb",
    "ec2",
    "iam",
    "lambda",
    "route53",
    "s3",
    "s3control",
    "secretsmanager",
    "sns",
    "sqs",
    "sts",
)
SERVICES, OPERATIONS = 50, 6

pytestmark = peers.takes_long_once


def load_model(folder: Path) -> ServiceModel:
    path = next(sorted(folder.glob("*"))[-1].glob("service-2.json*"))
    read = gzip.open if path.suffix == ".gz" else open
    with read(path, "rt", encoding="utf-8") as file:
        return ServiceModel(json.load(file), folder.name)


def sample(random):
    data = sdist() / "botocore" / "data"
    others = sorted(path.parent.parent.name for path in data.glob("*/*/service-2.json*"))
    for service in dict.fromkeys([*ALWAYS, *random.sample(others, SERVICES)]):
        model = load_model(data / service)
        for name in random.sample(model.operation_names, min(OPERATIONS, len(model.operation_names))):
            operation = model.operation_model(name)
            if not operation.has_event_stream_input:
                shape = operation.input_shape
                yield operation, {} if shape is None else random_params(shape, random)


def own_request(operation, params):
    try:
        validate, serialize = compile_operation_validator(operation), compile_serializer(operation)
        return compile_checked_serializer(operation, validate, serialize)(params)
    except ParamValidationError as error:
        return str(error)


def in_order(request):
    """Dictionaries as lists, so that the order of headers, query fields and forms counts."""
    if isinstance(request, str):
        return request
    return {key: list(value.items()) if isinstance(value, dict) else value for key, value in request.items()}


def compare(questions):
    """Ask both sides, and return how many were asked and what differs."""
    asked = [
        (operation.service_model.service_name, operation.name, operation.service_model.resolved_protocol, params)
        for operation, params in questions
    ]
    command = [peers.python(), request_peer.__file__]
    peer = subprocess.run(command, input=pickle.dumps(asked), capture_output=True, check=True)
    differences = [
        f"{question[:3]}\n  boto3:   {theirs}\n  sotalia: {ours}"
        for question, (operation, params), theirs in zip(asked, questions, pickle.loads(peer.stdout), strict=True)
        if repr(in_order(ours := own_request(operation, params))) != repr(in_order(theirs))
        and "<sensitive>" not in ours
    ]
    return len(asked), differences


def test_random_requests_equal_those_of_boto3(capsys):
    total, differences = compare(list(sample(Random(20241))))
    with capsys.disabled():
        print(f"\nrequests equal to boto3's: {total - len(differences)}/{total}")
    assert total >= 300
    assert not differences, "\n".join(differences[:5])


def test_reports_of_bad_parameters_equal_those_of_boto3(capsys):
    random = Random(7)
    questions = [
        (operation, spoiled(spoiled(params, random), random))
        for operation, params in sample(random)
        if operation.input_shape is not None
    ]
    total, differences = compare(questions)
    with capsys.disabled():
        print(f"\nreports of bad parameters equal to boto3's: {total - len(differences)}/{total}")
    assert not differences, "\n".join(differences[:5])
