"""Checksums and chunks judged by a server with code of its own: headers, trailers and signed chunks."""

import io
import json
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import aws_servers
import pytest
import servers
from sotalia import Config, Session
from sotalia.components.aws_chunked import CHUNK_SIZE
from sotalia.exceptions import ClientError

EVERYTHING = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
SUPPORTED = Config(request_checksum_calculation="when_supported", response_checksum_validation="when_supported")
ALGORITHMS = ("CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256")
BIG = bytes(range(251)) * (CHUNK_SIZE * 2 // 250)


class Once:
    def __init__(self, data: bytes) -> None:
        self._data = io.BytesIO(data)

    def read(self, size: int = -1) -> bytes:
        return self._data.read(min(size, 10_007) if size > 0 else size)


def client_of(url: str, ca: str | None, config: Config = SUPPORTED):
    root = Session("test", "test", region_name="us-east-1")
    iam = root.client("iam", endpoint_url=url, verify=ca)
    name = f"worker-{uuid4()}"
    iam.create_user(UserName=name)
    iam.put_user_policy(UserName=name, PolicyName="all", PolicyDocument=json.dumps(EVERYTHING))
    key = iam.create_access_key(UserName=name)["AccessKey"]
    session = Session(key["AccessKeyId"], key["SecretAccessKey"], region_name="us-east-1")
    client = session.client("s3", endpoint_url=url, verify=ca, config=config)
    client.create_bucket(Bucket="judged")
    return client


@pytest.fixture(scope="module")
def clients(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, object]]:
    """A client without TLS, whose checksums are headers, and one with, whose checksums are trailers."""
    authority = servers.make_authority(Path(tmp_path_factory.mktemp("ca")))
    with aws_servers.ministack_server() as plain, aws_servers.ministack_server(authority.server) as tls:
        yield {"http": client_of(plain, None), "https": client_of(tls, authority.ca)}


@pytest.fixture(params=["http", "https"])
def client(clients, request: pytest.FixtureRequest):
    return clients[request.param]


def heads(client) -> list:
    seen: list = []
    client.meta.events.register("before-send.s3.PutObject", lambda request, **_: seen.append(request.headers.copy()))
    return seen


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_every_algorithm_is_accepted_and_checked_when_it_is_read(client, algorithm) -> None:
    for name, body in {"file": io.BytesIO(BIG), "bytes": b"hello", "none": b""}.items():
        client.put_object(Bucket="judged", Key=name, Body=body, ChecksumAlgorithm=algorithm)
        assert client.head_object(Bucket="judged", Key=name, ChecksumMode="ENABLED")[f"Checksum{algorithm}"]
        found = client.get_object(Bucket="judged", Key=name)
        assert type(found["Body"]).__name__ == "CheckedBody"
        assert found["Body"].read() == {"file": BIG, "bytes": b"hello", "none": b""}[name]


def test_a_stream_without_tls_is_signed_chunk_by_chunk(clients) -> None:
    client = clients["http"]
    seen = heads(client)
    for algorithm in ALGORITHMS:
        body = Once(BIG)
        client.put_object(Bucket="judged", Key="s", Body=body, ContentLength=len(BIG), ChecksumAlgorithm=algorithm)
        assert client.get_object(Bucket="judged", Key="s")["Body"].read() == BIG
    assert {head["X-Amz-Content-SHA256"] for head in seen} == {"STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER"}


def test_an_iterator_is_sent_with_a_trailer(clients) -> None:
    client = clients["https"]
    seen = heads(client)
    client.put_object(Bucket="judged", Key="i", Body=(b"x" * 1000 for _ in range(3000)), ContentLength=3_000_000)
    assert seen[0]["X-Amz-Content-SHA256"] == "STREAMING-UNSIGNED-PAYLOAD-TRAILER"
    assert client.get_object(Bucket="judged", Key="i")["Body"].read() == b"x" * 3_000_000


def test_chunks_without_a_checksum_are_signed(clients) -> None:
    client = client_of(clients["http"].meta.endpoint_url, None, Config(request_checksum_calculation="when_required"))
    seen = heads(client)
    client.put_object(Bucket="judged", Key="c", Body=Once(BIG), ContentLength=len(BIG))
    assert seen[0]["X-Amz-Content-SHA256"] == "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"
    assert client.get_object(Bucket="judged", Key="c")["Body"].read() == BIG


def test_a_part_and_a_tag_and_a_deletion(client) -> None:
    upload = client.create_multipart_upload(Bucket="judged", Key="m", ChecksumAlgorithm="CRC64NVME")["UploadId"]
    where = {"Bucket": "judged", "Key": "m", "UploadId": upload}
    part = client.upload_part(PartNumber=1, Body=io.BytesIO(BIG), ChecksumAlgorithm="CRC64NVME", **where)
    client.complete_multipart_upload(MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]}, **where)
    assert client.get_object(Bucket="judged", Key="m")["Body"].read() == BIG
    client.put_object_tagging(Bucket="judged", Key="m", Tagging={"TagSet": [{"Key": "a", "Value": "b"}]})
    deleted = client.delete_objects(Bucket="judged", Delete={"Objects": [{"Key": "m"}]})
    assert [entry["Key"] for entry in deleted["Deleted"]] == ["m"]


def test_a_wrong_checksum_of_the_users_own_is_refused_by_the_server(client) -> None:
    with pytest.raises(ClientError) as refused:
        client.put_object(Bucket="judged", Key="w", Body=b"hello", ChecksumCRC32="AAAAAA==")
    assert refused.value.response["Error"]["Code"] == "BadDigest"


def test_chunks_that_were_changed_after_signing_are_refused(clients) -> None:
    client = client_of(clients["http"].meta.endpoint_url, None)

    def tamper(request, **_):
        request.body = request.body.read().replace(b"hello", b"hellO")

    client.meta.events.register("before-send.s3.PutObject", tamper)
    with pytest.raises(ClientError) as refused:
        client.put_object(Bucket="judged", Key="t", Body=Once(b"hello"), ContentLength=5)
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] in (400, 403)


def test_a_range_is_not_checked(client) -> None:
    client.put_object(Bucket="judged", Key="r", Body=b"hello")
    found = client.get_object(Bucket="judged", Key="r", Range="bytes=1-2")
    assert found["Body"].read() == b"el"
