"""The published examples of the Amazon S3 API reference: "transferring payload in multiple chunks", with trailers."""

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from sotalia.components.errors import NoCredentialsError
from sotalia.components.http import AWSRequest
from sotalia.components.signers.chunks import ChunkSigner, encoded_length
from sotalia.components.signers.table import SignerTable

NOW = datetime(2013, 5, 24, tzinfo=UTC)
KEYS = SimpleNamespace(
    access_key="AKIAIOSFODNN7EXAMPLE", secret_key="wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", token=None
)
HEADERS = {
    "x-amz-storage-class": "REDUCED_REDUNDANCY",
    "Content-Encoding": "aws-chunked",
    "x-amz-decoded-content-length": "66560",
}
CHUNKS = [b"a" * 65536, b"a" * 1024]
TRAILER = {"x-amz-checksum-crc32c": "sOO8/Q=="}


def signed(headers: dict[str, str]) -> tuple[AWSRequest, ChunkSigner]:
    signer = SignerTable()["s3v4-chunks"]
    request = AWSRequest("PUT", "https://s3.amazonaws.com/examplebucket/chunkObject.txt", headers)
    signer.sign(request, KEYS, "s3", "us-east-1", NOW)
    return request, signer.chunks(request, KEYS, "s3", "us-east-1", NOW)


def signature_of(request: AWSRequest) -> str:
    return str(request.headers["Authorization"]).rpartition("Signature=")[2]


def test_signed_chunks() -> None:
    length = encoded_length(66560, 65536)
    request, chunks = signed({**HEADERS, "Content-Length": str(length)})
    assert length == 66824
    assert request.headers["x-amz-content-sha256"] == "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"
    assert signature_of(request) == "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9"
    frames = list(chunks.frames(CHUNKS))
    assert sum(map(len, frames)) == length
    assert [frame.partition(b"\r\n")[0].decode() for frame in frames] == [
        "10000;chunk-signature=ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648",
        "400;chunk-signature=0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497",
        "0;chunk-signature=b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9",
    ]
    assert frames[1].endswith(b"\r\n" + CHUNKS[1] + b"\r\n")
    assert frames[2].endswith(b"\r\n\r\n")


def test_signed_chunks_with_a_signed_trailer() -> None:
    request, chunks = signed({**HEADERS, "x-amz-trailer": "x-amz-checksum-crc32c"})
    assert request.headers["x-amz-content-sha256"] == "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER"
    assert signature_of(request) == "106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e"
    frames = list(chunks.frames(CHUNKS, TRAILER))
    assert [frame.partition(b"\r\n")[0].decode() for frame in frames] == [
        "10000;chunk-signature=b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2",
        "400;chunk-signature=1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7",
        "0;chunk-signature=2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992",
    ]
    assert frames[2].split(b"\r\n")[1:] == [
        b"x-amz-checksum-crc32c:sOO8/Q==",
        b"x-amz-trailer-signature:d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435",
        b"",
        b"",
    ]


@pytest.mark.parametrize("trailer", [None, TRAILER, {"x-amz-checksum-crc32": "AAAAAA==", "x-amz-meta-b": "1"}])
@pytest.mark.parametrize("length", [0, 1, 15, 16, 17, 4096, 5000])
@pytest.mark.parametrize("size", [16, 4096])
def test_the_length_of_a_body_is_known_before_it_is_read(length: int, size: int, trailer: dict[str, str]) -> None:
    chunks = ChunkSigner(KEYS, "s3", "us-east-1", NOW, "0" * 64)
    body = bytes(length)
    pieces = [body[start : start + size] for start in range(0, length, size)]
    assert len(b"".join(chunks.frames(pieces, trailer))) == encoded_length(length, size, trailer)


def test_a_chunk_that_changes_changes_all_signatures_behind_it() -> None:
    def signatures(body: list[bytes]) -> list[str]:
        chunks = ChunkSigner(KEYS, "s3", "us-east-1", NOW, "0" * 64)
        return [chunks.signature(chunk) for chunk in body]

    whole, changed = signatures([b"a", b"b", b""]), signatures([b"a", b"x", b""])
    assert whole[0] == changed[0]
    assert whole[1] != changed[1]
    assert whole[2] != changed[2]


def test_nothing_is_signed_without_an_identity() -> None:
    with pytest.raises(NoCredentialsError):
        SignerTable()["s3v4-chunks"].sign(AWSRequest("PUT", "https://h/"), None, "s3", "us-east-1", NOW)
