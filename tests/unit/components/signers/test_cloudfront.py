import json
import pickle
from base64 import b64decode
from datetime import UTC, datetime, timedelta, timezone
from urllib.parse import parse_qs, urlsplit

import pytest
import sotalia
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from sotalia.exceptions import UnsupportedPickleError
from sotalia.signers import CloudFrontSigner, ecdsa_signer, rsa_signer

END = datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC)
URL = "https://d111111abcdef8.cloudfront.net/image.jpg?size=large"
RSA_KEY = rsa.generate_private_key(65537, 2048)
EC_KEY = ec.generate_private_key(ec.SECP256R1())
DIGESTS = {"SHA1": hashes.SHA1(), "SHA256": hashes.SHA256()}

each_hash = pytest.mark.parametrize("name", DIGESTS)


def pem(key, password=None) -> bytes:
    encryption = serialization.BestAvailableEncryption(password) if password else serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption)


def raw(text: str) -> bytes:
    return b64decode(text.translate(str.maketrans("-_~", "+=/")))


def fields_of(url: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


@each_hash
def test_the_signature_of_an_rsa_key_is_that_of_the_canned_policy(name) -> None:
    signer = CloudFrontSigner("K1", rsa_signer(pem(RSA_KEY), hash_algorithm=name))
    url = signer.generate_presigned_url(URL, END)
    fields = fields_of(url)
    assert url.startswith(f"{URL}&Expires=1893553445&Signature=")
    assert (fields["Key-Pair-Id"], fields.get("Hash-Algorithm")) == ("K1", None if name == "SHA1" else "SHA256")
    policy = signer.build_policy(URL, END).encode()
    RSA_KEY.public_key().verify(raw(fields["Signature"]), policy, padding.PKCS1v15(), DIGESTS[name])
    with pytest.raises(InvalidSignature):
        RSA_KEY.public_key().verify(raw(fields["Signature"]), policy + b" ", padding.PKCS1v15(), DIGESTS[name])


@each_hash
def test_the_signature_of_an_elliptic_key_is_that_of_the_policy_given(name) -> None:
    signer = CloudFrontSigner("K1", ecdsa_signer(pem(EC_KEY).decode(), hash_algorithm=name))
    policy = signer.build_policy("https://d1/*", END, END - timedelta(days=1), "10.0.0.0/8")
    fields = fields_of(signer.generate_presigned_url("https://d1/a", policy=policy))
    assert raw(fields["Policy"]) == policy.encode()
    EC_KEY.public_key().verify(raw(fields["Signature"]), policy.encode(), ec.ECDSA(DIGESTS[name]))


def test_a_policy_says_when_and_from_where() -> None:
    policy = CloudFrontSigner("K", bytes).build_policy("r", END, END - timedelta(seconds=1), "192.0.2.1")
    assert json.loads(policy)["Statement"] == [
        {
            "Resource": "r",
            "Condition": {
                "DateLessThan": {"AWS:EpochTime": 1893553445},
                "IpAddress": {"AWS:SourceIp": "192.0.2.1/32"},
                "DateGreaterThan": {"AWS:EpochTime": 1893553444},
            },
        }
    ]
    assert '"2001:db8::1/128"' in CloudFrontSigner("K", bytes).build_policy("r", END, ip_address="2001:db8::1")


def test_times_of_all_zones() -> None:
    build = CloudFrontSigner("K", bytes).build_policy
    there = END.astimezone(timezone(timedelta(hours=-7)))
    assert build("r", END) == build("r", there) == build("r", END.replace(tzinfo=None, microsecond=9))


def test_one_of_end_and_policy_is_given() -> None:
    signer = CloudFrontSigner("K", bytes)
    for given in ({}, {"date_less_than": END, "policy": "{}"}):
        with pytest.raises(ValueError, match="date_less_than"):
            signer.generate_presigned_url(URL, **given)


def test_a_key_of_another_kind_is_refused() -> None:
    for make, key in (
        (rsa_signer, EC_KEY),
        (ecdsa_signer, RSA_KEY),
        (ecdsa_signer, ec.generate_private_key(ec.SECP384R1())),
    ):
        with pytest.raises(ValueError, match=r"key|curve"):
            make(pem(key))


def test_a_key_may_have_a_password_and_shows_nothing() -> None:
    signer = rsa_signer(pem(RSA_KEY, b"word"), b"word")
    assert signer(b"m") == rsa_signer(pem(RSA_KEY))(b"m")
    assert repr(signer) == "<signer with a RSAPrivateKey>"
    with pytest.raises(UnsupportedPickleError):
        pickle.dumps(signer)


def test_the_module_is_found_without_an_import_of_its_own() -> None:
    assert sotalia.signers.CloudFrontSigner is CloudFrontSigner
