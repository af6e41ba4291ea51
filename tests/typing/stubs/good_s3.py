"""Programs that are right, by the stubs of S3."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, assert_type

import sotalia
from sotalia import Session
from sotalia.components.streaming import StreamingBody
from sotalia.s3.transfer import TransferConfig

if TYPE_CHECKING:
    from types_sotalia import PageIterator
    from types_sotalia.s3 import (
        Bucket,
        ListObjectsV2OutputTypeDef,
        ObjectSummary,
        S3Client,
        S3ServiceResource,
        StorageClassType,
        TagTypeDef,
    )


def calls(session: Session, service: str) -> None:
    s3 = session.client("s3", region_name="eu-central-1")
    assert_type(s3, S3Client)
    assert_type(session.create_client("s3"), S3Client)
    assert_type(sotalia.client("s3"), S3Client)
    assert_type(session.client(service), Any)
    s3.put_object(Bucket="b", Key="k", Body=b"text", StorageClass="GLACIER", Expires=datetime(2030, 1, 1))
    with open("file", "rb") as file:
        s3.put_object(Bucket="b", Key="k", Body=file, Expires="2030-01-01")
    answer = s3.get_object(Bucket="b", Key="k")
    assert_type(answer["Body"], StreamingBody)
    assert_type(answer["LastModified"], datetime)
    assert_type(answer["ResponseMetadata"]["HTTPStatusCode"], int)
    tags: list[TagTypeDef] = [{"Key": "a", "Value": "b"}]
    s3.put_object_tagging(Bucket="b", Key="k", Tagging={"TagSet": tags})
    s3.put_object_tagging(Bucket="b", Key="k", Tagging={"TagSet": s3.get_object_tagging(Bucket="b", Key="k")["TagSet"]})
    rules = s3.get_bucket_lifecycle_configuration(Bucket="b")["Rules"]
    s3.put_bucket_lifecycle_configuration(Bucket="b", LifecycleConfiguration={"Rules": rules})
    s3.upload_file("name", "b", "k", Config=TransferConfig(max_concurrency=3))
    url = s3.generate_presigned_url("get_object", Params={"Bucket": "b", "Key": "k"}, ExpiresIn=60)
    assert_type(url, str)
    copy = s3.copy_object(Bucket="b", Key="l", CopySource={"Bucket": "b", "Key": "k"})
    print(copy["CopyObjectResult"]["ETag"])


def pages(s3: S3Client) -> int:
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket="b", PaginationConfig={"MaxItems": 5})
    assert_type(pages, PageIterator[ListObjectsV2OutputTypeDef])
    total = 0
    for page in pages:
        for item in page.get("Contents", []):
            total += item["Size"]
    s3.get_waiter("bucket_exists").wait(Bucket="b", WaiterConfig={"Delay": 1})
    return total


def events(s3: S3Client) -> None:
    answer = s3.select_object_content(
        Bucket="b",
        Key="k",
        Expression="select 1",
        ExpressionType="SQL",
        InputSerialization={"CSV": {}},
        OutputSerialization={"JSON": {}},
    )
    for event in answer["Payload"]:
        if "Records" in event:
            assert_type(event["Records"]["Payload"], bytes)


def errors(s3: S3Client) -> str:
    try:
        s3.head_bucket(Bucket="b")
    except s3.exceptions.NoSuchBucket as error:
        return error.operation_name
    except s3.exceptions.ClientError as error:
        return error.operation_name
    return s3.meta.endpoint_url


def resources(storage: StorageClassType) -> None:
    s3 = sotalia.resource("s3")
    assert_type(s3, S3ServiceResource)
    assert_type(Session().resource("s3"), S3ServiceResource)
    bucket = s3.Bucket("b")
    assert_type(bucket, Bucket)
    for item in bucket.objects.filter(Prefix="a").limit(3):
        assert_type(item, ObjectSummary)
        assert_type(item.size, int)
        item.Object().put(Body=b"", StorageClass=storage)
    bucket.objects.all().delete()
    assert_type(bucket.creation_date, datetime)
    assert_type(bucket.meta.client, S3Client)
    bucket.upload_file("a", "b")
    s3.Object("b", "k").wait_until_exists()
    assert_type(s3.create_bucket(Bucket="x"), Bucket)
