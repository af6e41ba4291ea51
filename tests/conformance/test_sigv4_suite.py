"""The public SigV4 suite: canonical request, string to sign and Authorization header of every case."""

import re
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from sotalia.components.http import AWSRequest, Headers
from sotalia.components.signers.base import SigningOptions
from sotalia.components.signers.header import SigV4Header
from sotalia.components.signers.sigv4 import credential_scope, string_to_sign
from vectors import sdist

NOW = datetime(2015, 8, 30, 12, 36, tzinfo=UTC)
SCOPE = credential_scope("20150830", "us-east-1", "service")


def cases() -> list[Path]:
    suite = sdist() / "tests" / "unit" / "auth" / "aws4_testsuite"
    return sorted(path.parent for path in suite.rglob("*.req"))


def read(case: Path, kind: str) -> str:
    return (case / f"{case.name}.{kind}").read_text(encoding="utf-8")


def parse(text: str) -> AWSRequest:
    """Read a raw request: repeated fields are joined with a comma, folded lines with a blank."""
    head, _, body = text.partition("\n\n")
    first, *lines = re.sub(r"\n[ \t]+", " ", head).split("\n")
    method, target = re.fullmatch(r"(\S+) (.*) HTTP/1\.1", first).groups()
    headers = Headers()
    for line in lines:
        if line:
            name, _, value = line.partition(":")
            headers.add_header(name, value)
    return AWSRequest(method, f"https://example.amazonaws.com{target}", headers, body.encode())


def identity(case: Path) -> SimpleNamespace:
    """Return the suite's credentials; the token is the one that the signed request carries and the request does not."""
    token = re.search(r"X-Amz-Security-Token:(\S+)", read(case, "sreq"), re.IGNORECASE)
    given = token and case.name != "post-sts-header-after"
    return SimpleNamespace(
        access_key="AKIDEXAMPLE",
        secret_key="wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
        token=token.group(1) if given else None,
    )


def faults(case: Path) -> list[str]:
    """Return what of one case is not as the suite has it."""
    request = parse(read(case, "req"))
    signer = SigV4Header()
    signer.sign(request, identity(case), "service", "us-east-1", NOW)
    canonical, _ = signer.canonical(request, SigningOptions())
    results = {
        "creq": canonical,
        "sts": string_to_sign("20150830T123600Z", SCOPE, canonical),
        "authz": request.headers["Authorization"],
    }
    return [
        f"{kind}: {result!r} is not {read(case, kind)!r}"
        for kind, result in results.items()
        if result != read(case, kind)
    ]


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
def test_case(case: Path) -> None:
    assert faults(case) == []


def test_suite_is_whole(capsys: pytest.CaptureFixture[str]) -> None:
    passed = sum(not faults(case) for case in cases())
    with capsys.disabled():
        print(f"\nSigV4 suite: {passed} of {len(cases())} cases pass")
    assert (passed, len(cases())) == (34, 34)
