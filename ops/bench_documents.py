"""The XML answers, and those without a body, of the benchmark of the codecs: realistic, always the same.

It imports nothing of the package, so that the Python of another environment
can run the file by its path.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from xml.sax.saxutils import escape

__all__ = ["LARGE", "OUTPUTS"]

_NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def _xml(value: Any) -> str:
    """Write a value as elements: lists as ``item``, tuples as what repeats under the name of the field."""
    if isinstance(value, dict):
        parts = []
        for name, inner in value.items():
            for each in inner if isinstance(inner, tuple) else (inner,):
                parts.append(f"<{name}>{_xml(each)}</{name}>" if each != "" else f"<{name}/>")
        return "".join(parts)
    if isinstance(value, list):
        return "".join(f"<item>{_xml(each)}</item>" for each in value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%dT%H:%M:%S}.000Z"
    return escape(str(value))


def _document(root: str, namespace: str, value: Any) -> bytes:
    text = f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="{namespace}">{_xml(value)}</{root}>'
    return text.encode()


def _query_answer(action: str, namespace: str, value: Any) -> bytes:
    wrapped = {f"{action}Result": value, "ResponseMetadata": {"RequestId": "8e3c1f2a-0000-4000-8000-123456789abc"}}
    return _document(f"{action}Response", namespace, wrapped)


def _objects(count: int) -> bytes:
    rows = tuple(
        {
            "Key": f"data/year=2026/month=11/day=21/part-{number:05d}.snappy.parquet",
            "LastModified": _NOON + timedelta(seconds=number),
            "ETag": f'"{number:032x}"',
            "ChecksumAlgorithm": "CRC64NVME",
            "ChecksumType": "FULL_OBJECT",
            "Size": 1000 + number,
            "StorageClass": "STANDARD",
        }
        for number in range(count)
    )
    head = {"Name": "bucket", "Prefix": "data/", "KeyCount": count, "MaxKeys": 1000, "IsTruncated": False}
    return _document("ListBucketResult", "http://s3.amazonaws.com/doc/2006-03-01/", {**head, "Contents": rows})


_GROUP = {"groupId": "sg-0123456789abcdef0", "groupName": "workers"}


def _volume(number: int, device: str) -> dict[str, Any]:
    ebs = {
        "volumeId": f"vol-{number:017x}", "status": "attached", "attachTime": _NOON, "deleteOnTermination": True
    }  # fmt: skip
    return {"deviceName": device, "ebs": ebs}


def _interface(number: int) -> dict[str, Any]:
    name, address = f"ip-10-0-{number // 256}-{number % 256}.ec2.internal", f"10.0.{number // 256}.{number % 256}"
    public = {
        "publicIp": f"203.0.113.{number % 256}",
        "publicDnsName": f"ec2-203-0-113-{number % 256}.compute-1.amazonaws.com",
        "ipOwnerId": "amazon",
    }
    return {
        "networkInterfaceId": f"eni-{number:017x}",
        "subnetId": "subnet-0123456789abcdef0",
        "vpcId": "vpc-0123456789abcdef0",
        "description": "",
        "ownerId": "123456789012",
        "status": "in-use",
        "macAddress": "02:00:00:00:00:01",
        "privateIpAddress": address,
        "privateDnsName": name,
        "sourceDestCheck": True,
        "interfaceType": "interface",
        "groupSet": [_GROUP],
        "attachment": {
            "attachmentId": f"eni-attach-{number:017x}", "deviceIndex": 0, "status": "attached",
            "attachTime": _NOON, "deleteOnTermination": True, "networkCardIndex": 0,
        },
        "association": public,
        "privateIpAddressesSet": [
            {"privateIpAddress": address, "privateDnsName": name, "primary": True, "association": public}
        ],
        "ipv6AddressesSet": "",
        "operator": {"managed": False},
    }  # fmt: skip


def _instance(number: int) -> dict[str, Any]:
    """An instance as the service describes one: 50 members, an interface, two volumes, four tags."""
    return {
        "instanceId": f"i-{number:017x}",
        "imageId": "ami-0123456789abcdef0",
        "instanceState": {"code": 16, "name": "running"},
        "privateDnsName": f"ip-10-0-{number // 256}-{number % 256}.ec2.internal",
        "dnsName": f"ec2-203-0-113-{number % 256}.compute-1.amazonaws.com",
        "reason": "",
        "keyName": "operations",
        "amiLaunchIndex": number % 8,
        "productCodes": "",
        "instanceType": "m7g.large",
        "launchTime": _NOON + timedelta(seconds=number),
        "placement": {"availabilityZone": "us-east-1a", "groupName": "", "tenancy": "default"},
        "monitoring": {"state": "disabled"},
        "subnetId": "subnet-0123456789abcdef0",
        "vpcId": "vpc-0123456789abcdef0",
        "privateIpAddress": f"10.0.{number // 256}.{number % 256}",
        "ipAddress": f"203.0.113.{number % 256}",
        "sourceDestCheck": True,
        "groupSet": [_GROUP],
        "architecture": "arm64",
        "rootDeviceType": "ebs",
        "rootDeviceName": "/dev/xvda",
        "blockDeviceMapping": [_volume(number, "/dev/xvda"), _volume(number, "/dev/sdb")],
        "virtualizationType": "hvm",
        "clientToken": f"8e3c1f2a-0000-4000-8000-{number:012d}",
        "tagSet": [
            {"key": key, "value": f"{key} {number}"} for key in ("Name", "team", "environment", "aws:autoscaling:group")
        ],
        "hypervisor": "xen",
        "networkInterfaceSet": [_interface(number)],
        "iamInstanceProfile": {"arn": "arn:aws:iam::123456789012:instance-profile/worker", "id": "AIPAEXAMPLE"},
        "ebsOptimized": True,
        "enaSupport": True,
        "cpuOptions": {"coreCount": 2, "threadsPerCore": 1},
        "capacityReservationSpecification": {"capacityReservationPreference": "open"},
        "hibernationOptions": {"configured": False},
        "metadataOptions": {
            "state": "applied", "httpTokens": "required", "httpPutResponseHopLimit": 2,
            "httpEndpoint": "enabled", "httpProtocolIpv6": "disabled", "instanceMetadataTags": "disabled",
        },
        "enclaveOptions": {"enabled": False},
        "bootMode": "uefi",
        "platformDetails": "Linux/UNIX",
        "usageOperation": "RunInstances",
        "usageOperationUpdateTime": _NOON,
        "privateDnsNameOptions": {
            "hostnameType": "ip-name", "enableResourceNameDnsARecord": False, "enableResourceNameDnsAAAARecord": False
        },
        "maintenanceOptions": {"autoRecovery": "default", "rebootMigration": "default"},
        "currentInstanceBootMode": "uefi",
        "networkPerformanceOptions": {"bandwidthWeighting": "default"},
        "operator": {"managed": False},
    }  # fmt: skip


def _instances(count: int) -> bytes:
    reservations = [
        {
            "reservationId": f"r-{number:017x}",
            "ownerId": "123456789012",
            "groupSet": "",
            "instancesSet": [_instance(number)],
        }
        for number in range(count)
    ]
    value = {"requestId": "8e3c1f2a-0000-4000-8000-123456789abc", "reservationSet": reservations}
    return _document("DescribeInstancesResponse", "http://ec2.amazonaws.com/doc/2016-11-15/", value)


_CREDENTIALS = {
    "AssumedRoleUser": {
        "AssumedRoleId": "AROAEXAMPLE:worker", "Arn": "arn:aws:sts::123456789012:assumed-role/worker/worker"
    },
    "Credentials": {
        "AccessKeyId": "ASIAEXAMPLEEXAMPLE00", "SecretAccessKey": "x" * 40, "SessionToken": "x" * 800,
        "Expiration": _NOON,
    },
    "PackedPolicySize": 6,
}  # fmt: skip
_WHO = {
    "Arn": "arn:aws:sts::123456789012:assumed-role/worker/session",
    "UserId": "AROAEXAMPLE:session",
    "Account": "123456789012",
}
_STS = "https://sts.amazonaws.com/doc/2011-06-15/"

_LAMBDA = {"X-Amz-Executed-Version": "$LATEST", "X-Amzn-Remapped-Content-Length": "0"}
_TAGGED = {"ETag": '"0123456789abcdef0123456789abcdef"', "x-amz-server-side-encryption": "AES256"}
_GET_OBJECT = {
    **_TAGGED, "Last-Modified": "Sat, 21 Nov 2026 09:00:00 GMT", "Accept-Ranges": "bytes",
    "x-amz-version-id": "3sL4kqtJlcpXroDTDmJrmSpXd3dIbrHY", "Content-Length": "1024", "x-amz-meta-owner": "ada",
}  # fmt: skip

OUTPUTS: dict[str, tuple[str, str, dict[str, str], Any]] = {
    "s3 ListObjectsV2, 1000 keys": (
        "s3", "ListObjectsV2", {"Content-Type": "application/xml"}, lambda: _objects(1000)
    ),
    "ec2 DescribeInstances, 1000 instances": (
        "ec2", "DescribeInstances", {"Content-Type": "text/xml;charset=UTF-8"}, lambda: _instances(1000)
    ),
    "sts AssumeRole": (
        "sts", "AssumeRole", {"Content-Type": "text/xml"}, lambda: _query_answer("AssumeRole", _STS, _CREDENTIALS)
    ),
    "sts GetCallerIdentity": (
        "sts", "GetCallerIdentity", {"Content-Type": "text/xml"}, lambda: _query_answer("GetCallerIdentity", _STS, _WHO)
    ),
    "s3 ListObjectsV2, 1 key": ("s3", "ListObjectsV2", {"Content-Type": "application/xml"}, lambda: _objects(1)),
    "s3 GetObject": ("s3", "GetObject", {"Content-Type": "application/octet-stream", **_GET_OBJECT}, lambda: b"stream"),
    "s3 PutObject": ("s3", "PutObject", _TAGGED, lambda: b""),
    "lambda Invoke": ("lambda", "Invoke", {"Content-Type": "application/json", **_LAMBDA}, lambda: b"stream"),
    "ec2 DescribeInstances, 1 instance": (
        "ec2", "DescribeInstances", {"Content-Type": "text/xml;charset=UTF-8"}, lambda: _instances(1)
    ),
}  # fmt: skip
"""Answers: service, operation, header fields and what makes the body."""

LARGE = {"ec2 DescribeInstances": ("ec2", "DescribeInstances", lambda: _instances(2000))}
"""An answer of about 10 MB: service, operation and what makes it."""
