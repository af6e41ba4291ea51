"""S3 and STS judged by Ceph's radosgw, which checks signatures, policies and digests with code of its own.

``make judge-rgw`` runs it and prints what was judged; it is no part of the
usual run, for it needs Debian's packages of Ceph.
"""

import io
import json
import random
import socket
import time
import urllib.error
import urllib.request
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import rgw_cluster
import servers
from sotalia import Config, Session
from sotalia.components.aws_chunked import CHUNK_SIZE
from sotalia.exceptions import ClientError

BOUNDARY = "form-of-a-browser"
BIG = random.Random(6).randbytes(2 * CHUNK_SIZE + 77_777)
PART = random.Random(7).randbytes(5 << 20)
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"AWS": ["arn:aws:iam:::user/alice"]}, "Action": ["sts:AssumeRole"]}
    ],
}
ODD_KEYS = ["plain", "with space", "a+b", "ü/ö", "a//b", "./dots/../x", "q?x=1&y", "~tilde'(*)!", "%41", "a%2Fb", "<&>"]

tally: dict[str, list[int]] = defaultdict(lambda: [0, 0])


def accepts(what: str, call: Callable[[], Any]) -> Any:
    """Count a request that has to be accepted."""
    result = call()
    tally[what][0] += 1
    return result


def refuses(what: str, code: str | tuple[str, ...], call: Callable[[], Any]) -> None:
    """Count a request that has to be refused, with the code of its error."""
    with pytest.raises(ClientError) as refused:
        call()
    codes = (code,) if isinstance(code, str) else code
    assert refused.value.response["Error"]["Code"] in codes
    tally[what][1] += 1


@pytest.fixture(autouse=True)
def counted(record_property) -> Iterator[None]:
    """Tell the report of a test how many requests of each kind were judged as they should be."""
    before = {what: sum(numbers) for what, numbers in tally.items()}
    yield
    for what, numbers in tally.items():
        record_property(f"cases {what}", sum(numbers) - before.get(what, 0))


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> servers.Authority:
    return servers.make_authority(Path(tmp_path_factory.mktemp("ca")))


@pytest.fixture(scope="module")
def cluster(authority: servers.Authority, pytestconfig: pytest.Config) -> Iterator[rgw_cluster.Cluster]:
    try:
        with rgw_cluster.cluster(authority.server) as running:
            yield running
    except rgw_cluster.NotInstalledError as error:
        pytest.exit(str(error), 1)
    lines = ["", f"{running.version}, up in {running.seconds:.1f} s", "", "| What | Accepted | Forged, and refused |"]
    lines += ["|---|---:|---:|", *(f"| {what} | {yes} | {no} |" for what, (yes, no) in sorted(tally.items()))]
    lines.append(f"| all | {sum(yes for yes, _ in tally.values())} | {sum(no for _, no in tally.values())} |")
    with pytestconfig.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
        print("\n".join(lines))


@pytest.fixture(scope="module")
def alice(cluster: rgw_cluster.Cluster) -> rgw_cluster.User:
    return cluster.user("alice", "roles=*")


@pytest.fixture(scope="module")
def bob(cluster: rgw_cluster.Cluster) -> rgw_cluster.User:
    return cluster.user("bob")


def session_of(user: rgw_cluster.User, **more: Any) -> Session:
    keys = {"aws_access_key_id": user.access_key, "aws_secret_access_key": user.secret_key, **more}
    return Session(**keys, region_name="us-east-1")


def s3_of(cluster: rgw_cluster.Cluster, user: rgw_cluster.User, secret: str | None = None, **config: Any) -> Any:
    session = session_of(user, **({} if secret is None else {"aws_secret_access_key": secret}))
    return session.client("s3", endpoint_url=cluster.url, config=Config(**config))


@pytest.fixture
def s3(cluster: rgw_cluster.Cluster, alice: rgw_cluster.User) -> Any:
    return s3_of(cluster, alice)


@pytest.fixture
def tls(cluster: rgw_cluster.Cluster, alice: rgw_cluster.User, authority: servers.Authority) -> Any:
    return session_of(alice).client("s3", endpoint_url=cluster.tls_url, verify=authority.ca)


