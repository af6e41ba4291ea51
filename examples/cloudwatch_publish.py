"""Publish measurements of a CSV file as metrics of CloudWatch, and read their statistics back.

``python cloudwatch_publish.py NAMESPACE FILE.csv``

A line is ``time,metric,service,value,unit`` with the time as in
``2026-01-02T03:04:05Z``.
"""

import argparse
import csv
import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import sotalia as boto3

BATCH = 500


def data_of(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the measurements of a file."""
    with path.open(newline="") as file:
        for time, metric, service, value, unit in csv.reader(file):
            yield {
                "MetricName": metric,
                "Dimensions": [{"Name": "service", "Value": service}],
                "Timestamp": datetime.fromisoformat(time),
                "Value": float(value),
                "Unit": unit,
            }


def main() -> None:
    """Publish, and print what CloudWatch makes of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("namespace")
    parser.add_argument("file", type=Path)
    given = parser.parse_args()

    cloudwatch = boto3.client("cloudwatch")
    data = list(data_of(given.file))
    for start in range(0, len(data), BATCH):
        cloudwatch.put_metric_data(Namespace=given.namespace, MetricData=data[start : start + BATCH])

    first, last = (choose(each["Timestamp"] for each in data) for choose in (min, max))
    metrics = cloudwatch.get_paginator("list_metrics").paginate(Namespace=given.namespace).search("Metrics[]")
    report = {}
    for metric in metrics:
        answer = cloudwatch.get_metric_statistics(
            **metric,
            StartTime=first,
            EndTime=last + timedelta(minutes=1),
            Period=60,
            Statistics=["Sum", "Maximum", "SampleCount"],
        )
        points = sorted(answer["Datapoints"], key=lambda point: point["Timestamp"])
        name = f"{metric['MetricName']} of {metric['Dimensions'][0]['Value']}"
        report[name] = [
            [point["Timestamp"].isoformat(), point["Sum"], point["Maximum"], point["SampleCount"]] for point in points
        ]
    print(json.dumps({"published": len(data), "statistics": report}, indent=2, sort_keys=True))


if __name__ == "__main__":
    main()
