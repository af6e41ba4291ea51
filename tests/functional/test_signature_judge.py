"""Signatures judged by a server that checks them with code of its own, for every protocol."""

import json
import urllib.request
from collections.abc import Iterator

import aws_servers as servers
import pytest
import sotalia
from sotalia import Session
from sotalia.exceptions import ClientError

EVERYTHING = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}


@pytest.fixture(scope="module")
def judge() -> Iterator[str]:
    with servers.ministack_server() as url:
        yield url


@pytest.fixture(scope="module")
def moto_judge() -> Iterator[tuple[str, str, str]]:
    """A moto server that checks signatures, and a user's key."""
    with servers.moto_server() as url:
        iam = Session("test", "test", region_name="us-east-1").client("iam", endpoint_url=url)
        iam.create_user(UserName="worker")
        iam.put_user_policy(UserName="worker", PolicyName="all", PolicyDocument=json.dumps(EVERYTHING))
        key = iam.create_access_key(UserName="worker")["AccessKey"]
        ask = urllib.request.Request(f"{url}/moto-api/reset-auth", b"0", {"Content-Type": "text/plain"})
        urllib.request.urlopen(ask, timeout=20).close()
        yield url, key["AccessKeyId"], key["SecretAccessKey"]


@pytest.fixture(scope="module")
def user(judge: str) -> dict[str, str]:
    """An IAM user with a key that the server made: the root's key is not checked."""
    iam = Session("test", "test", region_name="us-east-1").client("iam", endpoint_url=judge)
    iam.create_user(UserName="worker")
    iam.put_user_policy(UserName="worker", PolicyName="all", PolicyDocument=json.dumps(EVERYTHING))
    key = iam.create_access_key(UserName="worker")["AccessKey"]
    return {"aws_access_key_id": key["AccessKeyId"], "aws_secret_access_key": key["SecretAccessKey"]}


@pytest.fixture(autouse=True)
def cbor_model(tmp_path, monkeypatch) -> None:
    """A private model of CloudWatch that offers CBOR alone: boto3 and sotalia prefer its JSON."""
    model = dict(Session().get_service_data("cloudwatch"))
    model["metadata"] = {**model["metadata"], "protocol": "smithy-rpc-v2-cbor", "protocols": ["smithy-rpc-v2-cbor"]}
    folder = tmp_path / "cloudwatch-cbor" / model["metadata"]["apiVersion"]
    folder.mkdir(parents=True)
    (folder / "service-2.json").write_text(json.dumps(model))
    monkeypatch.setenv("AWS_DATA_PATH", str(tmp_path))


@pytest.fixture
def session(user: dict[str, str]) -> Session:
    return Session(**user, region_name="us-east-1")


CALLS = {
    "query": ("sts", "get_caller_identity", {}),
    "query-sns": ("sns", "create_topic", {"Name": "judged"}),
    "json-1.0": ("dynamodb", "list_tables", {}),
    "json-1.1": ("secretsmanager", "create_secret", {"Name": "judged", "SecretString": "größer & <kleiner>"}),
    "rest-json": ("lambda", "list_functions", {}),
    "rest-xml": ("s3", "list_buckets", {}),
    "ec2": ("ec2", "describe_instances", {}),
    "smithy-rpc-v2-cbor": ("cloudwatch-cbor", "list_metrics", {"Namespace": "judged"}),
    "sqs": ("sqs", "create_queue", {"QueueName": "judged"}),
}  # fmt: skip


@pytest.mark.parametrize("protocol", CALLS)
def test_a_signature_is_accepted(session: Session, judge: str, protocol: str) -> None:
    service, method, params = CALLS[protocol]
    client = session.client(service, endpoint_url=judge)
    assert getattr(client, method)(**params)["ResponseMetadata"]["HTTPStatusCode"] in (200, 201)


