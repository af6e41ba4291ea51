"""Forms that upload to S3, judged by a server that checks signatures and policies with code of its own."""

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

import aws_servers as servers
import pytest
from sotalia import Config, Session

EVERYTHING = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
BOUNDARY = "form-of-a-browser"

versions = pytest.mark.parametrize("version", ["s3v4", "s3"])


@pytest.fixture(scope="module")
def judge() -> Iterator[str]:
    with servers.ministack_server() as url:
        iam = Session("test", "test", region_name="us-east-1").client("iam", endpoint_url=url)
        iam.create_user(UserName="browser")
        iam.put_user_policy(UserName="browser", PolicyName="all", PolicyDocument=json.dumps(EVERYTHING))
        yield url


@pytest.fixture(scope="module")
def key(judge: str) -> dict[str, str]:
    iam = Session("test", "test", region_name="us-east-1").client("iam", endpoint_url=judge)
    return dict(iam.create_access_key(UserName="browser")["AccessKey"])


def s3_of(judge: str, version: str, access_key: str, secret_key: str) -> Any:
    session = Session(access_key, secret_key, region_name="us-east-1")
    return session.client("s3", endpoint_url=judge, config=Config(signature_version=version))


def upload(form: dict[str, Any], content: bytes, **changed: str) -> int:
    """Send a form as a browser does, and return the status of the answer."""
    pieces = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in {**form["fields"], **changed}.items()
    ]
    pieces.append(
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="photo.txt"\r\n'
        "Content-Type: text/plain\r\n\r\n".encode()
    )
    body = b"".join(pieces) + content + f"\r\n--{BOUNDARY}--\r\n".encode()
    headers = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
    try:
        with urllib.request.urlopen(urllib.request.Request(form["url"], body, headers), timeout=20) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code


@versions
def test_a_form_uploads_what_its_policy_allows(judge: str, key: dict[str, str], version: str) -> None:
    s3 = s3_of(judge, "s3v4", key["AccessKeyId"], key["SecretAccessKey"])
    s3.create_bucket(Bucket="forms")
    presigning = s3_of(judge, version, key["AccessKeyId"], key["SecretAccessKey"])
    form = presigning.generate_presigned_post(
        "forms",
        f"{version}/${{filename}}",
        {"x-amz-meta-note": "n"},
        [{"x-amz-meta-note": "n"}, ["content-length-range", 1, 100]],
        60,
    )
    assert upload(form, b"content") in (200, 204)
    found = s3.get_object(Bucket="forms", Key=f"{version}/photo.txt")
    assert found["Body"].read() == b"content"
    assert found["Metadata"] == {"note": "n"}
    assert upload(form, b"c" * 101) in (400, 403)
    assert upload(form, b"content", key="elsewhere") == 403


@versions
def test_a_form_of_a_wrong_key_or_a_changed_policy_is_refused(judge: str, key: dict[str, str], version: str) -> None:
    wrong = s3_of(judge, version, key["AccessKeyId"], "w" * 40)
    s3_of(judge, "s3v4", key["AccessKeyId"], key["SecretAccessKey"]).create_bucket(Bucket="forms")
    assert upload(wrong.generate_presigned_post("forms", "key"), b"content") == 403
    form = s3_of(judge, version, key["AccessKeyId"], key["SecretAccessKey"]).generate_presigned_post("forms", "key")
    longer = form["fields"]["policy"][:-4] + "AAAA"
    assert upload(form, b"content", policy=longer) in (400, 403)


@versions
def test_a_url_uploads_and_one_that_was_changed_does_not(judge: str, key: dict[str, str], version: str) -> None:
    s3 = s3_of(judge, version, key["AccessKeyId"], key["SecretAccessKey"])
    s3_of(judge, "s3v4", key["AccessKeyId"], key["SecretAccessKey"]).create_bucket(Bucket="forms")
    given = {"Bucket": "forms", "Key": f"{version} put", "ContentType": "text/plain"}
    url = s3.generate_presigned_url("put_object", given, 60)

    def put(target: str) -> int:
        request = urllib.request.Request(target, b"x", {"Content-Type": "text/plain"}, method="PUT")
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as refused:
            with refused:
                return refused.code

    assert put(url.replace("%20put", "%20other")) == 403
    assert put(url) == 200
