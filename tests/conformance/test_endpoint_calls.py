"""The public endpoint test cases through real clients: URL, headers, properties and signature of what leaves them.

A sample of the services by default; ``SOTALIA_ALL_SERVICES=1`` runs all of them and prints a line for each.
"""

import gzip
import json
import os
from collections import Counter
from random import Random

from endpoint_calls import Cases
from sotalia.models.endpoint_rules import compile_ruleset
from sotalia.models.partitions import Partitions
from vectors import sdist

ALWAYS = ("dynamodb", "events", "kinesis", "neptune-graph", "s3", "s3control", "sts")
SAMPLE = 60

ONLY_THE_RESOLVER = {"cloudfront-keyvaluestore": 1, "kinesis": 26, "neptune-graph": 1, "s3control": 8}
"""Cases with parameters that no operation gives (Kinesis without an ``OperationType``, an unknown ``ApiType``)."""

REFUSED_BEFORE = 50
"""At most so many cases have a bucket that no client takes, boto3's neither (``bucket!``)."""

BY_EVENT = {
    "AWS::Region": "a client has a region, of a whole partition if need be",
    "AWS::UseFIPS": "a client's own endpoint has no variants",
    "AWS::UseDualStack": "a client's own endpoint has no variants",
    "AWS::S3::ForcePathStyle": "an ARN and an accelerated endpoint have no path style",
    "AWS::S3::UseGlobalEndpoint": "goes with us-east-1 and aws-global",
    "SDK::Endpoint": "a URL without a scheme is refused when the client is made",
}
"""Built-ins that a client's arguments do not always reach, and why: boto3's clients do the same."""


def services() -> list[str]:
    """The services whose cases are run."""
    folder = sdist() / "tests" / "functional" / "endpoint-rules"
    everything = sorted(path.parent.name for path in folder.glob("*/endpoint-tests-1.json"))
    if os.environ.get("SOTALIA_ALL_SERVICES"):
        return everything
    return sorted({*ALWAYS, *Random(3).sample(everything, SAMPLE)})


def test_every_case_of_a_service_leaves_a_client_as_expected(capsys):
    data, tests = sdist() / "botocore" / "data", sdist() / "tests" / "functional" / "endpoint-rules"
    partitions = Partitions(json.loads((data / "partitions.json").read_bytes()))
    ways, why, problems, lines, only_resolver = Counter(), Counter(), [], [], Counter()
    for service in services():
        newest = max((data / service).glob("*/endpoint-rule-set-1.json*"))
        content = newest.read_bytes()
        ruleset = json.loads(gzip.decompress(content) if newest.suffix == ".gz" else content)
        cases = Cases(service, compile_ruleset(ruleset, partitions))
        given = json.loads((tests / service / "endpoint-tests-1.json").read_bytes())["testCases"]
        outcomes = [(case, cases.outcome(case)) for case in given]
        bad = [f"{service}: {case['documentation']}: {found.problem}" for case, found in outcomes if found.problem]
        ways.update(found.how for _, found in outcomes if not found.problem)
        why.update(name for _, found in outcomes for name in found.why)
        only_resolver[service] = sum(found.how == "resolver" for _, found in outcomes)
        lines.append(f"  {service}: {len(outcomes) - len(bad)} of {len(outcomes)}")
        problems += bad
    with capsys.disabled():
        print(f"\nendpoint cases through clients: {ways.total()} of {ways.total() + len(problems)} pass,", dict(ways))
        print("  built-ins set by before-endpoint-resolution:", dict(why))
        if os.environ.get("SOTALIA_ALL_SERVICES"):
            print(*lines, sep="\n")
    assert not problems, "\n".join(problems[:20])
    assert (+only_resolver).items() <= ONLY_THE_RESOLVER.items()
    assert ways["bucket"] <= REFUSED_BEFORE
    assert set(why) <= set(BY_EVENT)
    assert ways.total() > 2_000
