"""Servers that speak S3 and are not AWS: as strict as those that met boto3's new checksums, and satisfied untouched."""

import hashlib
import io
from base64 import b64encode
from collections.abc import Callable, Iterator

import pytest
import servers
from sotalia import Session
from sotalia.exceptions import ClientError

ERROR = "<Error><Code>{}</Code><Message>{}</Message></Error>"
DELETED = b"<DeleteResult><Deleted><Key>a</Key></Deleted></DeleteResult>"

Rule = Callable[[servers.Request], tuple[int, str, str] | None]


def no_chunks(request: servers.Request) -> tuple[int, str, str] | None:
    """Neither the coding nor a body of unknown length."""
    if "aws-chunked" in request.headers.get("content-encoding", "") or "x-amz-trailer" in request.headers:
        return 501, "NotImplemented", "aws-chunked with a trailer is not implemented"
    if request.method == "PUT" and "content-length" not in request.headers:
        return 411, "MissingContentLength", "You must provide the Content-Length HTTP header."
    return None


def no_unknown_header(request: servers.Request) -> tuple[int, str, str] | None:
    for name in request.headers:
        if name.startswith(("x-amz-checksum-", "x-amz-sdk-checksum")):
            return 400, "InvalidArgument", f"Unsupported header '{name}' received for this API call."
    return None


def md5_for_deletions(request: servers.Request) -> tuple[int, str, str] | None:
    if request.method == "POST" and "content-md5" not in request.headers:
        return 400, "MissingContentMD5", "Missing required header for this request: Content-Md5."
    return None


def plain_payload(request: servers.Request) -> tuple[int, str, str] | None:
    """The hash of the payload, or the word for none, and nothing newer."""
    told = request.headers.get("x-amz-content-sha256")
    if told not in ("UNSIGNED-PAYLOAD", hashlib.sha256(request.body).hexdigest()):
        return 400, "XAmzContentSHA256Mismatch", "The provided 'x-amz-content-sha256' header does not match."
    return None


SERVERS: dict[str, tuple[Rule, ...]] = {
    "MinIO of 2021": (no_chunks, md5_for_deletions, plain_payload),
    "MinIO of 2025": (plain_payload,),
    "Ceph": (no_chunks, md5_for_deletions, plain_payload, no_unknown_header),
    "R2": (no_chunks, no_unknown_header, plain_payload),
    "B2": (no_unknown_header, no_chunks, md5_for_deletions),
}


@pytest.fixture(params=SERVERS)
def server(request: pytest.FixtureRequest) -> Iterator[servers.Server]:
    rules = SERVERS[request.param]

    def handle(connection: servers.Connection, asked: servers.Request) -> None:
        if asked.headers.get("expect") == "100-continue":
            connection.send(b"HTTP/1.1 100 Continue\r\n\r\n")
        asked.body = connection.read_body(asked.headers)
        md5 = asked.headers.get("content-md5")
        if md5 is not None:
            assert md5 == b64encode(hashlib.md5(asked.body, usedforsecurity=False).digest()).decode()
        for rule in rules:
            refusal = rule(asked)
            if refusal is not None:
                status, code, text = refusal
                connection.reply(ERROR.format(code, text).encode(), f"{status} No")
                return
        connection.reply(DELETED if asked.method == "POST" else b"hello" if asked.method == "GET" else b"")

    with servers.serve(handle, read_body=False) as running:
        yield running


def client_of(server: servers.Server):
    return Session("AKID", "secret", region_name="us-east-1").client("s3", endpoint_url=server.url)


def test_objects_parts_and_deletions_pass_untouched(server) -> None:
    client = client_of(server)
    where = {"Bucket": "b", "Key": "k"}
    client.put_object(Body=b"hello", **where)
    client.put_object(Body=io.BytesIO(b"hello"), ContentEncoding="gzip", **where)
    client.upload_part(Body=io.BytesIO(b"hello"), PartNumber=1, UploadId="u", **where)
    assert client.get_object(**where)["Body"].read() == b"hello"
    assert client.delete_objects(Bucket="b", Delete={"Objects": [{"Key": "a"}]})["Deleted"] == [{"Key": "a"}]
    client.put_object_tagging(Tagging={"TagSet": [{"Key": "a", "Value": "b"}]}, **where)
    client.put_bucket_cors(Bucket="b", CORSConfiguration={"CORSRules": []})
    assert [request.body for request in server.requests[:3]] == [b"hello"] * 3


@pytest.mark.parametrize("server", [name for name in SERVERS if name != "MinIO of 2025"], indirect=True)
def test_the_older_ones_refuse_what_boto3_sends_by_default(server, monkeypatch) -> None:
    monkeypatch.setenv("AWS_REQUEST_CHECKSUM_CALCULATION", "when_supported")
    client = client_of(server)
    answers = [
        lambda: client.put_object(Bucket="b", Key="k", Body=b"hello"),
        lambda: client.delete_objects(Bucket="b", Delete={"Objects": [{"Key": "a"}]}),
    ]

    def both() -> None:
        for ask in answers:
            ask()

    with pytest.raises(ClientError):
        both()
