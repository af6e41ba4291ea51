"""Proofs are judged by joserfc, and by the test kit's check, neither of which shares code with them."""

import json
from itertools import count

import pytest
from joserfc import jwk, jws
from sotalia.ops.testkit import FakeSignin
from sotalia.ops.testkit.dpop_check import ProofError, check_proof
from sotalia.providers.dpop import DPoPKey

URL = "https://signin.us-east-1.api.aws/v1/token"


@pytest.fixture(scope="module")
def pem():
    server = FakeSignin()
    try:
        return server.begin()["dpopKey"]
    finally:
        server.stop()


def test_another_implementation_accepts_a_proof(pem):
    numbers = count()
    text = DPoPKey(pem).proof("POST", f"{URL}?a=b#c", now=1_800_000_000.7, number=lambda: f"number-{next(numbers):012}")
    public = jwk.ECKey.import_key(jwk.ECKey.import_key(pem).as_dict(private=False))
    found = jws.deserialize_compact(text, public, algorithms=["ES256"])
    assert found.headers()["typ"] == "dpop+jwt"
    assert found.headers()["jwk"] == {key: public.as_dict()[key] for key in ("kty", "crv", "x", "y")}
    assert json.loads(found.payload) == {
        "jti": "number-000000000000",
        "htm": "POST",
        "htu": URL,
        "iat": 1_800_000_000,
    }


def test_two_proofs_differ(pem):
    key, numbers = DPoPKey(pem), count()
    one, two = (key.proof("POST", URL, now=1.0, number=lambda: f"number-{next(numbers):012}") for _ in range(2))
    assert one != two
    assert check_proof(one, "POST", URL, 1.0).thumbprint == check_proof(two, "POST", URL, 1.0).thumbprint


@pytest.mark.parametrize(
    ("method", "url", "now"),
    [("GET", URL, 1.0), ("POST", f"{URL}/x", 1.0), ("POST", URL, 1000.0)],
)
def test_the_kit_refuses_a_proof_of_another_request_or_time(pem, method, url, now):
    text = DPoPKey(pem).proof("POST", URL, now=1.0, number=lambda: "number-000000000000")
    check_proof(text, "POST", URL, 1.0)
    with pytest.raises(ProofError):
        check_proof(text, method, url, now)


def test_the_kit_refuses_a_changed_proof(pem):
    text = DPoPKey(pem).proof("POST", URL, now=1.0, number=lambda: "number-000000000000")
    for place in (5, text.index(".") + 5, len(text) - 5):
        changed = text[:place] + ("A" if text[place] != "A" else "B") + text[place + 1 :]
        with pytest.raises(ProofError):
            check_proof(changed, "POST", URL, 1.0)


@pytest.mark.parametrize("text", ["", "no key", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"])
def test_what_is_no_key_is_refused_without_being_shown(text):
    with pytest.raises(ValueError, match="it is no private key in PEM"):
        DPoPKey(text)


def test_a_key_of_another_kind_is_refused():
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP384R1())
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
    with pytest.raises(ValueError, match="it is no P-256 key"):
        DPoPKey(pem)


def test_nothing_of_a_key_shows(pem):
    assert repr(DPoPKey(pem)) == "<DPoPKey>"
