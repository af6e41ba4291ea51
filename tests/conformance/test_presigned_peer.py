"""URLs, forms and tokens that are signed and not sent: character by character those of boto3, but for a few."""

import json
import subprocess
from typing import Any

import peers
import presigned_calls
import pytest

pytestmark = peers.takes_long_once

MEANT = {
    # boto3 sends those who ask for FIPS to us-east-1, wherever their bucket is.
    "s3 us-west-2 {'use_fips_endpoint': True}",
    "s3 eu-central-1 {'use_fips_endpoint': True}",
    "s3 ap-east-1 {'use_fips_endpoint': True}",
    # A client without a region is in us-east-1, and asked for the host of its region.
    "s3 None {'s3': {'us_east_1_regional_endpoint': 'regional'}}",
    # A body that is no JSON stays the sender's; boto3 fails on it.
    "a body of bytes",
}
"""Calls whose outcome is another one on purpose."""


@pytest.fixture(scope="module")
def outcomes() -> tuple[dict[str, Any], dict[str, Any]]:
    """What boto3 and sotalia give for every call."""
    command = [peers.python(), presigned_calls.__file__, "boto3"]
    answer = subprocess.run(command, capture_output=True, text=True, check=True)
    return json.loads(answer.stdout), presigned_calls.of_sotalia()


def test_what_is_signed_and_not_sent_is_that_of_boto3(outcomes, capsys) -> None:
    theirs, ours = outcomes
    different = {name for name in theirs if theirs[name] != ours[name]}
    with capsys.disabled():
        print(f"\npresigned calls equal to boto3's: {len(theirs) - len(different)}/{len(theirs)}")
    assert len(theirs) > 200
    assert different == MEANT


def test_a_form_has_its_fields_in_the_order_of_boto3(outcomes) -> None:
    theirs, ours = outcomes
    forms = [name for name in theirs if isinstance(theirs[name], dict)]
    assert len(forms) > 40
    for name in forms:
        assert list(ours[name]["fields"].items()) == list(theirs[name]["fields"].items())
