"""Waiters of a program's own."""

import pickle

import pytest
from sotalia import Session
from sotalia.exceptions import WaiterConfigError, WaiterError
from sotalia.waiter import WaiterModel, create_waiter_with_client

MODEL = {
    "version": 2,
    "waiters": {
        "QueueGone": {
            "operation": "ListQueues",
            "delay": 7,
            "maxAttempts": 3,
            "acceptors": [
                {"state": "failure", "matcher": "pathAny", "argument": "QueueUrls", "expected": "bad"},
                {"state": "success", "matcher": "path", "argument": "length(QueueUrls || `[]`)", "expected": 0},
            ],
        }
    },
}


class Clock:
    def __init__(self):
        self.slept = []

    def sleep(self, seconds):
        self.slept.append(seconds)


@pytest.fixture
def client():
    return Session("AKIDEXAMPLE", "x" * 40, region_name="us-east-1").client("sqs")


def answering(client, *bodies):
    from sotalia import make_response

    remaining = iter(bodies)
    client.meta.events.register("before-send", lambda **_: make_response(200, next(remaining)))


def test_a_waiter_of_ones_own_waits(client):
    answering(client, b'{"QueueUrls": ["a"]}', b"{}")
    clock = Clock()
    create_waiter_with_client("QueueGone", WaiterModel(MODEL), client, clock=clock).wait()
    assert clock.slept == [7]


def test_delay_and_attempts_can_be_set_on_the_waiter(client):
    answering(client, *[b'{"QueueUrls": ["a"]}'] * 2)
    clock = Clock()
    waiter = create_waiter_with_client("QueueGone", WaiterModel(MODEL), client, clock=clock)
    waiter.config.delay = 1
    waiter.config.max_attempts = 2
    with pytest.raises(WaiterError, match="Max attempts exceeded"):
        waiter.wait(QueueNamePrefix="a")
    assert clock.slept == [1]
    assert "delay=1" in repr(waiter.config)


def test_a_model_says_what_it_has_and_what_is_wrong():
    model = WaiterModel(MODEL)
    assert model.waiter_names == ["QueueGone"]
    with pytest.raises(ValueError, match="QueueGone"):
        model.get_waiter("Nothing")
    with pytest.raises(WaiterConfigError, match="version 1"):
        WaiterModel({"version": 1, "waiters": {}})


def test_a_waiter_of_ones_own_pickles_with_its_model():
    client = Session(region_name="us-east-1").client("sqs")
    copy = pickle.loads(pickle.dumps(create_waiter_with_client("QueueGone", WaiterModel(MODEL), client)))
    assert copy.name == "QueueGone"
    assert copy.config.delay == 7
