"""Retry strategies by the ``retries`` of a client (component ``retry_strategy``)."""

from collections.abc import Mapping
from typing import Any

from ..components.errors import InvalidRetryModeError
from ..components.retry import DEFAULT_MAX_ATTEMPTS, RetryStrategy, StandardRetry

__all__ = ["retry_strategy"]

MODES = ("standard",)

_SERVICES: Mapping[str, Mapping[str, Any]] = {
    "DynamoDB": {"max_attempts": 4, "base_delay": 0.025},
    "DynamoDB Streams": {"max_attempts": 4, "base_delay": 0.025},
    "SQS": {"long_polling": ("ReceiveMessage",)},
    "SFN": {"long_polling": ("GetActivityTask",)},
    "SWF": {"long_polling": ("PollForActivityTask", "PollForDecisionTask")},
    "STS": {"transient_codes": ("IDPCommunicationError",)},
}
"""What differs for a service, by its id; the number of attempts where none is configured."""


def retry_strategy(service_id: str, retries: Mapping[str, Any]) -> RetryStrategy:
    """Return the strategy of a new client; ``legacy`` and ``adaptive`` run as ``standard`` in this version.

    ``retries`` is the option of ``Config``: ``mode`` and ``total_max_attempts``.
    """
    mode = str(retries.get("mode", "standard"))
    if mode not in ("standard", "legacy", "adaptive"):
        raise InvalidRetryModeError(provided_retry_mode=mode, valid_modes=", ".join(MODES))
    options = dict(_SERVICES.get(service_id, {}))
    attempts = retries.get("total_max_attempts")
    options["max_attempts"] = int(attempts) if attempts else options.get("max_attempts", DEFAULT_MAX_ATTEMPTS)
    return StandardRetry(**options)
