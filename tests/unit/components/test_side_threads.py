"""Threads that run things beside their callers."""

import os
import threading

import pytest
from sotalia.components import side_threads
from sotalia.components.side_threads import run_beside


def thread_of() -> int:
    told: list[int] = []
    done = threading.Event()

    def work() -> None:
        told.append(threading.get_ident())
        done.set()

    run_beside(work)
    assert done.wait(10)
    return told[0]


def idle() -> None:
    """Wait until some thread waits for work."""
    pause = threading.Event()
    while not side_threads._idle:
        pause.wait(0.001)


def test_a_thread_is_used_again() -> None:
    thread_of()
    idle()
    count = threading.active_count()
    for _ in range(20):
        assert thread_of() != threading.get_ident()
        idle()
    assert threading.active_count() == count


def test_what_runs_does_not_wait_for_what_else_runs() -> None:
    over = threading.Event()
    for _ in range(3):
        run_beside(lambda: over.wait(20))
    try:
        assert thread_of()
    finally:
        over.set()


def test_many_callers_get_what_they_asked_for() -> None:
    counted: list[int] = []
    done = threading.Semaphore(0)

    def count(number: int) -> None:
        counted.append(number)
        done.release()

    def ask(first: int) -> None:
        for number in range(first, first + 50):
            run_beside(lambda number=number: count(number))

    threads = [threading.Thread(target=ask, args=(first * 50,)) for first in range(8)]
    for thread in threads:
        thread.start()
    for _ in range(400):
        assert done.acquire(timeout=20)
    for thread in threads:
        thread.join()
    assert sorted(counted) == list(range(400))


def test_threads_end_when_nobody_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(side_threads, "_PATIENCE", 0.01)
    side_threads._idle.clear()
    ident = thread_of()
    pause = threading.Event()
    while any(thread.ident == ident for thread in threading.enumerate()):
        pause.wait(0.001)
    assert not side_threads._idle


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")
def test_a_child_starts_threads_of_its_own() -> None:
    thread_of()
    idle()
    pid = os.fork()
    if pid == 0:
        try:
            os._exit(0 if thread_of() else 1)
        finally:
            os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
