import pickle

import pytest
from sotalia.components.errors import MetadataRetrievalError
from sotalia.providers.metadata_client import MetadataAnswer, MetadataClient


class Script:
    def __init__(self, *steps):
        self.steps = list(steps)
        self.sent = []
        self.slept = []
        self.now = 0.0

    def send(self, method, url, headers, timeout):
        self.sent.append((method, url, dict(headers), timeout))
        step = self.steps.pop(0)
        if isinstance(step, Exception):
            raise step
        if isinstance(step, int):
            return MetadataAnswer(step, {}, b"")
        return step

    def sleep(self, seconds):
        self.slept.append(seconds)
        self.now += seconds

    def client(self, random=lambda: 0.5, **options):
        return MetadataClient(send=self.send, sleep=self.sleep, monotonic=lambda: self.now, random=random, **options)


def failure(script, **options):
    with pytest.raises(MetadataRetrievalError) as caught:
        script.client(**options).request("GET", "http://x/", {})
    return caught.value


def test_an_answer_of_any_other_status_comes_back():
    for status in (200, 301, 400, 401, 403, 404):
        assert Script(status).client().request("GET", "http://x/", {}).status == status


def test_throttling_is_asked_again_and_named():
    script = Script(429, 429, 429)
    error = failure(script)
    assert str(error) == "Error retrieving metadata: throttled (429 x3)"
    assert error.kind == "throttled"
    assert script.slept == [0.1, 0.2]


def test_throttled_then_served():
    script = Script(429, 503, 200)
    assert script.client().request("GET", "http://x/", {}).status == 200


def test_other_failures_of_the_server_are_named():
    assert "failing (500 x3)" in str(failure(Script(500, 500, 500)))
    assert "throttled (500 x1, 503 x2)" in str(failure(Script(500, 503, 503)))


def test_delays_are_full_jitter_and_differ():
    draws = iter([0.0, 0.999, 0.3, 0.9])
    script = Script(429, 429, 429, 429, 200)
    script.client(random=lambda: next(draws), attempts=9).request("GET", "http://x/", {})
    assert script.slept == pytest.approx([0.0, 0.3996, 0.24, 1.44])


def test_retry_after_is_kept_within_the_deadline():
    script = Script(MetadataAnswer(429, {"Retry-After": "2"}, b""), 200)
    script.client().request("GET", "http://x/", {})
    assert script.slept == [2.1]
    slow = Script(MetadataAnswer(429, {"retry-after": "60"}, b""), 200)
    assert "throttled (429 x1)" in str(failure(slow))
    assert slow.slept == []


def test_silence_is_not_asked_again_by_default():
    script = Script(TimeoutError())
    error = failure(script, timeout=1.0)
    assert str(error).endswith("no answer within 1 s")
    assert error.kind == "timeout"
    assert len(script.sent) == 1


def test_silence_is_asked_as_often_as_configured():
    error = failure(Script(*[OSError(111, "nobody")] * 3), attempts=3)
    assert str(error).endswith("unreachable (nobody x3)")
    assert error.kind == "unreachable"


def test_the_failure_pickles_and_answers_hide_their_body():
    error = failure(Script(429, 429, 429))
    again = pickle.loads(pickle.dumps(error))
    assert (str(again), again.kind) == (str(error), "throttled")
    assert "canary" not in repr(MetadataAnswer(200, {"x": "canary"}, b"canary"))
