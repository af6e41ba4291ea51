"""A fork while another thread holds a lock, each one of the process in turn, and among threads that use everything.

``SOTALIA_FORKS=200`` forks so often among busy threads, and holds every lock once instead of some.
"""

import json
import os
import subprocess
import sys
from contextlib import ExitStack

import fork_locks
import fresh
import pytest
from object_server import object_server
from redis_servers import binary, redis_server
from servers import make_authority, serve
from signed_in import SESSION_NAME
from sotalia.ops.processes import fake_service
from sotalia.ops.testkit.token_files import sso_token_file

FORKS = int(os.environ.get("SOTALIA_FORKS", "0"))

pytestmark = pytest.mark.timeout(1800)


def echo(connection, request):
    item = json.loads(request.body)["Key"]
    connection.reply(json.dumps({"Item": item}).encode(), "200 OK", "Content-Type: application/x-amz-json-1.0")


@pytest.fixture
def environ(tmp_path):
    """What the program needs: servers for all that it uses, and a home in which somebody has signed in."""
    with ExitStack() as stack:
        authority = make_authority(tmp_path)
        run = tmp_path / "run"
        run.mkdir(mode=0o700)
        token = sso_token_file(tmp_path, SESSION_NAME)
        token.parent.mkdir(parents=True)
        token.write_text(json.dumps({"accessToken": "T", "expiresAt": "2099-01-01T00:00:00Z"}))
        found = {
            **fresh.unmeasured(),
            "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
            "HOME": str(tmp_path),
            "XDG_RUNTIME_DIR": str(run),
            "AWS_EC2_METADATA_DISABLED": "false",
            "AWS_EC2_METADATA_SERVICE_ENDPOINT": fake_service(
                stack, "imds", "--latency", "0.002", "--rotate-every", "0"
            ),
            "FORK_TLS": stack.enter_context(serve(echo, tls=authority.context())).url,
            "FORK_CA": authority.ca,
            "FORK_OBJECTS": stack.enter_context(object_server()).url,
        }
        if binary() is not None:
            found["FORK_REDIS"] = stack.enter_context(redis_server()).url
        yield found


def run_forking(environ, forks, mode):
    done = subprocess.run(
        [sys.executable, fork_locks.__file__, environ["HOME"], str(forks), mode],
        capture_output=True,
        text=True,
        timeout=1500,
        env=environ,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert {name: status for name, status in told["statuses"].items() if status} == {}, done.stderr
    assert told["troubles"] == []
    return told


def show(capsys, what, told):
    signed = sorted(child["signed"] for child in told["children"])
    took = max(child["took"] for child in told["children"])
    with capsys.disabled():
        print(
            f"\n{len(told['statuses'])} forks {what}: two requests signed in {signed[len(signed) // 2]:.2f} s "
            f"(median), {signed[-1]:.2f} s (longest); with the parts that it used {took:.2f} s at most"
        )


def test_a_child_forked_while_a_thread_holds_a_lock_uses_everything(environ, capsys):
    told = run_forking(environ, 0 if FORKS else 8, "held")
    show(capsys, "with a lock held, each by its name", told)
    assert len(told["statuses"]) >= 8


def test_a_child_forked_among_threads_that_use_everything_does_so_too(environ, capsys):
    show(capsys, "among busy threads", run_forking(environ, FORKS or 8, "random"))