@pytest.mark.parametrize("protocol", CALLS)
def test_a_wrong_key_is_refused(user: dict[str, str], judge: str, protocol: str) -> None:
    service, method, params = CALLS[protocol]
    wrong = Session(user["aws_access_key_id"], "w" * 40, region_name="us-east-1")
    with pytest.raises(ClientError) as refused:
        getattr(wrong.client(service, endpoint_url=judge), method)(**params)
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] in (400, 401, 403)


@pytest.mark.parametrize("protocol", CALLS)
def test_a_request_that_was_changed_after_signing_is_refused(session: Session, judge: str, protocol: str) -> None:
    service, method, params = CALLS[protocol]
    client = session.client(service, endpoint_url=judge)

    def tamper(request, **kwargs):
        request.url += ("&" if "?" in request.url else "?") + "added=1"

    client.meta.events.register("before-send", tamper)
    with pytest.raises(ClientError) as refused:
        getattr(client, method)(**params)
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] in (400, 401, 403)


@pytest.mark.parametrize("protocol", ["query", "json-1.0", "json-1.1", "rest-json", "rest-xml", "ec2"])
def test_moto_accepts_what_was_signed_and_refuses_a_wrong_key(moto_judge: tuple[str, str, str], protocol: str) -> None:
    """moto is told to check from now on; its user was made before."""
    url, access_key, secret_key = moto_judge
    # moto cannot check a GET without parameters of this protocol, whoever signs it.
    service, method, params = ("batch", "describe_job_queues", {}) if protocol == "rest-json" else CALLS[protocol]
    good, wrong = (
        Session(access_key, secret, region_name="us-east-1").client(service, endpoint_url=url)
        for secret in (secret_key, "w" * 40)
    )
    assert getattr(good, method)(**params)["ResponseMetadata"]["HTTPStatusCode"] == 200
    with pytest.raises(ClientError) as refused:
        getattr(wrong, method)(**params)
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] in (400, 401, 403)


def test_a_request_that_carries_signed_events_is_accepted_and_one_of_a_wrong_key_refused(user, session, judge) -> None:
    """The judge has no such operation: it says so, once it has accepted the signature."""
    wrong = Session(user["aws_access_key_id"], "w" * 40, region_name="us-east-1")
    for signer, code in ((session, "ValidationException"), (wrong, "InvalidSignatureException")):
        client = signer.client("bedrock-runtime", endpoint_url=judge)
        with pytest.raises(ClientError) as refused:
            client.invoke_model_with_bidirectional_stream(modelId="m", body=[{"chunk": {"bytes": b"q"}}])
        assert refused.value.response["Error"]["Code"] == code


def test_keys_of_s3_that_need_every_kind_of_escaping(session: Session, judge: str) -> None:
    s3 = session.client("s3", endpoint_url=judge)
    s3.create_bucket(Bucket="judged")
    keys = ["plain", "with space", "a+b", "ü/ö", "a//b", "./dots/../x", "q?x=1&y", "~tilde'(*)!", "%41"]
    for key in keys:
        s3.put_object(Bucket="judged", Key=key, Body=key.encode(), Metadata={"note": "two  spaces"})
        assert s3.get_object(Bucket="judged", Key=key)["Body"].read() == key.encode()
    listed = [item["Key"] for item in s3.list_objects_v2(Bucket="judged")["Contents"]]
    assert sorted(listed) == sorted(keys)


def test_a_presigned_url_opens_without_a_header(session: Session, judge: str) -> None:
    import urllib.error
    import urllib.request

    s3 = session.client("s3", endpoint_url=judge, config=sotalia.Config(signature_version="s3v4"))
    s3.create_bucket(Bucket="presigned")
    s3.put_object(Bucket="presigned", Key="a key", Body=b"content")
    url = s3.generate_presigned_url("get_object", Params={"Bucket": "presigned", "Key": "a key"}, ExpiresIn=60)
    assert urllib.request.urlopen(url, timeout=10).read() == b"content"
    with pytest.raises(urllib.error.HTTPError):
        urllib.request.urlopen(url.replace("a%20key", "another"), timeout=10)
