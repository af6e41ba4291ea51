"""What single services change about the standard retry mode."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from ..components.retry import StandardRetry

__all__ = ["standard_retry"]

_DYNAMODB: Final[dict[str, Any]] = {"max_attempts": 4, "base_delay": 0.025}

# By service id with hyphens, as in the names of events.
_PROFILES: Final[Mapping[str, Mapping[str, Any]]] = {
    "dynamodb": _DYNAMODB,
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
    options = dict(_PROFILES.get(service_id, {}))
    if max_attempts is not None:
        options["max_attempts"] = max_attempts
    return StandardRetry(**options, random=random)
