"""What single services change about the standard retry mode, and the adaptive one, which builds on it."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from ..components.retry import StandardRetry

if TYPE_CHECKING:
    from ..components.retry_adaptive import AdaptiveRetry

__all__ = ["adaptive_retry", "standard_retry"]

_DYNAMODB: Final[dict[str, Any]] = {"max_attempts": 4, "base_delay": 0.025}

# By service id with hyphens, as in the names of events.
_PROFILES: Final[Mapping[str, Mapping[str, Any]]] = {
    "dynamodb": {**_DYNAMODB, "crc32_header": "x-amz-crc32"},
    "dynamodb-streams": _DYNAMODB,
    "kinesis": {"long_polling": ("ReceiveDeadLetterQueueRecords", "ReceiveQueueRecords")},
    "sfn": {"long_polling": ("GetActivityTask",)},
    "sqs": {"long_polling": ("ReceiveMessage",)},
    "sts": {"transient_codes": ("IDPCommunicationError",)},
    "swf": {"long_polling": ("PollForActivityTask", "PollForDecisionTask")},
}


def standard_retry(
    service_id: str, max_attempts: int | None = None, *, random: Callable[[], float] | None = None
) -> StandardRetry:
    """Return the standard retry strategy of a new client; ``max_attempts`` counts the first attempt too."""
    return StandardRetry(**_options(service_id, max_attempts), random=random)


def adaptive_retry(
    service_id: str,
    max_attempts: int | None = None,
    *,
    clock: Callable[[], float],
    random: Callable[[], float] | None = None,
) -> "AdaptiveRetry":
    """Return the adaptive retry strategy of a new client; ``clock`` tells seconds and is never set back."""
    from ..components.retry_adaptive import AdaptiveRetry  # few clients ask for it

    return AdaptiveRetry(**_options(service_id, max_attempts), clock=clock, random=random)


def _options(service_id: str, max_attempts: int | None) -> dict[str, Any]:
    options = dict(_PROFILES.get(service_id, {}))
    if max_attempts is not None:
        options["max_attempts"] = max_attempts
    return options
