"""One measurement in a fresh process, with sotalia or with boto3; prints one line of JSON.

It imports nothing of the package by a relative name, so that the Python of
another environment can run the file by its path, and before the SDK nothing
that the SDK may need too (``typing`` alone is a third of a small import). All
times are CPU seconds, memory is MiB.
"""

from __future__ import annotations

import gc
import os
import sys
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

__all__ = ["main"]

KEYS = {"aws_access_key_id": "AKIDEXAMPLE", "aws_secret_access_key": "k" * 40, "region_name": "us-east-1"}
EVERY = 44  # of the services, in their order
FLEET_PROCESSES = 16
_USS = ("Private_Dirty:", "Private_Clean:")
FLEET_SERVICES = ("sts", "s3", "dynamodb", "sqs", "ec2")


def _memory(process: int | str = "self", field: str | tuple[str, ...] = "Private_Dirty:") -> float:
    """MiB of a process, by default those that it shares with nothing, not even with the file that they came from.

    Clean pages of a mapped file are the page cache's: how many of them a lonely
    process is seen to hold depends on how the kernel once read the file.
    """
    kib = 0
    with open(f"/proc/{process}/smaps_rollup") as file:
        for line in file:
            if line.startswith(field):
                kib += int(line.split()[1])
    return kib / 1024


def _sdk(name: str) -> Any:
    if name == "sotalia":
        import sotalia

        return sotalia
    import boto3  # type: ignore[import-not-found,import-untyped,unused-ignore] # the peer, in its own environment

    return boto3


def _import(name: str) -> dict[str, float]:
    before = len(sys.modules)
    start = time.process_time()
    sdk = _sdk(name)
    _ = sdk.client, sdk.Session  # what a program that imports it then uses
    spent = time.process_time() - start
    modules = len(sys.modules) - before
    from importlib.util import cache_from_source

    files = [getattr(module, "__file__", None) or "" for module in list(sys.modules.values())]
    sources = [file for file in files if file.endswith(".py") and file != __file__]
    return {
        "cpu": spent,
        "modules": modules,
        "uncompiled": sum(not os.path.exists(cache_from_source(file)) for file in sources),
    }


def _client(name: str, service: str) -> dict[str, float]:
    memory_before = _memory()
    sdk = _sdk(name)
    _ = sdk.client, sdk.Session
    gc.collect()
    memory, uss = _memory(), _memory(field=_USS)
    start = time.process_time()
    session = sdk.Session(**KEYS)
    first = session.client(service)
    end = time.process_time()
    after, uss_after = _memory(), _memory(field=_USS)
    warm: list[float] = []
    kept = [first]
    for _ in range(50):
        start_one = time.process_time()
        kept.append(session.client(service))
        warm.append(time.process_time() - start_one)
    again: list[float] = []
    for _ in range(5):
        start_one = time.process_time()
        other = sdk.Session(**KEYS)
        kept.append(other.client(service))
        again.append(time.process_time() - start_one)
    return {
        "first": end - start,
        "memory": after - memory,
        "uss": uss_after - uss,
        "whole": after - memory_before,
        "warm": _median(warm),
        "session": _median(again),
    }


def _every(name: str) -> dict[str, float]:
    """Make the first client of many services, each in a process of its own."""
    import subprocess

    spent = []
    for service in sorted(_sdk(name).Session(**KEYS).get_available_services())[::EVERY]:
        command = [sys.executable, __file__, name, "first", service]
        spent.append(float(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout))
    return {"median": _median(spent), "most": max(spent)}


def _first(name: str, service: str) -> None:
    sdk = _sdk(name)
    _ = sdk.client, sdk.Session
    start = time.process_time()
    sdk.Session(**KEYS).client(service)
    print(time.process_time() - start)


def _median(values: list[float]) -> float:
    ordered = sorted(values)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def _fleet(name: str) -> dict[str, float]:
    """Spawn processes that hold clients, all at once, and add up what they take while all of them live."""
    import resource
    import subprocess

    command = [sys.executable, __file__, name, "member"]
    members = [subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) for _ in range(FLEET_PROCESSES)]
    try:
        for member in members:
            assert member.stdout is not None
            if not member.stdout.readline():
                raise RuntimeError("a process of the fleet failed")
        memory = sum(_memory(member.pid, "Pss:") for member in members)
    finally:
        for member in members:
            assert member.stdin is not None
            member.stdin.close()
        for member in members:
            member.wait()
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return {"memory": memory, "cpu": used.ru_utime + used.ru_stime}


def _member(name: str) -> None:
    session = _sdk(name).Session(**KEYS)
    clients = [session.client(service) for service in FLEET_SERVICES]
    print(len(clients), flush=True)
    sys.stdin.read()


