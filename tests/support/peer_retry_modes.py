"""Play scripted answers to botocore in any retry mode, clock and luck in hand: JSON in, what it did out."""

import io
import json
import random
import sys
import threading
import time
import zlib

now = [1000.0]
waits: list[float] = []


def pause(seconds: float) -> None:
    waits.append(seconds)
    now[0] += seconds


def wait_for_condition(self: object, timeout: float | None = None) -> bool:
    pause((timeout or 0.0) + 1e-7)  # a little late, as always: sums of floats fall short
    return False


# Before botocore takes hold of them.
time.sleep = pause
time.time = time.monotonic = lambda: now[0]
random.random = lambda: 0.5
threading.Condition.wait = wait_for_condition  # type: ignore[method-assign] # for tests

import botocore.session  # noqa: E402
from botocore import exceptions  # noqa: E402
from botocore.awsrequest import AWSResponse  # noqa: E402
from botocore.config import Config  # noqa: E402

ERRORS = {
    "read": lambda: exceptions.ReadTimeoutError(endpoint_url="u"),
    "connect": lambda: exceptions.ConnectTimeoutError(endpoint_url="u"),
    "closed": lambda: exceptions.ConnectionClosedError(endpoint_url="u"),
    "endpoint": lambda: exceptions.EndpointConnectionError(endpoint_url="u"),
    "http": lambda: exceptions.HTTPClientError(error="e"),
}


class Raw(io.BytesIO):
    def stream(self, amt: int = 1024, **_: object):
        yield self.read()


def play(case: dict) -> list[dict]:
    """Make the calls of a case with one client; return what became of each."""
    now[0] = 1000.0
    client = botocore.session.Session().create_client(
        case["service"],
        region_name="us-east-1",
        aws_access_key_id="a",
        aws_secret_access_key="b",
        config=Config(retries=case["retries"]),
    )
    sent: list[tuple[float, str]] = []

    def send(request, **_: object) -> AWSResponse:
        step = script[min(len(sent), len(script) - 1)]
        said = request.headers["amz-sdk-request"]
        sent.append((round(now[0], 4), said if isinstance(said, str) else said.decode()))
        now[0] += step["takes"]
        if "error" in step:
            raise ERRORS[step["error"]]()
        body = step["body"].encode()
        headers = {
            name: str(zlib.crc32(body)) if value == "right" else value for name, value in step["headers"].items()
        }
        return AWSResponse("https://h/", step["status"], headers, Raw(body))

    client.meta.events.register("before-send", send)
    results = []
    for script in case["calls"]:  # noqa: B007 - send() reads it
        waits.clear()
        sent.clear()
        error, metadata = None, {}
        try:
            metadata = getattr(client, case["method"])(**case["params"])["ResponseMetadata"]
        except exceptions.ClientError as refused:
            error, metadata = (
                refused.response.get("Error", {}).get("Code"),
                refused.response.get("ResponseMetadata", {}),
            )
        except exceptions.BotoCoreError as failed:
            error = type(failed).__name__
        told = {
            name: metadata[name]
            for name in ("RetryAttempts", "MaxAttemptsReached", "RetryQuotaReached")
            if name in metadata
        }
        results.append({"sent": list(sent), "waits": [round(wait, 4) for wait in waits], "told": told, "error": error})
        now[0] += case["gap"]
    return results


if __name__ == "__main__":
    json.dump([play(case) for case in json.load(sys.stdin)], sys.stdout)
