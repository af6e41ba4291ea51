"""A parent that has warmed its clients: its children import nothing, and share what it made."""

import gc
import json
import os
import sys
import warnings

import pytest
import sotalia
from sotalia.components.errors import UnknownClientMethodError, UnknownServiceError
from sotalia.ops.bench_worker import CALLS, KEYS
from sotalia.ops.processes import running

USED = {
    "sts.get_caller_identity": "sts-who",
    "s3.GetObject": "s3-get",
    "s3.put_object": "s3-put",
    "s3.list_objects_v2": "s3-list",
    "dynamodb.get_item": "dynamodb-get",
    "dynamodb.query": "dynamodb-query",
    "sqs.send_message": "sqs-send",
    "ec2.describe_instances": "ec2-describe",
}

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this platform has no fork")


@pytest.fixture
def url():
    with running([sys.executable, "-m", "sotalia.ops.bench_server"]) as server:
        yield f"http://127.0.0.1:{server.stdout.readline().strip()}"


@pytest.fixture(autouse=True)
def _thawed():
    yield
    gc.unfreeze()


def in_a_child(work):
    """Run ``work`` in a forked child and return what it returns, as JSON carries it."""
    ours, theirs = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        pid = os.fork()
    if pid == 0:
        try:
            os.write(theirs, json.dumps(work()).encode())
        finally:
            os._exit(0)
    os.close(theirs)
    with os.fdopen(ours) as pipe:
        told = pipe.read()
    os.waitpid(pid, 0)
    return json.loads(told)


def test_the_first_call_of_a_child_imports_nothing(url, monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", url)
    session = sotalia.Session(**KEYS)
    done = sotalia.warm(*USED, session=session)
    assert done[:2] == ["sts.GetCallerIdentity", "s3.GetObject"]
    assert gc.get_freeze_count() > 1000

    def first_call(name):
        before = set(sys.modules)
        service, _, _, make = CALLS[USED[name]]
        result = make(session.client(service), url)()
        return sorted(set(sys.modules) - before), bool(result)

    for name in USED:
        assert in_a_child(lambda name=name: first_call(name)) == [[], True], name


def test_https_is_made_ready_without_a_connection(monkeypatch):
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    session = sotalia.Session(**KEYS)
    assert sotalia.warm("sts", session=session, freeze=False) == ["sts"]
    assert "ssl" in sys.modules
    assert "httptools" in sys.modules


def test_credentials_are_loaded_when_asked_for():
    asked = []

    class Asked(sotalia.CredentialProvider):
        METHOD = "asked"

        def load(self):
            asked.append(os.getpid())
            return sotalia.Credentials("AKIDEXAMPLE", "k" * 40)

    session = sotalia.Session(region_name="us-east-1")
    session.get_component("credential_provider").insert_before("env", Asked())
    sotalia.warm("sts.GetCallerIdentity", session=session, freeze=False)
    assert asked == []
    sotalia.warm("sts.GetCallerIdentity", session=session, credentials=True, freeze=False)
    assert asked == [os.getpid()]


def test_what_is_not_there_is_an_error():
    session = sotalia.Session(**KEYS)
    with pytest.raises(UnknownServiceError):
        sotalia.warm("s33", session=session)
    with pytest.raises(UnknownClientMethodError, match="GetObjec"):
        sotalia.warm("s3.GetObjec", session=session)
