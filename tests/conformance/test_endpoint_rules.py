"""The public endpoint test cases of every service, against all forms of the rules: tree, compact tree, diagram."""

import gzip
import json
from collections import Counter
from functools import cache
from random import Random

import pytest
from diagram_compiler import diagram_of
from sotalia.components.errors import EndpointResolutionError
from sotalia.models.endpoint_rules import compile_ruleset
from sotalia.models.endpoint_tables import compact_ruleset, expand_ruleset
from sotalia.models.partitions import Partitions
from vectors import sdist

MUST_BE_GREEN = ("s3", "sts", "dynamodb", "sqs", "ec2", "lambda")


@cache
def partitions():
    return Partitions(json.loads((sdist() / "botocore" / "data" / "partitions.json").read_bytes()))


def ruleset(service):
    """The newest rule set: the test cases are written for it."""
    path = max((sdist() / "botocore" / "data" / service).glob("*/endpoint-rule-set-1.json*"))
    data = path.read_bytes()
    return json.loads(gzip.decompress(data) if path.suffix == ".gz" else data)


def cases(service):
    path = sdist() / "tests" / "functional" / "endpoint-rules" / service / "endpoint-tests-1.json"
    return json.loads(path.read_bytes())["testCases"]


def services():
    return sorted(path.parent.name for path in (sdist() / "tests" / "functional" / "endpoint-rules").glob("*/*.json"))


def outcome(resolver, params):
    try:
        found = resolver.resolve(params)
    except EndpointResolutionError as refused:
        return {"error": str(refused)}
    return {"endpoint": {"url": found.url, "properties": found.properties, "headers": found.headers}}


def expected(case):
    expect = case["expect"]
    return {"endpoint": {"properties": {}, "headers": {}, **expect["endpoint"]}} if "endpoint" in expect else expect


def test_every_case_of_every_service(capsys):
    passed, failures = Counter(), {}
    for service in services():
        plain = ruleset(service)
        forms = (plain, compact_ruleset(plain), diagram_of(plain, Random(11)))
        resolvers = [compile_ruleset(form, partitions()) for form in forms]
        for case in cases(service):
            found = [outcome(resolver, case.get("params", {})) for resolver in resolvers]
            if found == [expected(case)] * 3:
                passed[service] += 1
            else:
                failures.setdefault(service, []).append((case["documentation"], found))
    failed = sum(map(len, failures.values()))
    with capsys.disabled():
        print(f"\nendpoint cases: {passed.total()} of {passed.total() + failed} pass, {len(passed)} services", end=" ")
        print(*(f"\n  {service}: {passed[service]} pass, {len(bad)} fail" for service, bad in failures.items()), end="")
    assert all(passed[service] and service not in failures for service in MUST_BE_GREEN)
    assert not failures


@pytest.mark.parametrize("service", ["s3", "dynamodb", "kinesis"])
def test_the_compact_form_of_a_real_rule_set_expands_to_the_same_rules(service):
    def bare(record):
        if isinstance(record, dict):
            return {key: bare(value) for key, value in record.items() if key != "documentation"}
        return [bare(item) for item in record] if isinstance(record, list) else record

    original = ruleset(service)
    assert bare(expand_ruleset(compact_ruleset(original))) == bare(original)
    resolvers = [compile_ruleset(form, partitions()) for form in (original, compact_ruleset(original))]
    assert resolvers[0].cache_key_params == resolvers[1].cache_key_params


def test_object_keys_do_not_reach_the_cache_of_s3(capsys):
    resolver = compile_ruleset(ruleset("s3"), partitions())
    assert not {"Key", "Prefix", "CopySource"} & set(resolver.cache_key_params)
    for number in range(10_000):
        resolver.resolve({"Region": "us-west-2", "Bucket": "bucket", "Key": f"folder/{number}"})
    info = resolver.cache_info()
    with capsys.disabled():
        print(f"\nendpoints of S3 for 10,000 keys from the cache: {info.hits / (info.hits + info.misses):.2%}", end=" ")
    assert info.hits / (info.hits + info.misses) >= 0.99
