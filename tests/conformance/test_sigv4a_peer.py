"""Version 4A judged by awscrt: each implementation's signature holds for the other's key, scope and canonical request.

An ECDSA signature is another one each time, so two of them cannot be compared.
What awscrt signs is verified against our string to sign and our key instead: a
single byte of difference in either, and it does not hold.
"""

import hashlib
from datetime import UTC, datetime
from urllib.parse import parse_qs, unquote, urlsplit

import canary
import crt_signer
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from sotalia.components.http import AWSRequest
from sotalia.components.signers.base import SigningOptions
from sotalia.components.signers.sigv4a import derive_private_scalar
from sotalia.components.signers.table import SignerTable
from sotalia.providers.credentials import ReadOnlyCredentials

SIGNERS = SignerTable()
NOW = datetime(2026, 2, 3, 4, 5, 6, tzinfo=UTC)
REQUESTS = [
    ("GET", "/", {}, b""),
    ("GET", "/a/b%20c/../d//e", {"X-Amz-Meta": " two   blanks "}, b""),
    ("POST", "/?b=2&a=%2F&a=1&empty=", {"Content-Type": "application/json"}, b'{"a": 1}'),
    ("PUT", "/key%2Fwith%20odd~chars/%E6%BC%A2", {}, b"body"),
    ("DELETE", "/x?list-type=2&prefix=a%20b", {"X-Amz-Date-Like": "1"}, b""),
]
REGION_SETS = ["us-east-1", "us-east-1,eu-west-1", "*"]
IDENTITIES = [
    ReadOnlyCredentials("AKIDEXAMPLE", canary.SECRET_KEY),
    ReadOnlyCredentials("ASIAEXAMPLE", canary.SECRET_KEY, canary.TOKEN),
]

each_request = pytest.mark.parametrize("request_", REQUESTS, ids=lambda request: f"{request[0]}-{request[1]}")
each_set = pytest.mark.parametrize("regions", REGION_SETS)
each_identity = pytest.mark.parametrize("identity", IDENTITIES, ids=["keys", "token"])
for_s3 = pytest.mark.parametrize("s3", [False, True], ids=["any", "s3"])


def public_key(identity):
    scalar = derive_private_scalar(identity.access_key, identity.secret_key)
    return ec.derive_private_key(scalar, ec.SECP256R1()).public_key()


def theirs(request_, identity, regions, s3, query=False):
    """Sign with awscrt and return path and headers."""
    method, path, headers, body = request_
    config = crt_signer.configuration(
        identity, regions, NOW, body, service="s3" if s3 else "service", query=query, algorithm="v4a"
    )
    return crt_signer.signed(method, path, headers, config)


def ours(request_, identity, regions, s3, query=False):
    """Sign with sotalia, and return the request with the string that was signed."""
    method, path, headers, body = request_
    request = AWSRequest(method, "https://example.amazonaws.com" + path, headers, body)
    signer = SIGNERS[("s3v4a" if s3 else "v4a") + ("-query" if query else "")]
    texts = []
    seal = type(signer).seal

    class Listening(type(signer)):
        def seal(self, identity, signing_name, region_name, timestamp, scope, creq):
            digest = hashlib.sha256(creq.encode()).hexdigest()
            texts.append(f"{self.algorithm}\n{timestamp}\n{scope}\n{digest}")
            return seal(self, identity, signing_name, region_name, timestamp, scope, creq)

    Listening().sign(request, identity, "s3" if s3 else "service", regions, NOW, SigningOptions(expires=600))
    (text,) = texts
    return request, text


@each_request
@each_set
@each_identity
@for_s3
def test_signatures_in_the_header(request_, regions, identity, s3):
    request, text = ours(request_, identity, regions, s3)
    _, headers = theirs(request_, identity, regions, s3)
    mine = {name.lower(): value for name, value in request.headers.items()}
    (start, signature), (their_start, their_signature) = (
        fields["authorization"].split(" Signature=") for fields in (mine, headers)
    )
    assert start == their_start.replace("Signature=", "")
    assert mine["x-amz-region-set"] == headers["x-amz-region-set"] == regions
    key = public_key(identity)
    for one in (signature, their_signature):
        key.verify(bytes.fromhex(one), text.encode(), ec.ECDSA(SHA256()))
    with pytest.raises(InvalidSignature):
        key.verify(bytes.fromhex(their_signature), text.encode() + b" ", ec.ECDSA(SHA256()))


@each_request
@each_identity
@for_s3
def test_presigned_urls(request_, identity, s3):
    # A presigned URL is opened without a body and without headers of its own.
    method, path, _, _ = request_
    bare = (method, path, {}, b"")
    request, text = ours(bare, identity, "us-east-1,eu-west-1", s3, query=True)
    their_path, _ = theirs(bare, identity, "us-east-1,eu-west-1", s3, query=True)
    mine, other = (
        parse_qs(urlsplit(url).query, keep_blank_values=True) for url in (request.url, "https://host" + their_path)
    )
    signatures = [fields.pop("X-Amz-Signature")[0] for fields in (mine, other)]
    assert mine == other
    assert unquote(mine["X-Amz-Region-Set"][0]) == "us-east-1,eu-west-1"
    for one in signatures:
        public_key(identity).verify(bytes.fromhex(one), text.encode(), ec.ECDSA(SHA256()))
