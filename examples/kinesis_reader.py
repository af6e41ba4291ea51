"""Read a stream of Kinesis from where the last run ended, and count its records by their keys.

``python kinesis_reader.py STREAM CHECKPOINTS.json [--limit 100]``

The file keeps the last sequence number of each shard.
"""

import argparse
import json
from collections import Counter
from pathlib import Path
from typing import Any

import sotalia as boto3


def records_of(kinesis: Any, stream: str, shard: str, after: str | None, limit: int) -> list[dict[str, Any]]:
    """Return the records of a shard behind a sequence number, up to its present end."""
    place = (
        {"ShardIteratorType": "TRIM_HORIZON"}
        if after is None
        else {"ShardIteratorType": "AFTER_SEQUENCE_NUMBER", "StartingSequenceNumber": after}
    )
    iterator = kinesis.get_shard_iterator(StreamName=stream, ShardId=shard, **place)["ShardIterator"]
    found: list[dict[str, Any]] = []
    while iterator:
        answer = kinesis.get_records(ShardIterator=iterator, Limit=limit)
        found += answer["Records"]
        if not answer["Records"] and not answer["MillisBehindLatest"]:
            break
        iterator = answer.get("NextShardIterator")
    return found


def main() -> None:
    """Read all shards, remember how far, print the counts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("stream")
    parser.add_argument("checkpoints", type=Path)
    parser.add_argument("--limit", type=int, default=100)
    given = parser.parse_args()

    kinesis = boto3.client("kinesis")
    kinesis.get_waiter("stream_exists").wait(StreamName=given.stream)
    known = json.loads(given.checkpoints.read_text()) if given.checkpoints.exists() else {}
    shards = kinesis.get_paginator("list_shards").paginate(StreamName=given.stream).search("Shards[].ShardId")
    counts: Counter[str] = Counter()
    size = 0
    for shard in sorted(shards):
        records = records_of(kinesis, given.stream, shard, known.get(shard), given.limit)
        counts.update(record["PartitionKey"] for record in records)
        size += sum(len(record["Data"]) for record in records)
        if records:
            known[shard] = records[-1]["SequenceNumber"]
    given.checkpoints.write_text(json.dumps(known))
    report = {"records": counts.total(), "bytes": size, "by key": dict(sorted(counts.items())), "shards": len(known)}
    print(json.dumps(report, indent=2))


if __name__ == "__main__":
    main()