@pytest.fixture
def bucket(s3: Any, request: pytest.FixtureRequest) -> str:
    name = "b-" + request.node.name.translate({ord(one): "-" for one in "_[]. "}).lower()[:50].rstrip("-")
    s3.create_bucket(Bucket=name)
    return name


def tampered(client: Any, event: str, change: Callable[[Any], None]) -> Any:
    client.meta.events.register(f"before-send.s3.{event}", lambda request, **_: change(request))
    return client


def compact(document: dict[str, Any]) -> str:
    """Return a policy without blanks: this release takes the ``+`` of a form for a plus sign."""
    return json.dumps(document, separators=(",", ":"))


def status_of(request: urllib.request.Request | str) -> int:
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code


WRONG = ("SignatureDoesNotMatch", "AccessDenied")
"""It says the one where it found the user for sure, the other where temporary keys were possible, too."""

UNREADABLE = ("SignatureDoesNotMatch", "AccessDenied", "InvalidArgument", "XAmzContentSHA256Mismatch")


@pytest.mark.parametrize("version", ["s3v4", "s3"])
def test_headers(cluster, alice, bucket, version) -> None:
    what = {"s3v4": "SigV4 in headers", "s3": "HMAC v1 in headers"}[version]
    client = s3_of(cluster, alice, signature_version=version)
    for key in ODD_KEYS:
        accepts(
            what, lambda key=key: client.put_object(Bucket=bucket, Key=key, Body=key.encode(), Metadata={"a": "b  c"})
        )
        found = accepts(what, lambda key=key: client.get_object(Bucket=bucket, Key=key))
        assert found["Body"].read() == key.encode()
        assert found["Metadata"]["a"].split() == ["b", "c"]
    accepts(what, lambda: client.get_object(Bucket=bucket, Key="plain", ResponseContentType="text/x; a=b"))
    for operation in ("get_bucket_versioning", "get_bucket_acl", "get_bucket_location", "list_object_versions"):
        accepts(what, lambda operation=operation: getattr(client, operation)(Bucket=bucket))
    forger = s3_of(cluster, alice, "w" * 40, signature_version=version)
    refuses(what, WRONG, lambda: forger.list_buckets())
    refuses(what, WRONG, lambda: forger.put_object(Bucket=bucket, Key="x", Body=b"x"))
    stranger = rgw_cluster.User("nobody", "N" * 20, alice.secret_key)
    refuses(
        what,
        ("InvalidAccessKeyId", "AccessDenied"),
        lambda: s3_of(cluster, stranger, signature_version=version).list_buckets(),
    )

    def other_key(request: Any) -> None:
        request.url = request.url.replace("plain", "other")

    moved = tampered(s3_of(cluster, alice, signature_version=version), "GetObject", other_key)
    refuses(what, WRONG, lambda: moved.get_object(Bucket=bucket, Key="plain"))

    def other_metadata(request: Any) -> None:
        request.headers["x-amz-meta-a"] = "forged"

    changed = tampered(s3_of(cluster, alice, signature_version=version), "PutObject", other_metadata)
    refuses(what, UNREADABLE, lambda: changed.put_object(Bucket=bucket, Key="x", Body=b"x", Metadata={"a": "b"}))


def test_a_body_that_is_signed_cannot_be_changed(s3, bucket) -> None:
    def other_body(request: Any) -> None:
        request.body = io.BytesIO(b"forged")

    tampered(s3, "PutObject", other_body)
    refuses("SigV4 in headers", UNREADABLE, lambda: s3.put_object(Bucket=bucket, Key="x", Body=io.BytesIO(b"signed")))


def test_an_unsigned_payload_over_tls(cluster, alice, authority, bucket) -> None:
    config = Config(s3={"payload_signing_enabled": False})
    tls = session_of(alice).client("s3", endpoint_url=cluster.tls_url, verify=authority.ca, config=config)
    seen: list[str] = []
    tampered(tls, "PutObject", lambda request: seen.append(request.headers["X-Amz-Content-SHA256"]))
    accepts("SigV4, `UNSIGNED-PAYLOAD`, TLS", lambda: tls.put_object(Bucket=bucket, Key="x", Body=io.BytesIO(BIG)))
    found = accepts("SigV4, `UNSIGNED-PAYLOAD`, TLS", lambda: tls.get_object(Bucket=bucket, Key="x"))
    assert found["Body"].read() == BIG
    assert seen == ["UNSIGNED-PAYLOAD"]


