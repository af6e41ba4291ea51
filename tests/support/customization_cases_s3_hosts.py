"""Calls of S3 and S3 Control, by where they are sent to; see ``customization_player``."""

from typing import Any

from customization_player import Case
from customization_s3 import ACCESS_POINT, ACCOUNT, OBJECT, OPTIONS, get

__all__ = ["CASES"]

ARNS = {
    "many regions": f"arn:aws:s3::{ACCOUNT}:accesspoint:name.mrap",
    "access point": ACCESS_POINT,
    "access point elsewhere": f"arn:aws:s3:eu-west-1:{ACCOUNT}:accesspoint/mine",
    "access point in china": f"arn:aws-cn:s3:cn-north-1:{ACCOUNT}:accesspoint/mine",
    "access point with colon": f"arn:aws:s3:us-west-2:{ACCOUNT}:accesspoint:mine",
    "outpost": f"arn:aws:s3-outposts:us-west-2:{ACCOUNT}:outpost:op-01234567890123456:accesspoint:mine",
    "outpost with slashes": f"arn:aws:s3-outposts:us-west-2:{ACCOUNT}:outpost/op-01234567890123456/accesspoint/mine",
    "object lambda": f"arn:aws:s3-object-lambda:us-west-2:{ACCOUNT}:accesspoint/mine",
    "no account": "arn:aws:s3:us-west-2::accesspoint/mine",
    "a bucket": "arn:aws:s3:::bucket",
}
BUCKETS = {
    "plain": "bucket",
    "dots": "my.dotted.bucket",
    "capitals": "My_Bucket",
    "short": "b",
    "long": "x" * 64,
    "wrong": "not/a/bucket",
    "empty": "",
    "express": "mine--usw2-az1--x-s3",
}
KEYS = [
    "plain",
    "with space",
    "a+b",
    "ü/ö",
    "a//b",
    "/first",
    "./dots/../x",
    "q?x=1&y",
    "~tilde'(*)!",
    "%41",
    "a#b",
    "a;b=c,d@e:f$g",
    "[x]",
    "trailing/",
    "\x7f",
    "a\\b",
    '|^`{}<>"',
]
CONTROL = {"AccountId": ACCOUNT}
OUTPOST_BUCKET = f"arn:aws:s3-outposts:us-west-2:{ACCOUNT}:outpost:op-01234567890123456:bucket:mine"
OUTPOST_POINT = f"arn:aws:s3-outposts:us-west-2:{ACCOUNT}:outpost:op-01234567890123456:accesspoint:mine"


def control(method: str, params: dict[str, Any], **more: Any) -> Case:
    """Return a case of S3 Control."""
    return Case("S3 Control: accounts in hosts", "s3control", method, params, **more)


