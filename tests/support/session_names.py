"""The methods of boto3's sessions and their parameters, as JSON; run by the tests with the peer's Python."""

import inspect
import json
import sys

import boto3
import botocore.session


def names(cls: type) -> dict[str, list[str] | None]:
    """Public names of a class; for a method the names of its parameters."""
    return {
        name: list(inspect.signature(value).parameters) if callable(value) else None
        for name, value in inspect.getmembers(cls)
        if not name.startswith("_")
    }


if __name__ == "__main__":
    json.dump(
        {
            "boto3.Session": names(boto3.Session),
            "botocore.session.Session": names(botocore.session.Session),
            "boto3.Session()": {"": list(inspect.signature(boto3.Session).parameters)},
            "boto3": dict.fromkeys(name for name in dir(boto3) if not name.startswith("_")),
        },
        sys.stdout,
    )
