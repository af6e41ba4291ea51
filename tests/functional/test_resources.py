"""Resources against moto's server: each service with what a program does with it."""

import io
import json
import threading

import pytest
import sotalia
from sotalia.dynamodb.conditions import Attr, Key
from sotalia.exceptions import ClientError, ResourceLoadException, WaiterError

TRUST = json.dumps({"Version": "2012-10-17", "Statement": []})
POLICY = json.dumps(
    {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "*"}]}
)


@pytest.fixture
def session(aws):
    return sotalia.Session()


def test_s3(session):
    s3 = session.resource("s3")
    bucket = s3.create_bucket(Bucket="reports")
    assert bucket == s3.Bucket("reports")
    bucket.wait_until_exists()
    for name in ("a/1", "a/2", "b/1"):
        bucket.put_object(Key=name, Body=name.encode())
    assert [item.key for item in bucket.objects.filter(Prefix="a/")] == ["a/1", "a/2"]
    assert [item.key for item in bucket.objects.page_size(1).limit(2)] == ["a/1", "a/2"]
    thing = s3.Object("reports", "b/1")
    assert (thing.content_length, thing.get()["Body"].read()) == (3, b"b/1")
    summary = s3.ObjectSummary("reports", "b/1")
    assert (summary.size, summary.Object()) == (3, thing)
    thing.copy_from(CopySource={"Bucket": "reports", "Key": "a/1"})
    assert thing.get()["Body"].read() == b"a/1"
    assert bucket.creation_date is not None
    assert s3.Bucket("of-somebody-else").creation_date is None
    assert "reports" in [found.name for found in s3.buckets.all()]
    bucket.Versioning().enable()
    assert s3.BucketVersioning("reports").status == "Enabled"
    bucket.Tagging().put(Tagging={"TagSet": [{"Key": "k", "Value": "v"}]})
    assert bucket.Tagging().tag_set == [{"Key": "k", "Value": "v"}]
    upload = thing.initiate_multipart_upload()
    part = upload.Part(1)
    done = part.upload(Body=b"x" * 10)
    whole = upload.complete(MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": done["ETag"]}]})
    assert (whole, whole.content_length) == (thing, 10)
    bucket.object_versions.delete()
    assert list(bucket.objects.all()) == []
    bucket.delete()
    with pytest.raises(ClientError):
        s3.meta.client.head_bucket(Bucket="reports")


def test_transfers_of_s3(session, tmp_path):
    s3 = session.resource("s3")
    bucket = s3.create_bucket(Bucket="files")
    (tmp_path / "up").write_bytes(b"content")
    moved = []
    bucket.upload_file(str(tmp_path / "up"), "a", ExtraArgs={"ContentType": "text/plain"}, Callback=moved.append)
    thing = bucket.Object("a")
    assert (thing.content_type, sum(moved)) == ("text/plain", 7)
    thing.download_file(str(tmp_path / "down"))
    bucket.download_file("a", str(tmp_path / "again"))
    assert (tmp_path / "down").read_bytes() == (tmp_path / "again").read_bytes() == b"content"
    bucket.upload_fileobj(io.BytesIO(b"more"), "b")
    bucket.Object("c").upload_fileobj(io.BytesIO(b"still more"))
    bucket.Object("d").upload_file(str(tmp_path / "up"))
    bucket.copy({"Bucket": "files", "Key": "b"}, "e")
    bucket.Object("f").copy({"Bucket": "files", "Key": "c"})
    for fetch, expected in ((bucket.Object("f").download_fileobj, b"still more"), (bucket.download_fileobj, b"more")):
        target = io.BytesIO()
        fetch(*(() if expected == b"still more" else ("e",)), target)
        assert target.getvalue() == expected
    assert [item.key for item in bucket.objects.all()] == ["a", "b", "c", "d", "e", "f"]


def test_ec2(session):
    ec2 = session.resource("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")
    vpc.wait_until_available()
    subnet = vpc.create_subnet(CidrBlock="10.0.1.0/24")
    image = next(iter(ec2.meta.client.describe_images(Owners=["amazon"], MaxResults=5)["Images"]))["ImageId"]
    machines = subnet.create_instances(ImageId=image, MinCount=2, MaxCount=2)
    first, second = machines
    assert first.vpc == vpc
    assert first.subnet.cidr_block == "10.0.1.0/24"
    tags = ec2.create_tags(Resources=[first.id, second.id], Tags=[{"Key": "role", "Value": "web"}])
    assert [tag.value for tag in tags] == ["web", "web"]
    found = ec2.instances.filter(Filters=[{"Name": "tag:role", "Values": ["web"]}])
    assert {machine.id for machine in found} == {first.id, second.id}
    first.delete_tags(Tags=[{"Key": "role"}])
    first.reload()
    assert not first.tags
    found.stop()
    second.reload()
    assert second.state["Name"] == "stopped"
    assert [answer["ResponseMetadata"]["HTTPStatusCode"] for answer in ec2.instances.terminate()] == [200]
    assert {security_group.vpc_id for security_group in vpc.security_groups.all()} == {vpc.id}
    with pytest.raises((ResourceLoadException, ClientError)):
        assert ec2.Instance("i-00000000000000000").state


def test_dynamodb(session):
    dynamodb = session.resource("dynamodb")
    table = dynamodb.create_table(
        TableName="orders",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}, {"AttributeName": "line", "KeyType": "RANGE"}],
        AttributeDefinitions=[
            {"AttributeName": "id", "AttributeType": "S"},
            {"AttributeName": "line", "AttributeType": "N"},
        ],
        BillingMode="PAY_PER_REQUEST",
    )
    table.wait_until_exists()
    with table.batch_writer(overwrite_by_pkeys=["id", "line"]) as batch:
        for line in range(60):
            batch.put_item(Item={"id": "a", "line": line, "state": "late" if line % 2 else "new", "tags": {"x", "y"}})
        batch.put_item(Item={"id": "a", "line": 59, "state": "done", "data": b"\x00"})
    table.reload()
    found = table.query(
        KeyConditionExpression=Key("id").eq("a") & Key("line").between(55, 59),
        FilterExpression=Attr("state").is_in(["late", "done"]) & ~Attr("tags").contains("z"),
    )["Items"]
    assert [(item["line"], item["state"]) for item in found] == [(55, "late"), (57, "late"), (59, "done")]
    assert found[0]["tags"] == {"x", "y"}
    assert found[2]["data"] == b"\x00"
    with pytest.raises(ClientError, match="ConditionalCheckFailed"):
        table.put_item(Item={"id": "a", "line": 1}, ConditionExpression=Attr("id").not_exists())
    table.update_item(
        Key={"id": "a", "line": 1},
        UpdateExpression="SET #s = :s",
        ExpressionAttributeNames={"#s": "state"},
        ExpressionAttributeValues={":s": {"code": [1, None, True]}},
    )
    assert table.get_item(Key={"id": "a", "line": 1})["Item"]["state"] == {"code": [1, None, True]}
    assert [known.name for known in dynamodb.tables.all()] == ["orders"]
    pages = table.meta.client.get_paginator("scan").paginate(TableName="orders", Select="ALL_ATTRIBUTES", Limit=25)
    assert sum(len(page["Items"]) for page in pages) == 60
    table.delete()
    table.wait_until_not_exists()


