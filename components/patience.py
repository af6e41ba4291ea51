"""How long to wait for somebody else on a machine that may be short of CPU time.

Sixty-four processes that start at once on two CPUs wake up seconds late, and so
does the one that they wait for. Wall-clock deadlines would send all of them to
the source just then; so lateness does not count, within a limit.
"""

from collections.abc import Callable
from typing import Final, TypeVar

__all__ = ["Patience"]

_SLACK: Final = 0.05  # what any machine may be late
_LONGEST: Final = 4.0  # times the seconds that were given, however late everything is

_Result = TypeVar("_Result")


class Patience:
    """A deadline that moves by as much as the waiter wakes up late. For one thread; ``monotonic`` is in seconds.

    ``haste`` is the part of the ``seconds`` that is left out, so that not all
    of those who began together end together.
    """

    __slots__ = ("_last", "_monotonic", "_until", "seconds")

    def __init__(self, seconds: float, monotonic: Callable[[], float], haste: float = 0.0) -> None:
        now = monotonic()
        self.seconds = seconds
        self._monotonic = monotonic
        self._until = now + seconds * (1.0 - haste)
        self._last = now + seconds * _LONGEST

    def left(self) -> float:
        """Return the seconds that are left, 0 when there are none."""
        return max(0.0, self._until - self._monotonic())

    def pause(self, wait: Callable[[float], _Result], seconds: float) -> _Result:
        """Wait with ``wait(seconds)`` and return its result; what it takes beyond ``seconds`` does not count."""
        before = self._monotonic()
        result = wait(seconds)
        late = self._monotonic() - before - seconds - _SLACK
        if late > 0:
            self._until = min(self._until + late, self._last)
        return result
