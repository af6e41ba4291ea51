"""What services have their own way: requests, signature included, and outcomes are those of boto3, but for a few."""

import json
import re
import subprocess
from collections import Counter
from typing import Any

import customization_player
import peers
import pytest
from customization_differences import HELD_BACK, MEANT

pytestmark = peers.takes_long_once


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
