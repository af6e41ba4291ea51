"""Collections: queries, pages, limits and batch actions."""

import pytest
from answered import Answers


def keys(*names):
    return {"Contents": [{"Key": name, "Size": 1} for name in names], "IsTruncated": False}


def two_pages():
    pages = iter([{**keys("a", "b"), "IsTruncated": True, "NextMarker": "b"}, keys("c")])
    return Answers(ListObjects=lambda: next(pages))


def test_all_resources_of_all_pages_with_their_data():
    answers = two_pages()
    found = list(answers.resource("s3").Bucket("b").objects.all())
    assert [thing.key for thing in found] == ["a", "b", "c"]
    assert found[0].size == 1
    assert [params.get("Marker") for _, params in answers.sent] == [None, "b"]


def test_pages_are_lists():
    assert [len(page) for page in two_pages().resource("s3").Bucket("b").objects.pages()] == [2, 1]


def test_a_limit_ends_in_a_page_and_asks_for_no_more():
    answers = two_pages()
    assert len(list(answers.resource("s3").Bucket("b").objects.limit(1))) == 1
    assert answers.operations == ["ListObjects"]
    assert len(list(two_pages().resource("s3").Bucket("b").objects.limit(3))) == 3


def test_queries_are_chained_and_stay_as_they_are():
    answers = Answers(ListObjects=keys())
    objects = answers.resource("s3").Bucket("b").objects
    every = objects.filter(Prefix="x")
    part = every.filter(Delimiter="/").page_size(7)
    for query in (every, part):
        list(query)
    assert [params for _, params in answers.sent] == [
        {"Bucket": "b", "Prefix": "x"},
        {"Bucket": "b", "Prefix": "x", "Delimiter": "/", "MaxKeys": 7},
    ]
    with pytest.raises(TypeError):
        objects.filter("x")
    with pytest.raises(TypeError):
        iter(objects)


def test_lists_of_filters_are_joined_to_those_of_the_resource():
    answers = Answers(DescribeInstances={"Reservations": []})
    mine = [{"Name": "tag:a", "Values": ["b"]}]
    query = answers.resource("ec2").Vpc("vpc-1").subnets.filter(Filters=mine).filter(Filters=mine)
    assert list(query) == []
    ((operation, params),) = answers.sent
    assert operation == "DescribeSubnets"
    assert params["Filters"] == [{"Name": "vpc-id", "Values": ["vpc-1"]}, *mine, *mine]
    assert mine == [{"Name": "tag:a", "Values": ["b"]}]


def test_a_batch_action_is_one_call_for_each_page():
    answers = two_pages()
    answers.by_operation["DeleteObjects"] = {"Deleted": []}
    assert len(answers.resource("s3").Bucket("b").objects.delete()) == 2
    sent = [params for name, params in answers.sent if name == "DeleteObjects"]
    assert sent == [
        {"Bucket": "b", "Delete": {"Objects": [{"Key": "a"}, {"Key": "b"}]}},
        {"Bucket": "b", "Delete": {"Objects": [{"Key": "c"}]}},
    ]
    empty = Answers(ListObjects=keys())
    assert empty.resource("s3").Bucket("b").objects.all().delete() == []
    assert empty.operations == ["ListObjects"]


def test_batch_actions_take_parameters_and_return_resources():
    answers = Answers(
        DescribeInstances={"Reservations": [{"Instances": [{"InstanceId": "i-1"}, {"InstanceId": "i-2"}]}]},
        ReceiveMessage={"Messages": [{"MessageId": "1", "ReceiptHandle": "r"}]},
    )
    ec2 = answers.resource("ec2")
    ec2.instances.create_tags(Tags=[{"Key": "k", "Value": "v"}])
    assert answers.sent[-1] == ("CreateTags", {"Resources": ["i-1", "i-2"], "Tags": [{"Key": "k", "Value": "v"}]})
    (message,) = answers.resource("sqs").Queue("https://q").receive_messages()
    assert message.receipt_handle == "r"


def test_collections_name_what_they_are():
    bucket = Answers().resource("s3").Bucket("b")
    assert repr(bucket.objects) == "s3.Bucket.objectsCollectionManager(s3.Bucket(name='b'), s3.ObjectSummary)"
    assert repr(bucket.objects.all()) == "s3.Bucket.objectsCollection(s3.Bucket(name='b'), s3.ObjectSummary)"
    assert "delete" in dir(bucket.objects)
    assert "Calls client.delete_objects" in str(type(bucket.objects).delete.__doc__)
