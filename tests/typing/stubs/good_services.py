"""Programs that are right, by the stubs of some services."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, assert_type

import sotalia
from sotalia.dynamodb.conditions import Attr, Key

if TYPE_CHECKING:
    from types_sotalia.dynamodb import AttributeValueTypeDef, Table
    from types_sotalia.ec2 import Instance, InstanceStateNameType


def tables() -> None:
    table = sotalia.resource("dynamodb").Table("t")
    assert_type(table, Table)
    table.put_item(Item={"id": 1, "names": {"a", "b"}})
    found = table.query(KeyConditionExpression=Key("id").eq(1), FilterExpression=Attr("x").gt(2) & Attr("y").exists())
    assert_type(found["Items"], list[dict[str, Any]])
    with table.batch_writer(overwrite_by_pkeys=["id"]) as batch:
        batch.put_item({"id": 2})
    client = sotalia.client("dynamodb")
    item: dict[str, AttributeValueTypeDef] = {"id": {"S": "1"}, "tree": {"M": {"deep": {"L": [{"N": "1"}]}}}}
    client.put_item(TableName="t", Item=item)
    got = client.get_item(TableName="t", Key={"id": {"S": "1"}})["Item"]
    assert_type(got["id"]["S"], str)
    client.put_item(TableName="t", Item=got)
    table.wait_until_exists()


def instances() -> None:
    ec2 = sotalia.resource("ec2")
    for instance in ec2.instances.filter(Filters=[{"Name": "x", "Values": ["y"]}]):
        assert_type(instance, Instance)
        state: InstanceStateNameType = instance.state["Name"]
        print(state, instance.vpc.id, [tag["Value"] for tag in instance.tags])
    ec2.instances.all().stop()
    made = ec2.create_instances(ImageId="ami", MinCount=1, MaxCount=1, InstanceType="t3.micro")
    assert_type(made, list[Instance])
    for page in sotalia.client("ec2").get_paginator("describe_instances").paginate():
        for reservation in page["Reservations"]:
            print(reservation["Instances"][0]["InstanceId"])


def more() -> None:
    print(sotalia.client("sts").get_caller_identity()["Account"])
    sqs = sotalia.client("sqs")
    for message in sqs.receive_message(QueueUrl="q", MessageSystemAttributeNames=["All"], WaitTimeSeconds=20)[
        "Messages"
    ]:
        sqs.delete_message(QueueUrl="q", ReceiptHandle=message["ReceiptHandle"])
    sotalia.resource("sqs").Queue("q").send_message(MessageBody="a")
    answer = sotalia.client("lambda").invoke(FunctionName="f", Payload=b"{}", InvocationType="Event")
    print(answer["Payload"].read())
    sotalia.client("cloudwatch").put_metric_data(
        Namespace="n", MetricData=[{"MetricName": "m", "Value": 1, "Unit": "Count"}]
    )
    kinesis = sotalia.client("kinesis")
    for event in kinesis.subscribe_to_shard(ConsumerARN="a", ShardId="s", StartingPosition={"Type": "LATEST"})[
        "EventStream"
    ]:
        if "SubscribeToShardEvent" in event:
            for record in event["SubscribeToShardEvent"]["Records"]:
                print(record["Data"])
