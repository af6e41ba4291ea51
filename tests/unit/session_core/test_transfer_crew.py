"""How the parts of a transfer run beside each other, and end together."""

import threading
from typing import Any

import pytest
from sotalia import CancelToken, call_options
from sotalia.exceptions import CallCancelledError
from sotalia.session_core.transfer_crew import Crew, Slots


@pytest.mark.parametrize("threads", [True, False])
def test_results_are_in_the_order_of_the_parts(threads: bool) -> None:
    with Crew(Slots(4), threads) as crew:
        assert crew.each(range(50), lambda number: number * 2) == [number * 2 for number in range(50)]
        assert crew.each([], lambda number: number) == []
        assert crew.each("ab", str.upper) == ["A", "B"]


def test_a_part_is_made_when_there_is_a_slot_for_it() -> None:
    lock = threading.Lock()
    alive = most = 0

    def parts() -> Any:
        nonlocal alive, most
        for number in range(40):
            with lock:
                alive += 1
                most = max(most, alive)
            yield number

    def work(number: int) -> None:
        nonlocal alive
        with lock:
            alive -= 1

    with Crew(Slots(3), True) as crew:
        crew.each(parts(), work)
    assert 1 <= most <= 3


@pytest.mark.parametrize("threads", [True, False])
def test_the_first_error_ends_all_and_frees_the_slots(threads: bool) -> None:
    slots = Slots(3)
    begun: list[int] = []

    def work(number: int) -> None:
        begun.append(number)
        if number == 5:
            raise LookupError("five")

    with Crew(slots, threads) as crew, pytest.raises(LookupError, match="five"):
        crew.each(range(1000), work)
    assert len(begun) < 500  # how many is up to the scheduler
    with Crew(slots, threads) as crew:
        assert crew.each(range(3), str) == ["0", "1", "2"]


def test_an_error_of_the_parts_themselves_is_raised() -> None:
    def parts() -> Any:
        yield 1
        raise LookupError("no more")

    with Crew(Slots(3), True) as crew, pytest.raises(LookupError, match="no more"):
        crew.each(parts(), str)


def test_the_calls_of_a_crew_end_with_the_token_of_the_caller() -> None:
    token = CancelToken()
    with call_options(cancel=token, timeout=7, max_attempts=2), Crew(Slots(3), True) as crew:
        assert (crew.options.timeout, crew.options.max_attempts) == (7, 2)
        assert crew.options.cancel is not token
        token.cancel()
        assert crew.options.cancel is not None
        assert crew.options.cancel.cancelled
        with pytest.raises(CallCancelledError):
            crew.each(range(3), str)


def test_a_pause_ends_early_with_the_transfer() -> None:
    slept: list[float] = []
    token = CancelToken()

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) == 3:
            token.cancel()

    with call_options(cancel=token), Crew(Slots(1), True, sleep) as crew, pytest.raises(CallCancelledError):
        crew.pause(3600)
    assert len(slept) == 3


def test_a_body_is_woken_when_the_transfer_ends_and_closed_when_it_was_read() -> None:
    done: list[str] = []

    class Body:
        def wake(self) -> None:
            done.append("woken")

        def close(self) -> None:
            done.append("closed")

    with Crew(Slots(1), True) as crew:
        with crew.reading(Body()):
            crew.end()
        with pytest.raises(CallCancelledError), crew.reading(Body()):
            raise AssertionError("not read")
    assert done == ["woken", "closed", "closed"]