@pytest.mark.parametrize("version", ["s3v4", "s3"])
def test_urls(cluster, alice, s3, bucket, version) -> None:
    what = {"s3v4": "SigV4 in URLs", "s3": "HMAC v1 in URLs"}[version]
    client = s3_of(cluster, alice, signature_version=version)
    forger = s3_of(cluster, alice, "w" * 40, signature_version=version)
    for key in ODD_KEYS:
        given = {"Bucket": bucket, "Key": key}
        put = client.generate_presigned_url("put_object", given, 60)
        get = client.generate_presigned_url("get_object", {**given, "ResponseContentType": "text/a b"}, 60)
        body = urllib.request.Request(put, key.encode(), {"Content-Type": ""}, method="PUT")
        assert accepts(what, lambda body=body: status_of(body)) == 200
        with accepts(what, lambda get=get: urllib.request.urlopen(get, timeout=20)) as answer:
            assert answer.read() == key.encode()
            assert answer.headers["Content-Type"] == "text/a b"
    given = {"Bucket": bucket, "Key": "plain"}
    for url in (
        client.generate_presigned_url("get_object", given, 60).replace("plain", "with%20space"),
        forger.generate_presigned_url("get_object", given, 60),
        client.generate_presigned_url("list_objects_v2", {"Bucket": bucket, "Prefix": "a"}, 60).replace(
            bucket, "other"
        ),
    ):
        assert status_of(url) in (403, 404)
        tally[what][1] += 1
    assert status_of(client.generate_presigned_url("head_object", given, 60)) == 403  # a GET, where HEAD was signed
    tally[what][1] += 1
    short = client.generate_presigned_url("get_object", given, 1)
    time.sleep(2.5)
    assert status_of(short) == 403
    tally[what][1] += 1


