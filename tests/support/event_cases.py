"""The calls whose events are compared with boto3's: ten services, five operations each, in all protocols."""

import base64
from typing import Any

XML_OK = "<Out><{0}Result/><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></Out>"
QUERY_ERROR = (
    "<ErrorResponse><Error><Code>{}</Code><Message>no</Message></Error><RequestId>r</RequestId></ErrorResponse>"
)
EC2_ERROR = (
    "<Response><Errors><Error><Code>{}</Code><Message>no</Message></Error></Errors><RequestID>r</RequestID></Response>"
)
S3_ERROR = "<Error><Code>{}</Code><Message>no</Message><RequestId>r</RequestId></Error>"
JSON_ERROR = '{{"__type":"{}","message":"no"}}'
CBOR_OK = b"\xbf\xff"

ROLE = "arn:aws:iam::123456789012:role/r"
KEY = {"Id": {"S": "1"}}
QUEUE = {"QueueUrl": "https://sqs.us-west-2.amazonaws.com/123456789012/q"}
TOPIC = {"TopicArn": "arn:aws:sns:us-west-2:123456789012:t"}
BUS = {"EventBusArn": "arn:aws:events:us-west-2:123456789012:event-bus/b"}
OBJECT = {"Bucket": "mybucket", "Key": "a/b c"}

# service: (protocol, the error that it answers with, {operation: parameters})
CALLS: dict[str, tuple[str, str, dict[str, dict[str, Any]]]] = {
    "sts": (
        "query",
        "ExpiredTokenException",
        {
            "GetCallerIdentity": {},
            "AssumeRole": {"RoleArn": ROLE, "RoleSessionName": "s"},
            "AssumeRoleWithWebIdentity": {"RoleArn": ROLE, "RoleSessionName": "s", "WebIdentityToken": "token"},
            "GetSessionToken": {},
            "DecodeAuthorizationMessage": {"EncodedMessage": "m"},
        },
    ),
    "sns": (
        "query",
        "NotFound",
        {
            "Publish": {"Message": "m", **TOPIC},
            "CreateTopic": {"Name": "t"},
            "ListTopics": {},
            "GetTopicAttributes": TOPIC,
            "Subscribe": {"Protocol": "sqs", **TOPIC},
        },
    ),
    "ec2": (
        "ec2",
        "InvalidInstanceID.NotFound",
        {
            "DescribeInstances": {"InstanceIds": ["i-1"]},
            "RunInstances": {"ImageId": "ami-1", "MinCount": 1, "MaxCount": 1, "UserData": "echo"},
            "DescribeRegions": {},
            "CreateTags": {"Resources": ["i-1"], "Tags": [{"Key": "k", "Value": "v"}]},
            "TerminateInstances": {"InstanceIds": ["i-1"]},
        },
    ),
    "dynamodb": (
        "json",
        "ResourceNotFoundException",
        {
            "GetItem": {"TableName": "t", "Key": KEY},
            "PutItem": {"TableName": "t", "Item": KEY},
            "Query": {"TableName": "t"},
            "ListTables": {},
            "BatchGetItem": {"RequestItems": {"t": {"Keys": [KEY]}}},
        },
    ),
    "sqs": (
        "json",
        "QueueDoesNotExist",
        {
            "SendMessage": {"MessageBody": "m", **QUEUE},
            "ReceiveMessage": QUEUE,
            "CreateQueue": {"QueueName": "q"},
            "DeleteMessage": {"ReceiptHandle": "h", **QUEUE},
            "ListQueues": {},
        },
    ),
    "lambda": (
        "rest-json",
        "ResourceNotFoundException",
        {
            "GetPolicy": {"FunctionName": "f"},
            "Invoke": {"FunctionName": "f", "Payload": b"{}"},
            "ListFunctions": {},
            "CreateFunction": {"FunctionName": "f", "Role": ROLE, "Code": {"ZipFile": b"z"}},
            "DeleteFunction": {"FunctionName": "f"},
        },
    ),
    "s3": (
        "rest-xml",
        "NoSuchBucket",
        {
            "GetObject": OBJECT,
            "PutObject": {"Body": b"content", **OBJECT},
            "ListObjectsV2": {"Bucket": "mybucket"},
            "CreateBucket": {"Bucket": "mybucket", "CreateBucketConfiguration": {"LocationConstraint": "us-west-2"}},
            "DeleteObjects": {"Bucket": "mybucket", "Delete": {"Objects": [{"Key": "k"}]}},
        },
    ),
    "route53": (
        "rest-xml",
        "NoSuchHostedZone",
        {
            "ListHostedZones": {},
            "GetHostedZone": {"Id": "/hostedzone/Z1"},
            "CreateHostedZone": {"Name": "n", "CallerReference": "c"},
            "ListResourceRecordSets": {"HostedZoneId": "Z1"},
            "DeleteHostedZone": {"Id": "Z1"},
        },
    ),
    "eventbridgev2": (
        "cbor",
        "ResourceNotFoundException",
        {
            "ListEventBuses": {},
            "DescribeEventBus": BUS,
            "PutEvents": {"Entries": [{"Source": "s", "Detail": "{}", "DetailType": "d"}], **BUS},
            "ListEventSources": {},
            "DeleteEventBus": BUS,
        },
    ),
    "cognito-identity": (
        "json",
        "NotAuthorizedException",
        {
            "GetId": {"IdentityPoolId": "us-west-2:1"},
            "GetCredentialsForIdentity": {"IdentityId": "us-west-2:1"},
            "ListIdentityPools": {"MaxResults": 1},
            "GetOpenIdToken": {"IdentityId": "us-west-2:1"},
            "DescribeIdentityPool": {"IdentityPoolId": "us-west-2:1"},
        },
    ),
}

