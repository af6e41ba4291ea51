"""Versions before 4, policies and directory buckets: published examples, and what every signer has to do."""

import json
from base64 import b64decode
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from urllib.parse import parse_qs, urlsplit

import pytest
from sotalia.components.errors import NoCredentialsError
from sotalia.components.http import AWSRequest, Headers
from sotalia.components.signers.base import SigningOptions
from sotalia.components.signers.hmac_digest import hmac_base64
from sotalia.components.signers.post import POST_FIELDS, POST_POLICY
from sotalia.components.signers.s3_hmac import canonical_amz_headers, canonical_resource
from sotalia.components.signers.sigv2 import sigv2_string_to_sign
from sotalia.components.signers.table import SignerTable

SIGNERS = SignerTable()
SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
KEYS = SimpleNamespace(access_key="AKIAIOSFODNN7EXAMPLE", secret_key=SECRET, token=None)
TOKENED = SimpleNamespace(access_key="AKID", secret_key="secret", token="to/ken+=")
NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)

OLDER = ["v2", "v3", "v3https", "s3", "s3-query", "s3-presign-post", "s3v4-presign-post", "v4-s3express"]


def signed(name: str, request: AWSRequest, identity=KEYS, now=NOW, **options) -> AWSRequest:
    SIGNERS[name].sign(request, identity, "s3", "us-east-1", now, SigningOptions(**options))
    return request


@pytest.mark.parametrize("name", [*OLDER, "v4-s3express-query", "v4-s3express-presign-post"])
def test_nothing_is_signed_without_an_identity(name) -> None:
    with pytest.raises(NoCredentialsError):
        signed(name, AWSRequest("GET", "https://h/"), None)


@pytest.mark.parametrize("name", ["v2", "v3", "s3", "s3-query", "v4-s3express", "v4-s3express-query"])
def test_signing_again_replaces_everything_of_the_first_time(name) -> None:
    def request() -> AWSRequest:
        return AWSRequest("GET", "https://h/x?acl", params={"Action": "X"} if name == "v2" else None)

    used = signed(name, signed(name, request(), TOKENED))
    fresh = signed(name, request())
    assert used.url.replace("acl=&", "acl&") == fresh.url
    assert used.params == fresh.params
    assert dict(used.headers.lower_items()) == dict(fresh.headers.lower_items())


@pytest.mark.parametrize(
    ("host", "path", "auth_path", "counts"),
    [
        ("s3.amazonaws.com", "/bucket", "/bucket/", "/bucket/"),
        ("ceph.example", "/bucket", "/bucket/", "/bucket"),
        ("bucket.ceph.example", "/", "/bucket/", "/bucket/"),
        ("ceph.example", "/bucket/key", "/bucket/key", "/bucket/key"),
    ],
)
def test_a_bucket_alone_is_signed_as_it_is_sent_to_others_than_aws(host, path, auth_path, counts) -> None:
    sent = AWSRequest("GET", f"http://{host}{path}?acl")
    sent.auth_path = auth_path
    text = f"GET\n\n\nFri, 02 Jan 2026 03:04:05 GMT\n{counts}?acl"
    expected = f"AWS {KEYS.access_key}:{hmac_base64(SECRET, text, 'sha1')}"
    assert signed("s3", sent).headers["Authorization"] == expected


def test_the_url_of_the_s3_user_guide() -> None:
    end = datetime.fromtimestamp(1175139620, UTC)
    request = AWSRequest("GET", "https://johnsmith.s3.amazonaws.com/photos/puppy.jpg")
    request.auth_path = "/johnsmith/photos/puppy.jpg"
    identity = SimpleNamespace(access_key="AKIAIOSFODNN7EXAMPLE", secret_key=SECRET, token=None)
    signed("s3-query", request, identity, end - timedelta(seconds=60), expires=60)
    fields = parse_qs(urlsplit(request.url).query)
    assert fields == {
        "AWSAccessKeyId": ["AKIAIOSFODNN7EXAMPLE"],
        "Signature": ["NpgCjnDzrM+WFzoENXmpNDUsSn8="],
        "Expires": ["1175139620"],
    }


