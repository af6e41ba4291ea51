"""What the endpoint rules of S3, S3 Control and EventBridge refuse is raised under the names that boto3's users catch.

Every test case of their rule sets that ends in an error, through a client.
"""

import json
import pickle
import subprocess
import sys
from typing import Any

import endpoint_errors
import peers
from vectors import sdist

pytestmark = peers.takes_long_once

EXPLAINED = {
    ("MissingDependencyException", "Sent"): "boto3 needs the CRT for the signature of a multi-region access point",
    ("EndpointResolutionError", "InvalidEndpointUrlError"): "a URL that is none is refused when the client is made",
    ("Sent", "ParamValidationError"): "boto3 takes AccountId from an ARN: a customization of S3 Control",
}
ALIKE = {"InvalidEndpointUrlError": "ValueError"}
"""Classes of ours whose base boto3 raises."""


def cases() -> list[tuple[str, dict[str, Any]]]:
    folder = sdist() / "tests" / "functional" / "endpoint-rules"
    return [
        (service, case)
        for service in ("s3", "s3control", "events")
        for case in json.loads((folder / service / "endpoint-tests-1.json").read_text())["testCases"]
        if "error" in case["expect"]
    ]


def outcomes(python: str, library: str, questions: Any) -> list[list[str]]:
    done = subprocess.run(
        [python, endpoint_errors.__file__, library], input=pickle.dumps(questions), capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    return json.loads(done.stdout)  # type: ignore[no-any-return]


def test_refusals_have_the_classes_that_boto3_raises(capsys):
    questions = cases()
    theirs = outcomes(peers.python(), "boto3", questions)
    ours = outcomes(sys.executable, "sotalia", questions)
    differing, explained = [], 0
    for (service, case), their, our in zip(questions, theirs, ours, strict=True):
        if their[0] in (our[0], ALIKE.get(our[0])):
            continue
        if (their[0], our[0]) in EXPLAINED:
            explained += 1
        else:
            differing.append(f"{service}: {case['expect']['error']}\n  boto3:   {their}\n  sotalia: {our}")
    with capsys.disabled():
        print(f"\nrefusals of endpoint rules as boto3: {len(questions) - explained}/{len(questions)}, rest explained")
    assert len(questions) > 150
    assert not differing, "\n".join(differing)
