"""What clients sign without sending it, as JSON: a program for ``sotalia`` and for ``boto3``, at one moment.

``python presigned_calls.py MODULE`` writes the outcome of every call of
``CALLS`` by its name: a URL, a form, a token, or the name of the exception.
"""

import datetime
import json
import os
import sys
from collections.abc import Callable
from typing import Any, NamedTuple

NOW = datetime.datetime(2026, 3, 4, 5, 6, 7, tzinfo=datetime.UTC)
TOKEN = "to/ken+="


class Call(NamedTuple):
    """A client, and the method that is called on it, with its parameters."""

    service: str
    method: str
    params: dict[str, Any] = {}
    region: str | None = "us-east-1"
    config: dict[str, Any] = {}
    client: dict[str, Any] = {}
    token: bool = False


def url(service: str, method: str, params: dict[str, Any], *, more: dict[str, Any] | None = None, **where: Any) -> Call:
    """Return the call that presigns a method."""
    given = {"ClientMethod": method, "Params": params, **(more or {})}
    return Call(service, "generate_presigned_url", given, **where)


OBJECT = {"Bucket": "bucket", "Key": "key"}
V4 = {"signature_version": "s3v4"}
V1 = {
    "signature_version": "s3",
    "request_checksum_calculation": "when_required",
    "response_checksum_validation": "when_required",
}
POST = {"Bucket": "bucket", "Key": "uploads/${filename}"}
RICH = {
    "Bucket": "bucket",
    "Key": "a key",
    "Fields": {"acl": "private", "x-amz-meta-a": "ü"},
    "Conditions": [{"acl": "private"}, ["content-length-range", 1, 10], ["starts-with", "$x-amz-meta-a", ""]],
    "ExpiresIn": 60,
}
COPY = {"Bucket": "bucket", "Key": "k", "CopySource": "other/key"}
PARTS = {"Bucket": "other", "Key": "a key/ü", "VersionId": "v 1"}
LIST = {"Bucket": "bucket", "Prefix": "a b", "EncodingType": "url"}
ANSWER = {"VersionId": "v", "ResponseContentType": "a/b", "ResponseExpires": NOW.isoformat()}
SPEECH = {"Text": "a b", "OutputFormat": "mp3", "VoiceId": "Joanna"}
ARN = "arn:aws:s3:eu-west-1:123456789012:accesspoint/mine"
REGIONS = ("us-east-1", "us-west-2", "eu-central-1", "cn-north-1", "us-gov-west-1", "aws-global", "ap-east-1", None)
OPTIONS: tuple[dict[str, Any], ...] = (
    {},
    V4,
    {"signature_version": "v4"},
    {"signature_version": "s3"},
    {"s3": {"addressing_style": "virtual"}},
    {"s3": {"addressing_style": "path"}},
    {"s3": {"us_east_1_regional_endpoint": "regional"}},
    {"s3": {"use_accelerate_endpoint": True}},
    {"s3": {"use_dualstack_endpoint": True}},
    {"use_dualstack_endpoint": True},
    {"use_fips_endpoint": True},
)
KEYS = ("plain", "with space", "a+b", "ü/ö", "a//b", "./dots/../x", "q?x=1&y", "~tilde'(*)!", "%41", "😀")

SENT = "sent "
"""Before the name of a method: what it sends is the outcome."""

CLUSTER = "token of a cluster"
"""In place of a method: a signer that the program makes itself, as those for EKS do."""

CACHE = "token of a cache"
"""In place of a method that boto3 does not have: the URL that it stands for."""


def sent(service: str, method: str, params: dict[str, Any], **where: Any) -> Call:
    """Return the call of a method, of which what it sends is wanted."""
    return Call(service, SENT + method, params, **where)


