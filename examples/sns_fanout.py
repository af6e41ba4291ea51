"""Send each event to the queues that want it: a topic of SNS, a queue of SQS for each kind, by filter policies.

``python sns_fanout.py TOPIC EVENTS.json --kinds order refund``

An event is ``{"kind": ..., "text": ...}``. The queue ``TOPIC-all`` gets all.
"""

import argparse
import json
from pathlib import Path
from typing import Any

import sotalia as boto3


def subscribed(sns: Any, sqs: Any, topic: str, name: str, kinds: list[str]) -> str:
    """Return the URL of a queue that gets the events of some kinds, all if there are none."""
    url: str = sqs.create_queue(QueueName=name)["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    policy = {
        "Version": "2012-10-17",
        "Statement": {
            "Effect": "Allow",
            "Principal": {"Service": "sns.amazonaws.com"},
            "Action": "sqs:SendMessage",
            "Resource": arn,
            "Condition": {"ArnEquals": {"aws:SourceArn": topic}},
        },
    }
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": json.dumps(policy)})
    attributes = {"RawMessageDelivery": "true"}
    if kinds:
        attributes["FilterPolicy"] = json.dumps({"kind": kinds})
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn, Attributes=attributes, ReturnSubscriptionArn=True)
    return url


def drained(sqs: Any, url: str) -> list[str]:
    """Return the texts in a queue, and empty it."""
    texts = []
    while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        texts += [message["Body"] for message in messages]
        entries = [{"Id": str(n), "ReceiptHandle": each["ReceiptHandle"]} for n, each in enumerate(messages)]
        sqs.delete_message_batch(QueueUrl=url, Entries=entries)
    return sorted(texts)


def main() -> None:
    """Set up, publish, and print what each queue got."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("topic")
    parser.add_argument("events", type=Path)
    parser.add_argument("--kinds", nargs="*", default=[])
    given = parser.parse_args()

    sns, sqs = boto3.client("sns"), boto3.client("sqs")
    topic = sns.create_topic(Name=given.topic)["TopicArn"]
    wishes: dict[str, list[str]] = {"all": [], **{kind: [kind] for kind in given.kinds}}
    queues = {name: subscribed(sns, sqs, topic, f"{given.topic}-{name}", kinds) for name, kinds in wishes.items()}
    events = json.loads(given.events.read_text())
    for start in range(0, len(events), 10):
        answer = sns.publish_batch(
            TopicArn=topic,
            PublishBatchRequestEntries=[
                {
                    "Id": str(number),
                    "Message": event["text"],
                    "MessageAttributes": {"kind": {"DataType": "String", "StringValue": event["kind"]}},
                }
                for number, event in enumerate(events[start : start + 10])
            ],
        )
        if answer.get("Failed"):
            raise SystemExit(f"{len(answer['Failed'])} events could not be published")
    subscriptions = sns.get_paginator("list_subscriptions_by_topic").paginate(TopicArn=topic)
    report = {
        "published": len(events),
        "subscriptions": len(list(subscriptions.search("Subscriptions[]"))),
        "queues": {name: drained(sqs, url) for name, url in queues.items()},
    }
    print(json.dumps(report, indent=2))


if __name__ == "__main__":
    main()
