"""How fast a client may send: a token bucket that throttling slows and success quickens (CUBIC).

A state machine without I/O: who asks is told how long to wait. Numbers are
those that boto3 1.44.5 was seen to use in its adaptive mode; the curve is that
of RFC 9438, section 4.
"""

import os
import threading
from collections.abc import Callable
from math import floor
from typing import Final

__all__ = ["SendRate"]

_BUCKETS_PER_SECOND: Final = 2
_SMOOTHING: Final = 0.8
_BETA: Final = 0.7
_SCALE: Final = 0.4
_LEAST_RATE: Final = 0.5  # requests per second
_LEAST_CAPACITY: Final = 1.0
_ENOUGH: Final = 1.0 - 1e-9  # sums of waits fall short of whole tokens by rounding

# One lock for all: it is held for a few microseconds, and only by clients in adaptive mode.
_lock = threading.Lock()


def _renew_lock() -> None:
    global _lock
    _lock = threading.Lock()


os.register_at_fork(after_in_child=_renew_lock)


class SendRate:
    """The rate of one client. Bounds nothing until a service has throttled. Safe in threads and across fork.

    ``clock`` tells seconds and is never set back.
    """

    __slots__ = (
        "_capacity",
        "_clock",
        "_count",
        "_counted_to",
        "_enabled",
        "_filled_at",
        "_last_max",
        "_measured",
        "_rate",
        "_throttled_at",
        "_tokens",
    )

    def __init__(self, clock: Callable[[], float]) -> None:
        now = clock()
        self._clock = clock
        self._enabled = False
        self._rate = 1.0
        self._capacity = _LEAST_CAPACITY
        self._tokens = 0.0
        self._filled_at = now
        self._measured = 0.0
        self._count = 0
        self._counted_to = _bucket(now)
        self._last_max = _LEAST_RATE
        self._throttled_at = now

    def __repr__(self) -> str:
        return f"<SendRate {f'{self._rate:.2f}/s' if self._enabled else 'unbounded'}>"

    @property
    def bound(self) -> float | None:
        """The requests per second that are allowed; ``None`` where nothing has been throttled yet."""
        return self._rate if self._enabled else None

    def acquire(self) -> float:
        """Take the token of one request and return 0, or return after how many seconds to ask again."""
        if not self._enabled:
            return 0.0
        with _lock:
            self._fill(self._clock())
            if self._tokens >= _ENOUGH:
                self._tokens = max(0.0, self._tokens - 1.0)
                return 0.0
            return (1.0 - self._tokens) / self._rate

    def record(self, throttled: bool) -> None:
        """Tell how a request ended, successes too."""
        with _lock:
            now = self._clock()
            self._measure(now)
            if throttled:
                seen = min(self._measured, self._rate) if self._enabled else self._measured
                self._last_max = seen
                self._throttled_at = now
                self._enabled = True
                wanted = seen * _BETA
            else:
                since = now - self._throttled_at
                back_at = (self._last_max * (1.0 - _BETA) / _SCALE) ** (1 / 3)
                wanted = _SCALE * (since - back_at) ** 3 + self._last_max
            rate = min(wanted, 2.0 * self._measured)
            self._fill(now)
            self._rate = max(rate, _LEAST_RATE)
            self._capacity = max(rate, _LEAST_CAPACITY)
            self._tokens = min(self._tokens, self._capacity)

    def _fill(self, now: float) -> None:
        self._tokens = min(self._capacity, self._tokens + (now - self._filled_at) * self._rate)
        self._filled_at = now

    def _measure(self, now: float) -> None:
        """Count a request; at the end of each half second, work the count into the rate that was measured."""
        self._count += 1
        bucket = _bucket(now)
        if bucket > self._counted_to:
            rate = self._count / (bucket - self._counted_to)
            self._measured = rate * _SMOOTHING + self._measured * (1.0 - _SMOOTHING)
            self._count = 0
            self._counted_to = bucket


def _bucket(now: float) -> float:
    return floor(now * _BUCKETS_PER_SECOND) / _BUCKETS_PER_SECOND
