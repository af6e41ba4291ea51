"""What each program of ``examples/`` finds when it starts, and how it is called: two calls are two runs."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

Runs = list[list[str]]

HOUR_AGO = datetime.now(UTC).replace(second=0, microsecond=0) - timedelta(hours=1)
ROLE = "arn:aws:iam::123456789012:role/states"
MACHINE = '{"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}'
EVERYTHING = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}
READING = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}]}


def s3_sync(session: Any, folder: Path) -> Runs:
    client = session.client("s3")
    client.create_bucket(Bucket="synced")
    client.put_object(Bucket="synced", Key="site/gone.txt", Body=b"gone")
    client.put_object(Bucket="synced", Key="site/same.txt", Body=b"same")
    source = folder / "source"
    (source / "deep" / "er").mkdir(parents=True)
    for name, content in {
        "same.txt": b"same",
        "new ü.txt": b"new",
        "deep/er/empty": b"",
        "large.bin": b"0123456789abcdef" * (600 * 1024),
    }.items():
        (source / name).write_bytes(content)
    call = [str(source), "synced", "--prefix", "site/", "--delete"]
    return [call, call]


def dynamodb_batch(session: Any, folder: Path) -> Runs:
    orders = [
        {
            "customer": ("ann", "bob", "cid")[number % 3],
            "order": number,
            "total": number * 1.25,
            "state": ("new", "paid")[number % 2],
        }
        for number in range(97)
    ]
    path = folder / "orders.json"
    path.write_text(json.dumps([*orders, orders[5]]))
    return [["orders", str(path)], ["orders", str(path), "--customer", "bob"]]


def sqs_worker(session: Any, folder: Path) -> Runs:
    client = session.client("sqs")
    url = client.create_queue(QueueName="jobs")["QueueUrl"]
    for number in range(25):
        effort = -1 if number in (3, 17) else number % 4
        client.send_message(QueueUrl=url, MessageBody=json.dumps({"job": f"job-{number:02}", "effort": effort}))
    return [["jobs", "--wait", "1"]]


def ec2_inventory(session: Any, folder: Path) -> Runs:
    client = session.client("ec2")
    image = client.describe_images()["Images"][0]["ImageId"]
    for number, team in enumerate(("blue", "blue", "red", "")):
        tags = [{"Key": "Name", "Value": f"host-{number}"}, {"Key": "Team", "Value": team}]
        ids = [
            each["InstanceId"]
            for each in client.run_instances(
                ImageId=image,
                MinCount=1,
                MaxCount=1,
                InstanceType=("t3.micro", "m5.large")[number % 2],
                TagSpecifications=[{"ResourceType": "instance", "Tags": tags if team else tags[:1]}],
            )["Instances"]
        ]
        if number == 2:
            client.stop_instances(InstanceIds=ids)
    for size in range(10, 23):
        client.create_volume(Size=size, AvailabilityZone="us-east-1a")
    return [["--region", "us-east-1"], ["--tag", "Nothing"]]


def cloudwatch_publish(session: Any, folder: Path) -> Runs:
    lines = [
        f"{(HOUR_AGO + timedelta(seconds=7 * number)).isoformat()},{metric},{service},{number / 4},Milliseconds"
        for number in range(60)
        for metric in ("latency", "queue time")
        for service in ("api", "größe")
    ]
    path = folder / "data.csv"
    path.write_text("\n".join(lines), "utf-8")
    return [["Shop/Web", str(path)]]


def rotate_secret(session: Any, folder: Path) -> Runs:
    value = json.dumps({"username": "app", "password": "first"})
    session.client("secretsmanager").create_secret(Name="db/password", SecretString=value)
    return [["db/password"], ["db/password", "--length", "48"]]


def start_executions(session: Any, folder: Path) -> Runs:
    session.client("stepfunctions").create_state_machine(name="orders", definition=MACHINE, roleArn=ROLE)
    path = folder / "inputs.jsonl"
    path.write_text("\n".join(json.dumps({"order": number}) for number in range(5)))
    more = folder / "more.jsonl"
    more.write_text(path.read_text() + "\n" + json.dumps({"order": "ü"}))
    return [["orders", str(path)], ["orders", str(more), "--stop"]]


def kinesis_reader(session: Any, folder: Path) -> Runs:
    client = session.client("kinesis")
    client.create_stream(StreamName="clicks", ShardCount=3)
    for start in (0, 120):
        client.put_records(
            StreamName="clicks",
            Records=[
                {"Data": f"click {number}".encode(), "PartitionKey": f"user-{number % 7}"}
                for number in range(start, start + 120)
            ],
        )
    checkpoints = str(folder / "checkpoints.json")
    return [["clicks", checkpoints, "--limit", "25"], ["clicks", checkpoints]]


def sns_fanout(session: Any, folder: Path) -> Runs:
    path = folder / "events.json"
    kinds = ("order", "refund", "login")
    events = [{"kind": kinds[number % 3], "text": f"event {number} ü & <b>"} for number in range(23)]
    path.write_text(json.dumps(events))
    return [["events", str(path), "--kinds", "order", "refund"]]


def iam_audit(session: Any, folder: Path) -> Runs:
    client = session.client("iam")

    def trust(principal: Any) -> str:
        statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
        return json.dumps({"Version": "2012-10-17", "Statement": [statement]})

    service = {"Service": "ec2.amazonaws.com"}
    for name, principal in {"open": {"AWS": "*"}, "admin": service, "reader": service, "bare": service}.items():
        client.create_role(RoleName=name, AssumeRolePolicyDocument=trust(principal))
    client.put_role_policy(RoleName="open", PolicyName="all", PolicyDocument=json.dumps(EVERYTHING))
    for name, document in {"everything": EVERYTHING, "reading": READING, "unused": READING}.items():
        arn = client.create_policy(PolicyName=name, PolicyDocument=json.dumps(document))["Policy"]["Arn"]
        if name != "unused":
            client.attach_role_policy(RoleName={"everything": "admin"}.get(name, "reader"), PolicyArn=arn)
    for number in range(3):
        client.create_user(UserName=f"user-{number}")
    return [[]]


WORLDS: dict[str, Callable[[Any, Path], Runs]] = {
    world.__name__: world
    for world in (
        s3_sync,
        dynamodb_batch,
        sqs_worker,
        ec2_inventory,
        cloudwatch_publish,
        rotate_secret,
        start_executions,
        kinesis_reader,
        sns_fanout,
        iam_audit,
    )
}
