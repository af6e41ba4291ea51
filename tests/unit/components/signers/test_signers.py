import io
from datetime import UTC, datetime
from types import SimpleNamespace
from urllib.parse import parse_qs, urlsplit

import pytest
from sotalia.components.errors import NoCredentialsError, UnknownSignatureVersionError, UnseekableStreamError
from sotalia.components.http import AWSRequest
from sotalia.components.signers.base import SigningOptions
from sotalia.components.signers.table import SignerTable

NOW = datetime(2013, 5, 24, tzinfo=UTC)
KEYS = SimpleNamespace(
    access_key="AKIAIOSFODNN7EXAMPLE", secret_key="wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", token=None
)
TOKENED = SimpleNamespace(access_key="AKID", secret_key="secret", token="to/ken+=")
SIGNERS = SignerTable()


def signed(name: str, request: AWSRequest, identity: object = KEYS, **options: object) -> AWSRequest:
    SIGNERS[name].sign(request, identity, "s3", "us-east-1", NOW, SigningOptions(**options))
    return request


def signature_of(request: AWSRequest) -> str:
    return request.headers["Authorization"].rpartition("Signature=")[2]


def test_get_object_of_the_s3_reference() -> None:
    request = AWSRequest("GET", "https://examplebucket.s3.amazonaws.com/test.txt", {"Range": "bytes=0-9"})
    signed("s3v4", request)
    assert signature_of(request) == "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"


def test_put_object_of_the_s3_reference() -> None:
    request = AWSRequest(
        "PUT",
        "https://examplebucket.s3.amazonaws.com/test%24file.text",
        {"Date": "Fri, 24 May 2013 00:00:00 GMT", "x-amz-storage-class": "REDUCED_REDUNDANCY"},
        io.BytesIO(b"Welcome to Amazon S3."),
    )
    signed("s3v4", request)
    assert signature_of(request) == "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"
    assert request.data.tell() == 0


def test_list_objects_of_the_s3_reference() -> None:
    request = AWSRequest("GET", "https://examplebucket.s3.amazonaws.com/", params={"max-keys": 2, "prefix": "J"})
    signed("s3v4", request)
    assert signature_of(request) == "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"


def test_presigned_url_of_the_s3_reference() -> None:
    request = AWSRequest("GET", "https://examplebucket.s3.amazonaws.com/test.txt")
    signed("s3v4-query", request, expires=86400)
    assert request.url == (
        "https://examplebucket.s3.amazonaws.com/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256"
        "&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request"
        "&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host"
        "&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404"
    )


def test_signing_again_replaces_everything_of_the_first_time() -> None:
    fresh, used = (AWSRequest("GET", "https://h/x?a=1") for _ in range(2))
    signed("v4", used, TOKENED)
    signed("v4", used)
    assert dict(used.headers.items()) == dict(signed("v4", fresh).headers.items())
    signed("v4-query", used, TOKENED)
    signed("v4-query", used)
    clean = AWSRequest("GET", "https://h/x?a=1")
    signed("v4-query", clean)
    assert used.url == clean.url
    assert len(used.headers) == 0


def test_token_is_signed_with() -> None:
    request = signed("v4", AWSRequest("GET", "https://h/"), TOKENED)
    assert request.headers["X-Amz-Security-Token"] == "to/ken+="
    assert "SignedHeaders=host;x-amz-date;x-amz-security-token," in request.headers["Authorization"]


@pytest.mark.parametrize(
    ("payload", "word"),
    [("unsigned", "UNSIGNED-PAYLOAD"), ("streaming-unsigned-trailer", "STREAMING-UNSIGNED-PAYLOAD-TRAILER")],
)
@pytest.mark.parametrize("name", ["v4", "s3v4"])
def test_unsigned_payload_is_announced(name: str, payload: str, word: str) -> None:
    once = iter([b"never read"])
    request = signed(name, AWSRequest("PUT", "https://h/", data=once), payload=payload)
    assert request.headers["x-amz-content-sha256"] == word
    assert next(once) == b"never read"


