"""Load orders into a table of DynamoDB and report on them.

``python dynamodb_batch.py TABLE ORDERS.json [--customer ann]``

The file is a list of ``{"customer", "order", "total", "state"}``. The table is
made if it is not there: ``customer`` and ``order`` are its key.
"""

import argparse
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import sotalia as boto3
from sotalia.dynamodb.conditions import Attr, Key
from sotalia.exceptions import ClientError


def table_of(name: str) -> Any:
    """Return the table, made now if need be."""
    dynamodb = boto3.resource("dynamodb")
    try:
        table = dynamodb.create_table(
            TableName=name,
            KeySchema=[
                {"AttributeName": "customer", "KeyType": "HASH"},
                {"AttributeName": "order", "KeyType": "RANGE"},
            ],
            AttributeDefinitions=[
                {"AttributeName": "customer", "AttributeType": "S"},
                {"AttributeName": "order", "AttributeType": "N"},
            ],
            BillingMode="PAY_PER_REQUEST",
        )
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceInUseException":
            raise
        table = dynamodb.Table(name)
    table.wait_until_exists()
    return table


def all_items(ask: Any, **parameters: Any) -> list[dict[str, Any]]:
    """Return the items of all pages of a query or a scan."""
    answer = ask(**parameters)
    items: list[dict[str, Any]] = answer["Items"]
    while "LastEvaluatedKey" in answer:
        answer = ask(**parameters, ExclusiveStartKey=answer["LastEvaluatedKey"])
        items += answer["Items"]
    return items


def main() -> None:
    """Load, close what is paid, report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("table")
    parser.add_argument("orders", type=Path)
    parser.add_argument("--customer", default="ann")
    given = parser.parse_args()

    orders = json.loads(given.orders.read_text(), parse_float=Decimal)
    table = table_of(given.table)
    with table.batch_writer(overwrite_by_pkeys=["customer", "order"]) as batch:
        for order in orders:
            batch.put_item(Item={**order, "tags": {"loaded", order["state"]}, "raw": b"\x00\xff"})

    for order in all_items(table.scan, FilterExpression=Attr("state").eq("paid") & Attr("total").gt(0)):
        table.update_item(
            Key={"customer": order["customer"], "order": order["order"]},
            UpdateExpression="SET #state = :closed ADD revision :one",
            ConditionExpression=Attr("state").eq("paid"),
            ExpressionAttributeNames={"#state": "state"},
            ExpressionAttributeValues={":closed": "closed", ":one": 1},
        )
    recent = all_items(
        table.query,
        KeyConditionExpression=Key("customer").eq(given.customer) & Key("order").between(2, 40),
        ScanIndexForward=False,
        Limit=5,
    )
    report = {
        "orders": len(all_items(table.scan, ProjectionExpression="customer")),
        "closed": len(all_items(table.scan, FilterExpression=Attr("revision").exists())),
        "big": sorted(
            [item["customer"], int(item["order"]), str(item["total"])]
            for item in all_items(table.scan, FilterExpression=Attr("total").gte(Decimal("99.5")))
        ),
        given.customer: [[int(item["order"]), item["state"], sorted(item["tags"])] for item in recent],
        "raw": bytes(recent[0]["raw"]).hex() if recent else None,
    }
    print(json.dumps(report, indent=2))


if __name__ == "__main__":
    main()
