"""Paginators and waiters of real clients against moto's server."""

import pytest
from sotalia import Session
from sotalia.exceptions import OperationNotPageableError, UnknownClientMethodError, WaiterError


@pytest.fixture
def s3(aws):
    client = Session().client("s3")
    client.create_bucket(Bucket="paged")
    for number in range(7):
        client.put_object(Bucket="paged", Key=f"key-{number}", Body=b"x")
    return client


def test_all_keys_come_in_pages(s3):
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket="paged", PaginationConfig={"PageSize": 3})
    assert [len(page["Contents"]) for page in pages] == [3, 3, 1]


def test_a_run_goes_on_where_an_earlier_one_stopped(s3):
    paginator = s3.get_paginator("list_objects_v2")
    part = paginator.paginate(Bucket="paged", PaginationConfig={"PageSize": 3, "MaxItems": 4}).build_full_result()
    rest = paginator.paginate(Bucket="paged", PaginationConfig={"StartingToken": part["NextToken"]})
    keys = [item["Key"] for item in part["Contents"]] + list(rest.search("Contents[].Key"))
    assert keys == [f"key-{number}" for number in range(7)]


def test_pages_of_dynamodb_follow_a_token_that_is_a_structure(aws):
    client = Session().client("dynamodb")
    client.create_table(
        TableName="paged",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "B"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )
    client.get_waiter("table_exists").wait(TableName="paged")
    for number in range(5):
        client.put_item(TableName="paged", Item={"id": {"B": bytes([number, 255])}})
    scan = client.get_paginator("scan")
    part = scan.paginate(TableName="paged", PaginationConfig={"PageSize": 2, "MaxItems": 3}).build_full_result()
    rest = scan.paginate(TableName="paged", PaginationConfig={"StartingToken": part["NextToken"]})
    assert len(part["Items"]) == 3
    assert len(list(rest.search("Items[]"))) == 2


def test_what_has_no_pages_says_so(s3):
    assert s3.can_paginate("list_objects_v2")
    assert not s3.can_paginate("get_object")
    with pytest.raises(OperationNotPageableError, match="get_object"):
        s3.get_paginator("get_object")
    with pytest.raises(UnknownClientMethodError, match="nonsense"):
        s3.can_paginate("nonsense")


def test_waiters_wait_or_say_why_not(s3):
    s3.get_waiter("bucket_exists").wait(Bucket="paged")
    s3.get_waiter("object_not_exists").wait(Bucket="paged", Key="absent")
    with pytest.raises(WaiterError, match="Max attempts exceeded") as failed:
        s3.get_waiter("object_exists").wait(Bucket="paged", Key="absent", WaiterConfig={"Delay": 0, "MaxAttempts": 2})
    assert failed.value.last_response["ResponseMetadata"]["HTTPStatusCode"] == 404
    assert "bucket_exists" in s3.waiter_names
    with pytest.raises(ValueError, match="bucket_exists"):
        s3.get_waiter("bucket_is_nice")
