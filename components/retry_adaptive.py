"""The adaptive retry mode: the standard one, and a rate of sending that follows what the service bears."""

from collections.abc import Callable
from typing import Any

from .retry import DEFAULT_MAX_ATTEMPTS, Kind, RetryContext, StandardRetry
from .send_rate import SendRate

__all__ = ["AdaptiveRetry"]


class AdaptiveRetry(StandardRetry):
    """Standard retries, and requests that wait before they are sent while the service throttles.

    ``clock`` tells seconds and is never set back; the other options are those
    of ``StandardRetry``.
    """

    __slots__ = ("rate",)

    def __init__(self, max_attempts: int = DEFAULT_MAX_ATTEMPTS, *, clock: Callable[[], float], **options: Any) -> None:
        super().__init__(max_attempts, **options)
        self.rate = SendRate(clock)

    def before_attempt(self, context: RetryContext) -> float:
        """Return the seconds to wait before asking again, 0 to send."""
        return self.rate.acquire()

    def _decide(self, context: RetryContext, kind: Kind | None, last: bool) -> float | None:
        self.rate.record(kind == "throttling")
        return super()._decide(context, kind, last)
