"""Stubbed clients here and with botocore: the same results, errors and answers left."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import peers

SCRIPT = Path(__file__).resolve().parents[1] / "support" / "stub_cases.py"

pytestmark = peers.takes_long_once


def stubbed(library: str, python: str) -> dict[str, Any]:
    answer = subprocess.run([python, str(SCRIPT), library], capture_output=True, text=True, env=dict(os.environ))
    assert answer.returncode == 0, answer.stderr
    found: dict[str, Any] = json.loads(answer.stdout)
    return found


def test_stubbed_clients_answer_as_with_botocore() -> None:
    ours, theirs = stubbed("sotalia", sys.executable), stubbed("boto3", peers.python())
    different = {name: (ours[name], theirs[name]) for name in theirs if ours[name] != theirs[name]}
    assert not different
    assert len(theirs) > 35
