import io
from typing import Any

import pytest
from chunk_decoder import decode
from sotalia import Config, Session
from sotalia.components.http import make_response
from sotalia.exceptions import FlexibleChecksumError, ParamValidationError, UnseekableStreamError

OBJECT = {"Bucket": "b", "Key": "k"}
MINIO = "http://minio.example:9000"
DELETE = {"Bucket": "b", "Delete": {"Objects": [{"Key": "a"}]}}


class Once:
    def __init__(self, data: bytes) -> None:
        self._data = io.BytesIO(data)

    def read(self, size: int = -1) -> bytes:
        return self._data.read(size)


def s3(url: str | None = None, answers: Any = (), **config: Any) -> tuple[Any, list[Any]]:
    """Return a client whose requests are answered here, and the list that they go to."""
    session = Session("AKID", "secret", region_name="us-west-2")
    client = session.client("s3", endpoint_url=url, config=Config(**config))
    sent: list[Any] = []
    left = list(answers)

    def answer(request: Any, **_: Any) -> Any:
        body = request.body.read() if hasattr(request.body, "read") else request.body
        sent.append((request, body))
        return left.pop(0) if left else make_response()

    client.meta.events.register("before-send", answer)
    return client, sent


# -- what is added ----------------------------------------------------------------------------


def test_aws_gets_trailers_over_tls() -> None:
    client, sent = s3()
    client.put_object(Body=b"hello", **OBJECT)
    request, body = sent[0]
    assert decode(body).trailer == {"x-amz-checksum-crc32": "NhCmhg=="}
    assert request.headers["X-Amz-Content-SHA256"] == "STREAMING-UNSIGNED-PAYLOAD-TRAILER"
    assert request.headers["X-Amz-Decoded-Content-Length"] == "5"
    assert "Content-Length" not in request.headers


@pytest.mark.parametrize("url", [MINIO, "https://account.r2.cloudflarestorage.com"])
def test_other_servers_get_bodies_as_they_are(url) -> None:
    client, sent = s3(url)
    client.put_object(Body=b"hello", **OBJECT)
    client.upload_part(PartNumber=1, UploadId="u", Body=io.BytesIO(b"hello"), **OBJECT)
    client.delete_objects(**DELETE)
    client.get_object(**OBJECT)
    for request, _ in sent:
        assert not [name for name in request.headers if "checksum" in name.lower() or "trailer" in name.lower()]
        assert "Content-Encoding" not in request.headers
    assert [body for _, body in sent[:2]] == [b"hello", b"hello"]
    assert [("Content-MD5" in request.headers) for request, _ in sent] == [False, False, True, False]


@pytest.mark.parametrize(
    ("url", "adds"),
    [
        (None, True),
        ("https://s3.us-west-2.amazonaws.com", True),
        ("https://s3.cn-north-1.amazonaws.com.cn:443/", True),
        ("https://bucket.vpce-1a2b-3c.s3.us-west-2.vpce.amazonaws.com", True),
        ("https://S3.Dualstack.US-WEST-2.Amazonaws.com", True),
        (MINIO, False),
        ("https://s3.amazonaws.com.example.org", False),
        ("http://10.0.0.1/.amazonaws.com", False),
        ("http://[::1]:9000", False),
    ],
)
def test_whose_endpoint_it_is_decides(url, adds) -> None:
    assert s3(url)[0]._state.integrity.adds is adds


@pytest.mark.parametrize("way", ["config", "environment", "profile"])
def test_what_the_user_says_goes_before_the_endpoint(way, monkeypatch, tmp_path) -> None:
    config = {}
    if way == "config":
        config = {"request_checksum_calculation": "when_supported"}
    elif way == "environment":
        monkeypatch.setenv("AWS_REQUEST_CHECKSUM_CALCULATION", "when_supported")
    else:
        (tmp_path / "config").write_text("[default]\nrequest_checksum_calculation = when_supported\n")
        monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    client, sent = s3("https://minio.example", **config)
    client.put_object(Body=b"hello", **OBJECT)
    client.delete_objects(**DELETE)
    assert decode(sent[0][1]).trailer == {"x-amz-checksum-crc32": "NhCmhg=="}
    assert "x-amz-checksum-crc32" in sent[1][0].headers
    assert "Content-MD5" not in sent[1][0].headers


