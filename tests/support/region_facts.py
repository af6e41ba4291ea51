"""What a session tells of services, partitions and regions, as JSON: run as a program with ``sotalia`` and ``boto3``.

``python region_facts.py MODULE`` enumerates every service, partition and flag,
and asks for the partition of every region there is and of invented ones.
"""

import json
import sys
from typing import Any

INVENTED = (
    *("us-new-1", "us-west-99", "eu-antarctica-2", "af-north-12", "me-west-5", "il-south-7", "mx-east-3", "sa-north-1"),
    *("cn-new-7", "us-gov-north-1", "us-gov-south-44", "us-iso-north-9", "us-isob-south-2", "us-isof-west-1"),
    *("eu-isoe-east-4", "eusc-de-west-2", "ap-equator-1", "ca-moon-22"),
)
BAD = (
    *("", "moon", "us", "us-east", "us-east-", "us-east-1a", "us-east-1 ", " us-east-1", "US-EAST-1", "us_east_1"),
    *("us-iso-x-3-4", "aws-global", "fips-us-east-1", "us-east-1-fips", "xx-north-1", "cn--1", "us-east-1\n", "é-é-1"),
)
PARTITIONS = ("nosuch", "AWS", "")


def answer(function: Any, *args: Any) -> Any:
    """Return what a function says, or the class and the text of its exception."""
    try:
        return function(*args)
    except Exception as error:
        return [type(error).__name__, str(error)]


def main() -> None:
    """Ask for everything."""
    if sys.argv[1] == "boto3":
        import boto3 as package
    else:
        import sotalia as package  # type: ignore[no-redef] # the same names
    session = package.Session()
    services, partitions = session.get_available_services(), session.get_available_partitions()
    regions = {
        f"{service} {partition} {flag}": answer(session.get_available_regions, service, partition, flag)
        for service in [*services, "nosuch", ""]
        for partition in [*partitions, *PARTITIONS]
        for flag in (False, True)
    }
    known = {region for found in regions.values() for region in found}
    facts = {
        "services": {"": services},
        "partitions": {"": partitions},
        "default arguments": {service: answer(session.get_available_regions, service) for service in services},
        "regions of services": regions,
        "partitions of known regions": {
            region: answer(session.get_partition_for_region, region) for region in sorted(known)
        },
        "partitions of invented regions": {
            region: answer(session.get_partition_for_region, region) for region in INVENTED
        },
        "refusals of bad regions": {region: answer(session.get_partition_for_region, region) for region in BAD},
    }
    json.dump(facts, sys.stdout)


if __name__ == "__main__":
    main()
