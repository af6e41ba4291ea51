"""The table of docs/signing.md: no signer without a line, and nothing in it that failed."""

import re
from pathlib import Path

import signer_table
from sotalia.components.signers.table import SignerTable

PAGE = Path(__file__).resolve().parents[2] / "docs" / "signing.md"


def test_every_signer_has_a_line() -> None:
    named = {one for names in signer_table.SIGNERS for one in names.split(", ")}
    assert named - {"CloudFront"} == set(SignerTable())


def test_the_page_says_what_passed_and_nothing_failed() -> None:
    text = PAGE.read_text("utf-8").partition(signer_table.START)[2].partition(signer_table.END)[0]
    assert [line.split("|")[1].strip().replace("`", "") for line in text.splitlines()[2:]] == list(signer_table.SIGNERS)
    counts = re.findall(r"(\d+) of (\d+)", text)
    assert len(counts) > 40
    assert [pair for pair in counts if pair[0] != pair[1]] == []


def test_a_report_is_counted(tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    report.write_text(
        '<testsuites><testsuite><testcase classname="tests.conformance.test_sigv4_crt_peer" name="test_x[v4]">'
        '<properties><property name="cases" value="7"/></properties></testcase>'
        '<testcase classname="tests.conformance.test_sigv4_suite" name="test_case[a]"/>'
        '<testcase classname="tests.conformance.test_sigv4_suite" name="test_case[b]"><failure/></testcase>'
        '<testcase classname="tests.functional.rgw_judge" name="test_x">'
        '<properties><property name="cases SigV4 in forms" value="9"/></properties></testcase></testsuite></testsuites>'
    )
    text = signer_table.table([report])
    assert "| `v4` | headers | 1 of 2 |  | 7 of 7 |  |  |  |" in text
    assert "| `s3v4-presign-post` | forms |  |  |  |  |  | 9 of 9 |" in text
