"""Bodies that a retry sends again, here and with boto3."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import peers

SCRIPT = Path(__file__).resolve().parents[1] / "support" / "retried_bodies.py"

pytestmark = peers.takes_long_once


def put(library: str, python: str) -> dict[str, Any]:
    answer = subprocess.run([python, str(SCRIPT), library], capture_output=True, text=True, env=dict(os.environ))
    assert answer.returncode == 0, answer.stderr
    found: dict[str, Any] = json.loads(answer.stdout)
    return found


def test_bodies_are_sent_again_or_refused_as_with_boto3() -> None:
    ours, theirs = put("sotalia", sys.executable), put("boto3", peers.python())
    # boto3 sends the file from its beginning the second time: other bytes than those that it was asked to send.
    here, there = (found["file in the middle"]["requests"] for found in (ours, theirs))
    assert [one.pop("body") for one in here] == ["56789", "56789"]
    assert [one.pop("body") for one in there] == ["56789", "0123456789"]
    assert ours == theirs
    assert ours["once"]["outcome"] == "UnseekableStreamError"
    assert [one["ttl"] for one in ours["bytes"]["requests"]] == [False, True]
