"""Stub clients of a library, ``boto3`` or ``sotalia``, in many ways, and print what became of each."""

import datetime
import importlib
import io
import json
import re
import sys
from typing import Any

LIBRARY = sys.argv[1]
CORE = "botocore" if LIBRARY == "boto3" else "sotalia"
sdk = importlib.import_module(LIBRARY)
stub = importlib.import_module(f"{CORE}.stub")
ANY, Stubber = stub.ANY, stub.Stubber
PREFIX = re.compile(r"^(Error getting response stub for operation \w+|The stub of \w+ cannot answer): ")

Case = tuple[str, list[Any], list[Any]]


def gives(method: str, response: Any, expected: Any = None) -> Any:
    return "add_response", (method, response, expected)


def refuses(method: str, *arguments: Any, **named: Any) -> Any:
    return "add_client_error", (method, *arguments), named


def call(method: str, **params: Any) -> Any:
    return method, params


OBJECTS = call("list_objects", Bucket="b", MaxKeys=3)
RUN = {"ImageId": "i", "MinCount": 1, "MaxCount": 1}
ITEM = {"a": {"S": "1"}, "b": {"L": [{"S": "q"}, {"S": "x"}]}}
PAGES = [
    gives("list_objects_v2", {"IsTruncated": True, "NextContinuationToken": "t", "Contents": [{"Key": "a"}]}),
    gives("list_objects_v2", {"Contents": [{"Key": "b"}]}, {"Bucket": "b", "ContinuationToken": "t"}),
]

CASES: list[Case] = [
    ("plain", [gives("list_buckets", {"Buckets": []})], [call("list_buckets")]),
    ("metadata", [gives("list_buckets", {"ResponseMetadata": {"foo": 1}})], [call("list_buckets")]),
    ("unknown method", [gives("no_such", {})], []),
    ("unknown member", [gives("list_buckets", {"Foo": []})], []),
    ("wrong type", [gives("list_buckets", {"Buckets": "x"})], []),
    ("wrong type inside", [gives("list_buckets", {"Buckets": [{"Name": 1}]})], []),
    ("a time", [gives("list_buckets", {"Buckets": [{"CreationDate": datetime.datetime(2020, 1, 1)}]})], []),
    ("no time", [gives("list_buckets", {"Buckets": [{"CreationDate": "yesterday"}]})], []),
    ("no output", [gives("delete_bucket", {"x": 1})], []),
    ("empty output", [gives("delete_bucket", {})], [call("delete_bucket", Bucket="b")]),
    ("another operation", [gives("list_buckets", {})], [call("get_object", Bucket="b", Key="k")]),
    ("nothing left", [], [call("list_buckets")]),
    ("expected", [gives("list_objects", {}, {"Bucket": "b", "MaxKeys": 3})], [OBJECTS]),
    ("any", [gives("list_objects", {}, {"Bucket": "b", "MaxKeys": ANY})], [OBJECTS]),
    ("another value", [gives("list_objects", {}, {"Bucket": "x", "MaxKeys": 3})], [OBJECTS]),
    ("one too few", [gives("list_objects", {}, {"Bucket": "b", "MaxKeys": 3})], [call("list_objects", Bucket="b")]),
    ("one too many", [gives("list_objects", {}, {"Bucket": "b"})], [OBJECTS]),
    ("an unknown one", [gives("list_objects", {}, {"Bucket": "b", "Foo": 3})], [OBJECTS]),
    ("none expected", [gives("list_buckets", {}, {})], [call("list_buckets", MaxBuckets=3)]),
    (
        "any inside",
        [gives("put_item", {}, {"TableName": "t", "Item": {"a": ANY, "b": {"L": [ANY, {"S": "x"}]}}})],
        [call("put_item", TableName="t", Item=ITEM)],
    ),
    (
        "any inside, another value",
        [gives("put_item", {}, {"TableName": "t", "Item": {"a": ANY, "b": {"L": [ANY, {"S": "y"}]}}})],
        [call("put_item", TableName="t", Item=ITEM)],
    ),
    ("pending", [gives("list_objects", {}), refuses("list_objects")], []),
    (
        "error",
        [refuses("list_objects", "NoSuchBucket", "gone", 404, {"BucketName": "b"}, {"Bucket": "b"}, {"H": 1})],
        [call("list_objects", Bucket="b")],
    ),
    ("error without anything", [refuses("list_objects")], [OBJECTS]),
    ("error, unexpected", [refuses("list_objects", "X", expected_params={"Bucket": "c"})], [OBJECTS]),
    (
        "error with fields",
        [
            refuses(
                "put_item",
                "TransactionCanceledException",
                "m",
                modeled_fields={"CancellationReasons": [{"Code": "x"}]},
            )
        ],
        [call("put_item", TableName="t", Item={})],
    ),
    (
        "error with an unknown field",
        [refuses("put_item", "ConditionalCheckFailedException", modeled_fields={"Foo": 1})],
        [],
    ),
    ("unknown error with fields", [refuses("put_item", "Nope", modeled_fields={"Foo": 1})], []),
    ("error of an unknown method", [refuses("nope")], []),
    ("idempotency token", [gives("run_instances", {}, RUN)], [call("run_instances", **RUN)]),
    ("any token", [gives("run_instances", {}, {**RUN, "ClientToken": ANY})], [call("run_instances", **RUN)]),
    (
        "source of a copy",
        [gives("copy_object", {}, {"Bucket": "b", "Key": "k", "CopySource": {"Bucket": "x", "Key": "y"}})],
        [call("copy_object", Bucket="b", Key="k", CopySource={"Bucket": "x", "Key": "y"})],
    ),
    ("two", [gives("list_buckets", {}), gives("delete_bucket", {})], [call("list_buckets"), call("list_buckets")]),
    ("pages", PAGES, [("paginate", {})]),
    (
        "waiter",
        [
            refuses("head_bucket", "404", "", 404),
            gives("head_bucket", {"ResponseMetadata": {"HTTPStatusCode": 200}}),
        ],
        [("wait", {})],
    ),
    ("presigned", [gives("list_buckets", {})], [("presign", {})]),
    (
        "no mode of checksums",
        [gives("get_object", {}, {"Bucket": "b", "Key": "k"})],
        [call("get_object", Bucket="b", Key="k")],
    ),
    (
        "a mode of checksums that was not given",
        [gives("get_object", {}, {"Bucket": "b", "Key": "k", "ChecksumMode": "ENABLED"})],
        [call("get_object", Bucket="b", Key="k")],
    ),
    (
        "a mode of checksums",
        [gives("get_object", {}, {"Bucket": "b", "Key": "k", "ChecksumMode": "ENABLED"})],
        [call("get_object", Bucket="b", Key="k", ChecksumMode="ENABLED")],
    ),
    ("stream", [gives("get_object", {"Body": io.BytesIO(b"x")})], [("read", {})]),
]