def test_when_required_only_what_is_demanded_has_one() -> None:
    client, sent = s3(request_checksum_calculation="when_required", response_checksum_validation="when_required")
    client.put_object(Body=b"hello", **OBJECT)
    client.delete_objects(**DELETE)
    client.get_object(**OBJECT)
    names = [[name for name in request.headers if "checksum" in name.lower()] for request, _ in sent]
    assert names == [[], ["x-amz-checksum-crc32", "x-amz-sdk-checksum-algorithm"], []]


def test_an_algorithm_that_is_asked_for_is_a_header_towards_other_servers() -> None:
    client, sent = s3("https://minio.example")
    client.put_object(Body=b"hello", ChecksumAlgorithm="CRC64NVME", **OBJECT)
    request, body = sent[0]
    assert (request.headers["x-amz-checksum-crc64nvme"], body) == ("M3eFcAZSQlc=", b"hello")


@pytest.mark.parametrize("url", ["https://minio.example", MINIO])
def test_a_stream_reaches_other_servers(url) -> None:
    client, sent = s3(url)
    client.put_object(Body=Once(b"hello"), ContentLength=5, **OBJECT)
    request, body = sent[0]
    if url == MINIO:
        found = decode(body)
        assert (found.data, found.trailer) == (b"hello", {})
        assert request.headers["X-Amz-Content-SHA256"] == "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"
        assert int(request.headers["Content-Length"]) == len(body)
    else:
        assert (request.headers["X-Amz-Content-SHA256"], body) == ("UNSIGNED-PAYLOAD", b"hello")


def test_a_checksum_that_the_user_gives_wins() -> None:
    client, sent = s3()
    client.put_object(Body=b"hello", ChecksumSHA256="LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=", **OBJECT)
    assert sent[0][1] == b"hello"
    assert "x-amz-checksum-crc32" not in sent[0][0].headers


def test_handlers_see_and_change_the_decision() -> None:
    client, sent = s3()

    def other(params: Any, context: Any, **_: Any) -> None:
        assert context["checksum"]["request_algorithm"] == {
            "algorithm": "crc32",
            "in": "trailer",
            "name": "x-amz-checksum-crc32",
        }
        context["checksum"]["request_algorithm"] = {"algorithm": "sha1", "in": "header", "name": "x-amz-checksum-sha1"}

    client.meta.events.register("before-call.s3.PutObject", other)
    client.put_object(Body=b"hello", **OBJECT)
    assert (sent[0][0].headers["x-amz-checksum-sha1"], sent[0][1]) == ("qvTGHdzF6KLavt4PO0gs2a6pQ00=", b"hello")


def test_an_unknown_algorithm_is_refused_with_the_known_ones() -> None:
    with pytest.raises(FlexibleChecksumError, match=r"cannot have the checksum 'CRC16'.*CRC64NVME.*SHA256"):
        s3()[0].put_object(Body=b"", ChecksumAlgorithm="CRC16", **OBJECT)


def test_a_client_explains_the_decision() -> None:
    foreign, of_aws = s3("http://user:pass@minio.example")[0], s3(request_checksum_calculation="when_required")[0]
    text = str(foreign.explain("integrity"))
    assert "as Content-MD5; bodies as they are" in text
    assert "'when_required' (the default for http://" in text
    assert "pass@" not in text
    assert foreign.explain("request_checksum_calculation").source == "endpoint"
    found = of_aws.explain("request_checksum_calculation")
    assert (found.value, found.source, found.where) == ("when_required", "argument", "Config")
    assert of_aws.explain("response_checksum_validation").source == "default"
    assert (of_aws.explain("region").value, of_aws.explain("retry_mode").source) == ("us-west-2", "default")


# -- bodies that are sent again, or cannot be --------------------------------------------------


def test_a_body_in_chunks_is_sent_again_from_where_it_stood() -> None:
    client, sent = s3(answers=[make_response(503)], retries={"mode": "legacy"})
    client._state.clock.sleep = lambda seconds: None
    file = io.BytesIO(b"skipped content")
    file.seek(8)
    client.put_object(Body=file, **OBJECT)
    assert [decode(body).data for _, body in sent] == [b"content", b"content"]
    assert sent[0][1] == sent[1][1]
    assert sent[0][0].headers["Content-Encoding"] == sent[1][0].headers["Content-Encoding"] == "aws-chunked"


