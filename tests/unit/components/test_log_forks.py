"""A fork waits for records that are being written."""

import logging
import os
import threading
import time

import pytest
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
