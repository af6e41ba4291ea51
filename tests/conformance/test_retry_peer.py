"""Random failures, retried here and by botocore: attempts, quota and bounds of the waits must be the same."""

import json
import os
import random
import subprocess
from pathlib import Path
from typing import Any

import peers
from sotalia.components.errors import ReadTimeoutError
from sotalia.components.http import Headers
from sotalia.components.retry import RetryContext, StandardRetry
from sotalia.session_core.retry_profiles import standard_retry

PEER = Path(__file__).resolve().parents[1] / "support" / "peer_retry.py"
CODES = [
    "Throttling",
    "RequestTimeout",
    "SlowDown",
    "AccessDenied",
    "zz",
    "IDPCommunicationError",
    "EC2ThrottledException",
]
CODES += ["LimitExceededException", "PriorRequestNotComplete", "ExpiredToken"]
OPERATIONS = {"sts": "GetCallerIdentity", "dynamodb": "ListTables", "sqs": "ReceiveMessage"}

pytestmark = peers.takes_long_once


def step(rng: random.Random) -> dict[str, Any]:
    kind = rng.random()
    headers = {"x-amz-retry-after": rng.choice(["100", "1500", "60000", "x", "-1"])} if rng.random() < 0.2 else {}
    if kind < 0.2:
        return {"exception": False, "status": 200, "code": None, "headers": headers}
    status = rng.choice([400, 403, 409, 429, 500, 501, 502, 503, 504])
    return {"exception": kind > 0.9, "status": status, "code": rng.choice(CODES), "headers": headers}


def case(rng: random.Random) -> dict[str, Any]:
    total = rng.choice([None, 1, 2, 3, 6])
    steps = [[step(rng) for _ in range(rng.randint(1, 3))] for _ in range(rng.choice([5, 40]))]
    return {
        "service": rng.choice(sorted(OPERATIONS)),
        "retries": {} if total is None else {"total_max_attempts": total},
        "calls": steps,
    }


def pauses(context: RetryContext) -> bool:
    return context.operation == "ReceiveMessage" and "RetryQuotaReached" in context.metadata


def call(retry: StandardRetry, context: RetryContext, steps: list[dict[str, Any]]) -> list[float]:
    waits = []
    while True:
        now = steps[min(context.attempt, len(steps) - 1)]
        if now["exception"]:
            context.record(exception=ReadTimeoutError(endpoint_url="u"))
        else:
            context.record(now["status"], now["code"], Headers(now["headers"]))
        wait = retry.on_attempt(context)
        if wait is None:
            # A long polling operation waits once more before it fails.
            return [*waits, context.pause] if pauses(context) else waits
        waits.append(wait)


def test_retries_are_those_of_botocore() -> None:
    rng = random.Random(1)
    cases = [case(rng) for _ in range(30)]
    environ = {**os.environ, "AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}
    answer = subprocess.run(
        [peers.python(), PEER], input=json.dumps(cases), capture_output=True, text=True, check=True, env=environ
    )
    for given, expected in zip(cases, json.loads(answer.stdout), strict=True):
        total = given["retries"].get("total_max_attempts")
        least, most = (standard_retry(given["service"], total, random=lambda luck=luck: luck) for luck in (0.0, 1.0))
        for steps, result in zip(given["calls"], expected, strict=True):
            context = RetryContext(OPERATIONS[given["service"]])
            lowest = call(least, RetryContext(context.operation), steps)
            highest = call(most, context, steps)
            assert context.attempt == result["attempts"], steps
            assert most._quota.available == result["quota"], steps
            if steps[min(context.attempt, len(steps)) - 1]["exception"] is False:
                assert context.metadata == result["flags"], steps
            for low, wait, high in zip(lowest, result["waits"], highest, strict=True):
                assert low <= wait <= high + 1e-9, steps
