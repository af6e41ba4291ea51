"""The standard retry mode: whether a failed attempt is made again, and after how long.

No I/O: the call pipeline tells what became of an attempt and is told how long
to wait. Numbers and lists are those that boto3 1.44.5 was seen to use in its
standard mode; AWS SDKs and Tools reference guide, "Retry behavior".
"""

from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING, Any, Final, Literal, Protocol

from .errors import ConnectionError, HTTPClientError  # noqa: A004 - the name that users catch
from .retry_quota import RetryQuota

if TYPE_CHECKING:
    from .http import AWSResponse

__all__ = [
    "DEFAULT_MAX_ATTEMPTS",
    "THROTTLING_CODES",
    "TRANSIENT_CODES",
    "Kind",
    "RetryContext",
    "RetryStrategy",
    "StandardRetry",
    "crc32_mismatch",
    "uniform",
]

DEFAULT_MAX_ATTEMPTS: Final = 3
TRANSIENT_BASE_DELAY: Final = 0.05  # seconds
THROTTLING_BASE_DELAY: Final = 1.0
MAX_DELAY: Final = 20.0
MAX_ADDED_BY_SERVER: Final = 5.0  # seconds that a service may add to the computed delay
RETRY_COST: Final = 14
THROTTLING_COST: Final = 5

TRANSIENT_STATUS: Final = frozenset({500, 502, 503, 504})
TRANSIENT_CODES: Final = frozenset({"PriorRequestNotComplete", "RequestTimeout", "RequestTimeoutException"})
THROTTLING_STATUS: Final = 429
THROTTLING_CODES: Final = frozenset(
    {
        "BandwidthLimitExceeded",
        "EC2ThrottledException",
        "LimitExceededException",
        "PriorRequestNotComplete",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "RequestThrottledException",
        "SlowDown",
        "ThrottledException",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
        "TransactionInProgressException",
    }
)

Kind = Literal["transient", "throttling"]


class RetryContext:
    """One call, as its retry strategy sees it; the pipeline makes one and tells it of each attempt.

    ``retryable_errors`` are the operation's modelled retryable errors: code to
    whether it is a throttling one. After ``on_attempt`` said no, ``metadata``
    has what belongs into ``ResponseMetadata`` (``MaxAttemptsReached``,
    ``RetryQuotaReached``), ``pause`` the seconds to wait before the failure is
    handed on, and ``failure`` an error that is raised in place of the answer.
    ``max_attempts`` is the number that this call was given; ``None`` leaves it
    to the strategy. ``answer`` is the whole answer of the attempt; read its
    ``content`` only for operations whose output is no stream. For one call in
    one thread.
    """

    __slots__ = (
        "answer",
        "attempt",
        "corrected",
        "error_code",
        "exception",
        "failure",
        "headers",
        "kind",
        "max_attempts",
        "metadata",
        "operation",
        "paid",
        "pause",
        "retryable_errors",
        "status",
    )

    def __init__(
        self,
        operation: str = "",
        retryable_errors: Mapping[str, bool] | None = None,
        max_attempts: int | None = None,
    ) -> None:
        self.operation = operation
        self.retryable_errors: Mapping[str, bool] = retryable_errors or {}
        self.max_attempts = max_attempts
        self.answer: AWSResponse | None = None
        self.failure: Exception | None = None
        self.attempt = 0
        self.paid = 0
        self.pause = 0.0
        self.metadata: dict[str, Any] = {}
        self.status: int | None = None
        self.error_code: str | None = None
        self.headers: Mapping[str, Any] | None = None
        self.exception: BaseException | None = None
        self.kind: Kind | None = None
        self.corrected = False

    def record(
        self,
        status: int | None = None,
        error_code: str | None = None,
        headers: Mapping[str, Any] | None = None,
        exception: BaseException | None = None,
        *,
        kind: Kind | None = None,
        corrected: bool = False,
        answer: "AWSResponse | None" = None,
    ) -> "RetryContext":
        """Tell how the next attempt ended: with an answer, with an exception, or with both.

        ``headers`` compare names without regard to case. ``kind`` says that the
        attempt failed although nothing here shows it (a checksum that does not
        fit). ``corrected`` says that what failed has been mended, such as an
        expired identity or a wrong clock, so that no time need pass.
        """
        self.attempt += 1
        self.status = status
        self.error_code = error_code
        self.headers = headers
        self.exception = exception
        self.kind = kind
        self.corrected = corrected
        self.answer = answer
        return self


class RetryStrategy(Protocol):
    """Decides about retries; one per client, safe in threads.

    The component ``retry_strategy`` is a strategy, or what makes one for each
    client: a class or function that takes the keywords ``service_id`` (with
    hyphens, as in the names of events) and ``retries`` (a mapping).

    A strategy may have ``before_attempt(context) -> float`` too: it is asked
    before each attempt for the seconds to wait, and again after that wait,
    until it says 0. It may have ``tells_max_at_once``, ``False`` for one that
    does not announce ``max`` in ``amz-sdk-request`` before it was asked.
    """

    @property
    def max_attempts(self) -> int:
        """How often a call is tried at most, unless the call says so itself."""
        ...

    def on_attempt(self, context: RetryContext) -> float | None:
        """Return the seconds until the next attempt, or ``None`` when there is none; also called after success."""


