import os
import threading
from zlib import crc32

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sotalia.components.errors import (
    ChecksumError,
    ConnectionClosedError,
    EndpointConnectionError,
    NoCredentialsError,
    ReadTimeoutError,
    SSLError,
)
from sotalia.components.http import Headers, make_response
from sotalia.components.retry import RetryContext, StandardRetry
from sotalia.components.retry_quota import RetryQuota


def most() -> float:
    return 1.0


def strategy(**options: object) -> StandardRetry:
    return StandardRetry(random=most, **options)


def delays(context: RetryContext, retry: StandardRetry, **outcome: object) -> list[float]:
    """Fail the same way until the strategy gives up."""
    waits = []
    while (wait := retry.on_attempt(context.record(**outcome))) is not None:
        waits.append(wait)
    return waits


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_server_errors_are_tried_three_times(status: int) -> None:
    context = RetryContext()
    assert delays(context, strategy(), status=status, error_code="x") == [0.05, 0.1]
    assert context.metadata == {"MaxAttemptsReached": True}


@pytest.mark.parametrize("code", ["Throttling", "SlowDown", "PriorRequestNotComplete", "LimitExceededException"])
def test_throttling_waits_longer(code: str) -> None:
    assert delays(RetryContext(), strategy(), status=400, error_code=code) == [1.0, 2.0]


def test_too_many_requests_is_throttling_whatever_its_code() -> None:
    assert delays(RetryContext(), strategy(), status=429, error_code="zz") == [1.0, 2.0]


@pytest.mark.parametrize("status", [301, 307, 400, 403, 404, 408, 409, 501, 505])
def test_other_errors_are_not_retried(status: int) -> None:
    context = RetryContext()
    assert delays(context, strategy(), status=status, error_code="zz") == []
    assert context.metadata == {}


@pytest.mark.parametrize(
    "exception",
    [
        EndpointConnectionError(endpoint_url="u"),
        ReadTimeoutError(endpoint_url="u"),
        ConnectionClosedError(endpoint_url="u"),
        SSLError(endpoint_url="u", error="e"),
    ],
)
def test_connection_errors_are_transient(exception: Exception) -> None:
    assert delays(RetryContext(), strategy(), exception=exception) == [0.05, 0.1]


@pytest.mark.parametrize(
    "exception",
    [
        ChecksumError(checksum_type="c", expected_checksum="1", actual_checksum="2"),
        NoCredentialsError(),
        ValueError(),
    ],
)
def test_errors_on_this_side_are_not_retried(exception: Exception) -> None:
    assert delays(RetryContext(), strategy(), exception=exception) == []


def test_unreadable_answer_of_a_broken_server_is_transient() -> None:
    assert delays(RetryContext(), strategy(), status=502, exception=ValueError()) == [0.05, 0.1]


def test_backoff_doubles_up_to_its_cap() -> None:
    waits = delays(RetryContext(), strategy(max_attempts=12), status=500, error_code="x")
    assert waits == [0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 20.0, 20.0]


def test_backoff_of_very_many_attempts_is_a_number() -> None:
    retry = strategy(max_attempts=5000, quota=RetryQuota(10**6))
    assert delays(RetryContext(), retry, status=500, error_code="x")[-1] == 20.0


@given(st.floats(0, 1), st.integers(1, 30))
def test_jitter_is_full(luck: float, attempt: int) -> None:
    retry = StandardRetry(max_attempts=100, random=lambda: luck)
    context = RetryContext()
    context.attempt = attempt - 1
    wait = retry.on_attempt(context.record(status=500, error_code="x"))
    assert wait == luck * min(0.05 * 2 ** (attempt - 1), 20)


def test_default_jitter_is_random() -> None:
    waits = {tuple(delays(RetryContext(), StandardRetry(), status=500, error_code="x")) for _ in range(5)}
    assert len(waits) == 5


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"x-amz-retry-after": "1500"}, 1.5),
        ({"X-Amz-Retry-After": "1500", "Retry-After": "4"}, 1.5),
        ({"x-amz-retry-after": "60000"}, 5.05),
        ({"x-amz-retry-after": "0"}, 0.05),
        ({"x-amz-retry-after": "-5"}, 0.05),
        ({"x-amz-retry-after": "1.5"}, 0.05),
        ({"x-amz-retry-after": "abc"}, 0.05),
        ({"x-amz-retry-after": "9" * 5000}, 0.05),
        ({"Retry-After": "2"}, 0.05),
        ({"Retry-After": "Fri, 02 Jan 2026 03:04:05 GMT"}, 0.05),
    ],
)
def test_service_may_ask_for_more_time(headers: dict[str, str], wait: float) -> None:
    context = RetryContext().record(status=500, error_code="x", headers=Headers(headers))
    assert strategy().on_attempt(context) == pytest.approx(wait)


