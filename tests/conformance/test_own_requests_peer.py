"""A request of a program's own is signed by the classes of ``sotalia.auth`` as by botocore's."""

import json
import subprocess
import sys

import own_requests
import peers

pytestmark = peers.takes_long_once


def _run(python, library):
    command = [python, own_requests.__file__, library]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_requests_are_signed_as_by_botocore(capsys):
    theirs, ours = _run(peers.python(), "botocore"), _run(sys.executable, "sotalia")
    with capsys.disabled():
        print(f"\nrequests signed by the classes of auth: {sum(theirs[n] == ours[n] for n in theirs)} of {len(theirs)}")
    assert ours == theirs
