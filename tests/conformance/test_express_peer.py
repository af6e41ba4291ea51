"""What goes out for directory buckets, sessions and all: byte by byte what boto3 sends, but for what is meant."""

import json
import subprocess

import express_calls
import peers

pytestmark = peers.takes_long_once

MEANT = {
    # boto3 has the option in Config, and reads the variable alone.
    "without sessions",
    "url without sessions",
    # Keys of one's own, by a version that was asked for, sign for the service that answers; boto3 signs for s3.
    "with a version of one's own",
    "url of a version of one's own",
    # boto3 signs the policy with HMAC v1, which no directory bucket ever took.
    "form",
    "form without sessions",
}
"""Calls that differ on purpose."""


def test_what_is_sent_to_directory_buckets_is_what_boto3_sends(capsys, monkeypatch) -> None:
    command = [peers.python(), express_calls.__file__, "boto3"]
    answer = subprocess.run(command, capture_output=True, text=True, check=True)
    monkeypatch.setenv("SOTALIA_CREDENTIAL_CACHE", "off")
    theirs, ours = json.loads(answer.stdout), json.loads(json.dumps(express_calls.of_sotalia()))
    different = {name for name in theirs if theirs[name] != ours[name]}
    with capsys.disabled():
        print(f"\ncalls of directory buckets equal to boto3's: {len(theirs) - len(different)}/{len(theirs)}")
    assert different == MEANT
    assert [method for method, *_ in ours["get twice"]] == ["GET", "GET", "HEAD", "GET", "GET"]
