import pickle
import random
import statistics

import pytest
from sotalia.components.errors import MetadataRetrievalError
from sotalia.providers.metadata_client import MetadataAnswer, MetadataClient, NoConnectionError


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


def test_where_nobody_takes_the_connection_nobody_of_the_host_should_look_again_soon():
    error = failure(Script(NoConnectionError()), timeout=1.0)
    assert str(error).endswith("no connection within 1 s")
    assert (error.kind, error.retry_after) == ("unreachable", 30.0)
    assert failure(Script(TimeoutError())).retry_after is None  # it is there: a moment later it may answer


def test_a_service_that_says_when_to_come_again_is_not_asked_sooner_by_anybody():
    for said, seconds in (("60", 60.0), ("3600", 60.0), ("0", 1.0)):
        answers = [MetadataAnswer(503, {"Retry-After": said}, b"")] * 3
        assert failure(Script(*answers)).retry_after == seconds
    assert failure(Script(429, 429, 429)).retry_after is None


def test_requests_that_belong_together_have_one_deadline():
    script = Script(*[429] * 9)
    client = script.client(deadline=1.0)
    until = client.until()
    times = []
    for _ in range(3):
        with pytest.raises(MetadataRetrievalError):
            client.request("GET", "http://x/", {}, until)
        times.append(len(script.sent))
        script.now += 0.4
    assert times == [3, 5, 6]  # no retry when the time is up, and one try always
    assert script.now < 2.0


def test_the_retries_of_64_clients_are_not_synchronised():
    moments = []
    for number in range(64):
        script = Script(429, 429, 429)
        client = script.client(random=random.Random(number).random)
        with pytest.raises(MetadataRetrievalError):
            client.request("GET", "http://x/", {})
        first, second = script.slept
        moments += [first, first + second]
    assert statistics.pstdev(moments) > 0.1  # they are spread over 0.6 s
    buckets = [int(moment / 0.02) for moment in moments]
    assert max(map(buckets.count, buckets)) <= 64 * 2 // 8  # in step it would be 64 of them at a time


def test_the_retries_of_64_clients_after_a_common_retry_after_are_not_synchronised():
    moments = []
    for number in range(64):
        script = Script(MetadataAnswer(503, {"Retry-After": "2"}, b""), 200)
        script.client(random=random.Random(number).random).request("GET", "http://x/", {})
        moments += script.slept
    assert min(moments) >= 2.0
    buckets = [int(moment / 0.02) for moment in moments]
    assert max(map(buckets.count, buckets)) <= 16
