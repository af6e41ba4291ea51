"""The legacy retry mode: policies in, decisions out."""

import pytest
from sotalia.components.errors import (
    ChecksumError,
    ConnectionClosedError,
    EndpointConnectionError,
    HTTPClientError,
    ReadTimeoutError,
)
from sotalia.components.http import make_response
from sotalia.components.retry import RetryContext
from sotalia.components.retry_legacy import LegacyRetry, legacy_policies

DATA = {
    "definitions": {"busy": {"applies_when": {"response": {"http_status_code": 503}}}},
    "retry": {
        "__default__": {
            "max_attempts": 5,
            "delay": {"type": "exponential", "base": "rand", "growth_factor": 2},
            "policies": {
                "busy": {"$ref": "busy"},
                "sockets": {"applies_when": {"socket_errors": ["GENERAL_CONNECTION_ERROR"]}},
            },
        },
        "tables": {
            "__default__": {
                "max_attempts": 3,
                "delay": {"type": "exponential", "base": 0.05, "growth_factor": 2},
                "policies": {
                    "own": {"applies_when": {"response": {"http_status_code": 400, "service_error_code": "Later"}}},
                    "crc32": {"applies_when": {"response": {"crc32body": "x-amz-crc32"}}},
                },
            }
        },
        "orgs": {
            "__default__": {
                "policies": {
                    "busy": {"applies_when": {"response": {"http_status_code": 503, "service_error_code": "Busy"}}}
                }
            }
        },
    },
}


def waits(service: str, max_attempts: int | None = None, **outcome: object) -> list[float]:
    retry = LegacyRetry(legacy_policies(DATA, service), max_attempts, random=lambda: 0.5)
    context, found = RetryContext(), []
    while (wait := retry.on_attempt(context.record(**outcome))) is not None:
        found.append(wait)
    return found


def test_delays_grow_without_bound() -> None:
    assert waits("any", status=503, error_code="x") == [0.5, 1.0, 2.0, 4.0]
    assert waits("any", 8, status=503, error_code="x")[-1] == 32.0


def test_a_service_has_policies_and_delays_of_its_own() -> None:
    assert waits("tables", status=503, error_code="x") == [0.05, 0.1]
    assert waits("tables", status=400, error_code="Later") == [0.05, 0.1]
    assert waits("any", status=400, error_code="Later") == []


def test_a_policy_of_a_service_replaces_the_common_one_of_its_name() -> None:
    assert waits("orgs", status=503, error_code="x") == []
    assert waits("orgs", 2, status=503, error_code="Busy") == [0.5]


@pytest.mark.parametrize(
    ("error", "retried"),
    [
        (ReadTimeoutError(endpoint_url="u"), True),
        (EndpointConnectionError(endpoint_url="u"), True),
        (ConnectionClosedError(endpoint_url="u"), True),
        (HTTPClientError(error="e"), False),
        (ValueError(), False),
    ],
)
def test_errors_of_the_connection(error: Exception, retried: bool) -> None:
    assert waits("any", 2, exception=error) == ([0.5] if retried else [])


def test_max_attempts_is_told_only_of_what_would_have_been_retried() -> None:
    retry = LegacyRetry(legacy_policies(DATA, "any"), 1)
    for status, told in ((503, {"MaxAttemptsReached": True}), (404, {}), (200, {})):
        context = RetryContext().record(status)
        assert retry.on_attempt(context) is None
        assert context.metadata == told


@pytest.mark.parametrize("promised", ["1", "no number"])
def test_a_body_without_its_checksum_is_fetched_again_and_then_refused(promised: str) -> None:
    retry = LegacyRetry(legacy_policies(DATA, "tables"))
    context = RetryContext()
    answer = make_response(200, b"{}", {"x-amz-crc32": promised})
    assert retry.on_attempt(context.record(200, answer=answer)) == 0.05
    assert retry.on_attempt(context.record(200, answer=answer)) == 0.1
    assert context.failure is None
    assert retry.on_attempt(context.record(200, answer=answer)) is None
    assert isinstance(context.failure, ChecksumError)


def test_what_was_mended_is_sent_again_at_once() -> None:
    retry = LegacyRetry(legacy_policies(DATA, "any"))
    assert retry.on_attempt(RetryContext().record(403, "RequestTimeTooSkewed", corrected=True)) == 0.0


def test_a_call_may_have_its_own_number_of_attempts() -> None:
    retry = LegacyRetry(legacy_policies(DATA, "any"))
    assert retry.on_attempt(RetryContext(max_attempts=1).record(503)) is None
    assert retry.on_attempt(RetryContext(max_attempts=2).record(503)) is not None
