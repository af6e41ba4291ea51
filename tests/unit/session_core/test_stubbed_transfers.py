"""Transfers of stubbed resources: each call gets its answer, nothing is sent, no credentials are needed."""

from base64 import b64encode
from collections.abc import Iterator
from io import BytesIO
from typing import Any
from zlib import crc32

import pytest
from sotalia import Session
from sotalia.components.streaming import StreamingBody
from sotalia.exceptions import S3DownloadFailedError
from sotalia.s3.transfer import TransferConfig
from sotalia.stub import ANY, Stubber

WHERE = {"Bucket": "bucket", "Key": "key"}
DATA = bytes(range(256)) * 64


@pytest.fixture
def s3() -> Iterator[Any]:
    made = Session(region_name="us-east-1").resource("s3")
    yield made
    made.meta.client.close()


def body(data: bytes) -> StreamingBody:
    return StreamingBody(BytesIO(data), len(data))


def test_a_bucket_takes_a_file_in_one_request(s3) -> None:
    bucket = s3.Bucket("bucket")
    with Stubber(bucket.meta.client) as stubber:
        stubber.add_response("put_object", {"ETag": '"e"'}, {**WHERE, "Body": ANY, "ChecksumAlgorithm": "CRC32"})
        bucket.upload_fileobj(BytesIO(DATA), "key")
        stubber.assert_no_pending_responses()


def test_a_bucket_takes_a_file_in_parts(s3) -> None:
    size = 5 << 20
    config = TransferConfig(multipart_threshold=size, multipart_chunksize=size, max_concurrency=1)
    upload = {**WHERE, "UploadId": "u"}
    with Stubber(s3.meta.client) as stubber:
        stubber.add_response("create_multipart_upload", {"UploadId": "u"}, {**WHERE, "ChecksumAlgorithm": "CRC32"})
        for number in (1, 2):
            expected = {**upload, "PartNumber": number, "Body": ANY, "ChecksumAlgorithm": "CRC32"}
            stubber.add_response("upload_part", {"ETag": f"e{number}"}, expected)
        parts = [{"ETag": f"e{number}", "PartNumber": number} for number in (1, 2)]
        stubber.add_response("complete_multipart_upload", {}, {**upload, "MultipartUpload": {"Parts": parts}})
        s3.Bucket("bucket").upload_fileobj(BytesIO(bytes(size + 1)), "key", Config=config)
        stubber.assert_no_pending_responses()


def test_an_object_is_read_in_ranges_of_one_version(s3) -> None:
    half = len(DATA) // 2
    config = TransferConfig(multipart_threshold=half, multipart_chunksize=half, max_concurrency=1)
    got = BytesIO()
    with Stubber(s3.meta.client) as stubber:
        stubber.add_response("head_object", {"ContentLength": len(DATA), "ETag": '"e"'}, WHERE)
        for start, asked in ((0, f"bytes=0-{half - 1}"), (half, f"bytes={half}-")):
            stubber.add_response(
                "get_object",
                {
                    "Body": body(DATA[start : start + half]),
                    "ContentLength": half,
                    "ContentRange": f"bytes {start}-{start + half - 1}/{len(DATA)}",
                },
                {**WHERE, "Range": asked, "IfMatch": '"e"'},
            )
        s3.Object("bucket", "key").download_fileobj(got, Config=config)
        stubber.assert_no_pending_responses()
    assert got.getvalue() == DATA


def test_an_object_that_was_replaced_meanwhile_is_an_error(s3) -> None:
    with Stubber(s3.meta.client) as stubber:
        stubber.add_response("head_object", {"ContentLength": len(DATA), "ETag": '"e"'}, WHERE)
        stubber.add_client_error("get_object", "PreconditionFailed", http_status_code=412)
        with pytest.raises(S3DownloadFailedError, match="did not match expected ETag"):
            s3.Object("bucket", "key").download_fileobj(BytesIO(), Config=TransferConfig(multipart_threshold=1))


def test_an_object_is_got_with_its_checksum(s3) -> None:
    text = b64encode(crc32(DATA).to_bytes(4, "big")).decode()
    with Stubber(s3.meta.client) as stubber:
        stubber.add_response(
            "get_object", {"Body": body(DATA), "ChecksumCRC32": text}, {**WHERE, "ChecksumMode": "ENABLED"}
        )
        answer = s3.Object("bucket", "key").get(ChecksumMode="ENABLED")
        assert answer["Body"].read() == DATA
    assert answer["ChecksumCRC32"] == text
