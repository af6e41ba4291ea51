"""Copies between regions, compared with boto3's; see ``customization_player``."""

from typing import Any

from customization_player import Answer, Case

__all__ = ["CASES"]

COPY = "copies from another region"
EMPTY: Answer = 200, {"content-type": "text/xml"}, b"<R/>"
SNAPSHOT = {"SourceRegion": "eu-west-1", "SourceSnapshotId": "snap-1", "Description": "ü b"}
OF_SNAPSHOT = "arn:aws:rds:eu-west-1:123456789012:snapshot:mine"
CLUSTER_COPY = {"SourceDBClusterSnapshotIdentifier": OF_SNAPSHOT, "TargetDBClusterSnapshotIdentifier": "t"}
CLUSTER = {"DBClusterIdentifier": "c", "Engine": "aurora"}


def _result(method: str) -> Answer:
    name = "".join({"db": "DB"}.get(part, part.title()) for part in method.split("_"))
    return 200, EMPTY[1], f"<{name}Response><{name}Result/></{name}Response>".encode()


def copies() -> dict[str, Case]:
    """Return the calls that hand out a presigned URL of themselves."""
    found = {
        "ec2 copy": Case(COPY, "ec2", "copy_snapshot", SNAPSHOT, answers=(EMPTY,)),
        "ec2 copy to": Case(
            COPY, "ec2", "copy_snapshot", {**SNAPSHOT, "DestinationRegion": "us-east-2"}, answers=(EMPTY,)
        ),
        "ec2 copy url": Case(
            COPY, "ec2", "copy_snapshot", {**SNAPSHOT, "PresignedUrl": "https://given"}, answers=(EMPTY,)
        ),
        "ec2 copy outpost": Case(
            COPY,
            "ec2",
            "copy_snapshot",
            {**SNAPSHOT, "DestinationOutpostArn": "arn:aws:outposts:us-east-1:1:outpost/op"},
            answers=(EMPTY,),
        ),
        "ec2 copy same region": Case(
            COPY, "ec2", "copy_snapshot", {**SNAPSHOT, "SourceRegion": "us-west-2"}, answers=(EMPTY,)
        ),
        "ec2 copy encrypted": Case(
            COPY, "ec2", "copy_snapshot", {**SNAPSHOT, "Encrypted": True, "KmsKeyId": "k"}, answers=(EMPTY,)
        ),
        "ec2 copy china": Case(
            COPY,
            "ec2",
            "copy_snapshot",
            {**SNAPSHOT, "SourceRegion": "cn-north-1"},
            region="cn-northwest-1",
            answers=(EMPTY,),
        ),
        "ec2 copy endpoint": Case(
            COPY, "ec2", "copy_snapshot", SNAPSHOT, client={"endpoint_url": "http://localhost:4566"}, answers=(EMPTY,)
        ),
        "ec2 copy fips": Case(
            COPY,
            "ec2",
            "copy_snapshot",
            SNAPSHOT,
            config={"use_fips_endpoint": True},
            region="us-east-1",
            answers=(EMPTY,),
        ),
        "ec2 copy dual": Case(
            COPY, "ec2", "copy_snapshot", SNAPSHOT, config={"use_dualstack_endpoint": True}, answers=(EMPTY,)
        ),
        "ec2 copy no tls": Case(COPY, "ec2", "copy_snapshot", SNAPSHOT, client={"use_ssl": False}, answers=(EMPTY,)),
        "ec2 copy unsigned": Case(COPY, "ec2", "copy_snapshot", SNAPSHOT, unsigned=True, answers=(EMPTY,)),
        "ec2 copy nowhere": Case(COPY, "ec2", "copy_snapshot", {"SourceSnapshotId": "s"}, answers=(EMPTY,)),
        "ec2 copy retried": Case(COPY, "ec2", "copy_snapshot", SNAPSHOT, answers=((500, EMPTY[1], b"<R/>"), EMPTY)),
        "ec2 copy image": Case(
            COPY,
            "ec2",
            "copy_image",
            {"SourceRegion": "eu-west-1", "SourceImageId": "i", "Name": "n"},
            answers=(EMPTY,),
        ),
        "ec2 copy bad region": Case(
            COPY, "ec2", "copy_snapshot", {**SNAPSHOT, "SourceRegion": "a b/c"}, answers=(EMPTY,)
        ),
    }
    methods: dict[str, dict[str, Any]] = {
        "copy_db_cluster_snapshot": CLUSTER_COPY,
        "create_db_cluster": CLUSTER,
        "copy_db_snapshot": {"SourceDBSnapshotIdentifier": OF_SNAPSHOT, "TargetDBSnapshotIdentifier": "t"},
        "create_db_instance_read_replica": {"DBInstanceIdentifier": "r", "SourceDBInstanceIdentifier": "s"},
        "start_db_instance_automated_backups_replication": {"SourceDBInstanceArn": "arn:aws:rds:eu-west-1:1:db:s"},
    }
    for service in ("rds", "neptune", "docdb"):
        for method, params in methods.items():
            if service == "rds" or "cluster" in method:
                for given in (
                    {},
                    {"SourceRegion": "eu-west-1"},
                    {"PreSignedUrl": "https://given"},
                    {"SourceRegion": "eu-west-1", "PreSignedUrl": "https://given"},
                    {"SourceRegion": ""},
                ):
                    found[f"{service} {method} {given}"] = Case(
                        COPY, service, method, {**params, **given}, answers=(_result(method),)
                    )
        found[f"{service} endpoint"] = Case(
            COPY,
            service,
            "create_db_cluster",
            {**CLUSTER, "SourceRegion": "eu-west-1"},
            client={"endpoint_url": "https://rds.example.com"},
            answers=(_result("create_db_cluster"),),
        )
    found["rds china"] = Case(
        COPY,
        "rds",
        "create_db_cluster",
        {**CLUSTER, "SourceRegion": "cn-north-1"},
        region="cn-northwest-1",
        answers=(_result("create_db_cluster"),),
    )
    return found


CASES = copies()
