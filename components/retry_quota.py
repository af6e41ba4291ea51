"""The quota that bounds retries: a client whose calls all fail soon stops repeating them."""

import os
import threading
from typing import Final

__all__ = ["RetryQuota"]

INITIAL_CAPACITY: Final = 500

# One lock for all quotas of the process: it is held for a few instructions, and only when a call
# fails or the quota is not full. A fork while another thread holds it must not stop the child.
_lock = threading.Lock()


def _renew_lock() -> None:
    global _lock
    _lock = threading.Lock()


os.register_at_fork(after_in_child=_renew_lock)


class RetryQuota:
    """A bucket of tokens: retries take some, success puts them back. Safe in threads and across fork."""

    __slots__ = ("_available", "_capacity")

    def __init__(self, capacity: int = INITIAL_CAPACITY) -> None:
        self._capacity = capacity
        self._available = capacity

    def __repr__(self) -> str:
        return f"<RetryQuota {self._available} of {self._capacity}>"

    @property
    def available(self) -> int:
        """How many tokens are left."""
        return self._available

    def acquire(self, amount: int) -> bool:
        """Take tokens; ``False``, and none taken, when there are too few."""
        with _lock:
            if self._available < amount:
                return False
            self._available -= amount
            return True

    def release(self, amount: int) -> None:
        """Put tokens back, up to the capacity."""
        if self._available >= self._capacity:
            return  # the ordinary case takes no lock
        with _lock:
            self._available = min(self._available + amount, self._capacity)
