"""The legacy retry mode: policies per service, without a quota.

The policies are those of the ``_retry`` data; what they mean was seen with
boto3 1.44.5: exponential delays that only the default policy draws by lot and
that nothing bounds, and no heed of ``Retry-After``.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

from .errors import ChecksumError, ConnectionClosedError, ConnectionError, ReadTimeoutError  # noqa: A004
from .retry import RetryContext, crc32_mismatch, uniform

__all__ = ["LegacyPolicies", "LegacyRetry", "legacy_policies"]

_CONNECTION_ERRORS: Final = (ConnectionError, ConnectionClosedError, ReadTimeoutError)
_USUAL_ATTEMPTS: Final = 5


class LegacyPolicies(NamedTuple):
    """What one service retries: answers by status and error code (``None``: any), and how it waits.

    ``base`` is the first delay in seconds, ``None`` for one that is drawn anew
    each time.
    """

    max_attempts: int
    base: float | None
    growth: float
    answers: frozenset[tuple[int, str | None]]
    connection_errors: bool
    crc32_header: str | None


def legacy_policies(data: Mapping[str, Any], service: str) -> LegacyPolicies:
    """Read the policies of a service, by its endpoint prefix, from the ``_retry`` data.

    The common ones hold too, save those that the service has under the same name.
    """
    definitions = data.get("definitions", {})
    usual = data["retry"]["__default__"]
    own = data["retry"].get(service, {}).get("__default__", {})
    delay = own.get("delay") or usual["delay"]
    answers: set[tuple[int, str | None]] = set()
    connection_errors, crc32_header = False, None
    for policy in {**usual.get("policies", {}), **own.get("policies", {})}.values():
        if "$ref" in policy:
            policy = definitions[policy["$ref"]]
        applies = policy["applies_when"]
        response = applies.get("response", {})
        if "http_status_code" in response:
            answers.add((response["http_status_code"], response.get("service_error_code")))
        crc32_header = response.get("crc32body", crc32_header)
        connection_errors = connection_errors or bool(applies.get("socket_errors"))
    return LegacyPolicies(
        int(own.get("max_attempts") or usual.get("max_attempts") or _USUAL_ATTEMPTS),
        None if delay["base"] == "rand" else float(delay["base"]),
        float(delay["growth_factor"]),
        frozenset(answers),
        connection_errors,
        crc32_header,
    )


class LegacyRetry:
    """Retry what the policies name, as often as they say or ``max_attempts``; safe in threads: it keeps nothing."""

    __slots__ = ("_policies", "_random", "max_attempts")

    tells_max_at_once = False

    def __init__(
        self,
        policies: LegacyPolicies,
        max_attempts: int | None = None,
        *,
        random: Callable[[], float] | None = None,
    ) -> None:
        self._policies = policies
        self._random = random or uniform
        self.max_attempts = policies.max_attempts if max_attempts is None else max_attempts

    def __repr__(self) -> str:
        return f"<LegacyRetry max_attempts={self.max_attempts}>"

    def on_attempt(self, context: RetryContext) -> float | None:
        """Return the seconds until the next attempt, or ``None``."""
        broken = None
        if not self._applies(context):
            broken = self._broken(context)
            if broken is None:
                return None
        if context.attempt >= (context.max_attempts or self.max_attempts):
            context.metadata["MaxAttemptsReached"] = True
            context.failure = broken
            return None
        if context.corrected:
            return 0.0
        policies = self._policies
        base = self._random() if policies.base is None else policies.base
        return float(base * policies.growth ** min(context.attempt - 1, 64))

    def _applies(self, context: RetryContext) -> bool:
        if context.corrected:
            return True
        if context.exception is not None:
            return self._policies.connection_errors and isinstance(context.exception, _CONNECTION_ERRORS)
        answers, status = self._policies.answers, context.status
        if status is None:
            return False
        return (status, None) in answers or (context.error_code is not None and (status, context.error_code) in answers)

    def _broken(self, context: RetryContext) -> ChecksumError | None:
        """Return the error of a body that does not have the CRC-32 of its header."""
        header = self._policies.crc32_header
        if header is None or context.answer is None or context.exception is not None:
            return None
        mismatch = crc32_mismatch(context.answer, header)
        if mismatch is None:
            return None
        return ChecksumError(checksum_type="crc32", expected_checksum=mismatch[0], actual_checksum=mismatch[1])
