"""Calls of S3 whose parameters, headers or answers are changed, as boto3 does; see ``customization_player``."""

from typing import Any

from customization_player import PAGES, Case
from customization_s3 import ACCESS_POINT, COPIED, OBJECT, PART, body, error, get, stream

__all__ = ["CASES"]

PAIRS = [
    ("ascii", {"a": "b"}),
    ("upper", {"Upper": "b", "x-y": "c d"}),
    ("not ascii", {"a": "ü"}),
    ("name not ascii", {"ü": "a"}),
    ("empty", {}),
    ("number", {"a": 1}),
    ("newline", {"a": "b\nc"}),
    ("space", {"a": " b "}),
    ("empty value", {"a": ""}),
]
LIST = body(
    "<ListBucketResult><EncodingType>url</EncodingType><Prefix>a+b%0A</Prefix><Delimiter>%2F</Delimiter>"
    "<Marker>%01</Marker><NextMarker>a%2B</NextMarker><StartAfter>%C3%BC</StartAfter><KeyMarker>%20</KeyMarker>"
    "<NextKeyMarker>%20</NextKeyMarker><IsTruncated>false</IsTruncated><Contents><Key>a%1Fb</Key></Contents>"
    "<CommonPrefixes><Prefix>x%2B</Prefix></CommonPrefixes><Version><Key>%1F</Key></Version>"
    "<DeleteMarker><Key>%1F</Key></DeleteMarker></ListBucketResult>"
)
PAGED = (
    body(
        "<R><EncodingType>url</EncodingType><IsTruncated>true</IsTruncated><NextContinuationToken>t+%2B</NextContinuationToken>"
        "<NextKeyMarker>a%2Bb+c</NextKeyMarker><NextVersionIdMarker>v</NextVersionIdMarker>"
        "<NextUploadIdMarker>u%20</NextUploadIdMarker><Contents><Key>a+%2B</Key></Contents></R>"
    ),
    body("<R><EncodingType>url</EncodingType><IsTruncated>false</IsTruncated></R>"),
)
IN_BUCKET = {"Bucket": "bucket", "Prefix": "a b", "Delimiter": "/"}
LOCATIONS = {
    "null": body('<LocationConstraint xmlns="http://s3.amazonaws.com/doc/2006-03-01/"/>'),
    "region": body(
        '<LocationConstraint xmlns="http://s3.amazonaws.com/doc/2006-03-01/">eu-west-1</LocationConstraint>'
    ),
    "EU": body("<LocationConstraint>EU</LocationConstraint>"),
    "pair": body("<LocationConstraint></LocationConstraint>"),
    "declared": body('<?xml version="1.0" encoding="UTF-8"?>\n<LocationConstraint>a</LocationConstraint>'),
    "refused": error("AccessDenied", 403),
}
EXPIRES = {
    "time": "Sun, 25 Jan 2015 08:00:00 GMT",
    "text": "whenever",
    "zero": "0",
    "number": "1422172800",
    "iso": "2015-01-25T08:00:00Z",
}
SOURCES: dict[str, Any] = {
    "text": "b/k é",
    "slash": "/b/k é",
    "version": "b/k%20?versionId=1",
    "question": "b/k?versionId=a b",
    "two": "b/k?versionId=a?versionId=b",
    "dict": {"Bucket": "b", "Key": "k é/+?"},
    "dict version": {"Bucket": "b", "Key": "k", "VersionId": "v 1"},
    "dict arn": {"Bucket": ACCESS_POINT, "Key": "k/a"},
    "arn": f"{ACCESS_POINT}/object/k",
    "no key": {"Bucket": "b"},
    "number": 5,
    "bytes": b"b/k",
}
CUSTOMER: dict[str, Any] = {"text": "abc", "bytes": b"abc", "array": bytearray(b"abc"), "number": 5, "not ascii": "ü"}

