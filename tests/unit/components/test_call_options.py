"""Options of single calls, and the limit that comes of them; nothing here waits for long."""

import os
import pickle
import threading
import time

import pytest
from sotalia.components.call_limit import CallLimit
from sotalia.components.call_options import CallOptions, CancelToken, call_options, current_options
from sotalia.components.errors import (
    BotoCoreError,
    CallCancelledError,
    CallDeadlineError,
    HTTPClientError,
    ReadTimeoutError,
)


class FakeClock:
    def __init__(self) -> None:
        self.seconds = 100.0
        self.slept: list[float] = []

    def monotonic(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.seconds += seconds


def limit(timeout: float | None = None, token: CancelToken | None = None) -> tuple[CallLimit, FakeClock]:
    clock = FakeClock()
    return CallLimit(timeout, token, clock.monotonic), clock


@pytest.mark.parametrize("timeout", [0, -1, "2", True])
def test_timeouts_are_checked(timeout: object) -> None:
    with pytest.raises(ValueError, match="timeout must be a number of seconds above 0"):
        CallOptions(timeout=timeout)


@pytest.mark.parametrize("attempts", [0, -1, 1.5, "2", True])
def test_attempts_are_checked(attempts: object) -> None:
    with pytest.raises(ValueError, match="max_attempts must be a whole number of at least 1"):
        CallOptions(max_attempts=attempts)


def test_tokens_are_checked() -> None:
    with pytest.raises(TypeError, match="cancel must be a CancelToken"):
        CallOptions(cancel=threading.Event())


def test_options_do_not_change_and_pickle_without_a_token() -> None:
    options = CallOptions(timeout=2, max_attempts=3)
    with pytest.raises(AttributeError, match="do not change"):
        options.timeout = 3
    assert repr(pickle.loads(pickle.dumps(options))) == "CallOptions(timeout=2, max_attempts=3)"
    with pytest.raises(TypeError, match="cannot be pickled"):
        pickle.dumps(CallOptions(cancel=CancelToken()))


def test_options_hold_in_their_block_and_thread() -> None:
    elsewhere = []
    with call_options(timeout=2) as outer:
        assert current_options.get() is outer
        with call_options(max_attempts=1) as inner:
            assert current_options.get() is inner
        assert current_options.get() is outer
        thread = threading.Thread(target=lambda: elsewhere.append(current_options.get()))
        thread.start()
        thread.join()
    assert current_options.get() is None
    assert elsewhere == [None]


@pytest.mark.parametrize(
    "error",
    [CallDeadlineError(timeout=2, doing="waiting for the answer"), CallCancelledError(doing="waiting for credentials")],
)
def test_errors_pickle(error: BotoCoreError) -> None:
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is type(error)
    assert str(again) == str(error)
    assert again.kwargs == error.kwargs


def test_a_deadline_is_a_timeout_and_a_cancelled_call_no_failure_of_the_network() -> None:
    late = CallDeadlineError(timeout=0.5, doing="waiting for the answer")
    assert isinstance(late, ReadTimeoutError)
    assert isinstance(late, TimeoutError)
    assert str(late) == "The call did not end within 0.5 seconds: its time ran out while waiting for the answer"
    assert not isinstance(CallCancelledError(doing="x"), HTTPClientError)


def test_timeouts_of_a_transport_are_cut() -> None:
    bound, clock = limit(10)
    assert 10 < bound.cut(60) < 11
    assert 10 < bound.cut(None) < 11
    assert bound.cut(3) == 3
    clock.seconds += 20
    assert 0 < bound.cut(60) < 1
    free, _ = limit(None, CancelToken())
    assert free.cut(60) == 60
    assert free.cut(None) is None


def test_a_wait_within_the_deadline_is_made() -> None:
    bound, clock = limit(10)
    bound.sleep(4, clock.sleep)
    assert clock.slept == [4]


def test_a_wait_beyond_the_deadline_is_not_even_begun() -> None:
    bound, clock = limit(10)
    bound.sleep(4, clock.sleep)
    with pytest.raises(CallDeadlineError, match="within 10 seconds"):
        bound.sleep(6, clock.sleep)
    assert clock.slept == [4]


def test_results_and_errors_come_through() -> None:
    bound, _ = limit(10)
    assert bound.run(lambda: 5, "working") == 5
    with pytest.raises(ZeroDivisionError):
        bound.run(lambda: 1 // 0, "working")
    with pytest.raises(SystemExit):
        bound.run(lambda: exit(3), "working")


def test_an_error_after_the_deadline_is_told_as_the_deadline() -> None:
    bound, clock = limit(10)

    def fail() -> None:
        clock.seconds += 11
        raise ReadTimeoutError(endpoint_url="u")

    with pytest.raises(CallDeadlineError) as raised:
        bound.run(fail, "waiting")
    assert type(raised.value.__cause__) is ReadTimeoutError


def test_nothing_is_begun_after_the_deadline_or_a_cancellation() -> None:
    ran = []
    late, clock = limit(1)
    clock.seconds += 1
    with pytest.raises(CallDeadlineError, match="while connecting"):
        late.run(lambda: ran.append(1), "connecting")
    token = CancelToken()
    token.cancel()
    cancelled, _ = limit(None, token)
    for act in (lambda: cancelled.run(lambda: ran.append(1), "x"), lambda: cancelled.sleep(1, ran.append)):
        with pytest.raises(CallCancelledError):
            act()
    assert ran == []


def test_what_is_waited_for_is_aborted_and_what_it_brings_is_closed() -> None:
    token = CancelToken()
    bound, _ = limit(None, token)
    aborted, closed = threading.Event(), threading.Event()

    class Answer:
        class raw:
            close = closed.set

    def send() -> Answer:
        bound.attach(aborted.set)
        token.cancel()
        assert aborted.wait(10)
        return Answer()

    with pytest.raises(CallCancelledError, match="while sending"):
        bound.run(send, "sending")
    assert closed.wait(10)


def test_a_connection_made_too_late_is_refused() -> None:
    token = CancelToken()
    bound, _ = limit(None, token)
    go_on, refused = threading.Event(), threading.Event()

    def send() -> None:
        token.cancel()
        assert go_on.wait(10)
        try:
            bound.attach(lambda: None)
        except CallCancelledError:
            refused.set()

    with pytest.raises(CallCancelledError):
        bound.run(send, "sending")
    go_on.set()
    assert refused.wait(10)


def test_nothing_is_aborted_after_it_was_detached() -> None:
    token = CancelToken()
    bound, _ = limit(None, token)
    aborted = []
    over = threading.Event()

    def send() -> None:
        bound.attach(lambda: aborted.append(1))
        bound.detach()
        token.cancel()
        over.wait(10)

    with pytest.raises(CallCancelledError):
        bound.run(send, "sending")
    over.set()
    assert aborted == []


def test_one_token_ends_many_calls_and_forgets_those_that_returned() -> None:
    token = CancelToken()
    over = threading.Event()
    ended = []

    def call() -> None:
        bound = CallLimit(None, token, time.monotonic)
        try:
            bound.run(lambda: over.wait(20), "waiting")
        except CallCancelledError:
            ended.append(1)
        finally:
            bound.close()

    threads = [threading.Thread(target=call) for _ in range(8)]
    for thread in threads:
        thread.start()
    while len(token._calls) < 8:
        time.sleep(0.001)
    token.cancel()
    for thread in threads:
        thread.join()
    over.set()
    assert len(ended) == 8
    assert not token._calls


def test_what_runs_for_a_call_is_not_bound_by_its_options() -> None:
    bound, _ = limit(10)
    with call_options(timeout=2):
        assert bound.run(current_options.get, "loading") is None


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")
def test_a_child_can_limit_calls() -> None:
    bound, _ = limit(30)

    def child() -> int:
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])

    pid = os.fork()
    if pid == 0:
        try:
            os._exit(CallLimit(30, CancelToken(), time.monotonic).run(lambda: 7, "x"))
        finally:
            os._exit(1)
    assert child() == 7
    assert bound.run(lambda: 5, "x") == 5
