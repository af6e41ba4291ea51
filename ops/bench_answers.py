"""The answers of the benchmark's server: realistic in shape and size, always the same."""

import json

__all__ = ["answers"]


def _http(body: bytes, content_type: str, extra: str = "") -> bytes:
    head = (
        "HTTP/1.1 200 OK\r\n"
        "x-amzn-RequestId: 8e3c1f2a-0000-4000-8000-123456789abc\r\n"
        "x-amz-request-id: 8E3C1F2A00004000\r\n"
        "Date: Sat, 21 Nov 2026 10:00:00 GMT\r\n"
        f"Content-Type: {content_type}\r\n{extra}"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def _json(value: object) -> bytes:
    return _http(json.dumps(value).encode(), "application/x-amz-json-1.0")


def _list_objects() -> bytes:
    rows = "".join(
        f"<Contents><Key>data/2026/11/21/part-{number:05d}.parquet</Key>"
        f"<LastModified>2026-11-21T09:{number % 60:02d}:00.000Z</LastModified>"
        f"<ETag>&quot;{number:032x}&quot;</ETag><Size>{1000 + number}</Size>"
        "<StorageClass>STANDARD</StorageClass></Contents>"
        for number in range(1000)
    )
    text = (
        '<?xml version="1.0" encoding="UTF-8"?><ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'
        "<Name>bucket</Name><Prefix>data/</Prefix><KeyCount>1000</KeyCount><MaxKeys>1000</MaxKeys>"
        f"<IsTruncated>false</IsTruncated>{rows}</ListBucketResult>"
    )
    return _http(text.encode(), "application/xml")


def _item(number: int) -> dict[str, object]:
    return {
        "pk": {"S": f"customer#{number:06d}"},
        "sk": {"S": f"order#2026-11-21#{number:06d}"},
        "total": {"N": f"{number}.99"},
        "open": {"BOOL": number % 2 == 0},
        "lines": {"L": [{"M": {"sku": {"S": f"sku-{line}"}, "count": {"N": str(line)}}} for line in range(3)]},
        "tags": {"SS": ["new", "priority"]},
    }


def _instance(number: int) -> str:
    tags = "".join(f"<item><key>tag{index}</key><value>value-{index}</value></item>" for index in range(3))
    return (
        f"<item><instanceId>i-{number:017x}</instanceId><imageId>ami-0123456789abcdef0</imageId>"
        "<instanceState><code>16</code><name>running</name></instanceState>"
        f"<privateDnsName>ip-10-0-0-{number % 256}.ec2.internal</privateDnsName><dnsName/>"
        "<instanceType>m7g.large</instanceType><launchTime>2026-11-21T08:00:00.000Z</launchTime>"
        "<placement><availabilityZone>us-east-1a</availabilityZone><tenancy>default</tenancy></placement>"
        "<monitoring><state>disabled</state></monitoring><subnetId>subnet-0123456789abcdef0</subnetId>"
        "<vpcId>vpc-0123456789abcdef0</vpcId><architecture>arm64</architecture>"
        "<rootDeviceType>ebs</rootDeviceType><rootDeviceName>/dev/xvda</rootDeviceName>"
        "<blockDeviceMapping><item><deviceName>/dev/xvda</deviceName><ebs><volumeId>vol-0123456789abcdef0</volumeId>"
        "<status>attached</status><attachTime>2026-11-21T08:00:01.000Z</attachTime>"
        "<deleteOnTermination>true</deleteOnTermination></ebs></item></blockDeviceMapping>"
        "<groupSet><item><groupId>sg-0123456789abcdef0</groupId><groupName>default</groupName></item></groupSet>"
        f"<ebsOptimized>true</ebsOptimized><tagSet>{tags}</tagSet></item>"
    )


def _instances() -> bytes:
    rows = "".join(
        f"<item><reservationId>r-{number:017x}</reservationId><ownerId>123456789012</ownerId><groupSet/>"
        f"<instancesSet>{_instance(number)}</instancesSet></item>"
        for number in range(1000)
    )
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<DescribeInstancesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">'
        f"<requestId>8e3c1f2a</requestId><reservationSet>{rows}</reservationSet></DescribeInstancesResponse>"
    )
    return _http(text.encode(), "text/xml;charset=UTF-8")


def answers() -> dict[str, bytes]:
    """Return whole HTTP answers by operation."""
    who = (
        '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>'
        "<Arn>arn:aws:sts::123456789012:assumed-role/worker/session</Arn><UserId>AROAEXAMPLE:session</UserId>"
        "<Account>123456789012</Account></GetCallerIdentityResult><ResponseMetadata>"
        "<RequestId>8e3c1f2a</RequestId></ResponseMetadata></GetCallerIdentityResponse>"
    )
    return {
        "GetObject": _http(
            b"x" * 1024,
            "application/octet-stream",
            'ETag: "0123456789abcdef0123456789abcdef"\r\nLast-Modified: Sat, 21 Nov 2026 09:00:00 GMT\r\n',
        ),
        "PutObject": _http(b"", "application/xml", 'ETag: "0123456789abcdef0123456789abcdef"\r\n'),
        "ListObjectsV2": _list_objects(),
        "GetItem": _json({"Item": _item(1)}),
        "Query": _json({"Items": [_item(number) for number in range(100)], "Count": 100, "ScannedCount": 100}),
        "SendMessage": _json({"MessageId": "8e3c1f2a", "MD5OfMessageBody": "5d41402abc4b2a76b9719d911017c592"}),
        "DescribeInstances": _instances(),
        "GetCallerIdentity": _http(who.encode(), "text/xml"),
    }
