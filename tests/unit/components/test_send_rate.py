"""The rate of sending in adaptive mode, by a clock of its own."""

import os
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sotalia.components.retry import RetryContext
from sotalia.components.retry_adaptive import AdaptiveRetry
from sotalia.components.send_rate import SendRate


class FakeClock:
    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


def send(rate: SendRate, clock: FakeClock, *, throttled: bool, takes: float = 0.01) -> float:
    """Send one request; return how long it waited."""
    begin = clock.seconds
    while (wait := rate.acquire()) > 0:
        clock.seconds += wait
    waited = clock.seconds - begin
    clock.seconds += takes
    rate.record(throttled)
    return waited


def test_nothing_waits_before_the_service_has_throttled() -> None:
    clock = FakeClock()
    rate = SendRate(clock)
    assert [send(rate, clock, throttled=False, takes=0.0) for _ in range(1000)] == [0.0] * 1000
    assert rate.bound is None


def test_throttling_slows_and_success_quickens() -> None:
    clock = FakeClock()
    rate = SendRate(clock)
    for _ in range(200):  # 50 requests per second
        send(rate, clock, throttled=False, takes=0.02)
    send(rate, clock, throttled=True, takes=0.02)
    slow = rate.bound
    assert slow is not None
    assert 30 < slow < 40  # 0.7 of what was measured
    for _ in range(400):
        send(rate, clock, throttled=False, takes=0.02)
    assert rate.bound is not None
    assert rate.bound > slow


def test_there_is_a_least_rate() -> None:
    clock = FakeClock()
    rate = SendRate(clock)
    waits = [send(rate, clock, throttled=True) for _ in range(20)]
    assert rate.bound == 0.5
    assert max(waits) <= 2.0


@given(st.lists(st.tuples(st.booleans(), st.floats(0, 3)), max_size=60))
def test_waits_end_and_the_rate_stays_in_bounds(steps: list[tuple[bool, float]]) -> None:
    clock = FakeClock()
    rate = SendRate(clock)
    for throttled, takes in steps:
        assert 0 <= send(rate, clock, throttled=throttled, takes=takes) <= 2.0 + 1e-6
        assert rate.bound is None or rate.bound >= 0.5


def test_tokens_of_many_threads_are_as_many_as_the_rate_gives() -> None:
    clock = FakeClock()
    rate = SendRate(clock)
    rate.record(True)
    clock.seconds += 100  # the bucket is full: one token
    taken: list[int] = []

    def take() -> None:
        if rate.acquire() == 0:
            taken.append(1)

    threads = [threading.Thread(target=take) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == 1


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")
def test_a_child_is_not_held_up_by_a_lock_of_its_parent() -> None:
    from sotalia.components import send_rate

    rate = SendRate(FakeClock())
    with send_rate._lock:
        pid = os.fork()
        if pid == 0:
            rate.record(True)
            os._exit(0 if rate.bound == 0.5 else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0


def test_adaptive_retries_are_standard_ones_that_wait_before_they_are_sent() -> None:
    clock = FakeClock()
    retry = AdaptiveRetry(clock=clock, random=lambda: 1.0)
    context = RetryContext("Op")
    assert retry.before_attempt(context) == 0
    clock.seconds += 0.25
    assert retry.on_attempt(context.record(400, "Throttling")) == 1.0
    assert retry.before_attempt(context) == pytest.approx(1.5)  # a quarter of a token, and one half per second
    clock.seconds += 1.5
    assert retry.before_attempt(context) == 0
    assert retry.on_attempt(context.record(200)) is None
