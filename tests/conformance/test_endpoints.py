"""The classic endpoint table against boto3 in a process of its own, and against a naive reading."""

import json
import re
import subprocess
from pathlib import Path

import peers
import pytest
from sotalia.components.errors import UnknownRegionError
from sotalia.models.endpoints import ClassicEndpoints
from vectors import sdist

STRANGE = [
    "us-new-1",
    "cn-new-7",
    "eusc-de-west-2",
    "us-iso-x-3",
    "aws-global",
    "fips-us-east-1",
    "us-east-1a",
    "moon",
    "",
]

PEER = """
import json, sys
from pathlib import Path
import botocore.session
from botocore.exceptions import UnknownRegionError
given = json.load(sys.stdin)
session = botocore.session.Session()
data = Path(botocore.__file__).parent / "data"
resolver = session.get_component("endpoint_resolver")
table = json.loads((data / "endpoints.json").read_bytes())
services = sorted({name for partition in table["partitions"] for name in partition["services"]}) + ["nosuch"]
def partition_of(region):
    try:
        return session.get_partition_for_region(region)
    except UnknownRegionError:
        return None
regions = given + [region for partition in table["partitions"] for region in partition["regions"]]
partitions = session.get_available_partitions()
json.dump({
    "data": str(data),
    "partitions": partitions,
    "partition_of": [[region, partition_of(region)] for region in regions],
    "regions": [
        [name, partition, also, resolver.get_available_endpoints(name, partition, also)]
        for name in services for partition in [*partitions, "nosuch"] for also in (False, True)
    ],
}, sys.stdout)
"""


def naive():
    """What the answers are by reading the file in the plainest way."""
    data = sdist() / "botocore" / "data"
    table = json.loads((data / "endpoints.json").read_bytes())["partitions"]
    names = [partition["partition"] for partition in table]

    def partition_of(region):
        fits = [p for p in table if region in p["regions"] or re.match(p["regionRegex"], region)]
        return fits[0]["partition"] if fits else None

    def regions(service, name, also):
        for partition in table:
            if partition["partition"] == name and service in partition["services"]:
                endpoints = list(partition["services"][service]["endpoints"])
                return endpoints if also else [e for e in endpoints if e in partition["regions"]]
        return []

    services = {service for partition in table for service in partition["services"]} | {"nosuch"}
    return {
        "data": str(data),
        "partitions": names,
        "partition_of": [
            [region, partition_of(region)] for region in STRANGE + [r for p in table for r in p["regions"]]
        ],
        "regions": [
            [service, name, also, regions(service, name, also)]
            for service in sorted(services)
            for name in [*names, "nosuch"]
            for also in (False, True)
        ],
    }


def boto3():
    """What botocore answers, from the data that it has."""
    done = subprocess.run(
        [peers.python(), "-c", PEER], input=json.dumps(STRANGE), capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)


def partition_of(table, region):
    try:
        return table.get_partition_for_region(region)
    except UnknownRegionError:
        return None


@peers.takes_long_once
@pytest.mark.parametrize("judge", [naive, boto3], ids=lambda judge: judge.__name__)
def test_regions_and_partitions_agree(judge):
    expected = judge()
    table = ClassicEndpoints(json.loads((Path(expected["data"]) / "endpoints.json").read_bytes()))
    assert table.get_available_partitions() == expected["partitions"]
    assert [[region, partition_of(table, region)] for region, _ in expected["partition_of"]] == expected["partition_of"]
    assert len(expected["regions"]) > 5000
    for service, partition, also, regions in expected["regions"]:
        assert table.get_available_endpoints(service, partition, also) == regions, (service, partition, also)
