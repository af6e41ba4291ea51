"""Play scripted answers to botocore's standard retry mode: JSON cases in, what it did out."""

import gc
import io
import json
import sys
import time

waits: list[float] = []
time.sleep = waits.append  # before botocore takes hold of it

import botocore.session  # noqa: E402
from botocore import exceptions  # noqa: E402
from botocore.awsrequest import AWSResponse  # noqa: E402
from botocore.config import Config  # noqa: E402
from botocore.retries.quota import RetryQuota  # noqa: E402

CALLS = {
    "sts": ("get_caller_identity", {}),
    "dynamodb": ("list_tables", {}),
    "sqs": ("receive_message", {"QueueUrl": "https://sqs.us-east-1.amazonaws.com/1/q"}),
}


class Raw(io.BytesIO):
    def stream(self, amt: int = 1024, **_: object):
        yield self.read()


def answer(service: str, step: dict) -> AWSResponse:
    code, status = step["code"], step["status"]
    if service == "sts":
        body = f"<ErrorResponse><Error><Code>{code}</Code><Message>m</Message></Error></ErrorResponse>"
        if code is None:
            body = "<GetCallerIdentityResponse><GetCallerIdentityResult/></GetCallerIdentityResponse>"
    else:
        body = json.dumps({} if code is None else {"__type": code, "message": "m"})
    return AWSResponse("https://h/", status, step["headers"], Raw(body.encode()))


def play(case: dict) -> list[dict]:
    """Make the case's calls with one client; return what became of each."""
    client = botocore.session.Session().create_client(
        case["service"],
        region_name="us-east-1",
        aws_access_key_id="a",
        aws_secret_access_key="b",
        config=Config(retries={"mode": "standard", **case["retries"]}),
    )
    operation, params = CALLS[case["service"]]
    played: list[dict] = []

    def send(request: object, **_: object) -> AWSResponse:
        step = script[min(len(played), len(script) - 1)]
        played.append(step)
        if step["exception"]:
            raise exceptions.ReadTimeoutError(endpoint_url="u")
        return answer(case["service"], step)

    client.meta.events.register("before-send", send)
    results = []
    for script in case["calls"]:  # noqa: B007 - send() reads it
        waits.clear()
        played.clear()
        try:
            metadata = getattr(client, operation)(**params)["ResponseMetadata"]
        except exceptions.ClientError as error:
            metadata = error.response["ResponseMetadata"]
        except exceptions.ReadTimeoutError:
            metadata = {}
        quota = [thing for thing in gc.get_objects() if type(thing) is RetryQuota][-1]
        flags = {name: True for name in ("MaxAttemptsReached", "RetryQuotaReached") if metadata.get(name)}
        results.append(
            {"attempts": len(played), "waits": list(waits), "quota": quota._available_capacity, "flags": flags}
        )
    del client
    gc.collect()
    return results


if __name__ == "__main__":
    json.dump([play(case) for case in json.load(sys.stdin)], sys.stdout)
