"""Resources of DynamoDB: Python values in and out, conditions, batches of writes."""

from decimal import Decimal

import pytest
from answered import Answers
from sotalia.dynamodb.conditions import Attr, Key
from sotalia.dynamodb.types import Binary


def table_of(answers):
    return answers.resource("dynamodb").Table("t")


def test_a_query_takes_conditions_and_gives_python_values():
    answers = Answers(Query={"Items": [{"id": {"N": "1"}, "data": {"B": b"x"}}], "Count": 1})
    given = {
        "KeyConditionExpression": Key("id").eq(1),
        "FilterExpression": Attr("tags").contains("a") & Attr("n").eq({"x"}),
        "ExpressionAttributeValues": {":mine": 3},
    }
    kept = dict(given)
    found = table_of(answers).query(**given)
    assert found["Items"] == [{"id": Decimal(1), "data": Binary(b"x")}]
    assert given == kept
    ((_, sent),) = answers.sent
    assert sent["FilterExpression"] == "(contains(#n0, :v0) AND #n1 = :v1)"
    assert sent["KeyConditionExpression"] == "#n2 = :v2"
    assert sent["ExpressionAttributeNames"] == {"#n0": "tags", "#n1": "n", "#n2": "id"}
    assert sent["ExpressionAttributeValues"] == {
        ":mine": {"N": "3"},
        ":v0": {"S": "a"},
        ":v1": {"SS": ["x"]},
        ":v2": {"N": "1"},
    }


def test_the_client_of_a_resource_takes_python_values_and_other_clients_do_not():
    answers = Answers(GetItem={"Item": {"id": {"N": "1"}}})
    resource = answers.resource("dynamodb")
    assert resource.meta.client.get_item(TableName="t", Key={"id": 1})["Item"] == {"id": Decimal(1)}
    plain = answers.session.client("dynamodb").get_item(TableName="t", Key={"id": {"N": "1"}})
    assert plain["Item"] == {"id": {"N": "1"}}
    assert answers.sent[0][1] == answers.sent[1][1]


def test_items_of_transactions_and_of_batches_are_found_in_the_model():
    answers = Answers(BatchGetItem={"Responses": {"t": [{"a": {"L": [{"S": "x"}]}}]}})
    client = answers.resource("dynamodb").meta.client
    found = client.batch_get_item(RequestItems={"t": {"Keys": [{"id": 1}, {"id": 2}]}})
    assert found["Responses"] == {"t": [{"a": ["x"]}]}
    client.transact_write_items(
        TransactItems=[{"Delete": {"TableName": "t", "Key": {"id": 1}, "ConditionExpression": Attr("a").exists()}}]
    )
    assert answers.sent[0][1]["RequestItems"] == {"t": {"Keys": [{"id": {"N": "1"}}, {"id": {"N": "2"}}]}}
    (item,) = answers.sent[1][1]["TransactItems"]
    assert item["Delete"]["ConditionExpression"] == "attribute_exists(#n0)"
    assert item["Delete"]["ExpressionAttributeNames"] == {"#n0": "a"}


def sent_by(answers):
    return [list(params["RequestItems"]["t"]) for name, params in answers.sent if name == "BatchWriteItem"]


def test_writes_go_in_batches_of_25():
    answers = Answers()
    with table_of(answers).batch_writer() as batch:
        for number in range(26):
            batch.put_item(Item={"id": number})
        assert "1 to be written" in repr(batch)
    assert [len(batch) for batch in sent_by(answers)] == [25, 1]


def test_what_was_not_processed_is_sent_again():
    left = iter([{"UnprocessedItems": {"t": [{"PutRequest": {"Item": {"id": {"N": "1"}}}}]}}, {}])
    answers = Answers(BatchWriteItem=lambda: next(left))
    with table_of(answers).batch_writer() as batch:
        batch.put_item(Item={"id": 1})
        batch.delete_item(Key={"id": 2})
    first, second = sent_by(answers)
    assert first == [{"PutRequest": {"Item": {"id": {"N": "1"}}}}, {"DeleteRequest": {"Key": {"id": {"N": "2"}}}}]
    assert second == [{"PutRequest": {"Item": {"id": {"N": "1"}}}}]


def test_the_last_write_of_a_key_is_the_one_that_is_sent():
    answers = Answers()
    with table_of(answers).batch_writer(overwrite_by_pkeys=["id"]) as batch:
        batch.put_item(Item={"id": 1, "v": 1})
        batch.put_item(Item={"id": 2})
        batch.delete_item(Key={"id": 1})
    assert sent_by(answers) == [
        [{"PutRequest": {"Item": {"id": {"N": "2"}}}}, {"DeleteRequest": {"Key": {"id": {"N": "1"}}}}]
    ]


def test_an_exception_in_the_block_does_not_lose_writes():
    answers = Answers()
    with pytest.raises(KeyError), table_of(answers).batch_writer() as batch:  # noqa: PT012 - the block is what is tested
        batch.put_item(Item={"id": 1})
        raise KeyError("stop")
    assert len(sent_by(answers)) == 1