CASES: dict[str, Case] = {
    "s3 no points of many regions": get(
        "access points",
        {**OBJECT, "Bucket": ARNS["many regions"]},
        config={"s3": {"s3_disable_multiregion_access_points": True}},
    ),
    **{
        f"s3 {method} {name} {region}": get(
            "addressing",
            OBJECT if method != "list_objects_v2" else {"Bucket": "bucket"},
            method,
            region=region,
            config=options,
        )
        for name, options in OPTIONS.items()
        for region in ("us-west-2", "us-east-1", "cn-north-1", "us-gov-west-1", "aws-global")
        for method in ("get_object", "list_objects_v2")
    },
    **{
        f"s3 bucket {kind} {name}": get("addressing", {**OBJECT, "Bucket": bucket}, config=options)
        for kind, bucket in BUCKETS.items()
        for name, options in OPTIONS.items()
        if kind != "express" and not (kind == "long" and name == "usual")
    },
    **{
        f"s3 arn {kind} {name}": get("access points", {**OBJECT, "Bucket": arn}, config=options)
        for kind, arn in ARNS.items()
        for name, options in OPTIONS.items()
    },
    **{
        f"s3 arn {kind} put": get("access points", {**OBJECT, "Bucket": arn, "Body": b"x"}, "put_object")
        for kind, arn in ARNS.items()
    },
    **{f"s3 arn {kind} list": get("access points", {"Bucket": arn}, "list_objects_v2") for kind, arn in ARNS.items()},
    "s3 object lambda answer": get(
        "access points", {"RequestRoute": "route", "RequestToken": "token", "Body": b"x"}, "write_get_object_response"
    ),
    **{
        f"s3 endpoint {kind} {name}": get(
            "addressing",
            {**OBJECT, "Bucket": bucket},
            config=OPTIONS[name],
            client={"endpoint_url": "http://localhost:9000/base"},
        )
        for kind, bucket in (("plain", "bucket"), ("dots", "a.b"), ("arn", ACCESS_POINT))
        for name in ("usual", "path", "virtual")
    },
    **{f"s3 key {key}": get("addressing", {"Bucket": "bucket", "Key": key}) for key in KEYS},
    "s3 website": get(
        "addressing",
        {"Bucket": "bucket", "WebsiteConfiguration": {"IndexDocument": {"Suffix": "index.html"}}},
        "put_bucket_website",
    ),
    "s3 create bucket us-east-1": get("addressing", {"Bucket": "bucket"}, "create_bucket", region="us-east-1"),
    "s3 create bucket": get(
        "addressing",
        {"Bucket": "bucket", "CreateBucketConfiguration": {"LocationConstraint": "us-west-2"}},
        "create_bucket",
    ),
    **{
        f"s3control {name} {region}": control("list_jobs", CONTROL, region=region, config=options)
        for name, options in OPTIONS.items()
        for region in ("us-west-2", "cn-north-1")
    },
    "s3control no account": control("list_jobs", {}),
    "s3control wrong account": control("list_jobs", {"AccountId": "a.b"}),
    "s3control public block": control("get_public_access_block", CONTROL),
    "s3control outposts": control("list_regional_buckets", {**CONTROL, "OutpostId": "op-01234567890123456"}),
    "s3control create bucket": control("create_bucket", {"Bucket": "bucket", "OutpostId": "op-01234567890123456"}),
    "s3control bucket": control("get_bucket", {**CONTROL, "Bucket": "bucket"}),
    "s3control endpoint": control("list_jobs", CONTROL, client={"endpoint_url": "https://host.example.com"}),
    "s3control no prefix": control("list_jobs", CONTROL, config={"inject_host_prefix": False}),
    **{
        f"s3control arn bucket {name}": control(
            "get_bucket", {**params, "Bucket": OUTPOST_BUCKET}, config=OPTIONS[name], region=region
        )
        for name in ("usual", "fips", "dual", "no arn region")
        for params in (CONTROL,)
        for region in ("us-west-2",)
    },
    "s3control arn elsewhere": control("get_bucket", {**CONTROL, "Bucket": OUTPOST_BUCKET}, region="us-east-1"),
    "s3control arn elsewhere allowed": control(
        "get_bucket", {**CONTROL, "Bucket": OUTPOST_BUCKET}, region="us-east-1", config={"s3": {"use_arn_region": True}}
    ),
    "s3control arn alone": control("get_bucket", {"Bucket": OUTPOST_BUCKET}),
    "s3control arn of another": control("get_bucket", {"AccountId": "999999999999", "Bucket": OUTPOST_BUCKET}),
    "s3control arn point": control("get_access_point", {**CONTROL, "Name": OUTPOST_POINT}),
    "s3control arn point policy": control(
        "put_access_point_policy", {**CONTROL, "Name": OUTPOST_POINT, "Policy": "{}"}
    ),
    "s3control arn tagging": control(
        "put_bucket_tagging", {**CONTROL, "Bucket": OUTPOST_BUCKET, "Tagging": {"TagSet": [{"Key": "a", "Value": "b"}]}}
    ),
    "s3control point of bucket": control("create_access_point", {**CONTROL, "Name": "mine", "Bucket": OUTPOST_BUCKET}),
    "s3control bad arn": control(
        "get_bucket", {**CONTROL, "Bucket": "arn:aws:s3:us-west-2:123456789012:bucket_name:mybucket"}
    ),
}