CALLS: dict[str, Call] = {
    **{
        f"s3 {region} {options}": url("s3", "get_object", OBJECT, region=region, config=options)
        for region in REGIONS
        for options in OPTIONS
    },
    **{
        f"s3 post {region} {options}": Call("s3", "generate_presigned_post", POST, region, options)
        for region in REGIONS
        for options in OPTIONS[:6]
    },
    **{
        f"s3 key {key} {version}": url("s3", "get_object", {"Bucket": "b-b", "Key": key}, config=version)
        for key in KEYS
        for version in ({}, V4)
    },
    "post with everything": Call("s3", "generate_presigned_post", RICH, token=True),
    "post with everything v4": Call("s3", "generate_presigned_post", RICH, config=V4, token=True),
    "post dots": Call("s3", "generate_presigned_post", {**POST, "Bucket": "a.b"}, "eu-west-1"),
    "post to an endpoint": Call("s3", "generate_presigned_post", POST, client={"endpoint_url": "http://host:9000"}),
    "dots": url("s3", "get_object", {"Bucket": "my.dotted.bucket", "Key": "k"}, region="eu-west-1"),
    "dots v4": url("s3", "get_object", {"Bucket": "my.dotted.bucket", "Key": "k"}, region="eu-west-1", config=V4),
    "capitals": url("s3", "get_object", {"Bucket": "Capitals_", "Key": "k"}, region="eu-west-1"),
    "access point": url("s3", "get_object", {"Bucket": ARN, "Key": "k"}, config=V4),
    "access point v2": url("s3", "get_object", {"Bucket": ARN, "Key": "k"}),
    "endpoint": url("s3", "get_object", OBJECT, client={"endpoint_url": "http://localhost:9000"}),
    "endpoint v4": url("s3", "get_object", OBJECT, config=V4, client={"endpoint_url": "http://localhost:9000"}),
    "token": url("s3", "get_object", OBJECT, token=True),
    "token v4": url("s3", "get_object", OBJECT, config=V4, token=True),
    "list buckets": url("s3", "list_buckets", {}, region="us-west-2"),
    "list objects": url("s3", "list_objects_v2", LIST, config=V4),
    "version and response": url("s3", "get_object", {**OBJECT, **ANSWER}),
    "version and response v4": url("s3", "get_object", {**OBJECT, **ANSWER}, config=V4),
    "copy": url("s3", "copy_object", COPY),
    "copy v4": url("s3", "copy_object", COPY, config=V4, token=True),
    "put": url("s3", "put_object", {**OBJECT, "ContentType": "text/plain", "Metadata": {"a": "b c"}}, token=True),
    "put v4": url("s3", "put_object", {**OBJECT, "ContentType": "text/plain", "Metadata": {"a": "b c"}}, config=V4),
    "put acl and class": url("s3", "put_object", {**OBJECT, "ACL": "public-read", "StorageClass": "GLACIER"}),
    "put md5": url("s3", "put_object", {**OBJECT, "ContentMD5": "1B2M2Y8AsgTpgAmY7PhCfg=="}, config=V4),
    "part": url("s3", "upload_part", {**OBJECT, "PartNumber": 2, "UploadId": "u+/="}),
    "part v4": url("s3", "upload_part", {**OBJECT, "PartNumber": 2, "UploadId": "u+/="}, config=V4),
    "multipart": url("s3", "create_multipart_upload", OBJECT),
    "delete": url("s3", "delete_object", {**OBJECT, "VersionId": "v"}),
    "head": url("s3", "head_object", OBJECT, config=V4),
    "other method": url("s3", "head_object", OBJECT, more={"HttpMethod": "GET"}),
    "tagging": url("s3", "get_object_tagging", OBJECT),
    "a week": url("s3", "get_object", OBJECT, config=V4, more={"ExpiresIn": 604800}),
    "a year v2": url("s3", "get_object", OBJECT, more={"ExpiresIn": 31536000}),
    **{
        f"sent {name} {region}": sent("s3", method, params, region=region, config=V1, token=bool(region))
        for region in ("us-west-2", None)
        for name, method, params in (
            ("get", "get_object", {**OBJECT, "VersionId": "v", "ResponseContentType": "a/b"}),
            ("put", "put_object", {**OBJECT, "Body": b"x", "ContentType": "a/b", "Metadata": {"b": "c", "a": "b"}}),
            ("list", "list_objects", {"Bucket": "a.b", "Prefix": "p", "EncodingType": "url"}),
            ("part", "upload_part", {**OBJECT, "Body": b"x", "PartNumber": 1, "UploadId": "u+/"}),
            ("tagging", "get_bucket_tagging", {"Bucket": "bucket"}),
            ("buckets", "list_buckets", {}),
        )
    },
    "sent v2 of a model": sent("sdb", "list_domains", {"MaxNumberOfDomains": 3}, token=True),
    "sent v2": sent("iam", "list_users", {"PathPrefix": "/a b/~*"}, config={"signature_version": "v2"}),
    "sent v3": sent("route53", "list_hosted_zones", {}, config={"signature_version": "v3"}, token=True),
    "sent v3https": sent("route53", "list_hosted_zones", {}, config={"signature_version": "v3https"}),
    "v2 has no url": url("sdb", "list_domains", {}),
    "cluster": Call("sts", CLUSTER, {"name": "my-cluster"}, "eu-west-1", token=True),
    "cache": Call("elasticache", CACHE, {"CacheName": "My-Cache", "Username": "u@x"}),
    "cache region": Call("memorydb", CACHE, {"CacheName": "c", "Username": "u", "Region": "eu-west-1"}, token=True),
    "copy source in parts": url("s3", "copy_object", {**COPY, "CopySource": PARTS}, config=V4),
    "list without an encoding": url("s3", "list_objects_v2", {"Bucket": "bucket"}, config=V4),
    "location": url("s3", "get_bucket_location", {"Bucket": "bucket"}, region="us-west-2"),
    "website redirect": url("s3", "put_object", {**OBJECT, "WebsiteRedirectLocation": "/a b"}, config=V4),
    "customer key": url("s3", "get_object", {**OBJECT, "SSECustomerKey": "k" * 32, "SSECustomerAlgorithm": "AES256"}),
    "copy snapshot": url("ec2", "copy_snapshot", {"SourceRegion": "eu-west-1", "SourceSnapshotId": "snap-1"}),
    "copy image": url("ec2", "copy_image", {"SourceRegion": "eu-west-1", "SourceImageId": "ami-1", "Name": "n"}),
    "route53 id": url("route53", "get_hosted_zone", {"Id": "/hostedzone/Z1"}),
    "glacier": url("glacier", "list_vaults", {}),
    "apigateway": url("apigateway", "get_rest_apis", {"limit": 3}),
    "kms": url("kms", "list_keys", {"Limit": 3}, region="eu-west-1"),
    "a body of bytes": url("iot-data", "publish", {"topic": "a/b", "payload": b"x"}),
    "unsigned": url("s3", "get_object", OBJECT, config={"signature_version": "unsigned"}),
    "unknown": url("s3", "get_things", OBJECT),
    "missing": url("s3", "get_object", {"Bucket": "bucket"}),
    "bad name": url("s3", "get_object", {"Bucket": "no/good", "Key": "k"}),
    "sts": url("sts", "get_caller_identity", {}),
    "sts get": url("sts", "get_caller_identity", {}, more={"HttpMethod": "GET"}, token=True),
    "sts global": url("sts", "get_caller_identity", {}, region="aws-global"),
    "sts method": url("sts", "get_caller_identity", {}, region="eu-west-1", more={"ExpiresIn": 60}),
    "iam": url("iam", "list_users", {"MaxItems": 3}, region="eu-west-1"),
    "polly": url("polly", "synthesize_speech", SPEECH),
    "polly lists": url("polly", "synthesize_speech", {**SPEECH, "LexiconNames": ["a", "b"]}),
    "ec2": url("ec2", "describe_instances", {"InstanceIds": ["i-1", "i-2"]}, region="eu-west-1"),
    "ec2 get": url("ec2", "describe_regions", {}, more={"HttpMethod": "GET"}),
    "sqs": url("sqs", "list_queues", {"QueueNamePrefix": "a b", "MaxResults": 3}),
    "sns": url("sns", "publish", {"TopicArn": "arn:aws:sns:us-east-1:1:t", "Message": "a b&c=d"}),
    "dynamodb": url("dynamodb", "list_tables", {}),
    "lambda": url("lambda", "get_function", {"FunctionName": "f"}),
    "lambda path": url("lambda", "get_function", {"FunctionName": "a:b c/d"}),
    "rds": Call("rds", "generate_db_auth_token", {"DBHostname": "h.rds", "Port": 3306, "DBUsername": "u@x"}),
    "rds region": Call(
        "rds", "generate_db_auth_token", {"DBHostname": "h", "Port": 1, "DBUsername": "u", "Region": "eu-west-1"}
    ),
    "rds token": Call("rds", "generate_db_auth_token", {"DBHostname": "h", "Port": 1, "DBUsername": "u"}, token=True),
    "dsql": Call("dsql", "generate_db_connect_auth_token", {"Hostname": "x.dsql.us-east-1.on.aws"}, token=True),
    "dsql region": Call(
        "dsql", "generate_db_connect_auth_token", {"Hostname": "h", "Region": "us-west-2", "ExpiresIn": 60}
    ),
    "dsql admin": Call("dsql", "generate_db_connect_admin_auth_token", {"Hostname": "h", "ExpiresIn": 60}),
}