MODES = (
    "success",
    "refused",
    "invalid",
    "retried",
    "throttled",
    "unreachable",
    "garbage",
    "before-call",
    "before-send",
)


def _answer(protocol: str, operation: str, status: int, code: str | None) -> dict[str, Any]:
    headers = {"x-amzn-requestid": "r"}
    if protocol == "cbor":
        headers["smithy-protocol"] = "rpc-v2-cbor"
        headers["content-type"] = "application/cbor"
        name = (code or "").encode()
        body = CBOR_OK if code is None else b"\xa2f__type\x78" + bytes([len(name)]) + name + b"gmessagebno"
    elif protocol in ("json", "rest-json"):
        headers["content-type"] = "application/x-amz-json-1.1"
        body = b"{}" if code is None else JSON_ERROR.format(code).encode()
    else:
        headers["content-type"] = "text/xml"
        form = {"query": QUERY_ERROR, "ec2": EC2_ERROR, "rest-xml": S3_ERROR}[protocol]
        body = (XML_OK.format(operation) if code is None else form.format(code)).encode()
    return {"status": status, "headers": headers, "body": base64.b64encode(body).decode()}


def _answers(protocol: str, operation: str, code: str, mode: str) -> list[dict[str, Any]]:
    fine = _answer(protocol, operation, 200, None)
    if mode == "refused":
        return [_answer(protocol, operation, 400, code)]
    if mode == "retried":
        return [_answer(protocol, operation, 500, "InternalFailure"), fine]
    if mode == "throttled":
        return [_answer(protocol, operation, 400, "ThrottlingException")] * 9
    if mode == "unreachable":
        return []
    if mode == "garbage":
        return [{"status": 200, "headers": {}, "body": base64.b64encode(b"<<{garbage").decode()}] * 9
    return [fine]


def all_cases() -> list[dict[str, Any]]:
    """Every call in every mode."""
    return [
        {
            "service": service,
            "operation": operation,
            "params": {**params, "NoSuchParameter": 1} if mode == "invalid" else params,
            "mode": mode,
            "answers": _answers(protocol, operation, code, mode),
            "handlers": [mode] if mode in ("before-call", "before-send") else [],
        }
        for service, (protocol, code, operations) in CALLS.items()
        for operation, params in operations.items()
        for mode in MODES
    ]
