"""One worker of the demo: a program of its own that runs the same calls with sotalia or with boto3.

It imports nothing of the package by a relative name, so that the Python of
another environment can run the file by its path. It prints a line of JSON when
it is ready, waits for a line on its standard input, prints one line per round
of calls, and at the end a summary.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Callable
from typing import Any

__all__ = ["main"]


def _say(**facts: Any) -> None:
    sys.stdout.write(json.dumps(facts) + "\n")
    sys.stdout.flush()


def _calls(boto3: Any, worker: int) -> list[tuple[str, Callable[[int], Any]]]:
    """Return the calls of a round by name: every protocol of AWS is in it."""
    session = boto3.Session()
    s3 = session.client("s3")
    dynamodb = session.client("dynamodb")
    sqs = session.client("sqs")
    sns = session.client("sns")
    sts = session.client("sts")
    cloudwatch = session.client("cloudwatch")
    cbor = session.client("cloudwatch-cbor", endpoint_url=os.environ["AWS_ENDPOINT_URL"])  # a private model
    secrets = session.client("secretsmanager")
    ec2 = session.client("ec2")
    functions = session.client("lambda")
    queue = os.environ["DEMO_QUEUE_URL"]
    topic = os.environ["DEMO_TOPIC_ARN"]
    key = f"worker-{worker}"

    def store(number: int) -> None:
        s3.put_object(Bucket="fleet", Key=f"{key}/{number}", Body=b"x" * 1024, Metadata={"round": str(number)})

    def fetch(number: int) -> None:
        body = s3.get_object(Bucket="fleet", Key=f"{key}/{number}")["Body"].read()
        assert len(body) == 1024, len(body)

    def write(number: int) -> None:
        dynamodb.put_item(TableName="fleet", Item={"id": {"S": key}, "round": {"N": str(number)}})

    def read(number: int) -> None:
        item = dynamodb.get_item(TableName="fleet", Key={"id": {"S": key}})["Item"]
        assert item["round"]["N"] == str(number), item

    def measure(number: int) -> None:
        cloudwatch.put_metric_data(Namespace="fleet", MetricData=[{"MetricName": key, "Value": float(number)}])

    def who(number: int) -> None:
        assert ":assumed-role/" in sts.get_caller_identity()["Arn"]

    return [
        ("s3 PutObject", store),
        ("s3 GetObject", fetch),
        ("s3 ListObjectsV2", lambda number: s3.list_objects_v2(Bucket="fleet", Prefix=key)["Contents"]),
        ("dynamodb PutItem", write),
        ("dynamodb GetItem", read),
        ("sqs SendMessage", lambda number: sqs.send_message(QueueUrl=queue, MessageBody=key)["MessageId"]),
        ("sns Publish", lambda number: sns.publish(TopicArn=topic, Message=key)["MessageId"]),
        ("sts GetCallerIdentity", who),
        ("cloudwatch PutMetricData", measure),
        ("cloudwatch ListMetrics in CBOR", lambda number: cbor.list_metrics(Namespace="fleet")["Metrics"]),
        ("secretsmanager GetSecretValue", lambda number: secrets.get_secret_value(SecretId="fleet")["SecretString"]),
        ("ec2 DescribeInstances", lambda number: ec2.describe_instances()["Reservations"]),
        ("lambda ListFunctions", lambda number: functions.list_functions()["Functions"]),
    ]


def main(arguments: list[str] | None = None) -> int:
    """Run one worker."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--sdk", choices=("sotalia", "boto3"), required=True)
    parser.add_argument("--worker", type=int, required=True)
    parser.add_argument("--rounds", type=int, required=True)
    options = parser.parse_args(arguments)
    if options.sdk == "sotalia":
        import sotalia as boto3
    else:
        import boto3  # type: ignore[import-not-found,import-untyped,no-redef,unused-ignore] # the peer, in its own environment
    _say(ready=options.worker)
    if not sys.stdin.readline():
        return 1
    latencies: list[float] = []
    errors: list[str] = []
    started = time.perf_counter()
    first: float | None = None
    calls = _calls(boto3, options.worker)
    for number in range(options.rounds):
        failed = 0
        for name, call in calls:
            before = time.perf_counter()
            try:
                call(number)
            except Exception as error:
                failed += 1
                errors.append(f"{name}: {type(error).__name__}: {str(error).splitlines()[0]}")
            after = time.perf_counter()
            latencies.append(after - before)
            if first is None:
                first = after - started
        _say(round=number, calls=len(calls), errors=failed)
    _say(summary=True, latencies=latencies, errors=errors, first=first, cpu=time.process_time())
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