def form_status(form: dict[str, Any], content: bytes, **changed: str) -> int:
    pieces = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in {**form["fields"], **changed}.items()
    ]
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="photo.txt"\r\n\r\n'.encode()
    body = b"".join([*pieces, head, content, f"\r\n--{BOUNDARY}--\r\n".encode()])
    return status_of(
        urllib.request.Request(form["url"], body, {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"})
    )


@pytest.mark.parametrize("version", ["s3v4", "s3"])
def test_forms(cluster, alice, s3, bucket, version) -> None:
    what = {"s3v4": "SigV4 in forms", "s3": "HMAC v1 in forms"}[version]
    client = s3_of(cluster, alice, signature_version=version)
    conditions = [{"x-amz-meta-note": "n"}, ["content-length-range", 1, 100]]
    form = client.generate_presigned_post(bucket, "up/${filename}", {"x-amz-meta-note": "n"}, conditions, 60)
    assert accepts(what, lambda: form_status(form, b"content")) in (200, 204)
    assert s3.get_object(Bucket=bucket, Key="up/photo.txt")["Metadata"] == {"note": "n"}
    named = client.generate_presigned_post(
        bucket, "ü key", {"success_action_status": "201"}, [{"success_action_status": "201"}], 60
    )
    assert accepts(what, lambda: form_status(named, b"content")) == 201
    forger = s3_of(cluster, alice, "w" * 40, signature_version=version)
    for status in (
        form_status(form, b"c" * 101),
        form_status(form, b""),
        form_status(form, b"content", key="elsewhere"),
        form_status(form, b"content", **{"x-amz-meta-note": "other"}),
        form_status(form, b"content", policy=form["fields"]["policy"][:-4] + "AAAA"),
        form_status(forger.generate_presigned_post(bucket, "key"), b"content"),
        form_status(client.generate_presigned_post(bucket, "key", ExpiresIn=-60), b"content"),
    ):
        assert status in (400, 403)
        tally[what][1] += 1


class Once:
    """A body that can only be read."""

    def __init__(self, data: bytes) -> None:
        self._data = io.BytesIO(data)

    def read(self, size: int = -1) -> bytes:
        return self._data.read(min(size, 10_007) if size > 0 else size)


def test_bodies_in_signed_chunks(cluster, alice, bucket) -> None:
    what = "`STREAMING-AWS4-HMAC-SHA256-PAYLOAD`"
    client = s3_of(cluster, alice)
    seen: list[str] = []
    tampered(client, "PutObject", lambda request: seen.append(request.headers["X-Amz-Content-SHA256"]))
    for size in (1, 65_536, CHUNK_SIZE, CHUNK_SIZE + 1, len(BIG)):
        body = BIG[:size]
        accepts(
            what, lambda body=body: client.put_object(Bucket=bucket, Key="c", Body=Once(body), ContentLength=len(body))
        )
        assert client.get_object(Bucket=bucket, Key="c")["Body"].read() == body
    assert set(seen) == {"STREAMING-AWS4-HMAC-SHA256-PAYLOAD"}

    def forge(request: Any) -> None:
        request.body = request.body.read().replace(b"hello", b"hellO")

    changed = tampered(s3_of(cluster, alice), "PutObject", forge)
    refuses(what, UNREADABLE, lambda: changed.put_object(Bucket=bucket, Key="t", Body=Once(b"hello"), ContentLength=5))


def test_trailers_are_not_sent_unless_asked_for(cluster, alice, bucket, authority) -> None:
    """This release knows no trailers: what boto3 sends over TLS by default is refused."""
    client = session_of(alice).client("s3", endpoint_url=cluster.tls_url, verify=authority.ca)
    seen: list[dict[str, str]] = []
    tampered(client, "PutObject", lambda request: seen.append(dict(request.headers.items())))
    for body in (b"bytes", io.BytesIO(BIG)):
        accepts(
            "defaults towards an endpoint of one's own",
            lambda body=body: client.put_object(Bucket=bucket, Key="d", Body=body),
        )
    assert client.get_object(Bucket=bucket, Key="d")["Body"].read() == BIG
    assert not [name for head in seen for name in head if "trailer" in name.lower() or "checksum" in name.lower()]
    assert "bodies as they are" in str(client.explain("integrity"))
    asking = session_of(alice).client(
        "s3",
        endpoint_url=cluster.tls_url,
        verify=authority.ca,
        config=Config(request_checksum_calculation="when_supported"),
    )
    refuses(
        "defaults towards an endpoint of one's own",
        "MissingContentLength",
        lambda: asking.put_object(Bucket=bucket, Key="d", Body=io.BytesIO(b"x")),
    )


def test_digests(s3, bucket) -> None:
    what = "`Content-MD5`, SHA-256 of bodies"
    for key in ("a", "b"):
        accepts(
            what,
            lambda key=key: s3.put_object(Bucket=bucket, Key=key, Body=b"hello", ContentMD5="XUFAKrxLKna5cZ2REBfFkg=="),
        )
    refuses(
        what,
        "BadDigest",
        lambda: s3.put_object(Bucket=bucket, Key="w", Body=b"hellO", ContentMD5="XUFAKrxLKna5cZ2REBfFkg=="),
    )
    accepts(
        what,
        lambda: s3.put_bucket_cors(
            Bucket=bucket, CORSConfiguration={"CORSRules": [{"AllowedMethods": ["GET"], "AllowedOrigins": ["*"]}]}
        ),
    )
    accepts(
        what,
        lambda: s3.put_object_tagging(Bucket=bucket, Key="a", Tagging={"TagSet": [{"Key": "k", "Value": "v & w"}]}),
    )
    assert s3.get_object_tagging(Bucket=bucket, Key="a")["TagSet"] == [{"Key": "k", "Value": "v & w"}]
    accepts(what, lambda: s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Suspended"}))
    gone = accepts(what, lambda: s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": "a"}, {"Key": "b"}]}))
    assert sorted(one["Key"] for one in gone["Deleted"]) == ["a", "b"]


def test_parts_copies_and_transfers(s3, bucket, tmp_path) -> None:
    what = "multipart, copies, transfers"
    where = {"Bucket": bucket, "Key": "ü m"}
    upload = {**where, "UploadId": accepts(what, lambda: s3.create_multipart_upload(**where))["UploadId"]}
    first = accepts(what, lambda: s3.upload_part(PartNumber=1, Body=PART, **upload))
    second = accepts(what, lambda: s3.upload_part(PartNumber=2, Body=Once(BIG), ContentLength=len(BIG), **upload))
    tags = [{"PartNumber": n, "ETag": part["ETag"]} for n, part in ((1, first), (2, second))]
    assert len(accepts(what, lambda: s3.list_parts(**upload))["Parts"]) == 2
    accepts(what, lambda: s3.complete_multipart_upload(MultipartUpload={"Parts": tags}, **upload))
    assert s3.get_object(**where)["Body"].read() == PART + BIG
    for source in (where, f"{bucket}/ü m"):
        accepts(what, lambda source=source: s3.copy_object(Bucket=bucket, Key="copy", CopySource=source))
        assert s3.head_object(Bucket=bucket, Key="copy")["ContentLength"] == len(PART) + len(BIG)
    upload = {"Bucket": bucket, "Key": "n"}
    upload["UploadId"] = s3.create_multipart_upload(**upload)["UploadId"]
    part = accepts(
        what,
        lambda: s3.upload_part_copy(PartNumber=1, CopySource=where, CopySourceRange="bytes=10-99", **upload),
    )
    made = [{"PartNumber": 1, "ETag": part["CopyPartResult"]["ETag"]}]
    accepts(what, lambda: s3.complete_multipart_upload(MultipartUpload={"Parts": made}, **upload))
    assert s3.get_object(Bucket=bucket, Key="n")["Body"].read() == PART[10:100]
    upload["UploadId"] = s3.create_multipart_upload(Bucket=bucket, Key="n")["UploadId"]
    accepts(what, lambda: s3.abort_multipart_upload(**upload))
    refuses(what, "NoSuchUpload", lambda: s3.upload_part(PartNumber=1, Body=b"x", **upload))
    file = tmp_path / "large"
    file.write_bytes(PART * 4)
    accepts(what, lambda: s3.upload_file(str(file), bucket, "t"))
    accepts(what, lambda: s3.copy({"Bucket": bucket, "Key": "t"}, bucket, "t2"))
    accepts(what, lambda: s3.download_file(bucket, "t2", str(tmp_path / "back")))
    assert (tmp_path / "back").read_bytes() == PART * 4
    accepts(what, lambda: s3.upload_fileobj(Once(PART * 2), bucket, "o"))
    assert s3.get_object(Bucket=bucket, Key="o", Range="bytes=5-9")["Body"].read() == PART[5:10]


def test_keys_of_listings(s3, bucket) -> None:
    what = "listings: encoded keys, pages"
    keys = [*ODD_KEYS, "line\nend", "cr\rlf", "ctrl\x01"]
    for key in keys:
        s3.put_object(Bucket=bucket, Key=key, Body=b"")
    assert [one["Key"] for one in accepts(what, lambda: s3.list_objects(Bucket=bucket))["Contents"]] == sorted(keys)
    s3.delete_object(Bucket=bucket, Key="ctrl\x01")  # it puts the last key of a page into its XML as it is
    keys.remove("ctrl\x01")
    for size in (1, 3):
        pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, PaginationConfig={"PageSize": size})
        found = accepts(what, lambda pages=pages: [one["Key"] for page in pages for one in page["Contents"]])
        assert found == sorted(keys)
    page = accepts(what, lambda: s3.list_objects_v2(Bucket=bucket, Delimiter="/", Prefix="a"))
    assert [one["Prefix"] for one in page["CommonPrefixes"]] == ["a/"]
    versions = accepts(what, lambda: s3.list_object_versions(Bucket=bucket))["Versions"]
    assert [one["Key"] for one in versions] == sorted(keys)


def test_keys_of_the_customer(s3, tls, bucket) -> None:
    what = "SSE-C"
    mine = {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": b"k" * 32}
    accepts(what, lambda: tls.put_object(Bucket=bucket, Key="e", Body=b"hidden", **mine))
    assert accepts(what, lambda: tls.get_object(Bucket=bucket, Key="e", **mine))["Body"].read() == b"hidden"
    refuses(what, "InvalidArgument", lambda: tls.get_object(Bucket=bucket, Key="e"))
    other = {**mine, "SSECustomerKey": "o" * 32}
    refuses(what, "InvalidArgument", lambda: tls.get_object(Bucket=bucket, Key="e", **other))


def test_hosts_of_buckets(cluster, alice, bucket, monkeypatch) -> None:
    what = "virtual hosts"
    look_up = socket.getaddrinfo

    def here(host: Any, *rest: Any, **more: Any) -> Any:
        local = (host.decode() if isinstance(host, bytes) else host).endswith(rgw_cluster.DNS_NAME)
        return look_up("127.0.0.1" if local else host, *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", here)
    port = cluster.url.rpartition(":")[2]
    for version in ("s3v4", "s3"):
        config = Config(signature_version=version, s3={"addressing_style": "virtual"})
        client = session_of(alice).client("s3", endpoint_url=f"http://{rgw_cluster.DNS_NAME}:{port}", config=config)
        seen: list[str] = []
        tampered(client, "PutObject", lambda request, seen=seen: seen.append(request.url))
        accepts(what, lambda client=client: client.put_object(Bucket=bucket, Key="a b", Body=b"x"))
        assert accepts(what, lambda client=client: client.get_object(Bucket=bucket, Key="a b"))["Body"].read() == b"x"
        assert seen == [f"http://{bucket}.{rgw_cluster.DNS_NAME}:{port}/a%20b"]


def test_lists_and_policies_of_access(cluster, alice, bob, s3, bucket) -> None:
    what = "ACLs and policies of buckets"
    other = s3_of(cluster, bob)
    s3.put_object(Bucket=bucket, Key="shared", Body=b"x")
    s3.put_object(Bucket=bucket, Key="own", Body=b"x")
    refuses(what, "AccessDenied", lambda: other.get_object(Bucket=bucket, Key="shared"))
    refuses(what, "AccessDenied", lambda: other.list_objects_v2(Bucket=bucket))
    refuses(what, "BucketAlreadyExists", lambda: other.create_bucket(Bucket=bucket))
    accepts(what, lambda: s3.put_object_acl(Bucket=bucket, Key="shared", ACL="public-read"))
    accepts(what, lambda: other.get_object(Bucket=bucket, Key="shared"))
    from sotalia import UNSIGNED

    nobody = Session(region_name="us-east-1").client(
        "s3", endpoint_url=cluster.url, config=Config(signature_version=UNSIGNED)
    )
    accepts("requests without signature", lambda: nobody.get_object(Bucket=bucket, Key="shared"))
    refuses("requests without signature", "AccessDenied", lambda: nobody.get_object(Bucket=bucket, Key="own"))
    policy = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"AWS": ["arn:aws:iam:::user/bob"]},
                "Action": ["s3:GetObject", "s3:ListBucket"],
                "Resource": [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"],
            },
            {
                "Effect": "Deny",
                "Principal": {"AWS": ["arn:aws:iam:::user/bob"]},
                "Action": "s3:GetObject",
                "Resource": f"arn:aws:s3:::{bucket}/shared",
            },
        ],
    }
    accepts(what, lambda: s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps(policy)))
    accepts(what, lambda: other.get_object(Bucket=bucket, Key="own"))
    accepts(what, lambda: other.list_objects_v2(Bucket=bucket))
    refuses(what, "AccessDenied", lambda: other.get_object(Bucket=bucket, Key="shared"))
    refuses(what, "AccessDenied", lambda: other.put_object(Bucket=bucket, Key="own", Body=b"y"))


@pytest.mark.parametrize("hours", [-1, 1])
def test_a_wrong_clock(cluster, alice, monkeypatch, hours) -> None:
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() + hours * 3600)
    client = s3_of(cluster, alice)
    codes: list[str] = []
    client.meta.events.register(
        "needs-retry.s3",
        lambda response, **_: codes.append(response[1].get("Error", {}).get("Code")) if response else None,
    )
    found = accepts("a wrong clock, corrected", lambda: client.list_buckets())
    assert found["ResponseMetadata"]["RetryAttempts"] == 1
    assert codes == ["RequestTimeTooSkewed", None]
    tally["a wrong clock, corrected"][1] += 1
    assert accepts("a wrong clock, corrected", lambda: client.list_buckets())["ResponseMetadata"]["RetryAttempts"] == 0