def test_modelled_errors_are_retried() -> None:
    modelled = {"Conflict": False, "Busy": True}
    assert delays(RetryContext("Op", modelled), strategy(), status=409, error_code="Conflict") == [0.05, 0.1]
    assert delays(RetryContext("Op", modelled), strategy(), status=409, error_code="Busy") == [1.0, 2.0]


def test_services_add_codes_and_pace() -> None:
    retry = strategy(max_attempts=4, base_delay=0.025, transient_codes=["Mine"])
    assert delays(RetryContext(), retry, status=400, error_code="Mine") == [0.025, 0.05, 0.1]


def test_failure_that_only_the_caller_sees() -> None:
    assert strategy().on_attempt(RetryContext().record(status=200, kind="transient")) == 0.05
    assert strategy().on_attempt(RetryContext().record(status=200, kind="throttling")) == 1.0


def test_corrected_failure_is_tried_again_at_once() -> None:
    context = RetryContext()
    assert delays(context, strategy(), status=400, error_code="ExpiredToken", corrected=True) == [0.0, 0.0]


def test_one_attempt_means_no_retry() -> None:
    context = RetryContext()
    assert delays(context, strategy(max_attempts=1), status=500, error_code="x") == []
    assert context.metadata == {"MaxAttemptsReached": True}


def test_quota_pays_for_retries_and_success_refunds_the_last() -> None:
    quota = RetryQuota()
    retry = strategy(quota=quota)
    context = RetryContext()
    retry.on_attempt(context.record(status=500, error_code="x"))
    assert quota.available == 486
    retry.on_attempt(context.record(status=400, error_code="Throttling"))
    assert quota.available == 481
    retry.on_attempt(context.record(status=200))
    assert quota.available == 486
    retry.on_attempt(RetryContext().record(status=200))
    assert quota.available == 487
    retry.on_attempt(RetryContext().record(status=404, error_code="x"))
    assert quota.available == 487


def test_empty_quota_ends_retries() -> None:
    retry = strategy(quota=RetryQuota(20))
    context = RetryContext()
    assert delays(context, retry, status=500, error_code="x") == [0.05]
    assert context.metadata == {"RetryQuotaReached": True}
    assert context.pause == 0


def test_long_polling_waits_before_it_fails() -> None:
    retry = strategy(quota=RetryQuota(0), long_polling=["ReceiveMessage"])
    context = RetryContext("ReceiveMessage")
    assert delays(context, retry, status=500, error_code="x", headers={"x-amz-retry-after": "1500"}) == []
    assert context.pause == 1.5
    context = RetryContext("SendMessage")
    assert delays(context, retry, status=500, error_code="x") == []
    assert context.pause == 0


def test_quota_is_exact_under_threads() -> None:
    quota = RetryQuota(10_000)
    taken: list[int] = []

    def work() -> None:
        mine = 0
        for _ in range(3000):
            if quota.acquire(5):
                mine += 5
            if mine and quota.available % 3 == 0:
                quota.release(1)
                mine -= 1
        taken.append(mine)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert quota.available == 10_000 - sum(taken)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # fork in a process with threads is what is tested
def test_fork_while_the_quota_is_locked_leaves_the_child_able() -> None:
    from sotalia.components import retry_quota

    quota = RetryQuota()
    with retry_quota._lock:
        child = os.fork()
        if child == 0:
            os._exit(0 if quota.acquire(5) else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_repr_tells_the_state() -> None:
    assert repr(StandardRetry()) == "<StandardRetry max_attempts=3 <RetryQuota 500 of 500>>"


def test_a_good_first_answer_needs_no_context_and_refunds_the_same() -> None:
    quota = RetryQuota(20)
    quota.acquire(20)
    retry = strategy(quota=quota, crc32_header="x-crc")
    assert retry.passes(make_response(200, b"body", {}))
    assert quota.available == 1
    assert retry.passes(make_response(200, b"body", {"x-crc": str(crc32(b"body"))}))
    assert quota.available == 2
    assert not retry.passes(make_response(200, b"body", {"x-crc": "1"}))
    assert quota.available == 2