def test_a_stream_is_not_sent_again() -> None:
    client, sent = s3(answers=[make_response(503)])
    client._state.clock.sleep = lambda seconds: None
    with pytest.raises(UnseekableStreamError) as refused:
        client.put_object(Body=Once(b"content"), **OBJECT)
    assert refused.value.__notes__ == ["It was to be sent again after this failure: 503"]
    assert len(sent) == 1


# -- what is refused before it is sent ---------------------------------------------------------


@pytest.mark.parametrize("method", ["put_object", "upload_part"])
def test_more_than_five_gibibytes_are_refused_before_they_are_sent(method, tmp_path) -> None:
    client, sent = s3()
    more = {} if method == "put_object" else {"PartNumber": 1, "UploadId": "u"}
    with (tmp_path / "sparse").open("w+b") as file:
        file.truncate((5 << 30) + 1)
        with pytest.raises(ParamValidationError, match=r"5368709121 bytes, and \w+ takes at most 5 GiB.*in parts"):
            getattr(client, method)(Body=file, **OBJECT, **more)
    with pytest.raises(ParamValidationError, match="at most 5 GiB"):
        getattr(client, method)(Body=Once(b""), ContentLength=6 << 30, **OBJECT, **more)
    assert sent == []


def test_a_file_that_is_open_for_text_is_sent_as_utf_8(tmp_path) -> None:
    client, sent = s3()
    (tmp_path / "text").write_text("größer", encoding="utf-8")
    with (tmp_path / "text").open(encoding="utf-8") as file:
        client.put_object(Body=file, **OBJECT)
    assert decode(sent[0][1]).data == "größer".encode()


# -- answers -----------------------------------------------------------------------------------


def get(answer: Any, params: Any = OBJECT, **config: Any) -> Any:
    client, sent = s3(answers=[answer], **config)
    return client.get_object(**params)["Body"], sent[0][0].headers


def test_an_answer_is_asked_for_its_checksum_and_checked() -> None:
    body, headers = get(make_response(200, b"hello", {"x-amz-checksum-crc32": "NhCmhg=="}))
    assert headers["x-amz-checksum-mode"] == "ENABLED"
    assert body.read() == b"hello"
    body, _ = get(make_response(200, b"hellO", {"x-amz-checksum-crc32": "NhCmhg==", "Content-Length": "5"}))
    with pytest.raises(FlexibleChecksumError, match="CRC32 should be"):
        body.read()


@pytest.mark.parametrize(
    ("headers", "params", "config"),
    [
        ({"x-amz-checksum-crc32": "AAAAAA==-3"}, OBJECT, {}),
        ({"x-amz-checksum-md5": "AAAAAA=="}, OBJECT, {}),
        ({"x-amz-checksum-crc32": "AAAAAA=="}, {**OBJECT, "Range": "bytes=0-1"}, {}),
        ({"x-amz-checksum-crc32": "AAAAAA=="}, OBJECT, {"response_checksum_validation": "when_required"}),
    ],
    ids=["of parts", "unknown", "of a range", "not asked for"],
)
def test_what_is_not_checked(headers, params, config) -> None:
    assert get(make_response(200, b"hello", headers), params, **config)[0].read() == b"hello"


def test_the_mode_as_a_parameter_asks_in_any_case() -> None:
    answer = make_response(200, b"hello", {"x-amz-checksum-crc32": "AAAAAA=="})
    params = {**OBJECT, "ChecksumMode": "ENABLED"}
    with pytest.raises(FlexibleChecksumError):
        get(answer, params, response_checksum_validation="when_required")[0].read()


def test_the_first_in_the_order_of_the_algorithms_is_checked() -> None:
    answer = make_response(
        200, b"hello", {"x-amz-checksum-sha256": "wrong", "x-amz-checksum-crc64nvme": "M3eFcAZSQlc="}
    )
    assert get(answer)[0].read() == b"hello"


def test_handlers_hear_what_was_checked() -> None:
    client, _ = s3(answers=[make_response(200, b"hello", {"x-amz-checksum-crc32": "NhCmhg=="})])
    heard: list[Any] = []
    client.meta.events.register(
        "response-received.s3", lambda response_dict, **_: heard.append(response_dict["context"]["checksum"])
    )
    client.get_object(**OBJECT)
    assert heard == [{"response_algorithm": "crc32"}]
