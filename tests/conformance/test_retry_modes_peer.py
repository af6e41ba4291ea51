"""Scripted failures through whole calls, here and with boto3: what is sent when, what is waited for, what is told."""

import json
import os
import random
import subprocess
import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import peers
import pytest
from sotalia import Config, Session, make_response
from sotalia.components import errors
from sotalia.components.clock import Clock
from sotalia.components.http import AWSPreparedRequest, AWSResponse

PEER = Path(__file__).resolve().parents[1] / "support" / "peer_retry_modes.py"

pytestmark = peers.takes_long_once

ERRORS: dict[str, Callable[[], Exception]] = {
    "read": lambda: errors.ReadTimeoutError(endpoint_url="u"),
    "connect": lambda: errors.ConnectTimeoutError(endpoint_url="u"),
    "closed": lambda: errors.ConnectionClosedError(endpoint_url="u"),
    "endpoint": lambda: errors.EndpointConnectionError(endpoint_url="u"),
    "http": lambda: errors.HTTPClientError(error="e"),
}


def as_json(code: str | None) -> str:
    return json.dumps({} if code is None else {"__type": code, "message": "m"})


def as_query(code: str | None) -> str:
    fine = "<R><ListDomainNamesResult/><GetCallerIdentityResult/></R>"
    return fine if code is None else f"<ErrorResponse><Error><Code>{code}</Code></Error></ErrorResponse>"


def as_rest(code: str | None) -> str:
    return "<R/>" if code is None else f"<Error><Code>{code}</Code></Error>"


def as_ec2(code: str | None) -> str:
    return "<R/>" if code is None else f"<Response><Errors><Error><Code>{code}</Code></Error></Errors></Response>"


CALLS: dict[str, tuple[str, dict[str, Any], Callable[[str | None], str], list[tuple[int, str]]]] = {
    "cloudsearch": ("list_domain_names", {}, as_query, [(509, "BandwidthLimitExceeded")]),
    "dynamodb": (
        "list_tables",
        {},
        as_json,
        [(409, "ReplicatedWriteConflictException"), (400, "TransactionInProgressException")],
    ),
    "dynamodbstreams": ("list_streams", {}, as_json, []),
    "ec2": ("describe_instances", {}, as_ec2, [(503, "RequestLimitExceeded"), (503, "EC2ThrottledException")]),
    "glacier": ("list_vaults", {"accountId": "-"}, as_json, [(408, "RequestTimeoutException")]),
    "kinesis": ("list_streams", {}, as_json, [(400, "LimitExceededException")]),
    "organizations": ("list_roots", {}, as_json, [(400, "TooManyRequestsException")]),
    "route53": ("list_hosted_zones", {}, as_query, [(400, "PriorRequestNotComplete")]),
    "s3": ("list_objects_v2", {"Bucket": "bucket"}, as_rest, [(400, "RequestTimeout"), (400, "BadDigest")]),
    "sqs": (
        "receive_message",
        {"QueueUrl": "https://sqs.us-east-1.amazonaws.com/1/q"},
        as_json,
        [(403, "RequestThrottled")],
    ),
    "sts": ("get_caller_identity", {}, as_query, [(400, "IDPCommunicationError")]),
}
USUAL = [
    (400, "Throttling"),
    (403, "Throttling"),
    (400, "ThrottlingException"),
    (400, "ProvisionedThroughputExceededException"),
    (400, "RequestLimitExceeded"),
    (429, "Any"),
    (500, "Any"),
    (502, "Any"),
    (503, "SlowDown"),
    (504, "Any"),
    (509, "Any"),
    (400, "AccessDenied"),
    (400, "TooManyRequestsException"),
    (404, "Any"),
    (501, "Any"),
]


def step(rng: random.Random, service: str, luck: float) -> dict[str, Any]:
    takes = rng.choice([0.01, 0.02, 0.3])
    _, _, body, own = CALLS[service]
    headers = {}
    if rng.random() < 0.2:
        headers["Date"] = "Sat, 21 Nov 2026 15:00:00 GMT"
    if rng.random() < 0.1:
        headers[rng.choice(["x-amz-retry-after", "Retry-After"])] = rng.choice(["2", "1700"])
    if service == "dynamodb" and rng.random() < 0.3:
        headers["x-amz-crc32"] = rng.choice(["right", "1"])
    if rng.random() < luck:
        return {"takes": takes, "status": 200, "body": body(None), "headers": headers}
    if rng.random() < 0.1:
        return {"takes": takes, "error": rng.choice(sorted(ERRORS))}
    status, code = rng.choice(USUAL + own * 4)
    return {"takes": takes, "status": status, "body": body(code), "headers": headers}


