"""Version 4 judged by awscrt: the same headers and URLs, signatures included, for requests made up at random."""

import random
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qsl, quote

import crt_signer
import pytest
from sotalia.components.http import AWSRequest
from sotalia.components.signers.base import SigningOptions
from sotalia.components.signers.table import SignerTable

CASES = 300
TEXT = "abcXYZ019 -._~!*'();:@&=+$,/?#[]%äሴ😀"
SIGNERS = SignerTable()


def text(rng: random.Random, longest: int = 8, alphabet: str = TEXT) -> str:
    return "".join(rng.choices(alphabet, k=rng.randint(1, longest)))


def case(rng: random.Random, s3: bool) -> dict[str, Any]:
    """Make up a request. S3 keeps dots and empty segments; others get none, for which each has a taste of its own."""
    segments = [quote(text(rng), safe="~") for _ in range(rng.randint(0, 4))]
    query = "&".join(
        f"{quote(text(rng), safe='-_.~')}={quote(text(rng), safe='-_.~')}" for _ in range(rng.randint(0, 4))
    )
    headers = {f"x-{text(rng, 6, 'abcde-')}z{n}": f"v {text(rng, 12, 'ab  c;,=')} v" for n in range(rng.randint(0, 4))}
    return {
        "method": rng.choice(["GET", "PUT", "POST", "DELETE", "HEAD"]),
        "path": "/" + "/".join(one for one in segments if s3 or one.strip(".")) + (f"?{query}" if query else ""),
        "headers": headers,
        "body": text(rng, 300).encode() if rng.random() < 0.7 else b"",
        "identity": SimpleNamespace(
            access_key=text(rng, 20, "ABC123"),
            secret_key=text(rng, 40, "abc/+="),
            token=rng.choice([None, text(rng, 60, "abc/+=")]),
        ),
        "now": datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=rng.randint(0, 10**8)),
    }


@pytest.mark.parametrize("trailer", [{}, {"x-amz-trailer": "x-amz-checksum-crc32"}], ids=["", "trailer"])
@pytest.mark.parametrize("signer", ["s3v4-chunks", "v4-s3express-chunks"])
def test_the_first_signature_of_chunks_is_that_of_awscrt(signer: str, trailer: dict[str, str], record_property) -> None:
    rng = random.Random(f"{signer} 4")
    express = "express" in signer
    service = "s3express" if express else "s3"
    for _ in range(CASES // 2):
        given = case(rng, True)
        if express:
            given["identity"].token = "token"
        headers = {
            **given["headers"],
            "Content-Encoding": "aws-chunked",
            "X-Amz-Decoded-Content-Length": "7",
            **trailer,
        }
        request = AWSRequest("PUT", "https://example.amazonaws.com" + given["path"], headers)
        SIGNERS[signer].sign(request, given["identity"], service, "eu-west-1", given["now"])
        config = crt_signer.configuration(
            given["identity"],
            "eu-west-1",
            given["now"],
            b"",
            service=service,
            query=False,
            algorithm="v4-s3express" if express else "v4",
            payload="STREAMING-AWS4-HMAC-SHA256-PAYLOAD" + ("-TRAILER" if trailer else ""),
        )
        _, signed = crt_signer.signed("PUT", given["path"], headers, config)
        assert request.headers["Authorization"] == signed["authorization"], given
    record_property("cases", CASES // 2)


@pytest.mark.parametrize("signer", ["v4", "s3v4", "v4-s3express", "v4-query", "s3v4-query", "v4-s3express-query"])
def test_signatures_are_those_of_awscrt(signer: str, record_property) -> None:
    express, query = "express" in signer, signer.endswith("-query")
    service = "s3express" if express else "s3" if signer.startswith("s3") else "service"
    rng = random.Random(f"{signer} 3")
    for _ in range(CASES):
        given = case(rng, service != "service")
        if query:
            given |= {"body": b"", "headers": {}}
        if express:
            given["identity"].token = "token"
        request = AWSRequest(
            given["method"], "https://example.amazonaws.com" + given["path"], given["headers"], given["body"]
        )
        SIGNERS[signer].sign(
            request, given["identity"], service, "eu-west-1", given["now"], SigningOptions(expires=600)
        )
        config = crt_signer.configuration(
            given["identity"],
            "eu-west-1",
            given["now"],
            given["body"],
            service=service,
            query=query,
            algorithm="v4-s3express" if express else "v4",
        )
        path, headers = crt_signer.signed(given["method"], given["path"], given["headers"], config)
        if query:
            assert sorted(parse_qsl(request.url.partition("?")[2], keep_blank_values=True)) == sorted(
                parse_qsl(path.partition("?")[2], keep_blank_values=True)
            ), given
        else:
            assert request.headers["Authorization"] == headers["authorization"], given
            assert request.headers["X-Amz-Date"] == headers["x-amz-date"]
    record_property("cases", CASES)