def test_one_shot_body_cannot_be_hashed() -> None:
    with pytest.raises(UnseekableStreamError):
        signed("v4", AWSRequest("PUT", "http://h/", data=iter([b"x"])))


def test_given_hash_is_believed_outside_s3() -> None:
    request = signed("v4", AWSRequest("PUT", "https://h/", {"X-Amz-Content-SHA256": "abc"}, b"x"))
    assert request.headers["X-Amz-Content-SHA256"] == "abc"
    request = signed("s3v4", AWSRequest("PUT", "https://h/", {"X-Amz-Content-SHA256": "abc"}, b""))
    assert request.headers["X-Amz-Content-SHA256"].startswith("e3b0c4")


@pytest.mark.parametrize("form", [{"Action": "X", "b c": "d e"}, b"Action=X&b+c=d+e", "Action=X&b+c=d+e"])
def test_presigning_moves_a_form_into_the_query(form: object) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
    request = signed("v4-query", AWSRequest("POST", "https://h/", headers, form), TOKENED)
    fields = parse_qs(urlsplit(request.url).query)
    assert (fields["Action"], fields["b c"], fields["X-Amz-Security-Token"]) == (["X"], ["d e"], ["to/ken+="])
    assert request.body == b""
    assert "Content-Type" not in request.headers


def test_presigning_moves_params_into_the_url() -> None:
    request = signed("s3v4-query", AWSRequest("GET", "https://h/k?a=1", params={"b": "x y"}))
    assert request.url.startswith("https://h/k?a=1&b=x%20y&X-Amz-Algorithm=")
    assert request.prepare().url == request.url


def test_path_is_not_encoded_twice_when_told_so() -> None:
    once = signed("v4", AWSRequest("GET", "https://h/a%20b"), double_encode=False)
    assert once.headers["Authorization"] != signed("v4", AWSRequest("GET", "https://h/a%20b")).headers["Authorization"]


@pytest.mark.parametrize("name", ["v4", "v4-query", "s3v4", "s3v4-query"])
def test_nothing_is_signed_without_an_identity(name: str) -> None:
    with pytest.raises(NoCredentialsError):
        signed(name, AWSRequest("GET", "https://h/"), None)


def test_none_leaves_the_request_alone() -> None:
    request = signed("none", AWSRequest("GET", "https://h/", {"a": "b"}), None)
    assert (request.url, dict(request.headers.items())) == ("https://h/", {"a": "b"})


def test_unknown_version_is_an_error() -> None:
    with pytest.raises(UnknownSignatureVersionError, match="v9"):
        SIGNERS["v9"]
    assert SIGNERS.get("v9") is None


def test_table_takes_a_signer_of_ones_own() -> None:
    table = SignerTable()
    table.register("mine", SIGNERS["none"])
    assert table["mine"] is SIGNERS["none"]
    assert "mine" not in SIGNERS
    assert set(table) == {*BUILT_IN, "mine"}


def test_a_table_knows_its_signers_before_it_makes_them():
    table = SignerTable()
    assert set(table) == BUILT_IN
    assert len(table) == len(BUILT_IN)
    assert "v4" in table
    assert "v9" not in table
    assert table.get("v4") is table["v4"] is table.get("v4")
    assert table.get("v9") is None
    mine = table["none"]
    revision = table.revision
    table.register("v9", mine)
    table.register("v4", mine)
    assert table["v4"] is table["v9"] is mine
    assert len(table) == len(BUILT_IN) + 1
    assert table.revision > revision


BUILT_IN = {
    *("v4", "v4-query", "s3v4", "s3v4-query", "s3v4-presign-post", "s3v4-chunks"),
    *("v4a", "v4a-query", "s3v4a", "s3v4a-query"),
    *("v4-s3express", "v4-s3express-query", "v4-s3express-presign-post", "v4-s3express-chunks"),
    *("v2", "v3", "v3https", "s3", "s3-query", "s3-presign-post"),
    *("v4-events", "bearer", "none"),
}
