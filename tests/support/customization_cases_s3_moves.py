"""Calls of S3 that are refused, or sent elsewhere, before they succeed; see ``customization_player``."""

from customization_player import OK, Answer, Case
from customization_s3 import ACCESS_POINT, COPIED, OBJECT, OPTIONS, PART, XML, body, error, get, stream

__all__ = ["CASES"]

IN_EU = {"x-amz-bucket-region": "eu-west-1"}
MOVED = error("PermanentRedirect", 301, "<Endpoint>bucket.s3-eu-west-1.amazonaws.com</Endpoint>", IN_EU)
MOVED_SILENTLY = error("PermanentRedirect", 301, "<Endpoint>bucket.s3-eu-west-1.amazonaws.com</Endpoint>")
MALFORMED = error("AuthorizationHeaderMalformed", 400, "<Region>eu-west-1</Region>")
ILLEGAL = error("IllegalLocationConstraintException", 400, "", IN_EU)
TEMPORARY = error(
    "TemporaryRedirect",
    307,
    "<Endpoint>bucket.s3-eu-west-1.amazonaws.com</Endpoint>",
    {"location": "https://bucket.s3-eu-west-1.amazonaws.com/key"},
)
HEAD_MOVED: Answer = 301, IN_EU, b""
HEAD_MALFORMED: Answer = 400, IN_EU, b""
HEAD_SILENT: Answer = 301, {}, b""
FOUND: Answer = 200, IN_EU, b""
FORBIDDEN: Answer = 403, IN_EU, b""

REDIRECTS = {
    "moved": get("region redirects", answers=(MOVED, OK)),
    "moved, asked by head": get("region redirects", answers=(MOVED_SILENTLY, FOUND, OK)),
    "moved, head is forbidden": get("region redirects", answers=(MOVED_SILENTLY, FORBIDDEN, OK)),
    "moved, head says nothing": get("region redirects", answers=(MOVED_SILENTLY, HEAD_SILENT, OK)),
    "moved for ever": get("region redirects", answers=(MOVED, MOVED, OK)),
    "malformed": get("region redirects", answers=(MALFORMED, OK)),
    "illegal location": get("region redirects", answers=(ILLEGAL, OK)),
    "illegal location v2": get("region redirects", answers=(error("IllegalLocationConstraintException"), FOUND, OK)),
    "temporary": get("region redirects", answers=(TEMPORARY, OK)),
    "temporary, with region": get("region redirects", answers=((307, {**TEMPORARY[1], **IN_EU}, TEMPORARY[2]), OK)),
    "head object": get("region redirects", method="head_object", answers=(HEAD_MOVED, OK)),
    "head object, 400": get("region redirects", method="head_object", answers=(HEAD_MALFORMED, OK)),
    "head object, silent": get("region redirects", method="head_object", answers=(HEAD_SILENT, FOUND, OK)),
    "head object, 400 silent": get("region redirects", method="head_object", answers=((400, {}, b""), FOUND, OK)),
    "head bucket": get("region redirects", {"Bucket": "bucket"}, "head_bucket", answers=(HEAD_MOVED, OK)),
    "kept": get("region redirects", answers=(MOVED, OK, OK), times=2),
    "kept is wrong": get(
        "region redirects",
        answers=(MOVED, OK, error("PermanentRedirect", 301, "", {"x-amz-bucket-region": "us-west-1"}), OK),
        times=2,
    ),
    "a put": get("region redirects", {**OBJECT, "Body": b"x"}, "put_object", answers=(MOVED, OK)),
    "a stream": get("region redirects", stream, "put_object", answers=(MOVED, OK)),
    "an access point": get("region redirects", {**OBJECT, "Bucket": ACCESS_POINT}, answers=(MOVED, OK)),
    "create bucket": get("region redirects", {"Bucket": "bucket"}, "create_bucket", answers=(ILLEGAL, OK)),
    "copy": get("region redirects", {**OBJECT, "CopySource": "a/b"}, "copy_object", answers=(MOVED, body("<R/>"))),
    "same region": get(
        "region redirects", answers=(error("PermanentRedirect", 301, "", {"x-amz-bucket-region": "us-west-2"}), OK)
    ),
    "an endpoint": get("region redirects", answers=(MOVED, OK), client={"endpoint_url": "https://host.example.com"}),
    "path": get("region redirects", answers=(MOVED, OK), config=OPTIONS["path"]),
    "dots": get("region redirects", {**OBJECT, "Bucket": "a.b"}, answers=(MOVED, OK)),
    "unsigned": get("region redirects", answers=(MOVED, OK), unsigned=True),
    "no such bucket": get("region redirects", answers=(error("NoSuchBucket", 404), OK)),
    "forbidden with region": get("region redirects", answers=(error("AccessDenied", 403, "", IN_EU), OK)),
    "200 with region": get(
        "region redirects", {"Bucket": "bucket"}, "list_objects_v2", answers=((200, IN_EU, b"<R/>"),)
    ),
    "list buckets": get("region redirects", {}, "list_buckets", answers=(MOVED, OK)),
    "request in progress": get("region redirects", answers=(error("OperationAborted", 409, "", IN_EU), OK)),
    "malformed for put": get("region redirects", {**OBJECT, "Body": b"x"}, "put_object", answers=(MALFORMED, OK)),
    "to us-east-1": get(
        "region redirects", answers=(error("PermanentRedirect", 301, "", {"x-amz-bucket-region": "us-east-1"}), OK)
    ),
    "limit of attempts": get("region redirects", answers=(MOVED, OK), config={"retries": {"total_max_attempts": 1}}),
    "us-east-1": get("region redirects", region="us-east-1", answers=(MOVED, OK)),
    "aws-global": get("region redirects", region="aws-global", answers=(MOVED, OK)),
    "bad region": get(
        "region redirects", answers=(error("PermanentRedirect", 301, "", {"x-amz-bucket-region": "bad@region"}), OK)
    ),
}

