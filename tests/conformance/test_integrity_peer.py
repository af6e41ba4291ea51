"""Checksums on the wire are those of boto3 1.44.5: headers, trailers, chunks and signatures, at one frozen moment.

Where awscrt is installed boto3 gets it too, and computes all algorithms; without it, it refuses four of them.
"""

import importlib.util
import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import integrity_calls
import peers
import pytest
import sotalia

pytestmark = peers.takes_long_once


def play(library: str, python: str, folders: list[str]) -> dict[str, Any]:
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(folders)}
    command = [python, integrity_calls.__file__, library]
    answer = subprocess.run(command, capture_output=True, text=True, env=environ, check=False)
    assert answer.returncode == 0, answer.stderr
    found: dict[str, Any] = json.loads(answer.stdout)
    return found


def awscrt_alone(folder: Path) -> list[str]:
    """Return a folder with nothing but awscrt, which may be installed next to another botocore."""
    found = importlib.util.find_spec("awscrt")
    if found is None or found.origin is None:
        return []
    home = Path(found.origin).parents[1]
    for path in (home / "awscrt", *home.glob("_awscrt*")):
        (folder / path.name).symlink_to(path)
    return [str(folder)]


def meant(name: str, theirs: Any, ours: Any) -> str | None:
    """Return why a difference is meant, ``None`` if it is none."""
    scheme, config, _, _, body = name.split(" | ")
    if theirs == "MissingDependencyException":
        return "boto3 has no such checksum without awscrt"
    if theirs in ("AttributeError", "TypeError") and body.startswith("stream"):
        if isinstance(ours, list):
            return "boto3 cannot send a stream without TLS, nor where the payload is signed: it is signed in chunks"
        return "both refuse a stream that must be read twice, or signed without a length: here with a text"
    if isinstance(theirs, str) or isinstance(ours, str):
        return None
    if theirs[2].get("expect") and "expect" not in ours[2]:
        asked = {name: value for name, value in theirs[2].items() if name != "expect"}
        if [*theirs[:2], asked, theirs[3]] == ours:
            return "bytes of up to a megabyte are not held back: to wait for 100 Continue costs a round trip"
        theirs = [*theirs[:2], asked, theirs[3]]
    if body == "file in the middle":
        return "boto3 sends the file from its beginning"
    signed = ours[2].get("x-amz-content-sha256", "").startswith("STREAMING-AWS4-HMAC-SHA256-PAYLOAD")
    if config == "payload signed" and scheme == "https" and signed:
        return "payload_signing_enabled is heeded, by signed chunks; boto3 leaves the payload out"
    return None


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], dict[str, Any]]:
    crt = awscrt_alone(tmp_path_factory.mktemp("crt"))
    package = str(Path(sotalia.__file__).absolute().parent.parent)
    return play("boto3", peers.python(), crt), play("sotalia", sys.executable, [package, *crt])


def test_what_is_sent_is_what_boto3_sends(outcomes, capsys) -> None:
    theirs, ours = outcomes
    assert theirs.keys() == ours.keys()
    reasons = Counter(
        meant(name, theirs[name], ours[name]) or f"NOT MEANT: {name}" for name in theirs if theirs[name] != ours[name]
    )
    equal = len(theirs) - reasons.total()
    with capsys.disabled():
        print(f"\nrequests with checksums equal to boto3's: {equal}/{len(theirs)}")
        for reason, count in reasons.most_common():
            print(f"  {count:4} {reason}")
    assert equal > 500
    assert not [reason for reason in reasons if reason.startswith("NOT MEANT")]
