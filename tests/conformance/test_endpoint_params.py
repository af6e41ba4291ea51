"""The public endpoint cases that come with operation inputs: bound by the binder, then resolved."""

import gzip
import json
from functools import cache

from sotalia.components.errors import EndpointResolutionError
from sotalia.models.endpoint_params import KNOWN_BUILTINS, client_context_values, compile_endpoint_binder
from sotalia.models.endpoint_rules import compile_ruleset
from sotalia.models.partitions import Partitions
from sotalia.models.shapes import ServiceModel
from vectors import sdist


def load(path):
    data = path.read_bytes()
    return json.loads(gzip.decompress(data) if path.suffix == ".gz" else data)


def data():
    return sdist() / "botocore" / "data"


@cache
def resolver(folder):
    return compile_ruleset(load(next(folder.glob("endpoint-rule-set-1.json*"))), partitions())


@cache
def partitions():
    return Partitions(load(data() / "partitions.json"))


def bound_outcome(resolver, service, given):
    operation = service.operation_model(given["operationName"])
    bind = compile_endpoint_binder(operation, resolver.read_parameters)
    context = client_context_values(service.client_context_parameters, given.get("clientParams", {}))
    try:
        found = resolver.resolve(bind(given.get("operationParams", {}), given.get("builtInParams", {}), context))
    except EndpointResolutionError as refused:
        return {"error": str(refused)}
    return {"endpoint": {"url": found.url, "properties": found.properties, "headers": found.headers}}


def test_operation_inputs_lead_to_the_expected_endpoint(capsys):
    count, failures = 0, []
    for path in sorted((sdist() / "tests" / "functional" / "endpoint-rules").glob("*/endpoint-tests-1.json")):
        cases = [case for case in load(path)["testCases"] if case.get("operationInputs")]
        if not cases:
            continue
        folder = max((data() / path.parent.name).glob("*/endpoint-rule-set-1.json*")).parent
        service = ServiceModel(load(next(folder.glob("service-2.json*"))))
        for case in cases:
            expected = case["expect"]
            if "endpoint" in expected:
                expected = {"endpoint": {"properties": {}, "headers": {}, **expected["endpoint"]}}
            for given in case["operationInputs"]:
                count += 1
                found = bound_outcome(resolver(folder), service, given)
                if found != expected:
                    failures.append((path.parent.name, case["documentation"], given, found, expected))
    with capsys.disabled():
        print(f"\noperation inputs: {count - len(failures)} of {count} pass", end=" ")
        print(*(f"\n  {failure}" for failure in failures), end="")
    assert count > 0
    assert not failures


def test_every_builtin_of_the_data_is_known():
    used = {
        record["builtIn"]
        for path in data().glob("*/*/endpoint-rule-set-1.json*")
        for record in load(path)["parameters"].values()
        if "builtIn" in record
    }
    assert used <= KNOWN_BUILTINS