class Stop(Exception):
    """Ends a call when its request is signed."""


KEPT = ("authorization", "x-amz-", "x-amzn-authorization", "content-md5", "content-type", "date")


def what_is_sent(client: Any, method: str, params: dict[str, Any]) -> list[Any]:
    """Return the URL, those headers that are signed or sign, and the form of a call's request."""
    found: list[Any] = []

    def stop(request: Any, **_: Any) -> None:
        headers = {
            key.lower(): value.decode() if isinstance(value, bytes) else value for key, value in request.headers.items()
        }
        kept = {key: value for key, value in sorted(headers.items()) if key.startswith(KEPT)}
        body = request.body.decode() if isinstance(request.body, bytes) else request.body
        form = sorted(body.split("&")) if "form" in headers.get("content-type", "") else None
        found[:] = [request.url, kept, form]
        raise Stop

    client.meta.events.register("before-send", stop)
    try:
        getattr(client, method)(**params)
    except Stop:
        pass
    return found


def token_of_cluster(session: Any, client: Any, name: str) -> str:
    """Return the URL that a Kubernetes cluster takes for a password, as many programs make it."""
    is_boto3 = type(client).__module__.startswith("boto")
    library = __import__("botocore.signers" if is_boto3 else "sotalia.signers")
    signer = library.signers.RequestSigner(
        client.meta.service_model.service_id,
        "eu-west-1",
        "sts",
        "v4",
        session.get_credentials(),
        session.events,
        **({} if is_boto3 else {"clock": session.get_component("clock")}),
    )
    request = {
        "method": "GET",
        "url": "https://sts.eu-west-1.amazonaws.com/?Action=GetCallerIdentity&Version=2011-06-15",
        "body": {},
        "headers": {"x-k8s-aws-id": name},
        "context": {},
    }
    return str(signer.generate_presigned_url(request, region_name="eu-west-1", expires_in=60, operation_name=""))


