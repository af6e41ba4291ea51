"""Endpoint discovery as boto3's: what is sent where, which events are told, and what the calls come to."""

import json
import subprocess
import sys

import discovery_facts
import peers

pytestmark = peers.takes_long_once

EXPLAINED = {
    "required, expired and refused": "an address that has expired still serves while discovery is refused",
    "required, moved for good": "one new discovery for a call; boto3 repeats the call for ever",
    "optional, on, refused": "what is optional does not fail a call; boto3 raises the refusal of DescribeEndpoints",
}


def ask(python, library):
    done = subprocess.run([python, discovery_facts.__file__, library], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return json.loads(done.stdout)


def comparable(facts):
    sent = [[operation, url.rstrip("/"), version] for operation, url, version in facts["sent"]]
    return {**facts, "sent": sent}


def test_discovery_does_what_that_of_boto3_does(capsys):
    theirs, ours = ask(peers.python(), "boto3"), ask(sys.executable, "sotalia")
    differing = {name for name in theirs if comparable(theirs[name]) != comparable(ours[name])}
    with capsys.disabled():
        print(f"\nscenarios of endpoint discovery: {len(theirs)}, differing and explained: {len(differing)}", end=" ")
    assert differing == EXPLAINED.keys()
    assert len(theirs) > 20