@pytest.fixture(scope="module")
def role(cluster: rgw_cluster.Cluster, alice: rgw_cluster.User) -> str:
    """A role that alice may assume, which may do all with one bucket."""
    iam = session_of(alice).client("iam", endpoint_url=cluster.url)
    arn = accepts("IAM: roles", lambda: iam.create_role(RoleName="worker", AssumeRolePolicyDocument=compact(TRUST)))
    policy = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": ["s3:*"], "Resource": ["arn:aws:s3:::of-role*"]}],
    }
    accepts(
        "IAM: roles",
        lambda: iam.put_role_policy(RoleName="worker", PolicyName="s3", PolicyDocument=compact(policy)),
    )
    document = accepts("IAM: roles", lambda: iam.get_role(RoleName="worker"))["Role"]["AssumeRolePolicyDocument"]
    assert document["Version"] == "2012-10-17"
    forger = session_of(alice, aws_secret_access_key="w" * 40).client("iam", endpoint_url=cluster.url)
    refuses("IAM: roles", WRONG, lambda: forger.get_role(RoleName="worker"))
    return str(arn["Role"]["Arn"])


def test_temporary_keys_of_a_role(cluster, alice, bob, role) -> None:
    what = "STS: AssumeRole, its keys and policies"
    sts = session_of(alice).client("sts", endpoint_url=cluster.url)
    given = accepts(what, lambda: sts.assume_role(RoleArn=role, RoleSessionName="one"))["Credentials"]
    keys = {
        "aws_access_key_id": given["AccessKeyId"],
        "aws_secret_access_key": given["SecretAccessKey"],
        "aws_session_token": given["SessionToken"],
    }

    def s3_with(**changed: str) -> Any:
        return Session(**{**keys, **changed}, region_name="us-east-1").client("s3", endpoint_url=cluster.url)

    worker = s3_with()
    accepts(what, lambda: worker.create_bucket(Bucket="of-role"))
    accepts(what, lambda: worker.put_object(Bucket="of-role", Key="k", Body=Once(BIG), ContentLength=len(BIG)))
    assert accepts(what, lambda: worker.get_object(Bucket="of-role", Key="k"))["Body"].read() == BIG
    url = worker.generate_presigned_url("get_object", {"Bucket": "of-role", "Key": "k"}, 60)
    assert accepts(what, lambda: status_of(url)) == 200
    refuses(what, "AccessDenied", lambda: worker.create_bucket(Bucket="not-of-role"))
    refuses(what, WRONG, lambda: s3_with(aws_secret_access_key="w" * 40).list_objects_v2(Bucket="of-role"))
    reader = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": ["arn:aws:s3:::of-role/*"]}],
    }
    less = accepts(
        what, lambda: sts.assume_role(RoleArn=role, RoleSessionName="two", Policy=compact(reader), DurationSeconds=900)
    )["Credentials"]
    only = s3_with(
        aws_access_key_id=less["AccessKeyId"],
        aws_secret_access_key=less["SecretAccessKey"],
        aws_session_token=less["SessionToken"],
    )
    accepts(what, lambda: only.get_object(Bucket="of-role", Key="k"))
    refuses(what, "AccessDenied", lambda: only.put_object(Bucket="of-role", Key="k", Body=b"x"))
    forger = session_of(alice, aws_secret_access_key="w" * 40).client("sts", endpoint_url=cluster.url)
    refuses(what, WRONG, lambda: forger.assume_role(RoleArn=role, RoleSessionName="forged"))
    stranger = session_of(bob).client("sts", endpoint_url=cluster.url)
    refuses(what, "AccessDenied", lambda: stranger.assume_role(RoleArn=role, RoleSessionName="forged"))


def test_a_profile_with_a_role(cluster, alice, role, own_environment, monkeypatch) -> None:
    """The chain of credentials assumes the role, and its keys sign."""
    (own_environment / ".aws").mkdir()
    (own_environment / ".aws" / "config").write_text(
        f"[profile worker]\nregion = us-east-1\nrole_arn = {role}\nsource_profile = alice\n"
        f"[profile alice]\naws_access_key_id = {alice.access_key}\naws_secret_access_key = {alice.secret_key}\n"
    )
    monkeypatch.setenv("AWS_ENDPOINT_URL", cluster.url)
    client = Session(profile_name="worker").client("s3")
    what = "STS: profiles with `role_arn`"
    accepts(what, lambda: client.create_bucket(Bucket="of-role-too"))
    accepts(what, lambda: client.put_object(Bucket="of-role-too", Key="p", Body=b"x"))
    assert accepts(what, lambda: client.get_object(Bucket="of-role-too", Key="p"))["Body"].read() == b"x"
    refuses(what, "AccessDenied", lambda: client.create_bucket(Bucket="not-of-role"))
