"""Retry strategies by the ``retries`` of a client (component ``retry_strategy``)."""

from collections.abc import Mapping
from typing import Any

from ..components.log_events import CONFIG_OPTION_IGNORED
from ..components.logging import get_logger, warn_once
from ..components.retry import RetryStrategy
from .retry_profiles import standard_retry

__all__ = ["retry_strategy"]


def retry_strategy(service_id: str, retries: Mapping[str, Any]) -> RetryStrategy:
    """Return the strategy of a new client.

    ``retries`` is the option of ``Config``, checked there: ``mode`` and
    ``total_max_attempts``. This version has the standard mode alone; ``legacy``
    and ``adaptive`` run as that, with one warning.
    """
    mode = str(retries.get("mode", "standard"))
    if mode != "standard":
        warn_once(
            ("retry_mode", mode),
            get_logger("retry"),
            CONFIG_OPTION_IGNORED,
            option="retries.mode",
            value=mode,
            used="standard",
        )
    attempts = retries.get("total_max_attempts")
    return standard_retry(service_id, int(attempts) if attempts else None)