LATE = body("<Error><Code>InternalError</Code><Message>late</Message></Error>")
SLOW = body("<Error><Code>SlowDown</Code><Message>late</Message></Error>")
DONE = body(
    '<CompleteMultipartUploadResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><ETag>"e"</ETag></CompleteMultipartUploadResult>'
)
COPY_DONE = body(
    '<CopyObjectResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><ETag>"e"</ETag></CopyObjectResult>'
)
LATE_ERRORS = {
    "copy": get("errors with status 200", COPIED, "copy_object", answers=(LATE, COPY_DONE)),
    "copy, twice": get("errors with status 200", COPIED, "copy_object", answers=(LATE, LATE, COPY_DONE)),
    "copy, always": get("errors with status 200", COPIED, "copy_object", answers=(SLOW,)),
    "copy, another": get(
        "errors with status 200", COPIED, "copy_object", answers=(body("<Error><Code>AccessDenied</Code></Error>"),)
    ),
    "copy, empty": get("errors with status 200", COPIED, "copy_object", answers=(OK, COPY_DONE)),
    "complete": get(
        "errors with status 200", {**OBJECT, "UploadId": "u"}, "complete_multipart_upload", answers=(LATE, DONE)
    ),
    "complete, blanks": get(
        "errors with status 200",
        {**OBJECT, "UploadId": "u"},
        "complete_multipart_upload",
        answers=((200, XML, b"\n  \n" + LATE[2]), DONE),
    ),
    "part copy": get(
        "errors with status 200", {**PART, "CopySource": "a/b"}, "upload_part_copy", answers=(LATE, COPY_DONE)
    ),
    "listing": get(
        "errors with status 200", {"Bucket": "bucket"}, "list_objects_v2", answers=(LATE, body("<ListBucketResult/>"))
    ),
    "delete": get(
        "errors with status 200",
        {"Bucket": "bucket", "Delete": {"Objects": [{"Key": "a"}]}},
        "delete_objects",
        answers=(LATE, body("<DeleteResult/>")),
    ),
    "object": get("errors with status 200", answers=(LATE,)),
    "select": get("errors with status 200", {"Bucket": "bucket"}, "get_bucket_policy", answers=(LATE,)),
    "legacy": get(
        "errors with status 200",
        COPIED,
        "copy_object",
        answers=(LATE, COPY_DONE),
        config={"retries": {"mode": "legacy"}},
    ),
    "torso of a result": get(
        "errors with status 200",
        {"Bucket": "bucket"},
        "list_objects_v2",
        answers=(body("<ListBucketResult><Contents><Key>a</Key"), body("<ListBucketResult/>")),
    ),
    "many blanks": get(
        "errors with status 200",
        {**OBJECT, "UploadId": "u"},
        "complete_multipart_upload",
        answers=((200, XML, b'<?xml version="1.0" encoding="UTF-8"?>' + b" \n" * 2000 + LATE[2]), DONE),
    ),
    "blanks alone": get(
        "errors with status 200",
        {**OBJECT, "UploadId": "u"},
        "complete_multipart_upload",
        answers=((200, XML, b"  \n "), DONE),
    ),
    "no xml": get(
        "errors with status 200", {"Bucket": "bucket"}, "list_objects_v2", answers=(body("{}"), body("<R/>"))
    ),
    "declared": get(
        "errors with status 200",
        COPIED,
        "copy_object",
        answers=(body('<?xml version="1.0" encoding="UTF-8"?>\n\n' + LATE[2].decode()), COPY_DONE),
    ),
    "torso": get(
        "errors with status 200",
        {"Bucket": "bucket"},
        "list_objects_v2",
        answers=(body("<Error><Code>Intern"), body("<ListBucketResult/>")),
    ),
}


CASES: dict[str, Case] = {
    **{f"s3 redirect {name}": case for name, case in REDIRECTS.items()},
    **{f"s3 late {name}": case for name, case in LATE_ERRORS.items()},
}
