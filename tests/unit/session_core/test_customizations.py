"""What single services refuse their own way."""

import pytest
from sotalia import Config, Session
from sotalia.exceptions import (
    EndpointResolutionError,
    InvalidEndpointConfigurationError,
    ParamValidationError,
    UnsupportedS3AccesspointConfigurationError,
    UnsupportedS3ConfigurationError,
    UnsupportedS3ControlArnError,
    UnsupportedS3ControlConfigurationError,
)

ACCESS_POINT = "arn:aws:s3:us-west-2:123456789012:accesspoint/name"
OUTPOST_BUCKET = "arn:aws:s3-outposts:us-east-1:123456789012:outpost:op-01234567890123456:bucket:b"


class Reached(Exception):
    pass


def call(service, operation, region="us-west-2", s3=None, **params):
    """Call as far as ``before-call``, and return the URL that it would go to."""
    client = Session(region_name=region).client(service, config=Config(s3=s3))

    def stop(params, **kwargs):
        raise Reached(params["url"])

    client.meta.events.register("before-call", stop)
    with pytest.raises(Reached) as reached:
        getattr(client, operation)(**params)
    return str(reached.value)


@pytest.mark.parametrize("bucket", ["", " ", "a/b", "b!", "x" * 256, "arn:aws:s3:::bucket", "arn:aws:sqs:a:b:c", "ü"])
def test_a_bucket_that_is_no_bucket_is_a_wrong_parameter(bucket):
    with pytest.raises(ParamValidationError, match="Invalid bucket name"):
        call("s3", "head_bucket", Bucket=bucket)


@pytest.mark.parametrize("bucket", ["b", "my.bucket", "My_Bucket", "...", "-", "x" * 255])
def test_other_names_are_left_to_the_service(bucket):
    assert bucket in call("s3", "head_bucket", Bucket=bucket)


def test_a_bucket_of_the_wrong_type_is_reported_with_the_other_faults():
    with pytest.raises(
        ParamValidationError, match=r"Invalid type for parameter Bucket.*\n.*Invalid type for parameter"
    ):
        call("s3", "list_objects_v2", Bucket=5, MaxKeys="x")


def test_access_points_have_hosts_of_their_own_even_where_paths_are_asked_for():
    for style in ("path", "virtual"):
        url = call("s3", "head_bucket", s3={"addressing_style": style}, Bucket=ACCESS_POINT)
        assert url == "https://name-123456789012.s3-accesspoint.us-west-2.amazonaws.com/"


def test_accelerated_endpoints_have_no_paths():
    options = {"addressing_style": "path", "use_accelerate_endpoint": True}
    assert call("s3", "head_bucket", s3=options, Bucket="bucket") == "https://bucket.s3-accelerate.amazonaws.com/"


@pytest.mark.parametrize(
    ("error", "options", "params"),
    [
        (ParamValidationError, {}, {"Bucket": ACCESS_POINT.replace("name", "my.name")}),
        (UnsupportedS3AccesspointConfigurationError, {"use_accelerate_endpoint": True}, {"Bucket": ACCESS_POINT}),
        (
            UnsupportedS3AccesspointConfigurationError,
            {"use_arn_region": False},
            {"Bucket": ACCESS_POINT.replace("us-west-2", "eu-west-1")},
        ),
    ],
)
def test_s3_refusals(error, options, params):
    with pytest.raises(error) as caught:
        call("s3", "head_bucket", s3=options, **params)
    assert isinstance(caught.value.__cause__, EndpointResolutionError)


def test_contradicting_s3_options_are_told_so():
    session = Session(region_name="us-east-1")
    client = session.client("s3", config=Config(use_fips_endpoint=True, s3={"use_accelerate_endpoint": True}))
    with pytest.raises(UnsupportedS3ConfigurationError, match="Accelerate cannot be used with FIPS"):
        client.head_bucket(Bucket="bucket")


def test_s3_control_refusals():
    with pytest.raises(UnsupportedS3ControlConfigurationError):
        call("s3control", "get_bucket", s3={"use_arn_region": False}, AccountId="123456789012", Bucket=OUTPOST_BUCKET)
    with pytest.raises(UnsupportedS3ControlArnError, match="arn:aws:s3-outposts"):
        call(
            "s3control", "get_bucket", AccountId="999999999999", Bucket=OUTPOST_BUCKET.replace("us-east-1", "us-west-2")
        )


def test_eventbridge_refusals():
    with pytest.raises(InvalidEndpointConfigurationError, match="valid host label"):
        call("events", "put_events", Entries=[{"Source": "s"}], EndpointId="not.valid-")


def test_an_endpoint_of_ones_own_has_no_variants():
    session = Session(region_name="us-east-1")
    client = session.client(
        "sqs",
        endpoint_url="http://localhost:4566",
        config=Config(use_fips_endpoint=True, use_dualstack_endpoint=True),
    )
    client.meta.events.register("before-call", lambda params, **kwargs: (_ for _ in ()).throw(Reached(params["url"])))
    with pytest.raises(Reached, match="http://localhost:4566/"):
        client.list_queues()
