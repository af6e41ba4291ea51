"""The signers before version 4, those of policies and those of directory buckets, judged by botocore.

Random requests are signed here and, in a process of its own, by botocore: every
header, field and URL must be the same.
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
CASES = 200
TEXT = "abcXYZ019 -._~!*'();:@&=+$,/?#[]%äሴ😀"
SUB_RESOURCES = ["acl", "uploads", "uploadId", "partNumber", "versionId", "tagging", "response-content-type", "prefix"]

pytestmark = peers.takes_long_once


def text(rng: random.Random, longest: int = 8, alphabet: str = TEXT) -> str:
    return "".join(rng.choices(alphabet, k=rng.randint(1, longest)))


def case(rng: random.Random, signer: str) -> dict[str, Any]:
    """Make up a request of the kind that this signer gets."""
    pairs = {rng.choice([*SUB_RESOURCES, text(rng, 6, "abcXYZ-")]): text(rng) for _ in range(rng.randint(0, 4))}
    of_s3 = signer.startswith(("s3", "v4"))
    query = "&".join(
        quote(name) if rng.random() < 0.2 else f"{quote(name)}={quote(value, safe='-_.~')}"
        for name, value in pairs.items()
    )
    headers = {f"x-amz-{text(rng, 6, 'abcdeXYZ-')}": text(rng, 12, "ab  c;,=é").strip() for _ in range(3)}
    headers |= {"Content-Type": "text/plain"} if rng.random() < 0.5 else {}
    headers |= {"Content-MD5": "1B2M2Y8AsgTpgAmY7PhCfg=="} if rng.random() < 0.3 and of_s3 else {}
    key = quote(text(rng, 12), safe="/~")
    form = {"Action": "X", **pairs} if signer == "v2" and rng.random() < 0.5 else None
    moment = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=rng.randint(0, 10**8))
    token = text(rng, 60, "abc/+=") if "express" in signer or rng.random() < 0.5 else None
    post = signer.endswith("-presign-post")
    return {
        "signer": signer,
        "method": rng.choice(["GET", "PUT", "POST", "DELETE", "HEAD"]),
        "url": f"https://bucket.s3.amazonaws.com/{key}" + (f"?{query}" if query and of_s3 else ""),
        "auth_path": f"/bucket/{key}" if signer in ("s3", "s3-query") and rng.random() < 0.7 else None,
        "params": pairs if signer == "v2" else None,
        "headers": headers,
        "body": "",
        "form": form,
        "payload": "signed",
        "expires": rng.randint(1, 604800),
        "identity": [text(rng, 20, "ABC123"), text(rng, 40, "abc/+="), token],
        "service": "s3express" if "express" in signer else "s3",
        "region": rng.choice(["us-east-1", "eu-central-1"]),
        "now": moment.isoformat(),
        "fields": {"key": text(rng), "acl": "private"} if post else None,
        "policy": {"expiration": "2030-01-01T00:00:00Z", "conditions": [{"bucket": text(rng)}, ["eq", "$a", "ü"]]},
    }


def sign(given: dict[str, Any]) -> AWSRequest:
    request = AWSRequest(
        given["method"],
        given["url"],
        given["headers"],
        given["form"] if given["form"] is not None else given["body"].encode(),
        given["params"],
        auth_path=given["auth_path"],
    )
    if given["fields"] is not None:
        request.context["s3-presign-post-fields"] = dict(given["fields"])
        request.context["s3-presign-post-policy"] = given["policy"]
    access_key, secret_key, token = given["identity"]
    SignerTable()[given["signer"]].sign(
        request,
        SimpleNamespace(access_key=access_key, secret_key=secret_key, token=token),
        given["service"],
        given["region"],
        datetime.fromisoformat(given["now"]),
        SigningOptions(expires=given["expires"]),
    )
    return request


def plain(url: str) -> tuple[str, list[tuple[str, str]]]:
    """Take a URL apart: a field without a value may have an equals sign or none."""
    before, _, query = url.partition("?")
    return before, parse_qsl(query, keep_blank_values=True)


@pytest.mark.parametrize(
    "signer",
    [
        *("v2", "v3", "v3https", "s3", "s3-query", "s3-presign-post", "s3v4-presign-post"),
        *("v4-s3express", "v4-s3express-query", "v4-s3express-presign-post"),
    ],
)
def test_requests_are_signed_as_botocore_signs_them(
    signer: str, record_property, capsys: pytest.CaptureFixture[str]
) -> None:
    rng = random.Random(f"{signer} 2")
    cases = [case(rng, signer) for _ in range(CASES)]
    answer = subprocess.run([peers.python(), PEER], input=json.dumps(cases), capture_output=True, text=True, check=True)
    for given, expected in zip(cases, json.loads(answer.stdout), strict=True):
        signed = sign(given)
        if signer == "s3-query":
            expected["headers"].pop("date")  # what botocore's way of making the signature leaves
        assert dict(signed.headers.lower_items()) == expected["headers"], given
        assert plain(signed.url) == plain(expected["url"]), given
        assert signed.context.get("s3-presign-post-fields") == expected["fields"], given
        if signer == "v2":
            assert signed.params == expected["params"], given
            assert (signed.data if given["form"] else None) == expected["data"], given
    record_property("cases", CASES)
    with capsys.disabled():
        print(f"\n{signer}: {len(cases)} requests signed as botocore signs them")
