"""Random requests, signed here and by botocore: the signatures must be the same.

botocore runs in a process of its own.
"""

import json
import random
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qsl, quote

import peers
import pytest
from sotalia.components.http import AWSRequest
from sotalia.components.signers.base import SigningOptions
from sotalia.components.signers.table import SignerTable

PEER = Path(__file__).resolve().parents[1] / "support" / "peer_signer.py"
CASES = 300
TEXT = "abcXYZ019 -._~!*'();:@&=+$,/?#[]%äሴ😀"

pytestmark = peers.takes_long_once


def text(rng: random.Random, longest: int = 8, alphabet: str = TEXT) -> str:
    return "".join(rng.choices(alphabet, k=rng.randint(1, longest)))


def path(rng: random.Random) -> str:
    segments = [rng.choice([quote(text(rng), safe="~"), "", ".", "..", "x"]) for _ in range(rng.randint(0, 5))]
    return "/" + "/".join(segments)


def case(rng: random.Random, signer: str) -> dict[str, Any]:
    """Make one request up, of the kind that a serializer may hand over.

    No parameter comes twice: where botocore presigns, it keeps one of them.
    """
    presigned = signer.endswith("-query")
    pairs = {text(rng): text(rng) if rng.random() < 0.9 else "" for _ in range(rng.randint(0, 4))}
    in_url = rng.random() < 0.5
    query = "&".join(f"{quote(k, safe='-_.~')}={quote(v, safe='-_.~')}" for k, v in pairs.items()) if in_url else ""
    host = rng.choice(
        ["h.example", "H.Example:8443", "h.example:443", "h.example:80", "[::1]:9000", "b.s3.amazonaws.com"]
    )
    headers = {
        f"x-{text(rng, 6, 'abcdeXYZ-')}": text(rng, 12, "ab  c;,=\t'\"é").strip() for _ in range(rng.randint(0, 5))
    }
    headers |= {"User-Agent": "x"} | ({"Content-Type": "text/plain; charset=utf-8"} if rng.random() < 0.3 else {})
    form = {"form" + text(rng): text(rng) for _ in range(3)} if signer == "v4-query" and rng.random() < 0.4 else None
    if form:
        headers["Content-Type"] = "application/x-www-form-urlencoded; charset=utf-8"
    payload = "signed"
    if not presigned and rng.random() < 0.3:
        payload = "streaming-unsigned-trailer" if signer == "s3v4" and rng.random() < 0.5 else "unsigned"
    moment = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(
        seconds=rng.randint(0, 10**8), microseconds=rng.randint(0, 999999)
    )
    return {
        "signer": signer,
        "method": rng.choice(["GET", "PUT", "POST", "DELETE", "HEAD"]),
        "url": f"{rng.choice(['http', 'https'])}://{host}{path(rng)}" + (f"?{query}" if query else ""),
        "params": None if in_url else pairs,
        "headers": headers,
        "body": "" if presigned or rng.random() < 0.3 else text(rng, 3000, "abc\x00\xff\n"),
        "form": form,
        "payload": payload,
        "expires": rng.randint(1, 604800),
        "identity": [text(rng, 20, "ABC123"), text(rng, 40, "abc/+="), rng.choice([None, text(rng, 60, "abc/+=")])],
        "service": rng.choice(["s3", "dynamodb", "sts", "execute-api"]),
        "region": rng.choice(["us-east-1", "eu-central-1"]),
        "now": moment.isoformat(),
    }


def sign(given: dict[str, Any]) -> AWSRequest:
    request = AWSRequest(
        given["method"],
        given["url"],
        given["headers"],
        given["form"] if given["form"] is not None else given["body"].encode("latin-1"),
        given["params"],
    )
    access_key, secret_key, token = given["identity"]
    SignerTable()[given["signer"]].sign(
        request,
        SimpleNamespace(access_key=access_key, secret_key=secret_key, token=token),
        given["service"],
        given["region"],
        datetime.fromisoformat(given["now"]),
        SigningOptions(payload=given["payload"], expires=given["expires"]),
    )
    return request


def query_of(url: str) -> list[tuple[str, str]]:
    return sorted(parse_qsl(url.partition("?")[2], keep_blank_values=True, strict_parsing=True))


@pytest.mark.parametrize("signer", ["v4", "s3v4", "v4-query", "s3v4-query"])
def test_signatures_are_those_of_botocore(signer: str, record_property) -> None:
    rng = random.Random(f"{signer} 1")
    cases = [case(rng, signer) for _ in range(CASES)]
    answer = subprocess.run([peers.python(), PEER], input=json.dumps(cases), capture_output=True, text=True, check=True)
    for given, expected in zip(cases, json.loads(answer.stdout), strict=True):
        signed = sign(given)
        assert dict(signed.headers.lower_items()) == expected["headers"], given
        if signer.endswith("-query"):
            assert query_of(signed.url) == query_of(expected["url"]), given
    record_property("cases", CASES)
