"""What single services refuse their own way."""

import io

import pytest
from sotalia import Config, Session
from sotalia.components.http import make_response
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


def sent(service, operation, answer=b"", headers=None, **params):
    """Call, and return the request that would leave and the result of the answer."""
    client = Session("AKID", "x", region_name="us-west-2").client(service)
    seen = []

    def respond(request, **kwargs):
        seen.append(request)
        return make_response(200, answer, headers)

    client.meta.events.register("before-send", respond)
    result = getattr(client, operation)(**params)
    return seen[0], result


def test_ids_of_route53_may_have_their_kind_before_them():
    assert call("route53", "get_hosted_zone", Id="/hostedzone/Z1").endswith("/2013-04-01/hostedzone/Z1")
    assert call("route53", "get_change", Id="/change/C1").endswith("/2013-04-01/change/C1")
    assert call("route53", "get_hosted_zone", Id="Z1").endswith("/2013-04-01/hostedzone/Z1")


def test_predictions_go_to_the_endpoint_of_the_model():
    url = call(
        "machinelearning", "predict", MLModelId="m", Record={}, PredictEndpoint="https://realtime.example.com/path"
    )
    assert url == "https://realtime.example.com/"


def test_the_account_is_in_the_host_of_s3_control_once():
    url = call("s3control", "list_jobs", AccountId="123456789012")
    assert url == "https://123456789012.s3-control.us-west-2.amazonaws.com/v20180820/jobs"


def test_the_location_of_a_bucket_is_asked_for_by_path():
    assert call("s3", "get_bucket_location", Bucket="bucket") == "https://s3.us-west-2.amazonaws.com/bucket?location"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("b/k é", "b/k%20%C3%A9"),
        ("b/k%20?versionId=1", "b/k%2520?versionId=1"),
        ("b/k?versionId=a b", "b/k%3FversionId%3Da%20b"),
        ({"Bucket": "b", "Key": "k é/+?"}, "b/k%20%C3%A9/%2B%3F"),
        ({"Bucket": "b", "Key": "k", "VersionId": "v1"}, "b/k?versionId=v1"),
        (
            {"Bucket": ACCESS_POINT, "Key": "k/a"},
            "arn%3Aaws%3As3%3Aus-west-2%3A123456789012%3Aaccesspoint/name/object/k/a",
        ),
    ],
)
def test_sources_of_copies_are_encoded(source, expected):
    request, _ = sent("s3", "copy_object", b"<CopyObjectResult/>", Bucket="b", Key="k", CopySource=source)
    assert request.headers["x-amz-copy-source"] == expected


@pytest.mark.parametrize("source", [{"Bucket": "b"}, {"Key": "k"}])
def test_a_source_without_bucket_or_key_is_a_wrong_parameter(source):
    with pytest.raises(ParamValidationError, match="Missing required parameter in CopySource"):
        call("s3", "copy_object", Bucket="b", Key="k", CopySource=source)


@pytest.mark.parametrize("key", ["abc", b"abc", bytearray(b"abc")])
def test_customer_keys_go_out_in_base64_with_their_digest(key):
    request, _ = sent("s3", "get_object", Bucket="b", Key="k", SSECustomerKey=key)
    assert request.headers["x-amz-server-side-encryption-customer-key"] == "YWJj"
    assert request.headers["x-amz-server-side-encryption-customer-key-MD5"] == "kAFQmDzST7DWlj99KOF/cg=="


def test_a_customer_key_whose_digest_is_given_goes_out_as_it_is():
    request, _ = sent("s3", "get_object", Bucket="b", Key="k", SSECustomerKey="abc", SSECustomerKeyMD5="zz")
    assert request.headers["x-amz-server-side-encryption-customer-key"] == "abc"


def test_names_in_listings_travel_encoded():
    answer = b"<R><EncodingType>url</EncodingType><Prefix>a+b%0A</Prefix><Contents><Key>a%1Fb</Key></Contents></R>"
    request, result = sent("s3", "list_objects_v2", answer, Bucket="b")
    assert "encoding-type=url" in request.url
    assert result["Prefix"] == "a b\n"
    assert result["Contents"][0]["Key"] == "a\x1fb"
    _, result = sent("s3", "list_objects_v2", answer, Bucket="b", EncodingType="url")
    assert result["Contents"][0]["Key"] == "a%1Fb"


def test_line_ends_in_keys_to_delete_keep_what_they_are():
    request, _ = sent("s3", "delete_objects", b"<R/>", Bucket="b", Delete={"Objects": [{"Key": "a\r\nb"}]})
    assert b"<Key>a&#xD;&#xA;b</Key>" in request.body


@pytest.mark.parametrize(
    ("text", "has_time"), [("Sun, 25 Jan 2015 08:00:00 GMT", True), ("whenever", False), ("0", True)]
)
def test_expires_is_there_as_text_whatever_it_says(text, has_time):
    _, result = sent("s3", "head_object", headers={"Expires": text}, Bucket="b", Key="k")
    assert result["ExpiresString"] == text
    assert ("Expires" in result) == has_time


