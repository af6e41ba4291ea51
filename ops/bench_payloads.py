"""The parameters and JSON answers of the benchmark of the codecs: realistic in shape and size, always the same.

It imports nothing of the package, so that the Python of another environment
can run the file by its path.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

__all__ = ["INPUTS", "LARGE", "OUTPUTS"]

_NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
_EPOCH = _NOON.timestamp()


def _item(number: int) -> dict[str, Any]:
    """An order: 14 attributes, three lines of three."""
    return {
        "pk": {"S": f"customer#{number:06d}"},
        "sk": {"S": f"order#2026-11-21#{number:06d}"},
        "status": {"S": "shipped"},
        "name": {"S": "Ada Example"},
        "mail": {"S": "ada@example.com"},
        "street": {"S": "1 Example Street"},
        "city": {"S": "Manaus"},
        "country": {"S": "BR"},
        "created": {"N": str(1795262400 + number)},
        "total": {"N": f"{number}.99"},
        "open": {"BOOL": number % 2 == 0},
        "note": {"NULL": True},
        "lines": {
            "L": [
                {"M": {"sku": {"S": f"sku-{line}"}, "count": {"N": str(line)}, "price": {"N": "9.99"}}}
                for line in range(3)
            ]
        },
        "tags": {"SS": ["new", "priority"]},
    }


def _json(value: Any) -> bytes:
    return json.dumps(value).encode()


_MESSAGES = [
    {
        "MessageId": f"8e3c1f2a-0000-4000-8000-{number:012d}",
        "ReceiptHandle": "x" * 412,
        "MD5OfBody": "5d41402abc4b2a76b9719d911017c592",
        "Body": json.dumps({"order": number, "state": "created"}),
        "Attributes": {
            "SenderId": "AIDAEXAMPLE", "SentTimestamp": "1795262400000", "ApproximateReceiveCount": "1",
            "ApproximateFirstReceiveTimestamp": "1795262400001",
        },
        "MessageAttributes": {"kind": {"StringValue": "order", "DataType": "String"}},
    }
    for number in range(10)
]  # fmt: skip
_METRICS = {
    "MetricDataResults": [
        {
            "Id": f"m{metric}",
            "Label": f"CPUUtilization {metric}",
            "Timestamps": [_EPOCH - 60 * point for point in range(1000)],
            "Values": [point * 0.731 for point in range(1000)],
            "StatusCode": "Complete",
        }
        for metric in range(10)
    ],
    "Messages": [],
}
_LOG_EVENTS = {
    "events": [
        {
            "logStreamName": f"worker/{number % 16}",
            "timestamp": 1795262400000 + number,
            "message": f'{{"level": "info", "event": "job_done", "job": {number}, "seconds": 0.25}}',
            "ingestionTime": 1795262400900 + number,
            "eventId": f"{number:056d}",
        }
        for number in range(1000)
    ],
    "searchedLogStreams": [],
    "nextToken": "x" * 120,
}

_JSON = "application/x-amz-json-1.0"

OUTPUTS: dict[str, tuple[str, str, dict[str, str], Any]] = {
    "dynamodb Query, 100 items": (
        "dynamodb", "Query", {"Content-Type": _JSON},
        lambda: _json({"Items": [_item(number) for number in range(100)], "Count": 100, "ScannedCount": 100}),
    ),
    "dynamodb BatchGetItem, 100 items": (
        "dynamodb", "BatchGetItem", {"Content-Type": _JSON},
        lambda: _json({"Responses": {"orders": [_item(number) for number in range(100)]}, "UnprocessedKeys": {}}),
    ),
    "cloudwatch GetMetricData, 10000 points": (
        "cloudwatch", "GetMetricData", {"Content-Type": _JSON}, lambda: _json(_METRICS)
    ),
    "logs FilterLogEvents, 1000 events": (
        "logs", "FilterLogEvents", {"Content-Type": "application/x-amz-json-1.1"}, lambda: _json(_LOG_EVENTS)
    ),
    "sqs ReceiveMessage, 10 messages": (
        "sqs", "ReceiveMessage", {"Content-Type": _JSON}, lambda: _json({"Messages": _MESSAGES})
    ),
    "dynamodb GetItem": ("dynamodb", "GetItem", {"Content-Type": _JSON}, lambda: _json({"Item": _item(1)})),
    "dynamodb PutItem": ("dynamodb", "PutItem", {"Content-Type": _JSON}, lambda: b"{}"),
    "sqs SendMessage": (
        "sqs", "SendMessage", {"Content-Type": _JSON},
        lambda: _json({"MessageId": "8e3c1f2a", "MD5OfMessageBody": "5d41402abc4b2a76b9719d911017c592"}),
    ),
}  # fmt: skip
"""Answers: service, operation, header fields and what makes the body."""

LARGE = {
    "dynamodb Query": (
        "dynamodb", "Query", lambda: _json({"Items": [_item(n) for n in range(15500)], "Count": 15500})
    )
}  # fmt: skip
"""An answer of about 10 MB: service, operation and what makes it."""

_KEY = {"pk": {"S": "customer#000001"}, "sk": {"S": "order#2026-11-21#000001"}}

INPUTS: dict[str, tuple[str, str, Any]] = {
    "dynamodb BatchWriteItem, 25 items": (
        "dynamodb", "BatchWriteItem",
        lambda: {"RequestItems": {"orders": [{"PutRequest": {"Item": _item(number)}} for number in range(25)]}},
    ),
    "dynamodb BatchGetItem, 100 keys": (
        "dynamodb", "BatchGetItem", lambda: {"RequestItems": {"orders": {"Keys": [dict(_KEY) for _ in range(100)]}}}
    ),
    "cloudwatch PutMetricData, 100 metrics": (
        "cloudwatch", "PutMetricData",
        lambda: {
            "Namespace": "Workers",
            "MetricData": [
                {
                    "MetricName": "Latency", "Timestamp": _NOON, "Value": number * 0.731, "Unit": "Milliseconds",
                    "Dimensions": [{"Name": "Queue", "Value": f"queue-{number}"}, {"Name": "Host", "Value": "a"}],
                }
                for number in range(100)
            ],
        },
    ),
    "logs PutLogEvents, 1000 events": (
        "logs", "PutLogEvents",
        lambda: {
            "logGroupName": "workers", "logStreamName": "worker/1",
            "logEvents": [{"timestamp": 1795262400000 + n, "message": f"job {n} done"} for n in range(1000)],
        },
    ),
    "s3 DeleteObjects, 1000 keys": (
        "s3", "DeleteObjects",
        lambda: {
            "Bucket": "bucket",
            "Delete": {"Objects": [{"Key": f"data/part-{n:05d}"} for n in range(1000)], "Quiet": True},
        },
    ),
    "ec2 DescribeInstances, 100 ids, 2 filters": (
        "ec2", "DescribeInstances",
        lambda: {
            "InstanceIds": [f"i-{number:017x}" for number in range(100)],
            "Filters": [
                {"Name": "instance-state-name", "Values": ["running"]}, {"Name": "tag:team", "Values": ["a", "b"]}
            ],
        },
    ),
    "ec2 RunInstances": (
        "ec2", "RunInstances",
        lambda: {
            "ImageId": "ami-0123456789abcdef0", "InstanceType": "m7g.large", "MinCount": 1, "MaxCount": 4,
            "KeyName": "operations", "ClientToken": "8e3c1f2a", "EbsOptimized": True,
            "BlockDeviceMappings": [
                {"DeviceName": "/dev/xvda", "Ebs": {"VolumeSize": 64, "VolumeType": "gp3", "Encrypted": True}}
            ],
            "NetworkInterfaces": [
                {"DeviceIndex": 0, "SubnetId": "subnet-0123456789abcdef0", "Groups": ["sg-0123456789abcdef0"]}
            ],
            "MetadataOptions": {"HttpTokens": "required", "HttpPutResponseHopLimit": 2},
            "TagSpecifications": [
                {"ResourceType": "instance", "Tags": [{"Key": f"tag{n}", "Value": f"value {n}"} for n in range(4)]}
            ],
        },
    ),
    "cloudwatch GetMetricData, 10 queries": (
        "cloudwatch", "GetMetricData",
        lambda: {
            "StartTime": _NOON, "EndTime": _NOON + timedelta(hours=1),
            "MetricDataQueries": [
                {
                    "Id": f"m{number}",
                    "MetricStat": {
                        "Metric": {
                            "Namespace": "AWS/EC2", "MetricName": "CPUUtilization",
                            "Dimensions": [{"Name": "InstanceId", "Value": f"i-{number:017x}"}],
                        },
                        "Period": 60, "Stat": "Average",
                    },
                }
                for number in range(10)
            ],
        },
    ),
    "dynamodb PutItem": ("dynamodb", "PutItem", lambda: {"TableName": "orders", "Item": _item(1)}),
    "dynamodb GetItem": ("dynamodb", "GetItem", lambda: {"TableName": "orders", "Key": _KEY}),
    "dynamodb Query": (
        "dynamodb", "Query",
        lambda: {
            "TableName": "orders", "KeyConditionExpression": "pk = :pk",
            "ExpressionAttributeValues": {":pk": {"S": "customer#000001"}}, "Limit": 100,
        },
    ),
    "sqs ReceiveMessage": (
        "sqs", "ReceiveMessage",
        lambda: {
            "QueueUrl": "https://sqs.us-east-1.amazonaws.com/123456789012/queue", "MaxNumberOfMessages": 10,
            "WaitTimeSeconds": 20, "MessageAttributeNames": ["All"],
        },
    ),
    "sqs SendMessage": (
        "sqs", "SendMessage",
        lambda: {"QueueUrl": "https://sqs.us-east-1.amazonaws.com/123456789012/queue", "MessageBody": "hello"},
    ),
    "logs FilterLogEvents": (
        "logs", "FilterLogEvents",
        lambda: {"logGroupName": "workers", "filterPattern": "error", "startTime": 1795262400000, "limit": 1000},
    ),
    "s3 ListObjectsV2": ("s3", "ListObjectsV2", lambda: {"Bucket": "bucket", "Prefix": "data/", "MaxKeys": 1000}),
    "s3 GetObject": ("s3", "GetObject", lambda: {"Bucket": "bucket", "Key": "data/part-00001.parquet"}),
    "s3 PutObject": (
        "s3", "PutObject",
        lambda: {
            "Bucket": "bucket", "Key": "data/part-00001.parquet", "Body": b"x" * 1024,
            "ContentType": "application/octet-stream", "Metadata": {"owner": "ada", "job": "17"},
        },
    ),
    "lambda Invoke": (
        "lambda", "Invoke",
        lambda: {"FunctionName": "resize", "InvocationType": "RequestResponse", "Payload": b'{"key": "value"}'},
    ),
    "sts AssumeRole": (
        "sts", "AssumeRole",
        lambda: {
            "RoleArn": "arn:aws:iam::123456789012:role/worker", "RoleSessionName": "worker", "DurationSeconds": 3600,
            "Tags": [{"Key": "team", "Value": "a"}],
        },
    ),
    "sts GetCallerIdentity": ("sts", "GetCallerIdentity", lambda: {}),
}  # fmt: skip
"""Parameters: service, operation and what makes them."""
