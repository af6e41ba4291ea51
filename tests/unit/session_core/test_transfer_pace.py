"""Bandwidth by a clock of the test's own, and progress from many threads."""

import threading

from hypothesis import given
from hypothesis import strategies as st
from sotalia.session_core.transfer_pace import Bandwidth, Progress


@given(st.lists(st.tuples(st.integers(1, 5000), st.floats(0, 2)), min_size=1, max_size=50))
def test_never_more_than_the_rate_and_one_block(blocks: list[tuple[int, float]]) -> None:
    now = 0.0
    limit = Bandwidth(1000, lambda: now)
    begun: list[float] = []
    for count, idle in blocks:
        now += idle
        now += limit.take(count)
        begun.append(now)
    for first in range(len(blocks)):
        for last in range(first, len(blocks)):
            gone = sum(count for count, _ in blocks[first:last])
            assert gone <= (begun[last] - begun[first]) * 1000 + 1e-6


def test_blocks_follow_each_other_without_a_gap_or_an_overlap() -> None:
    limit = Bandwidth(1000, lambda: 0.0)
    assert [limit.take(500) for _ in range(4)] == [0.0, 0.5, 1.0, 1.5]


def test_a_slow_rate_has_small_blocks() -> None:
    assert Bandwidth(160_000).block == 10_000
    assert Bandwidth(10).block == 1024


def test_the_callback_is_called_by_one_thread_at_a_time() -> None:
    total = 0

    def add(count: int) -> None:
        nonlocal total
        before = total
        for _ in range(20):
            pass
        total = before + count

    progress = Progress(add)
    threads = [threading.Thread(target=lambda: [progress(3) for _ in range(500)]) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert total == 8 * 500 * 3


def test_nothing_is_not_told() -> None:
    told: list[int] = []
    progress = Progress(told.append)
    progress(0)
    progress(-4)
    assert told == [-4]
