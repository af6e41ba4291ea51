"""A fork waits for records that are being written."""

import io
import logging
import os
import threading
import time

import pytest
from sotalia.components.after_fork import no_fork
from sotalia.components.logging import get_logger

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # fork with threads: the point of it


class Slow(logging.Handler):
    """Takes its time with the records of another thread."""

    def __init__(self):
        super().__init__()
        self.inside, self.done = threading.Event(), 0.0

    def emit(self, record):
        if threading.current_thread() is not threading.main_thread():
            self.inside.set()
            time.sleep(0.2)
            self.done = time.monotonic()


def test_a_fork_waits_for_the_handlers_and_gives_their_locks_back(request):
    handler, logger = Slow(), logging.getLogger("sotalia.forks")
    logger.addHandler(handler)
    request.addfinalizer(lambda: logger.removeHandler(handler))
    log = get_logger("forks")
    log.warning("FIRST")
    other = threading.Thread(target=lambda: log.warning("SLOW"))
    other.start()
    assert handler.inside.wait(20)
    child = os.fork()
    if child == 0:
        try:
            threading.Thread(target=lambda: log.warning("CHILD")).start()
            os._exit(0 if handler.done else 3)
        except BaseException:
            os._exit(1)
    forked = time.monotonic()
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    other.join(20)
    assert handler.done <= forked
    free = threading.Thread(target=lambda: log.warning("LATER"))
    free.start()
    free.join(20)
    assert not free.is_alive()


def forked_within(seconds):
    """Fork, and let the child log; return its exit status, after so long at most."""
    begun = time.monotonic()
    child = os.fork()
    if child == 0:
        try:
            get_logger("forks").warning("CHILD")
            os._exit(0)
        except BaseException:
            os._exit(1)
    assert time.monotonic() - begun < seconds
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def test_a_section_that_logs_while_a_fork_waits_for_it_can():
    log = get_logger("forks")
    log.warning("FIRST")
    entered = threading.Event()

    def section():
        with no_fork:
            entered.set()
            until = time.monotonic() + 20
            while not no_fork.forking and time.monotonic() < until:
                time.sleep(0.001)
            time.sleep(0.05)
            log.warning("INSIDE")  # with locks of logging that the fork must not have taken yet

    thread = threading.Thread(target=section)
    thread.start()
    assert entered.wait(20)
    assert forked_within(3) == 0  # the patience of a fork with sections is 5 s
    thread.join(20)


def test_who_configures_logging_and_a_fork_do_not_wait_for_each_other(request):
    handler, logger = logging.StreamHandler(io.StringIO()), logging.getLogger("sotalia.forks")
    logger.addHandler(handler)
    request.addfinalizer(lambda: logger.removeHandler(handler))
    get_logger("forks").warning("FIRST")
    has_it = threading.Event()

    def configure():  # as logging.config does: its own lock, then the locks of handlers
        with logging._lock:
            has_it.set()
            time.sleep(0.2)
            with handler.lock:
                pass

    thread = threading.Thread(target=configure)
    thread.start()
    assert has_it.wait(20)
    assert forked_within(10) == 0
    thread.join(20)
    assert not thread.is_alive()
