"""One measurement in a fresh process, with sotalia or with boto3; prints one line of JSON.

It imports nothing of the package by a relative name, so that the Python of
another environment can run the file by its path. All times are CPU seconds.
"""

import gc
import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

__all__ = ["main"]

KEYS = {"aws_access_key_id": "AKIDEXAMPLE", "aws_secret_access_key": "k" * 40}


def _private_memory() -> float:
    """MiB that only this process has."""
    kib = 0
    with open("/proc/self/smaps_rollup") as file:
        for line in file:
            if line.startswith(("Private_Clean:", "Private_Dirty:")):
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
    return {"cpu": time.process_time() - start, "modules": len(sys.modules) - before}


def _client(name: str, service: str) -> dict[str, float]:
    sdk = _sdk(name)
    gc.collect()
    memory = _private_memory()
    start = time.process_time()
    session = sdk.Session(**KEYS, region_name="us-east-1")
    first = session.client(service)
    spent = time.process_time() - start
    held = _private_memory() - memory
    warm: list[float] = []
    kept = [first]
    for _ in range(50):
        start = time.process_time()
        kept.append(session.client(service))
        warm.append(time.process_time() - start)
    again: list[float] = []
    for _ in range(10):
        start = time.process_time()
        other = sdk.Session(**KEYS, region_name="us-east-1")
        kept.append(other.client(service))
        again.append(time.process_time() - start)
    return {"first": spent, "memory": held, "warm": statistics.median(warm), "session": statistics.median(again)}


def _sign(name: str) -> dict[str, float]:
    sdk = _sdk(name)
    client = sdk.Session(**KEYS, region_name="us-east-1").client("dynamodb")
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
    return statistics.median(rounds)


def _call(name: str, operation: str) -> dict[str, float]:
    sdk = _sdk(name)
    url = os.environ["BENCH_URL"]
    session = sdk.Session(**KEYS, region_name="us-east-1")

    def client(service: str) -> Any:
        return session.client(service, endpoint_url=url)

    if operation == "s3-get":
        s3 = client("s3")
        return {"cpu": _per_call(lambda: s3.get_object(Bucket="bucket", Key="key")["Body"].read(), 500)}
    if operation == "s3-put":
        s3 = client("s3")
        body = b"x" * 1024
        return {"cpu": _per_call(lambda: s3.put_object(Bucket="bucket", Key="key", Body=body), 500)}
    if operation == "s3-list":
        s3 = client("s3")
        return {"cpu": _per_call(lambda: s3.list_objects_v2(Bucket="bucket"), 25)}
    if operation == "dynamodb-get":
        dynamodb = client("dynamodb")
        key = {"pk": {"S": "customer#000001"}}
        return {"cpu": _per_call(lambda: dynamodb.get_item(TableName="table", Key=key), 500)}
    if operation == "dynamodb-query":
        dynamodb = client("dynamodb")
        values = {":pk": {"S": "customer"}}
        return {
            "cpu": _per_call(
                lambda: dynamodb.query(
                    TableName="table", KeyConditionExpression="pk = :pk", ExpressionAttributeValues=values
                ),
                100,
            )
        }
    if operation == "sqs-send":
        sqs = client("sqs")
        queue = f"{url}/123456789012/queue"
        return {"cpu": _per_call(lambda: sqs.send_message(QueueUrl=queue, MessageBody="hello"), 500)}
    if operation == "sts-who":
        sts = client("sts")
        return {"cpu": _per_call(lambda: sts.get_caller_identity(), 500)}
    ec2 = client("ec2")
    return {"cpu": _per_call(lambda: ec2.describe_instances(), 10)}


def main(arguments: list[str]) -> None:
    """Measure one figure: ``SDK FIGURE [DETAIL]``."""
    name, figure, *detail = arguments
    if figure == "import":
        result = _import(name)
    elif figure == "client":
        result = _client(name, detail[0])
    elif figure == "sign":
        result = _sign(name)
    else:
        result = _call(name, detail[0])
    print(json.dumps(result))


if __name__ == "__main__":
    main(sys.argv[1:])