def test_the_request_of_the_general_reference() -> None:
    request = AWSRequest("GET", "https://elasticmapreduce.amazonaws.com/")
    fields = {
        "Action": "DescribeJobFlows",
        "Version": "2009-03-31",
        "AWSAccessKeyId": "AKIAIOSFODNN7EXAMPLE",
        "SignatureVersion": "2",
        "SignatureMethod": "HmacSHA256",
        "Timestamp": "2011-10-03T15:19:30",
    }
    text = sigv2_string_to_sign(request, fields)
    assert hmac_base64(SECRET, text, "sha256") == "i91nKc4PWAt0JJIdXwz9HxZCJDdiy6cf/Mj6vPxyYIs="


def test_a_form_that_is_signed_is_another_one() -> None:
    form = {"Action": "X"}
    request = signed("v2", AWSRequest("POST", "https://h/", data=form), TOKENED)
    assert form == {"Action": "X"}
    assert set(request.data) == {
        *("Action", "AWSAccessKeyId", "SecurityToken", "Signature"),
        *("SignatureMethod", "SignatureVersion", "Timestamp"),
    }


@pytest.mark.parametrize(
    ("query", "resource"),
    [
        ("", "/b/k"),
        ("prefix=x", "/b/k"),
        ("versionId=a%2Fb&acl&prefix=x", "/b/k?acl&versionId=a/b"),
        ("uploadId=u%2B&partNumber=2", "/b/k?partNumber=2&uploadId=u+"),
        ("response-content-type=a%2Fb&uploads=", "/b/k?response-content-type=a/b&uploads="),
    ],
)
def test_sub_resources_are_part_of_what_is_signed(query, resource) -> None:
    assert canonical_resource("/b/k", query) == resource


def test_headers_of_amazon_are_part_of_what_is_signed() -> None:
    headers = Headers({"X-Amz-Meta-B": " b ", "x-amz-acl": "private", "Content-Type": "a/b", "x-amz-meta-a": "c"})
    assert canonical_amz_headers(headers) == "x-amz-acl:private\nx-amz-meta-a:c\nx-amz-meta-b:b\n"


def test_a_date_of_amazon_takes_the_place_of_the_other() -> None:
    plain = signed("s3", AWSRequest("GET", "https://h/k"))
    dated = signed("s3", AWSRequest("GET", "https://h/k", {"x-amz-date": "Tue, 27 Mar 2007 21:20:26 +0000"}))
    later = signed(
        "s3", AWSRequest("GET", "https://h/k", {"x-amz-date": "Tue, 27 Mar 2007 21:20:26 +0000"}), now=datetime.now(UTC)
    )
    assert dated.headers["Authorization"] == later.headers["Authorization"] != plain.headers["Authorization"]


@pytest.mark.parametrize("name", ["s3-presign-post", "s3v4-presign-post", "v4-s3express-presign-post"])
def test_a_policy_names_who_signs_and_its_token(name) -> None:
    request = AWSRequest("POST", "https://bucket/")
    given = {"expiration": "2030-01-01T00:00:00Z", "conditions": [{"bucket": "b"}]}
    request.context |= {POST_FIELDS: {"key": "k"}, POST_POLICY: given}
    fields = signed(name, request, TOKENED).context[POST_FIELDS]
    policy = json.loads(b64decode(fields["policy"]))
    assert given["conditions"] == [{"bucket": "b"}]
    assert policy["expiration"] == "2030-01-01T00:00:00Z"
    conditions = {key: value for condition in policy["conditions"] for key, value in condition.items()}
    assert conditions.pop("bucket") == "b"
    assert "to/ken+=" in conditions.values()
    assert conditions.items() <= fields.items()


def test_the_token_of_a_session_has_a_header_of_its_own() -> None:
    headers = signed("v4-s3express", AWSRequest("GET", "https://h/"), TOKENED).headers
    assert headers["x-amz-s3session-token"] == "to/ken+="
    assert "x-amz-security-token" not in headers
    assert "x-amz-s3session-token" in headers["Authorization"]