def play(service: str, answers: list[Any], calls: list[Any]) -> Any:
    keys = {"aws_access_key_id": "AKIDEXAMPLE", "aws_secret_access_key": "secret"}
    client = sdk.client(service, region_name="us-east-1", **keys)
    results: list[Any] = []

    def attempt(function: Any, *arguments: Any, **named: Any) -> None:
        try:
            results.append(function(*arguments, **named))
        except Exception as error:
            bases = [base.__name__ for base in type(error).__mro__[1:] if base.__name__ != "SotaliaError"]
            text = PREFIX.sub("", str(error))
            results.append([type(error).__name__, bases, text, getattr(error, "response", None)])

    with Stubber(client) as stubber:
        for answer in answers:
            attempt(getattr(stubber, answer[0]), *answer[1], **(answer[2] if len(answer) > 2 else {}))
        for method, params in calls:
            if method == "paginate":
                attempt(
                    lambda: list(client.get_paginator("list_objects_v2").paginate(Bucket="b").search("Contents[].Key"))
                )
            elif method == "wait":
                waiter = client.get_waiter("bucket_exists")
                attempt(waiter.wait, Bucket="b", WaiterConfig={"Delay": 0})
            elif method == "presign":
                attempt(
                    lambda: client.generate_presigned_url("get_object", {"Bucket": "b", "Key": "k"}).partition("?")[0]
                )
            elif method == "read":
                attempt(lambda: client.get_object(Bucket="b", Key="k")["Body"].read().decode())
            else:
                attempt(getattr(client, method), **params)
        attempt(stubber.assert_no_pending_responses)
    return results


def main() -> None:
    services = {"put_item": "dynamodb", "run_instances": "ec2"}
    found = {}
    for name, answers, calls in CASES:
        named = answers[0][1][0] if answers else ""
        found[name] = play(services.get(named, "s3"), answers, calls)
    print(json.dumps(found, default=str))


if __name__ == "__main__":
    main()
