"""Retry strategies by the ``retries`` of a client (component ``retry_strategy``)."""

from collections.abc import Callable, Mapping
from typing import Any

from ..components.retry import RetryStrategy
from .retry_profiles import adaptive_retry, standard_retry

__all__ = ["retry_strategy"]


def retry_strategy(
    service_id: str,
    retries: Mapping[str, Any],
    *,
    policies: Callable[[], Mapping[str, Any]],
    clock: Callable[[], float],
    random: Callable[[], float] | None = None,
) -> RetryStrategy:
    """Return the strategy of a new client.

    ``retries`` is the option of ``Config``, checked there: ``mode`` and
    ``total_max_attempts``. ``policies`` loads the ``_retry`` data, for the
    legacy mode; ``clock`` tells seconds and is never set back.
    """
    mode = retries.get("mode", "standard")
    attempts = retries.get("total_max_attempts") or None
    if mode == "legacy":
        from ..components.retry_legacy import LegacyRetry, legacy_policies

        # The data go by endpoint prefix: for the services that it names, the id without its hyphens.
        return LegacyRetry(legacy_policies(policies(), service_id.replace("-", "")), attempts, random=random)
    if mode == "adaptive":
        return adaptive_retry(service_id, attempts, clock=clock, random=random)
    return standard_retry(service_id, attempts, random=random)
