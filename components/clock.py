"""Time as a component: everything that asks for the hour or waits goes through one of these."""

import time
from datetime import UTC, datetime

__all__ = ["Clock"]


class Clock:
    """The system's clocks. Replace it (component ``clock``) to test without waiting; safe in threads."""

    def time(self) -> float:
        """Seconds since the epoch."""
        return time.time()

    def monotonic(self) -> float:
        """Seconds on a clock that is never set."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait."""
        time.sleep(seconds)

    def now(self) -> datetime:
        """The time of day as an aware datetime in UTC."""
        return datetime.fromtimestamp(self.time(), UTC)
