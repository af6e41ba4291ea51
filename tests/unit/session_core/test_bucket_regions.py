"""S3: a call that was sent to the wrong region is sent to the right one, once, which is remembered."""

import io

import pytest
from sotalia import Config, Session, handlers
from sotalia.components.http import make_response
from sotalia.exceptions import ClientError

MOVED = 301, b"<Error><Code>PermanentRedirect</Code></Error>", {"x-amz-bucket-region": "eu-west-1"}
SILENT = 301, b"<Error><Code>PermanentRedirect</Code></Error>", {}
HERE = "bucket.s3.us-west-2.amazonaws.com"
THERE = "bucket.s3.eu-west-1.amazonaws.com"


def client(*answers, **config):
    """Return a client whose requests get these answers, the last one again and again."""
    made = Session("AKID", "x", region_name="us-west-2").client("s3", config=Config(**config))
    made.sent = []

    def answer(request, **_):
        body = request.body
        if hasattr(body, "read"):
            body = body.read()
        made.sent.append((request.method, request.url.split("/")[2], body, request.headers["Authorization"]))
        return make_response(*answers[min(len(made.sent), len(answers)) - 1])

    made.meta.events.register("before-send", answer)
    return made


def test_the_region_of_a_bucket_is_kept():
    s3 = client(MOVED, (200,))
    result = s3.get_object(Bucket="bucket", Key="k")
    s3.get_object(Bucket="bucket", Key="k")
    s3.get_object(Bucket="another", Key="k")
    assert [host for _, host, _, _ in s3.sent] == [HERE, THERE, THERE, HERE.replace("bucket", "another")]
    assert "/eu-west-1/s3/" in s3.sent[1][3]
    assert result["ResponseMetadata"]["RetryAttempts"] == 1
    assert s3._state.bucket_regions == {"bucket": "eu-west-1"}


def test_a_bucket_that_moved_again_is_found_again():
    s3 = client(MOVED, (200,), (301, MOVED[1], {"x-amz-bucket-region": "us-west-1"}), (200,))
    s3.head_object(Bucket="bucket", Key="k")
    s3.head_object(Bucket="bucket", Key="k")
    assert [host for _, host, _, _ in s3.sent][2:] == [THERE, "bucket.s3.us-west-1.amazonaws.com"]


def test_a_loop_of_redirects_ends_with_an_error_that_says_so():
    s3 = client(MOVED, (301, MOVED[1], {"x-amz-bucket-region": "us-west-2"}))
    with pytest.raises(ClientError, match="PermanentRedirect") as caught:
        s3.get_object(Bucket="bucket", Key="k")
    assert len(s3.sent) == 2
    assert "S3 named eu-west-1 as the bucket's region, and refused the request there too" in caught.value.__notes__[0]


def test_another_error_of_the_second_region_is_handed_on_as_it_is():
    s3 = client(MOVED, (404, b"<Error><Code>NoSuchKey</Code></Error>"))
    with pytest.raises(s3.exceptions.NoSuchKey) as caught:
        s3.get_object(Bucket="bucket", Key="k")
    assert not hasattr(caught.value, "__notes__")


def test_a_body_is_sent_again_from_where_it_stood():
    s3 = client(MOVED, (200,))
    file = io.BytesIO(b"0123456789")
    file.seek(4)
    s3.put_object(Bucket="bucket", Key="k", Body=file)
    assert [body[:11] for _, _, body, _ in s3.sent] == [b"6\r\n456789\r\n"] * 2


def test_a_silent_answer_is_asked_about_by_a_head_of_the_bucket():
    s3 = client(SILENT, (403, b"", {"x-amz-bucket-region": "eu-west-1"}), (200,))
    s3.put_object(Bucket="bucket", Key="k", Body=b"x")
    assert [(method, host) for method, host, _, _ in s3.sent] == [("PUT", HERE), ("HEAD", HERE), ("PUT", THERE)]


def test_a_head_that_cannot_be_made_leaves_the_first_error():
    s3 = client(SILENT, (500,))
    with pytest.raises(ClientError, match="PermanentRedirect"):
        s3.get_object(Bucket="bucket", Key="k")


@pytest.mark.parametrize("region", ["bad@region", "evil.example.com/", "-a", ""])
def test_what_is_no_region_is_not_sent_to(region):
    s3 = client((301, MOVED[1], {"x-amz-bucket-region": region}), (404,))
    with pytest.raises(ClientError):
        s3.get_object(Bucket="bucket", Key="k")
    assert {host for _, host, _, _ in s3.sent} == {HERE}
    assert s3._state.bucket_regions == {}


def test_redirects_do_not_need_attempts():
    s3 = client(MOVED, (200,), retries={"total_max_attempts": 1})
    s3.get_object(Bucket="bucket", Key="k")
    assert len(s3.sent) == 2


@pytest.mark.parametrize(
    "bucket",
    ["arn:aws:s3:us-west-2:123456789012:accesspoint/mine", "arn:aws:s3::123456789012:accesspoint:name.mrap"],
)
def test_what_says_its_own_region_is_not_redirected(bucket):
    s3 = client(MOVED, (200,))
    with pytest.raises(ClientError, match="PermanentRedirect"):
        s3.get_object(Bucket=bucket, Key="k")
    assert len(s3.sent) == 1


def test_redirects_can_be_left_out():
    s3 = client(MOVED, (200,))
    s3.meta.events.unregister("needs-retry.s3", handlers.redirect_from_error)
    with pytest.raises(ClientError, match="PermanentRedirect"):
        s3.get_object(Bucket="bucket", Key="k")
    s3 = client(MOVED, (200,))
    s3.get_object(Bucket="bucket", Key="k")
    s3.meta.events.unregister("before-endpoint-resolution.s3", unique_id="redirect_from_cache")
    s3.get_object(Bucket="bucket", Key="k")
    assert [host for _, host, _, _ in s3.sent] == [HERE, THERE, HERE]


def test_a_handler_sees_the_region_and_may_choose_another():
    s3 = client(MOVED, (200,))
    seen = []

    def see(builtins, **_):
        seen.append(builtins["AWS::Region"])

    s3.meta.events.register("before-endpoint-resolution.s3", see)
    s3.get_object(Bucket="bucket", Key="k")
    assert seen == ["us-west-2", "eu-west-1"]


def test_listings_go_on_in_the_region_that_was_found():
    first = b"<R><IsTruncated>true</IsTruncated><NextContinuationToken>t</NextContinuationToken></R>"
    s3 = client(MOVED, (200, first), (200, b"<R><Contents><Key>a</Key></Contents></R>"))
    pages = list(s3.get_paginator("list_objects_v2").paginate(Bucket="bucket"))
    assert [host for _, host, _, _ in s3.sent] == [HERE, THERE, THERE]
    assert pages[1]["Contents"] == [{"Key": "a"}]
