"""Work through a queue: wait for messages, keep them while they are worked on, delete what is done.

``python sqs_worker.py QUEUE [--wait 20] [--idle 1]``

A message is ``{"job": name, "effort": steps}``; each step extends the time for
which nobody else sees it. What cannot be worked on is given back at once.
"""

import argparse
import json
from typing import Any

import sotalia as boto3


def work(sqs: Any, url: str, message: dict[str, Any]) -> str:
    """Do what a message asks for; ``ValueError`` if nobody can."""
    job = json.loads(message["Body"])
    if job["effort"] < 0:
        raise ValueError(job["job"])
    for _ in range(job["effort"]):
        sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=60)
    return str(job["job"])


def main() -> None:
    """Work until the queue was empty for a while, and print what was done."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("queue")
    parser.add_argument("--wait", type=int, default=20, help="seconds that one request waits for messages")
    parser.add_argument("--idle", type=int, default=1, help="end after so many requests without messages")
    given = parser.parse_args()

    sqs = boto3.client("sqs")
    url = sqs.get_queue_url(QueueName=given.queue)["QueueUrl"]
    done: list[str] = []
    given_back: set[str] = set()
    idle = 0
    while idle < given.idle:
        answer = sqs.receive_message(
            QueueUrl=url,
            MaxNumberOfMessages=10,
            WaitTimeSeconds=given.wait,
            VisibilityTimeout=30,
            MessageSystemAttributeNames=["ApproximateReceiveCount"],
            MessageAttributeNames=["All"],
        )
        messages = answer.get("Messages", [])
        idle = 0 if messages else idle + 1
        finished: list[dict[str, str]] = []
        for message in messages:
            try:
                done.append(work(sqs, url, message))
                finished.append({"Id": str(len(finished)), "ReceiptHandle": message["ReceiptHandle"]})
            except ValueError as refused:
                again = int(message["Attributes"]["ApproximateReceiveCount"]) < 3
                given_back.add(str(refused))
                timeout = 0 if again else 600
                sqs.change_message_visibility(
                    QueueUrl=url, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=timeout
                )
        if finished:
            failed = sqs.delete_message_batch(QueueUrl=url, Entries=finished).get("Failed", [])
            if failed:
                raise SystemExit(f"{len(failed)} messages could not be deleted")
    print(json.dumps({"done": sorted(done), "given back": sorted(given_back)}, indent=2))


if __name__ == "__main__":
    main()
