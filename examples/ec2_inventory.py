"""List the instances of a region by type and state, with their volumes, and what nobody uses.

``python ec2_inventory.py [--region us-east-1] [--tag Team]``
"""

import argparse
import json
from collections import Counter
from typing import Any

import sotalia as boto3


def name_of(tags: list[dict[str, str]] | None, key: str) -> str:
    """Return the value of a tag, empty if it is not there."""
    return next((tag["Value"] for tag in tags or [] if tag["Key"] == key), "")


def main() -> None:
    """Print the inventory."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--region", default="us-east-1")
    parser.add_argument("--tag", default="Team", help="the tag that says whose an instance is")
    given = parser.parse_args()

    ec2 = boto3.resource("ec2", region_name=given.region)
    teams: dict[str, list[dict[str, Any]]] = {}
    for instance in ec2.instances.filter(
        Filters=[{"Name": "instance-state-name", "Values": ["pending", "running", "stopped"]}]
    ):
        teams.setdefault(name_of(instance.tags, given.tag), []).append(
            {
                "name": name_of(instance.tags, "Name"),
                "type": instance.instance_type,
                "state": instance.state["Name"],
                "gigabytes": sum(volume.size for volume in instance.volumes.all()),
                "groups": sorted(group["GroupName"] for group in instance.security_groups),
                "network": instance.vpc.cidr_block,
            }
        )
    pages = ec2.meta.client.get_paginator("describe_volumes").paginate(PaginationConfig={"PageSize": 5})
    unused = list(pages.search("Volumes[?State=='available'].Size"))
    types = ec2.meta.client.get_paginator("describe_instance_types").paginate(
        InstanceTypes=sorted({each["type"] for members in teams.values() for each in members}) or ["t2.micro"]
    )
    cores = {each["InstanceType"]: each["VCpuInfo"]["DefaultVCpus"] for page in types for each in page["InstanceTypes"]}
    everything = [each for members in teams.values() for each in members]
    report = {
        "teams": {team: sorted(members, key=lambda each: each["name"]) for team, members in sorted(teams.items())},
        "states": dict(sorted(Counter(each["state"] for each in everything).items())),
        "cores": sum(cores[each["type"]] for each in everything),
        "unused volumes": sorted(unused),
    }
    print(json.dumps(report, indent=2))


if __name__ == "__main__":
    main()