def test_api_gateway_is_asked_for_json_unless_a_parameter_says_otherwise():
    assert sent("apigateway", "get_account", b"{}")[0].headers["Accept"] == "application/json"
    request, _ = sent(
        "apigateway", "get_export", restApiId="a", stageName="s", exportType="swagger", accepts="application/yaml"
    )
    assert request.headers["Accept"] == "application/yaml"


@pytest.mark.parametrize(
    ("body", "whole", "tree"),
    [
        (b"", "e3b0c44298fc1c14", "e3b0c44298fc1c14"),
        (b"abc", "ba7816bf8f01cfea", "ba7816bf8f01cfea"),
        (b"x" * 1500000, "090ed0fd008b4645", "d5d3de3d99864f37"),
        (io.BytesIO(b"x" * 1500000), "090ed0fd008b4645", "d5d3de3d99864f37"),
    ],
)
def test_uploads_to_glacier_have_both_digests(body, whole, tree):
    request, _ = sent("glacier", "upload_archive", b"{}", vaultName="v", body=body)
    assert request.url == "https://glacier.us-west-2.amazonaws.com/-/vaults/v/archives"
    assert request.headers["x-amz-glacier-version"] == "2012-06-01"
    assert request.headers["x-amz-content-sha256"].startswith(whole)
    assert request.headers["x-amz-sha256-tree-hash"].startswith(tree)


def test_user_data_is_encoded():
    request, _ = sent("ec2", "run_instances", b"<R/>", MinCount=1, MaxCount=1, UserData=b"\xff")
    assert b"UserData=%2Fw%3D%3D" in request.body
    request, _ = sent("autoscaling", "create_launch_configuration", b"", LaunchConfigurationName="n", UserData="abc")
    assert b"UserData=YWJj" in request.body


@pytest.mark.parametrize(("output", "expected"), [("aGk=", "hi"), ("/w==", "�"), ("!", "")])
def test_console_output_is_text(output, expected):
    answer = f"<R><output>{output}</output></R>".encode()
    assert sent("ec2", "get_console_output", answer, InstanceId="i")[1]["Output"] == expected


def test_a_search_is_a_form():
    request, _ = sent("cloudsearchdomain", "search", b"{}", query="a b", size=3)
    assert request.method == "POST"
    assert request.url == "https://cloudsearchdomain.us-west-2.amazonaws.com/2013-01-01/search"
    assert request.body == b"format=sdk&pretty=true&q=a%20b&size=3"


@pytest.mark.parametrize(("text", "expected"), [("%7B%22a%22%3A1%7D", {"a": 1}), ("no%20policy", "no%20policy")])
def test_policies_are_documents(text, expected):
    answer = (
        "<GetRoleResponse><GetRoleResult><Role><AssumeRolePolicyDocument>"
        f"{text}</AssumeRolePolicyDocument></Role></GetRoleResult></GetRoleResponse>"
    )
    _, result = sent("iam", "get_role", answer.encode(), RoleName="r")
    assert result["Role"]["AssumeRolePolicyDocument"] == expected


@pytest.mark.parametrize(("text", "expected"), [('{"a": 1}', {"a": 1}), ("a: 1", "a: 1")])
def test_templates_in_json_are_documents(text, expected):
    answer = (
        "<GetTemplateResponse><GetTemplateResult><TemplateBody>"
        f"{text}</TemplateBody></GetTemplateResult></GetTemplateResponse>"
    )
    assert sent("cloudformation", "get_template", answer.encode())[1]["TemplateBody"] == expected


def test_a_result_with_a_member_called_error_is_a_result():
    _, result = sent("redshift-data", "describe_statement", b'{"Id": "1", "Error": "syntax"}', Id="1")
    assert result["Error"] == "syntax"


def test_a_query_compatible_error_is_found_by_the_code_of_its_header():
    client = Session("AKID", "x", region_name="us-west-2").client("cloudwatch")
    body = b'{"__type": "com.amazonaws.cloudwatch#InternalServiceFault", "Message": "no"}'
    headers = {"x-amzn-query-error": "InternalServiceError;Receiver"}
    client.meta.events.register("before-send", lambda **kwargs: make_response(400, body, headers))
    with pytest.raises(client.exceptions.InternalServiceFault):
        client.list_dashboards()


def test_the_checksum_is_that_of_the_body_that_handlers_leave():
    client = Session("AKID", "x", region_name="us-west-2").client("s3")
    seen = []

    def change(params, **kwargs):
        params["body"] = b"other"

    client.meta.events.register("before-call", change)
    client.meta.events.register("before-send", lambda request, **kwargs: seen.append(request) or make_response(200))
    client.put_object(Bucket="b", Key="k", Body=b"body")
    assert seen[0].body.read() == b"5\r\nother\r\n0\r\nx-amz-checksum-crc32:2Vg1IA==\r\n\r\n"