def test_sqs_and_sns(session):
    sqs = session.resource("sqs")
    queue = sqs.create_queue(QueueName="work", Attributes={"VisibilityTimeout": "7"})
    assert queue == sqs.get_queue_by_name(QueueName="work")
    assert queue.attributes["VisibilityTimeout"] == "7"
    topic = session.resource("sns").create_topic(Name="news")
    topic.subscribe(Protocol="sqs", Endpoint=queue.attributes["QueueArn"])
    (subscription,) = topic.subscriptions.all()
    assert subscription.attributes["Endpoint"] == queue.attributes["QueueArn"]
    topic.publish(Message="hello")
    queue.send_message(MessageBody="direct")
    messages = queue.receive_messages(MaxNumberOfMessages=10)
    assert "direct" in [message.body for message in messages]
    assert len(messages) == 2
    assert messages[0].Queue() == queue
    messages[0].change_visibility(VisibilityTimeout=0)
    for message in messages:
        message.delete()
    assert queue.receive_messages() == []
    queue.delete()


def test_iam_cloudwatch_and_cloudformation(session):
    iam = session.resource("iam")
    role = iam.create_role(RoleName="worker", AssumeRolePolicyDocument=TRUST)
    policy = iam.create_policy(PolicyName="p", PolicyDocument=POLICY)
    role.attach_policy(PolicyArn=policy.arn)
    assert [attached.arn for attached in role.attached_policies.all()] == [policy.arn]
    assert [found.name for found in policy.attached_roles.all()] == ["worker"]
    user = iam.create_user(UserName="u")
    key = user.create_access_key_pair()
    assert key.user_name == "u"
    assert [found.id for found in user.access_keys.all()] == [key.id]
    metric = session.resource("cloudwatch").Metric("Shop", "Orders")
    metric.put_data(MetricData=[{"MetricName": "Orders", "Value": 3}])
    assert [(found.namespace, found.name) for found in session.resource("cloudwatch").metrics.all()] == [
        ("Shop", "Orders")
    ]
    template = {"Resources": {"Queue": {"Type": "AWS::SQS::Queue"}}}
    stack = session.resource("cloudformation").create_stack(StackName="s", TemplateBody=json.dumps(template))
    stack.reload()
    assert stack.stack_status == "CREATE_COMPLETE"
    assert [found.logical_id for found in stack.resource_summaries.all()] == ["Queue"]


def test_one_table_in_many_threads(session):
    table = session.resource("dynamodb").create_table(
        TableName="t",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "N"}],
        BillingMode="PAY_PER_REQUEST",
    )
    failed = []

    def work(number):
        try:
            for index in range(5):
                table.put_item(Item={"id": number * 100 + index})
                assert table.table_status == "ACTIVE"
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    assert table.scan(Select="COUNT")["Count"] == 40


def test_a_waiter_says_what_it_was_told(session):
    bucket = session.resource("s3").Bucket("never-made")
    with pytest.raises(WaiterError, match="Max attempts exceeded"):
        bucket.wait_until_exists(WaiterConfig={"Delay": 0, "MaxAttempts": 2})
