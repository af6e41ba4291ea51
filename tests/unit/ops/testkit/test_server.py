"""What every fake can be told to do, seen by a plain HTTP client."""

import json
import time
from http.client import HTTPConnection, IncompleteRead, RemoteDisconnected
from urllib.parse import urlsplit

import pytest
from sotalia.ops.testkit import (
    FakeCloudWatch,
    FakeContainerEndpoint,
    FakeIMDS,
    FakeSignin,
    FakeSSOOIDC,
    FakeSSOPortal,
    FakeSTS,
    RecordedServer,
    Step,
)

FAKES = [
    FakeCloudWatch,
    FakeContainerEndpoint,
    FakeIMDS,
    FakeSSOOIDC,
    FakeSSOPortal,
    FakeSTS,
    FakeSignin,
    RecordedServer,
]


@pytest.fixture(scope="module", params=FAKES, ids=lambda kind: kind.__name__)
def fake(request):
    with request.param() as server:
        yield server


def ask(fake, method="GET", path="/", body=None, **headers):
    connection = HTTPConnection(urlsplit(fake.url).netloc, timeout=10)
    try:
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        return answer.status, answer.read(), {name.lower(): value for name, value in answer.getheaders()}
    finally:
        connection.close()


def test_a_script_is_followed_step_by_step_and_then_over(fake):
    usual = ask(fake)[:2]
    fake.script(
        Step(429, headers=(("Retry-After", "3"),)), Step(200, b"{"), Step(), Step(307, headers=(("Location", "/x"),))
    )
    status, _, headers = ask(fake)
    assert (status, headers["retry-after"]) == (429, "3")
    assert ask(fake)[:2] == (200, b"{")
    assert ask(fake)[:2] == usual
    status, _, headers = ask(fake)
    assert (status, headers["location"]) == (307, "/x")
    assert ask(fake)[:2] == usual


def test_connections_are_closed(fake):
    usual = ask(fake)[:2]
    fake.script(Step(cut=0), Step(503, cut=0), Step(200, b"1234", cut=-1))
    for _ in range(2):
        with pytest.raises(RemoteDisconnected):
            ask(fake)
    with pytest.raises(IncompleteRead):
        ask(fake)
    assert ask(fake)[:2] == usual


def test_an_outage_is_for_all_requests(fake):
    usual = ask(fake)[:2]
    try:
        fake.down = 503
        assert [ask(fake)[0] for _ in range(2)] == [503, 503]
        fake.down, fake.moved_to = 302, "http://127.0.0.1:9/"
        assert ask(fake)[2]["location"] == "http://127.0.0.1:9/"
        fake.down = 0
        with pytest.raises(RemoteDisconnected):
            ask(fake)
    finally:
        fake.down = fake.moved_to = None
    assert ask(fake)[:2] == usual


def test_throttling_is_counted(fake):
    fake.reset()
    fake.rate = 0
    try:
        assert ask(fake)[0] == (503 if isinstance(fake, FakeSTS) else 429)
    finally:
        fake.rate = None
    assert (fake.stats()["requests"], fake.stats()["throttled"]) == (1, 1)


def test_the_date_is_that_of_its_clock(fake):
    fake.clock = lambda: 1000.0
    try:
        assert ask(fake)[2]["date"] == "Thu, 01 Jan 1970 00:16:40 GMT"
    finally:
        fake.clock = time.time


def test_a_script_may_come_over_http(fake):
    fake.reset()
    steps = [{"status": 418, "body": "tea", "headers": {"X-Pot": "1"}}]
    assert ask(fake, "POST", "/_script", json.dumps(steps))[0] == 200
    status, body, headers = ask(fake)
    assert (status, body, headers["x-pot"]) == (418, b"tea", "1")
    status, body, _ = ask(fake, "POST", "/_script", '[{"stauts": 418}]')
    assert status == 400
    assert b"a step has stauts; there are: status, body, delay" in body
    assert ask(fake, "POST", "/_script", "5")[0] == 400
    assert json.loads(ask(fake, path="/_stats")[1])["requests"] == 1
    assert ask(fake, "POST", "/_reset")[0] == 200
    assert fake.stats()["requests"] == 0


def test_the_environment_leads_to_it(fake):
    assert fake.VARIABLES
    for name in fake.VARIABLES:
        assert fake.environ()[name].startswith(fake.url)


def test_delays_are_waited_for(monkeypatch):
    waited = []
    monkeypatch.setattr("sotalia.ops.testkit.server.time.sleep", waited.append)
    fake = FakeSTS(latency=0.5)
    fake.script(Step(delay=3.0))
    assert fake.handle("POST", "/", {}, b"Action=GetCallerIdentity").status == 200
    assert waited == [0.5, 3.0]
    fake.stop()


def test_a_lost_answer_is_one_whose_work_was_done():
    fake = FakeSTS()
    fake.script(Step(lost=True), Step(504, lost=True), Step(cut=0), Step(503))
    call = b"Action=GetCallerIdentity"
    answers = [fake.handle("POST", "/", {}, call) for _ in range(4)]
    assert [answer.status for answer in answers] == [502, 504, 200, 503]
    assert answers[2].cut == 0
    assert fake.stats()["GetCallerIdentity"] == 3
    fake.stop()