class StandardRetry:
    """Exponential backoff with full jitter, under a quota that calls of one client share.

    ``base_delay`` is the first delay's upper bound, in seconds, for failures
    that are no throttling. ``transient_codes`` adds a service's own. Calls of
    the operations in ``long_polling`` wait before they fail for want of quota,
    since their callers ask again at once. An answer whose header
    ``crc32_header`` is not the CRC-32 of its body is a transient failure.
    """

    __slots__ = (
        "_base_delay",
        "_crc32_header",
        "_long_polling",
        "_quota",
        "_random",
        "_transient_codes",
        "max_attempts",
    )

    def __init__(
        self,
        max_attempts: int = DEFAULT_MAX_ATTEMPTS,
        *,
        quota: RetryQuota | None = None,
        base_delay: float = TRANSIENT_BASE_DELAY,
        transient_codes: Collection[str] = (),
        long_polling: Collection[str] = (),
        crc32_header: str | None = None,
        random: Callable[[], float] | None = None,
    ) -> None:
        self.max_attempts = max_attempts
        self._quota = RetryQuota() if quota is None else quota
        self._base_delay = base_delay
        self._transient_codes = TRANSIENT_CODES.union(transient_codes)
        self._long_polling = frozenset(long_polling)
        self._crc32_header = crc32_header
        self._random = random or uniform

    def __repr__(self) -> str:
        return f"<{type(self).__name__} max_attempts={self.max_attempts} {self._quota!r}>"

    def on_attempt(self, context: RetryContext) -> float | None:
        """Return the seconds until the next attempt, or ``None``."""
        last = context.attempt >= (context.max_attempts or self.max_attempts)
        if last:
            context.metadata["MaxAttemptsReached"] = True
        return self._decide(context, self.kind_of(context), last)

    def passes(self, answer: "AWSResponse") -> bool:
        """Take note of an answer without an error to the first of several attempts: no ``RetryContext`` is needed then.

        ``False``, and no note, for a body that is not what its header says.
        """
        if self._crc32_header is not None and crc32_mismatch(answer, self._crc32_header) is not None:
            return False
        self._quota.release(1)
        return True

    def _decide(self, context: RetryContext, kind: Kind | None, last: bool) -> float | None:
        if kind is None:
            if context.exception is None and context.error_code is None and (context.status or 0) < 300:
                self._quota.release(context.paid or 1)
            return None
        if last:
            return None
        delay = 0.0 if context.corrected else self._delay(kind, context)
        cost = THROTTLING_COST if kind == "throttling" else RETRY_COST
        if not self._quota.acquire(cost):
            context.metadata["RetryQuotaReached"] = True
            if context.operation in self._long_polling:
                context.pause = delay
            return None
        context.paid = cost
        return delay

    def kind_of(self, context: RetryContext) -> Kind | None:
        """Return what kind of failure an attempt was, ``None`` for success and what no retry can help."""
        code, status = context.error_code, context.status
        if code is None and context.exception is None and context.kind is None and status is not None and status < 300:
            return "transient" if self._crc32_header is not None and self._is_broken(context) else None
        if context.kind == "throttling" or status == THROTTLING_STATUS or code in THROTTLING_CODES:
            return "throttling"
        if code is not None:
            throttling = context.retryable_errors.get(code)
            if throttling is not None:
                return "throttling" if throttling else "transient"
        if (
            context.kind == "transient"
            or context.corrected
            or status in TRANSIENT_STATUS
            or code in self._transient_codes
            or isinstance(context.exception, ConnectionError | HTTPClientError)
            or self._is_broken(context)
        ):
            return "transient"
        return None

    def _is_broken(self, context: RetryContext) -> bool:
        header, answer = self._crc32_header, context.answer
        return header is not None and answer is not None and crc32_mismatch(answer, header) is not None

    def _delay(self, kind: Kind, context: RetryContext) -> float:
        base = THROTTLING_BASE_DELAY if kind == "throttling" else self._base_delay
        # The exponent is bounded: 2 ** 2000 is no float.
        delay = self._random() * min(base * 2.0 ** min(context.attempt - 1, 32), MAX_DELAY)
        asked = _retry_after(context.headers)
        return delay if asked is None else min(max(asked, delay), delay + MAX_ADDED_BY_SERVER)


def crc32_mismatch(answer: "AWSResponse", header: str) -> tuple[str, int] | None:
    """Return the CRC-32 that a header promises and the one that the body has, ``None`` if they agree."""
    promised = answer.headers.get(header)
    if promised is None:
        return None
    from zlib import crc32  # DynamoDB alone promises one

    found = crc32(answer.content)
    return None if str(promised).strip() == str(found) else (str(promised), found)


def uniform() -> float:
    """Return a random number from 0 up to 1."""
    from random import random  # not before something is retried

    return random()  # noqa: S311 - jitter, no secret


def _retry_after(headers: Mapping[str, Any] | None) -> float | None:
    """Return the seconds that the service asks for, or ``None``; HTTP's own ``Retry-After`` is not heeded."""
    value = headers.get("x-amz-retry-after") if headers else None
    if value is None:
        return None
    text = str(value).strip()
    # More digits than these would be hours, and a number that float() may refuse.
    return int(text) * 0.001 if text.isascii() and text.isdigit() and len(text) < 10 else None
