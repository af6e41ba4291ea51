"""Make the table of docs/signing.md: which signer passed how many cases of which judge.

It reads the reports of pytest (``-o junit_family=xunit1 --junitxml=...``), and counts tests, or the cases
that a test tells of. ``make signers`` runs the judges and writes the table.
"""

import re
import sys
import xml.etree.ElementTree as ET
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

JUDGES = ["vectors", "botocore", "awscrt", "ministack", "moto", "radosgw"]

SIGNERS = {
    "v4": "headers",
    "v4-query": "URLs",
    "v4-events": "event streams",
    "s3v4": "headers for S3",
    "s3v4-query": "URLs for S3",
    "s3v4-presign-post": "forms",
    "s3v4-chunks": "bodies in chunks, trailers",
    "v4a": "headers, ECDSA",
    "v4a-query": "URLs, ECDSA",
    "s3v4a": "headers for S3, ECDSA",
    "s3v4a-query": "URLs for S3, ECDSA",
    "v4-s3express": "directory buckets",
    "v4-s3express-chunks": "the same, in chunks",
    "v4-s3express-query": "the same, URLs",
    "v4-s3express-presign-post": "the same, forms",
    "v2": "queries and forms",
    "v3, v3https": "the date",
    "s3": "HMAC v1, headers",
    "s3-query": "HMAC v1, URLs",
    "s3-presign-post": "HMAC v1, forms",
    "bearer": "tokens",
    "none": "nothing",
    "CloudFront": "URLs and policies, RSA, ECDSA",
}

RULES: list[tuple[str, str, str, str]] = [
    (r"test_sigv4_suite.test_case\[", "cases", "v4", "vectors"),
    (r"test_signing_peer.*\[(.+)\]", "cases", r"\1", "botocore"),
    (r"test_older_signers.test_requests_are.*\[(v3|v3https)\]", "cases", "v3, v3https", "botocore"),
    (r"test_older_signers.test_requests_are.*\[(.+)\]", "cases", r"\1", "botocore"),
    (r"test_sigv4_crt_peer.test_the_first.*\[(s3v4-chunks|v4-s3express-chunks)-", "cases", r"\1", "awscrt"),
    (r"test_sigv4_crt_peer.*\[(.+)\]", "cases", r"\1", "awscrt"),
    (r"test_sigv4a_peer.test_signatures.*\[any-", "cases", "v4a", "awscrt"),
    (r"test_sigv4a_peer.test_signatures.*\[s3-", "cases", "s3v4a", "awscrt"),
    (r"test_sigv4a_peer.test_presigned.*\[any-", "cases", "v4a-query", "awscrt"),
    (r"test_sigv4a_peer.test_presigned.*\[s3-", "cases", "s3v4a-query", "awscrt"),
    (r"test_cloudfront_peer", "cases", "CloudFront", "botocore"),
    (r"test_bearer_parity", "cases", "bearer", "botocore"),
    (r"signers.test_chunks.test_signed_chunks", "cases", "s3v4-chunks", "vectors"),
    (r"signers.test_events.test_the_string_to_sign", "cases", "v4-events", "vectors"),
    (r"signers.test_older_signers.test_the_url_of_the_s3", "cases", "s3-query", "vectors"),
    (r"signers.test_older_signers.test_the_request_of_the_general", "cases", "v2", "vectors"),
    (r"test_signature_judge.*moto.*\[rest-xml\]", "cases", "s3v4", "moto"),
    (r"test_signature_judge.*moto.*\[", "cases", "v4", "moto"),
    (r"test_signature_judge.*\[rest-xml\]", "cases", "s3v4", "ministack"),
    (r"test_signature_judge.test_keys_of_s3", "cases", "s3v4", "ministack"),
    (r"test_signature_judge.test_a_presigned", "cases", "s3v4-query", "ministack"),
    (r"test_signature_judge.test_a_request_that_carries", "cases", "v4-events", "ministack"),
    (r"test_signature_judge.*\[", "cases", "v4", "ministack"),
    (r"test_presigned_judge.test_a_form.*\[(.+)\]", "cases", r"\1-presign-post", "ministack"),
    (r"test_presigned_judge.test_a_url.*\[(.+)\]", "cases", r"\1-query", "ministack"),
    (r"test_integrity_judge.*(chunk)", "cases", "s3v4-chunks", "ministack"),
    (r"test_integrity_judge", "cases", "s3v4", "ministack"),
    (r"rgw_judge", "cases SigV4 in URLs", "s3v4-query", "radosgw"),
    (r"rgw_judge", "cases SigV4 in forms", "s3v4-presign-post", "radosgw"),
    (r"rgw_judge", "cases HMAC v1 in headers", "s3", "radosgw"),
    (r"rgw_judge", "cases HMAC v1 in URLs", "s3-query", "radosgw"),
    (r"rgw_judge", "cases HMAC v1 in forms", "s3-presign-post", "radosgw"),
    (r"rgw_judge", "cases `STREAMING-AWS4-HMAC-SHA256-PAYLOAD`", "s3v4-chunks", "radosgw"),
    (r"rgw_judge", "cases requests without signature", "none", "radosgw"),
    (r"rgw_judge", "cases (IAM|STS: Assume).*", "v4", "radosgw"),
    (r"rgw_judge", "cases .*", "s3v4", "radosgw"),
]
"""Of a test's name, of what it counts: the signer and its judge. The first that fits counts."""

START, END = "<!-- cases -->\n", "<!-- end of cases -->\n"


def tests(report: Path) -> Iterator[tuple[str, bool, dict[str, int]]]:
    """Yield name, outcome and counted cases of each test of a report; one that counts none is a case itself."""
    for case in ET.parse(report).iter("testcase"):
        bad = any(case.find(kind) is not None for kind in ("failure", "error", "skipped"))
        told = {
            one.attrib["name"]: int(one.attrib["value"])
            for one in case.iter("property")
            if one.attrib["name"].startswith("cases")
        }
        yield f"{case.attrib['classname']}.{case.attrib['name']}", not bad, told or {"cases": 1}


def place(name: str, counted: str) -> tuple[str, str] | None:
    """Return the signer and the judge of what a test counts."""
    for pattern, what, signer, judge in RULES:
        found = re.search(pattern, name)
        if found and re.fullmatch(what, counted):
            return found.expand(signer), judge
    return None


def table(reports: list[Path]) -> str:
    """Return the table of what the reports hold."""
    passed: dict[tuple[str, str], int] = defaultdict(int)
    total: Counter[tuple[str, str]] = Counter()
    for report in reports:
        for name, good, counts in tests(report):
            for counted, number in counts.items():
                where = place(name, counted)
                if where is not None:
                    total[where] += number
                    passed[where] += number if good else 0
    lines = ["| signer | what it signs | " + " | ".join(JUDGES) + " |", "|---|---|" + "---:|" * len(JUDGES)]
    for signer, what in SIGNERS.items():
        cells = [
            f"{passed[signer, judge]} of {total[signer, judge]}" if total[signer, judge] else "" for judge in JUDGES
        ]
        versions = ", ".join(f"`{one}`" for one in signer.split(", ")) if signer != "CloudFront" else signer
        lines.append(f"| {versions} | {what} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def main(words: list[str]) -> None:
    """Print the table of the reports that are named; ``--write`` puts it into a document as well."""
    page = Path(words.pop(0).removeprefix("--write=")) if words[0].startswith("--write=") else None
    text = table([Path(word) for word in words])
    print(text, end="")
    if page is not None:
        before, _, rest = page.read_text("utf-8").partition(START)
        page.write_text(before + START + text + END + rest.partition(END)[2], "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
