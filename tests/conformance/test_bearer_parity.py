"""Bearer or signature, service by service and setting by setting, as with boto3 1.44.5."""

import json
import os
import subprocess

import bearer_peer
import peers
import sotalia
from sotalia.config import Config

pytestmark = peers.takes_long_once

BEDROCK = {"AWS_BEARER_TOKEN_BEDROCK": "tok"}
CATALYST = {"AWS_BEARER_TOKEN_CODECATALYST": "tok"}


def case(service, operation, environ=None, config=None, endpoint_url=None, **parameters):
    return {
        "service": service,
        "operation": operation,
        "environ": environ or {},
        "config": config,
        "endpoint_url": endpoint_url,
        "parameters": parameters,
    }


def models(*rest, **options):
    return case("bedrock", "list_foundation_models", *rest, **options)


CASES = [
    models(),
    models(BEDROCK),
    *(models({**BEDROCK, "AWS_AUTH_SCHEME_PREFERENCE": preferred}) for preferred in ("sigv4", "sigv4,httpBearerAuth")),
    *(
        models(BEDROCK, {"auth_scheme_preference": preferred})
        for preferred in ("sigv4", "httpBearerAuth", "sigv4,httpBearerAuth", "httpBearerAuth,sigv4", "sigv4a,foo")
    ),
    models({"AWS_AUTH_SCHEME_PREFERENCE": "httpBearerAuth"}),
    models({}, {"auth_scheme_preference": "httpBearerAuth"}),
    models({}, {"auth_scheme_preference": "httpBearerAuth,sigv4"}),
    models({}, {"auth_scheme_preference": "sigv4,httpBearerAuth"}),
    models(BEDROCK, {"signature_version": "v4"}),
    models(BEDROCK, {"signature_version": "bearer"}),
    models({}, {"signature_version": "bearer"}),
    *(models(BEDROCK, None, f"{scheme}://127.0.0.1:1") for scheme in ("http", "https")),
    models(BEDROCK, None, "http://example.com"),
    case("bedrock-runtime", "converse", BEDROCK, modelId="m", messages=[]),
    case("bedrock-agent", "list_agents", BEDROCK),
    case("s3", "list_buckets", {"AWS_BEARER_TOKEN_S3": "tok"}),
    case("sts", "get_caller_identity", {"AWS_BEARER_TOKEN_STS": "tok"}),
    case("logs", "describe_log_groups", {"AWS_BEARER_TOKEN_LOGS": "tok"}),
    case("codecatalyst", "verify_session", CATALYST),
    case("codecatalyst", "verify_session"),
    case("codecatalyst", "verify_session", CATALYST, {"auth_scheme_preference": "sigv4"}),
    case("codecatalyst", "verify_session", CATALYST, {"signature_version": "v4"}),
    case("codecatalyst", "verify_session", CATALYST, None, "http://example.com"),
]


def test_who_gets_a_token_is_as_with_boto3(monkeypatch, record_property, capsys):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKID")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")
    done = subprocess.run(
        [peers.python(), bearer_peer.__file__],
        input=json.dumps(CASES),
        env=dict(os.environ),
        capture_output=True,
        text=True,
        check=True,
    )
    theirs = json.loads(done.stdout)
    ours = [bearer_peer.answer(sotalia, Config, case) for case in CASES]
    different = [trio for trio in zip(CASES, theirs, ours, strict=True) if trio[1] != trio[2]]
    record_property("cases", len(CASES))
    with capsys.disabled():
        print(f"\nbearer tokens as boto3's: {len(CASES) - len(different)}/{len(CASES)}")
    assert not different
