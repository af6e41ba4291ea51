"""The documentation of all services: every operation renders, nothing is opened before somebody asks.

By default every 40th operation; all of them, about two minutes, with
``SOTALIA_ALL_SERVICES=1``.
"""

import inspect
import os
import subprocess
import sys
from random import Random

import pytest
from random_params import random_params
from sotalia import Session
from sotalia.models.names import python_name
from sotalia.models.store import default_store
from sotalia.models.validation import compile_operation_validator
from sotalia.ops.command_line import main

ALL = bool(os.environ.get("SOTALIA_ALL_SERVICES"))
STEP = 1 if ALL else 40
SERVICES = default_store().services()

LATE = """
import os, sys
import sotalia
session = sotalia.Session("AKIDEXAMPLE", "k" * 40, region_name="us-east-1")
client = session.client("dynamodb")
client.meta.events.register("before-send", lambda **_: sotalia.make_response(200, b"{}"))
client.list_tables()
client.get_paginator("list_tables"), client.get_waiter("table_exists"), client.exceptions.ResourceNotFoundException

def opened():
    maps = open("/proc/self/maps").read() if os.path.exists("/proc/self/maps") else ""
    modules = [name for name in sys.modules if "documentation." in name or name == "html.parser"]
    return ".docs" in maps, sorted(modules)

print(opened())
assert client.list_tables.__doc__.startswith("Returns")
print(opened()[0])
"""

pytestmark = pytest.mark.timeout(900 if ALL else 120)


def test_no_text_is_opened_before_somebody_asks():
    done = subprocess.run([sys.executable, "-c", LATE], capture_output=True, text=True, timeout=60, check=False)
    assert not done.returncode, done.stderr
    before, after = done.stdout.splitlines()
    assert before == "(False, [])"
    assert after == str(os.path.exists("/proc/self/maps"))


def test_every_operation_renders_and_its_signature_takes_what_the_validator_takes():
    session = Session(region_name="us-east-1")
    rendered = 0
    random = Random(1)
    for service in SERVICES:
        client = session.client(service)
        model = client.meta.service_model
        for operation in model.operation_names[random.randrange(STEP) :: STEP]:
            method = getattr(client, python_name(operation))
            text = str(method.__doc__)
            assert text.strip(), (service, operation)
            assert f"client.{python_name(operation)}" in text
            assert not [line for line in text.split("\n") if line != line.rstrip()], (service, operation)
            _check_signature(inspect.signature(method), model.operation_model(operation), random)
            rendered += 1
    print(f"{rendered} operations of {len(SERVICES)} services rendered")
    assert rendered > 17000 / STEP / 2


def _check_signature(signature, operation, random):
    shape = operation.input_shape
    validate = compile_operation_validator(operation)
    params = {} if shape is None else random_params(shape, random)
    for token in operation.idempotent_members:
        params.pop(token, None)
    signature.bind(**params)
    if not operation.idempotent_members:
        validate(params)
    given = set(signature.parameters) - {"others"}
    known = set() if shape is None else set(shape.members)
    assert given <= known
    if given != known:
        assert "others" in signature.parameters


@pytest.mark.parametrize("service", SERVICES if ALL else SERVICES[::12])
def test_services_paginators_waiters_and_errors_render(service):
    client = Session(region_name="us-east-1").client(service)
    assert client.__doc__.startswith("A client of ")
    model = client.meta.service_model
    for operation in model.source.document("paginators-1").get("pagination", {}):
        pages = client.get_paginator(python_name(operation))
        assert f"`client.{python_name(operation)}`" in str(pages.paginate.__doc__)
        assert "PaginationConfig" in inspect.signature(pages.paginate).parameters
    for name in client.waiter_names:
        waiter = client.get_waiter(name)
        assert "Outcomes:" in str(waiter.wait.__doc__)
        assert "WaiterConfig" in inspect.signature(waiter.wait).parameters
    for shape in model.error_shapes:
        assert "Error code" in getattr(client.exceptions, shape.name).__doc__


@pytest.mark.parametrize(
    ("words", "start"),
    [
        (["s3"], "A client of Amazon Simple Storage Service"),
        (["s3", "get_object"], "Retrieves an object from Amazon S3."),
        (["s3", "bucket_exists"], "Calls `client.head_bucket` every 5 seconds"),
        (["s3", "NoSuchKey"], "The specified key does not exist."),
    ],
)
def test_the_command_prints_what_help_shows(capsys, words, start):
    assert main(["models", "docs", *words]) == 0
    assert capsys.readouterr().out.startswith(start)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["s33"], "Unknown service: 's33'"),
        (["s3", "get_objct"], "Did you mean get_object"),
        (["s3", "NoSuchKy"], "Valid exceptions are"),
    ],
)
def test_the_command_says_what_it_does_not_know(capsys, words, told):
    assert main(["models", "docs", *words]) == 1
    assert told in capsys.readouterr().out
