"""How fast bytes may go, and who is told that they have gone."""

import threading
import time
from collections.abc import Callable
from typing import Final

__all__ = ["Bandwidth", "Progress"]

_BLOCKS_A_SECOND: Final = 16
_SMALLEST_BLOCK: Final = 1024


class Bandwidth:
    """A limit of bytes a second, over all transfers that share it; safe in threads.

    Each block is given the time that it takes at this rate, one behind the
    other: over any while no more goes than the rate allows, and one block.
    """

    def __init__(self, rate: int, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._rate = rate
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._free_at = 0.0
        self.block = max(rate // _BLOCKS_A_SECOND, _SMALLEST_BLOCK)
        """How many bytes to ask for at once at most, so that they flow evenly."""

    def take(self, count: int) -> float:
        """Return how many seconds to wait before ``count`` bytes may go; they are reckoned with from now on."""
        with self._lock:
            now = self._monotonic()
            begin = max(now, self._free_at)
            self._free_at = begin + count / self._rate
        return begin - now

    def renew(self) -> None:
        """Begin anew, in a forked child."""
        self._lock = threading.Lock()


class Progress:
    """Tells a callback how many bytes more have gone: one call at a time, from any thread."""

    def __init__(self, callback: Callable[[int], object]) -> None:
        self._callback = callback
        self._lock = threading.RLock()

    def __call__(self, count: int) -> None:
        """Tell of ``count`` bytes, fewer than none for those that have to go again."""
        if count:
            with self._lock:
                self._callback(count)