CASES: dict[str, Case] = {
    **{
        f"s3 metadata {name} {method}": get("metadata rules", {**OBJECT, "Metadata": pairs, **more}, method)
        for name, pairs in PAIRS
        for method, more in (
            ("put_object", {"Body": b"x"}),
            ("create_multipart_upload", {}),
            ("copy_object", {"CopySource": "a/b"}),
        )
    },
    **{
        f"s3 customer key {name} {method}": get(
            "customer keys", {**params, "SSECustomerKey": key, "SSECustomerAlgorithm": "AES256"}, method
        )
        for name, key in CUSTOMER.items()
        for method, params in (
            ("get_object", OBJECT),
            ("head_object", OBJECT),
            ("put_object", {**OBJECT, "Body": b"x"}),
            ("copy_object", COPIED),
            ("create_multipart_upload", OBJECT),
            ("upload_part", {**PART, "Body": b"x"}),
            ("upload_part_copy", {**PART, "CopySource": "a/b"}),
            ("complete_multipart_upload", {**OBJECT, "UploadId": "u"}),
        )
    },
    **{
        f"s3 copy key {name} {method}": get(
            "customer keys",
            {**params, "CopySourceSSECustomerKey": key, "CopySourceSSECustomerAlgorithm": "AES256"},
            method,
        )
        for name, key in CUSTOMER.items()
        for method, params in (("copy_object", COPIED), ("upload_part_copy", {**PART, "CopySource": "a/b"}))
    },
    "s3 customer key with digest": get("customer keys", {**OBJECT, "SSECustomerKey": "abc", "SSECustomerKeyMD5": "zz"}),
    **{
        f"s3 source {name} {method}": get("sources of copies", {**params, "CopySource": source}, method)
        for name, source in SOURCES.items()
        for method, params in (("copy_object", OBJECT), ("upload_part_copy", PART))
    },
    **{
        f"s3 listing {method} {given}": get("names in listings", {**params, **given}, method, answers=(LIST,))
        for method, params in (
            ("list_objects", IN_BUCKET),
            ("list_objects_v2", IN_BUCKET),
            ("list_object_versions", IN_BUCKET),
            ("list_multipart_uploads", IN_BUCKET),
        )
        for given in ({}, {"EncodingType": "url"})
    },
    **{
        f"s3 pages {method} {given}": get(
            "names in listings", {"Bucket": "bucket", **given}, PAGES + method, answers=PAGED
        )
        for method in ("list_objects", "list_objects_v2", "list_object_versions", "list_multipart_uploads")
        for given in ({}, {"EncodingType": "url"}, {"Delimiter": "/"})
    },
    "s3 listing without encoding": get(
        "names in listings",
        IN_BUCKET,
        "list_objects_v2",
        answers=(body(LIST[2].decode().replace("<EncodingType>url</EncodingType>", "")),),
    ),
    **{
        f"s3 location {name}": get("bucket location", {"Bucket": "bucket"}, "get_bucket_location", answers=(answer,))
        for name, answer in LOCATIONS.items()
    },
    "s3 location path": get("bucket location", {"Bucket": "bucket"}, "get_bucket_location", region="us-east-1"),
    **{
        f"s3 expires {name} {method}": get("Expires", method=method, answers=((200, {"Expires": text}, b""),))
        for name, text in EXPIRES.items()
        for method in ("get_object", "head_object")
    },
    **{
        f"s3 expires given {name}": get("Expires", {**OBJECT, "Body": b"x", "Expires": value}, "put_object")
        for name, value in EXPIRES.items()
    },
    **{
        f"s3 expect {name}": get("Expect: 100-continue", {**OBJECT, **params}, method)
        for name, method, params in (
            ("put", "put_object", {"Body": b"x"}),
            ("empty put", "put_object", {"Body": b""}),
            ("no body", "put_object", {}),
            ("part", "upload_part", {"Body": b"x", "PartNumber": 1, "UploadId": "u"}),
            ("acl", "put_object_acl", {"ACL": "private"}),
            ("large", "put_object", {"Body": b"x" * 2_000_000}),
        )
    },
    "s3 expect stream": get("Expect: 100-continue", stream, "put_object"),
    "s3 names in xml": get(
        "line ends in keys",
        {"Bucket": "bucket", "Delete": {"Objects": [{"Key": "a\r\nb\n"}]}},
        "delete_objects",
        answers=(body("<R/>"),),
    ),
    "s3 names in rules": get(
        "line ends in keys",
        {
            "Bucket": "bucket",
            "LifecycleConfiguration": {"Rules": [{"Status": "Enabled", "Filter": {"Prefix": "a\r\nb"}}]},
        },
        "put_bucket_lifecycle_configuration",
    ),
    "s3 unsigned": get("requests without signature", unsigned=True),
    "s3 unsigned put": get("requests without signature", {**OBJECT, "Body": b"x"}, "put_object", unsigned=True),
    "s3 unsigned express": get(
        "requests without signature", {**OBJECT, "Bucket": "mine--usw2-az1--x-s3"}, unsigned=True
    ),
    "s3 unsigned arn": get("requests without signature", {**OBJECT, "Bucket": ACCESS_POINT}, unsigned=True),
    "s3 body file": get("bodies that are text", {**OBJECT, "Body": "text ü"}, "put_object"),
    "s3 body array": get("bodies that are text", {**OBJECT, "Body": bytearray(b"abc")}, "put_object"),
    "s3 part text": get("bodies that are text", {**PART, "Body": "text ü"}, "upload_part"),
}