def _sign(name: str) -> dict[str, float]:
    sdk = _sdk(name)
    client = sdk.Session(**KEYS).client("dynamodb")
    if name == "sotalia":
        from sotalia.components.http import AWSRequest
    else:
        from botocore.awsrequest import AWSRequest  # type: ignore[import-not-found,import-untyped,no-redef,unused-ignore]
    signer = client._request_signer
    body = b'{"TableName": "table", "Key": {"id": {"S": "x"}}}'
    headers = {"X-Amz-Target": "DynamoDB_20120810.GetItem", "Content-Type": "application/x-amz-json-1.0"}

    def one() -> None:
        request = AWSRequest("POST", "https://dynamodb.us-east-1.amazonaws.com/", headers, body)
        signer.sign("GetItem", request)

    return {"cpu": _per_call(one, 2000)}


def _per_call(function: Callable[[], Any], count: int) -> float:
    for _ in range(max(count // 20, 3)):
        function()
    rounds: list[float] = []
    gc.collect()
    for _ in range(5):
        start = time.process_time()
        for _ in range(count // 5):
            function()
        rounds.append((time.process_time() - start) / (count // 5))
    return _median(rounds)


CALLS: dict[str, tuple[str, str, int, Callable[[Any, str], Callable[[], Any]]]] = {
    "s3-get": ("s3", "GetObject", 500, lambda s3, _: lambda: s3.get_object(Bucket="bucket", Key="key")["Body"].read()),
    "s3-put": (
        "s3", "PutObject", 500, lambda s3, _: lambda: s3.put_object(Bucket="bucket", Key="key", Body=b"x" * 1024)
    ),
    "s3-list": ("s3", "ListObjectsV2", 25, lambda s3, _: lambda: s3.list_objects_v2(Bucket="bucket")),
    "dynamodb-get": (
        "dynamodb", "GetItem", 500,
        lambda client, _: lambda: client.get_item(TableName="table", Key={"pk": {"S": "customer#000001"}}),
    ),
    "dynamodb-query": (
        "dynamodb", "Query", 100,
        lambda client, _: lambda: client.query(
            TableName="table", KeyConditionExpression="pk = :pk", ExpressionAttributeValues={":pk": {"S": "customer"}}
        ),
    ),
    "sqs-send": (
        "sqs", "SendMessage", 500,
        lambda sqs, url: lambda: sqs.send_message(QueueUrl=f"{url}/123456789012/queue", MessageBody="hello"),
    ),
    "sts-who": ("sts", "GetCallerIdentity", 500, lambda sts, _: sts.get_caller_identity),
    "ec2-describe": ("ec2", "DescribeInstances", 5, lambda ec2, _: ec2.describe_instances),
}  # fmt: skip
"""Service, operation, how often, and what makes the function that calls."""


def _call(name: str, operation: str, local: bool) -> dict[str, float]:
    """Measure a call: against the server of the benchmark, or answered by a ``before-send`` handler (``local``)."""
    service, api_name, count, make = CALLS[operation]
    url = os.environ["BENCH_URL"]
    client = _sdk(name).Session(**KEYS).client(service, endpoint_url=url)
    if local:
        client.meta.events.register("before-send", _answer(name, api_name))
    return {"cpu": _per_call(make(client, url), count)}


def _answer(name: str, operation: str) -> Callable[..., Any]:
    """Return a handler that gives the server's answer without a network, as cheaply as each SDK lets it."""
    import runpy

    folder = os.path.dirname(os.path.abspath(__file__))
    head, _, body = runpy.run_path(os.path.join(folder, "bench_answers.py"))["answers"]()[operation].partition(
        b"\r\n\r\n"
    )
    fields = dict(line.split(": ", 1) for line in head.decode().split("\r\n")[1:])
    if name == "sotalia":
        from sotalia.components.http import AWSResponse as Response
        from sotalia.components.http import BytesBody, Headers

        prepared = Headers(fields)
        return lambda **_: Response("http://localhost/", 200, prepared, BytesBody(body))
    import io

    from botocore.awsrequest import AWSResponse  # type: ignore[import-not-found,import-untyped,unused-ignore]
    from botocore.compat import HTTPHeaders  # type: ignore[import-not-found,import-untyped,unused-ignore]

    class Raw(io.BytesIO):
        def stream(self, *_: Any, **__: Any) -> Any:
            yield self.read()

    kind: Any = HTTPHeaders
    headers = kind.from_dict(fields)
    return lambda **_: AWSResponse("http://localhost/", 200, headers, Raw(body))


def main(arguments: list[str]) -> None:
    """Measure one figure: ``SDK FIGURE [DETAIL]``."""
    name, figure, *detail = arguments
    if figure == "member":
        _member(name)
        return
    if figure == "first":
        _first(name, detail[0])
        return
    if figure == "import":
        result = _import(name)
    elif figure == "client":
        result = _client(name, detail[0])
    elif figure == "every":
        result = _every(name)
    elif figure == "fleet":
        result = _fleet(name)
    elif figure == "sign":
        result = _sign(name)
    else:
        result = _call(name, detail[0], local=figure == "local")
    import json

    print(json.dumps(result))


if __name__ == "__main__":
    main(sys.argv[1:])