def case(rng: random.Random, mode: str, service: str, calls: int, luck: float) -> dict[str, Any]:
    method, params, *_ = CALLS[service]
    most = rng.choice([{}, {}, {"total_max_attempts": 3}, {"max_attempts": 0}, {"max_attempts": 4}])
    return {
        "service": service,
        "method": method,
        "params": params,
        "retries": {"mode": mode, **most},
        "gap": rng.choice([0.0, 0.05, 1.0]),
        "calls": [[step(rng, service, luck) for _ in range(rng.randint(1, 6))] for _ in range(calls)],
    }


class FakeClock(Clock):
    def __init__(self) -> None:
        self.seconds = 1000.0
        self.waits: list[float] = []

    def monotonic(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.seconds += seconds + 1e-7

    def now(self) -> datetime:
        return datetime.now(UTC)


class Script:
    """A transport that answers by a script."""

    def __init__(self, clock: FakeClock) -> None:
        self.clock = clock
        self.steps: list[dict[str, Any]] = []
        self.sent: list[tuple[float, str]] = []

    def send(self, request: AWSPreparedRequest) -> AWSResponse:
        now = self.steps[min(len(self.sent), len(self.steps) - 1)]
        self.sent.append((round(self.clock.seconds, 4), request.headers["amz-sdk-request"]))
        self.clock.seconds += now["takes"]
        if "error" in now:
            raise ERRORS[now["error"]]()
        body = now["body"].encode()
        headers = {name: str(zlib.crc32(body)) if value == "right" else value for name, value in now["headers"].items()}
        return make_response(now["status"], body, headers)

    def close(self) -> None:
        pass


def play(given: dict[str, Any]) -> list[dict[str, Any]]:
    session = Session("a", "b", region_name="us-east-1")
    clock = FakeClock()
    transport = Script(clock)
    session.register_component("clock", clock)
    session.register_component("transport", transport)
    client = session.client(given["service"], config=Config(retries=given["retries"]))
    client._state  # noqa: B018 - the peer's clock begins when its client is made
    results = []
    for transport.steps in given["calls"]:
        clock.waits.clear()
        transport.sent.clear()
        error, metadata = None, {}
        try:
            metadata = getattr(client, given["method"])(**given["params"])["ResponseMetadata"]
        except errors.ClientError as refused:
            error, metadata = refused.response["Error"].get("Code"), refused.response["ResponseMetadata"]
        except errors.BotoCoreError as failed:
            error = type(failed).__name__
        told = {
            name: metadata[name]
            for name in ("RetryAttempts", "MaxAttemptsReached", "RetryQuotaReached")
            if name in metadata
        }
        results.append(
            {
                "sent": list(transport.sent),
                "waits": [round(wait, 4) for wait in clock.waits],
                "told": told,
                "error": error,
            }
        )
        clock.seconds += given["gap"]
    return results


def without_ttl(text: str) -> str:
    """Its seconds are those of the real clock."""
    return f"ttl; {text.partition('; ')[2]}" if text.startswith("ttl=") else text


def test_all_modes_retry_as_boto3_does(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = random.Random(7)
    cases = [case(rng, "legacy", service, 12, 0.1) for service in CALLS]
    cases += [case(rng, mode, service, 25, 0.4) for mode in ("standard", "adaptive") for service in CALLS]
    cases += [case(rng, "adaptive", service, 150, 0.8) for service in ("sts", "kinesis", "s3")]
    environ = {**os.environ, "AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}
    answer = subprocess.run(
        [peers.python(), PEER], input=json.dumps(cases), capture_output=True, text=True, env=environ
    )
    assert answer.returncode == 0, answer.stderr
    monkeypatch.setattr(random, "random", lambda: 0.5)
    attempts = 0
    for given, expected in zip(cases, json.loads(answer.stdout), strict=True):
        for number, (ours, theirs) in enumerate(zip(play(given), expected, strict=True)):
            where = given["service"], given["retries"], number, given["calls"][number]
            assert ours["error"] == theirs["error"], where
            assert ours["told"] == theirs["told"], where
            assert ours["waits"] == pytest.approx(theirs["waits"], abs=0.002), where
            assert [without_ttl(text) for _, text in ours["sent"]] == [
                without_ttl(text) for _, text in theirs["sent"]
            ], where
            assert [at for at, _ in ours["sent"]] == pytest.approx([at for at, _ in theirs["sent"]], abs=0.01), where
            attempts += len(ours["sent"])
    print(f"{attempts} attempts in {sum(len(given['calls']) for given in cases)} calls alike")


def test_the_policies_of_legacy_reach_the_services_that_boto3_gives_them() -> None:
    session = Session()
    loader = session.get_component("data_loader")
    named = loader.shared("_retry")["retry"].keys()
    for service in session.get_available_services():
        model = loader.service_model(service)
        prefix, key = model.endpoint_prefix, str(model.service_id.hyphenize()).replace("-", "")
        assert (prefix if prefix in named else None) == (key if key in named else None), service
