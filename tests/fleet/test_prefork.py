"""A preloaded parent with 16 children over TLS: no mixed answers, no shared connection, no warning."""

import collections
import itertools
import json
import os
import subprocess
import sys

import fresh
import prefork
import pytest
from servers import make_authority, serve

CHILDREN = 16
REQUESTS = int(os.environ.get("SOTALIA_PREFORK_REQUESTS", "1600"))

pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return make_authority(tmp_path_factory.mktemp("tls"))


def echo(connection, request):
    """Answer with the key that was asked for."""
    item = json.loads(request.body)["Key"]
    connection.reply(json.dumps({"Item": item}).encode(), "200 OK", "Content-Type: application/x-amz-json-1.0")


@pytest.mark.parametrize("threads", [1, 4])
def test_every_answer_belongs_to_its_request_and_every_connection_to_one_process(authority, capsys, threads):
    with serve(echo, tls=authority.context()) as server:
        command = [sys.executable, "-W", "error::DeprecationWarning", prefork.__file__, server.url, authority.ca]
        done = subprocess.run(
            [*command, str(CHILDREN), str(REQUESTS), str(threads)],
            capture_output=True,
            text=True,
            timeout=500,
            check=False,
            env={
                **fresh.unmeasured(),
                "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
                "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
                "AWS_SECRET_ACCESS_KEY": "x" * 40,
            },
        )
    assert (done.returncode, done.stderr) == (0, "")
    told = json.loads(done.stdout)
    assert told["statuses"] == [0] * CHILDREN
    assert [share["errors"] for share in told["children"] + told["parent"] if share["errors"]] == []
    assert [share["mixed"] for share in told["children"] + told["parent"] if share["mixed"]] == []
    asked = REQUESTS // CHILDREN // threads * threads * CHILDREN + 4 + CHILDREN
    assert len(server.requests) == asked
    users = collections.defaultdict(set)
    for request in server.requests:
        users[request.peer].add(json.loads(request.body)["Key"]["pid"]["N"])
    assert max(map(len, users.values())) == 1, "a connection was used by two processes"
    last = {share["pid"]: set(share["sockets"]) for share in told["parent"] + told["children"]}
    assert len(last) == CHILDREN + 1
    for one, other in itertools.combinations(last.values(), 2):
        assert not one & other, "a connection is open in two processes"
    with capsys.disabled():
        print(
            f"\n{CHILDREN} children with {threads} threads: {asked} TLS requests over {len(users)} connections of "
            f"{len(last)} processes; no mixed answer, no shared connection"
        )
