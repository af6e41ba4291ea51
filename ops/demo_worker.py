"""One worker of the demo: a program of its own that runs the same calls with sotalia or with boto3.

It imports nothing of the package by a relative name, so that the Python of
another environment can run the file by its path. It says in lines of JSON how
far it is: ``ready``, then, after a line on its standard input, ``started`` (it
has clients and credentials), then, after another line, every ``round`` of
calls, and a ``summary``. With ``--prepare`` it makes what the workers work with,
and prints where that is.
"""

import argparse
import json
import os
import random
import sys
import time
from collections.abc import Callable
from typing import Any

__all__ = ["main"]

_STARTS = 8

Call = tuple[str, str, Callable[[int], Any]]
"""The name of a call, its protocol, and what makes it in a round of that number."""


def _say(**facts: Any) -> None:
    sys.stdout.write(json.dumps(facts) + "\n")
    sys.stdout.flush()


def _prepare(boto3: Any) -> dict[str, str]:
    """Make bucket, table, queue, topic and secret; touch every other service, so that the server has loaded it."""
    session = boto3.Session()
    session.client("s3").create_bucket(Bucket="fleet")
    session.client("dynamodb").create_table(
        TableName="fleet",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )
    session.client("secretsmanager").create_secret(Name="fleet", SecretString="known to the demo alone")
    session.client("sts").get_caller_identity()
    session.client("cloudwatch").list_metrics()
    session.client("ec2").describe_instances()
    session.client("lambda").list_functions()
    return {
        "DEMO_QUEUE_URL": session.client("sqs").create_queue(QueueName="fleet")["QueueUrl"],
        "DEMO_TOPIC_ARN": session.client("sns").create_topic(Name="fleet")["TopicArn"],
    }


def _calls(boto3: Any, worker: int) -> list[Call]:
    """Make clients, get credentials, and return the calls of a round: every protocol of AWS is in it."""
    session = boto3.Session()
    session.get_credentials().get_frozen_credentials()
    s3 = session.client("s3")
    dynamodb = session.client("dynamodb")
    sqs = session.client("sqs")
    sns = session.client("sns")
    sts = session.client("sts")
    cloudwatch = session.client("cloudwatch")
    cbor = session.client("cloudwatch-cbor", endpoint_url=os.environ["DEMO_CBOR_URL"])  # a private model
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

    def measure(number: int, client: Any = cloudwatch) -> None:
        client.put_metric_data(Namespace="fleet", MetricData=[{"MetricName": key, "Value": float(number)}])

    def measured(number: int) -> None:
        measure(number, cbor)
        names = {metric["MetricName"] for metric in cbor.list_metrics(Namespace="fleet")["Metrics"]}
        assert key in names, names

    def who(number: int) -> None:
        arn = sts.get_caller_identity()["Arn"]
        assert ":assumed-role/" in arn, arn

    return [
        ("s3 PutObject", "rest-xml", store),
        ("s3 GetObject", "rest-xml", fetch),
        ("s3 ListObjectsV2", "rest-xml", lambda number: s3.list_objects_v2(Bucket="fleet", Prefix=key)["Contents"]),
        ("dynamodb PutItem", "json 1.0", write),
        ("dynamodb GetItem", "json 1.0", read),
        ("sqs SendMessage", "json 1.0", lambda number: sqs.send_message(QueueUrl=queue, MessageBody=key)["MessageId"]),
        ("sns Publish", "query", lambda number: sns.publish(TopicArn=topic, Message=key)["MessageId"]),
        ("sts GetCallerIdentity", "query", who),
        ("cloudwatch PutMetricData", "json 1.0", measure),
        ("cloudwatch Put and ListMetrics", "rpc-v2-cbor", measured),
        (
            "secretsmanager GetSecretValue",
            "json 1.1",
            lambda number: secrets.get_secret_value(SecretId="fleet")["SecretString"],
        ),
        ("ec2 DescribeInstances", "ec2", lambda number: ec2.describe_instances()["Reservations"]),
        ("lambda ListFunctions", "rest-json", lambda number: functions.list_functions()["Functions"]),
    ]


def _told(what: str, error: Exception) -> tuple[str, str]:
    text = str(error).strip().splitlines()
    return what, f"{type(error).__name__}: {text[0] if text else ''}"


def _start(boto3: Any, worker: int, errors: list[tuple[str, str]]) -> list[Call]:
    """Make session and clients; when that fails, again after a moment, as a supervisor would start the worker again."""
    for _ in range(_STARTS):
        try:
            return _calls(boto3, worker)
        except Exception as error:
            errors.append(_told("start", error))
            time.sleep(random.uniform(0.5, 1.5))
    return []


def _run(boto3: Any, worker: int, rounds: int) -> None:
    first: list[float] = []
    warm: dict[str, list[float]] = {}
    errors: list[tuple[str, str]] = []
    began = time.perf_counter()
    calls = _start(boto3, worker, errors)
    _say(started=time.perf_counter() - began, works=bool(calls))
    if not sys.stdin.readline():
        return
    for number in range(rounds if calls else 0):
        for name, _, call in calls:
            before = time.perf_counter()
            try:
                call(number)
            except Exception as error:
                errors.append(_told(name, error))
            took = time.perf_counter() - before
            if number == 0:
                first.append(took)
            else:
                warm.setdefault(name, []).append(took)
        _say(round=number)
    protocols = {name: protocol for name, protocol, _ in calls}
    _say(summary=True, first=first, warm=warm, protocols=protocols, errors=errors, cpu=time.process_time())


def main(arguments: list[str] | None = None) -> int:
    """Run one worker."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--sdk", choices=("sotalia", "boto3"), required=True)
    parser.add_argument("--worker", type=int, default=0)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--prepare", action="store_true")
    options = parser.parse_args(arguments)
    if options.sdk == "sotalia":
        import sotalia as boto3
    else:
        import boto3  # type: ignore[import-not-found,import-untyped,no-redef,unused-ignore] # the peer, in its own environment
    if options.prepare:
        _say(**_prepare(boto3))
        return 0
    _say(ready=options.worker)
    if not sys.stdin.readline():
        return 1
    _run(boto3, options.worker, options.rounds)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