def token_of_cache(client: Any, service: str, CacheName: str, Username: str, Region: str | None = None) -> str:
    """Return the token by the method of sotalia, or by the URL that it is, signed with the parts that boto3 has."""
    method = getattr(client, "generate_auth_token", None)
    if method is not None:
        return str(method(CacheName, Username, Region))
    from urllib.parse import urlencode

    query = urlencode({"Action": "connect", "User": Username})
    request = {
        "url_path": "/",
        "query_string": "",
        "method": "GET",
        "headers": {},
        "body": {},
        "context": {},
        "url": f"https://{CacheName.lower()}/?{query}",
    }
    signed = client._request_signer.generate_presigned_url(
        request, operation_name="connect", expires_in=900, region_name=Region, signing_name=service
    )
    return str(signed)[len("https://") :]


def outcome(session: Callable[..., Any], config_class: Any, unsigned: Any, call: Call) -> Any:
    """Return what a call gives."""
    options = {**call.config}
    if options.get("signature_version") == "unsigned":
        options["signature_version"] = unsigned
    keys = {"aws_access_key_id": "AKID", "aws_secret_access_key": "secret"}
    if call.token:
        keys["aws_session_token"] = TOKEN
    try:
        made = session(**keys, region_name=call.region)
        client = made.client(call.service, config=config_class(**options) if options else None, **call.client)
        if call.method.startswith(SENT):
            return what_is_sent(client, call.method.removeprefix(SENT), call.params)
        if call.method == CLUSTER:
            return token_of_cluster(made, client, **call.params)
        if call.method == CACHE:
            return token_of_cache(client, call.service, **call.params)
        return getattr(client, call.method)(**call.params)
    except Exception as error:
        return type(error).__name__


def of_sotalia() -> dict[str, Any]:
    """Return the outcomes of sotalia."""
    from sotalia import UNSIGNED, Config, Session
    from sotalia.components.clock import Clock

    class Stopped(Clock):
        def time(self) -> float:
            return NOW.timestamp()

    def session(**options: Any) -> Session:
        made = Session(**options)
        made.register_component("clock", Stopped())
        return made

    return {name: outcome(session, Config, UNSIGNED, call) for name, call in CALLS.items()}


def of_boto3() -> dict[str, Any]:
    """Return the outcomes of boto3."""
    import time

    import boto3
    import botocore.auth
    import botocore.signers
    from botocore import UNSIGNED
    from botocore.config import Config

    def now(remove_tzinfo: bool = True) -> datetime.datetime:
        return NOW.replace(tzinfo=None) if remove_tzinfo else NOW

    botocore.auth.get_current_datetime = botocore.signers.get_current_datetime = now
    time.time = NOW.timestamp
    time.gmtime = lambda seconds=None: NOW.utctimetuple()
    loader = boto3.Session()._session.get_component("data_loader")

    def session(**options: Any) -> Any:
        made = boto3.Session(**options)
        made._session.register_component("data_loader", loader)  # it keeps what it read
        return made

    return {name: outcome(session, Config, UNSIGNED, call) for name, call in CALLS.items()}


if __name__ == "__main__":
    os.environ.update({"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull})
    json.dump(of_boto3() if sys.argv[1] == "boto3" else of_sotalia(), sys.stdout)
