"""What services have their own way: requests, signature included, and outcomes are those of boto3, but for a few."""

import json
import re
import subprocess
from collections import Counter
from typing import Any

import customization_player
import peers
import pytest

pytestmark = peers.takes_long_once

MEANT = {
    "boto3 crashes over parameters of the wrong type": r"(ec2 user data|s3 .* number).*",
    "boto3 needs awscrt for SigV4A, and signs otherwise": r"s3 arn outpost .*",
    "the model says that this body is not signed, and boto3's S3 signer does not ask it": r"s3 object lambda answer",
    "a header cannot hold a line break": r"s3 metadata newline .*",
    "no URL is presigned for a region without a name": r"(rds|neptune|docdb) .*'SourceRegion': ''.*",
    "what is given as a region becomes a part of a host name": r"ec2 copy bad region|s3 redirect bad region",
    "boto3 leaves the parameters out of the URL of a copy that nobody signs": r"ec2 copy unsigned",
    "an error has an empty message if it came without": r"s3 late copy, another",
    "boto3 adds the empty location to errors too, and crashes over an empty answer": r"s3 location (refused|path)",
    "a head that says nothing is not asked again": r"s3 redirect moved, head says nothing",
    "a call without a bucket cannot be sent to another region": r"s3 redirect list buckets",
    "modelled members are read under the older code as well": r"sqs modelled",
    "streams in both directions have methods here": r"without .*",
    "an answer without its result is refused, in boto3 by a KeyError": r"sts saml",
}
"""Patterns of the names of cases that differ, by the reason."""

HELD_BACK = ("s3 expect large", "s3 expect stream", "s3 redirect a stream")
"""Bodies that are held back by both. boto3 holds small ones back too, which costs each put a round trip."""


@pytest.fixture(scope="module")
def outcomes() -> tuple[dict[str, Any], dict[str, Any]]:
    """What boto3 and sotalia do in every case."""
    command = [peers.python(), customization_player.__file__, "boto3"]
    answer = subprocess.run(command, capture_output=True, text=True, check=True)
    return json.loads(answer.stdout), json.loads(json.dumps(customization_player.of_sotalia()))


def comparable(name: str, played: dict[str, Any]) -> dict[str, Any]:
    if name not in HELD_BACK:
        for _, _, headers, _ in played["requests"]:
            headers.pop("expect", None)
    return played


def test_calls_and_outcomes_are_those_of_boto3(outcomes, capsys) -> None:
    theirs, ours = outcomes
    different = {name for name in theirs if comparable(name, theirs[name]) != comparable(name, ours[name])}
    reasons = {
        name: next((reason for reason, pattern in MEANT.items() if re.fullmatch(pattern, name)), None)
        for name in different
    }
    counted = Counter(reason for reason in reasons.values() if reason is not None)
    with capsys.disabled():
        print(f"\ncustomized calls equal to boto3's: {len(theirs) - len(different)}/{len(theirs)}; the others:")
        print(*[f"  {number:3} {reason}" for reason, number in counted.most_common()], sep="\n")
    unexplained = sorted(name for name, reason in reasons.items() if reason is None)
    assert len(theirs) > 800
    assert not unexplained, "\n".join(
        f"{name}\n  boto3:   {theirs[name]}\n  sotalia: {ours[name]}" for name in unexplained[:5]
    )
    assert not set(MEANT) - set(counted), "nothing differs for these reasons any more"
