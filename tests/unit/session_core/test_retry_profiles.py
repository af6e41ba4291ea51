from sotalia.components.retry import RetryContext
from sotalia.session_core.retry_profiles import standard_retry


def first_wait(service: str, operation: str = "Op", **outcome: object) -> float | None:
    return standard_retry(service, random=lambda: 1.0).on_attempt(RetryContext(operation).record(**outcome))


def test_dynamodb_tries_more_often_and_sooner() -> None:
    assert standard_retry("dynamodb").max_attempts == 4
    assert standard_retry("dynamodb-streams").max_attempts == 4
    assert standard_retry("s3").max_attempts == 3
    assert first_wait("dynamodb", status=500, error_code="x") == 0.025
    assert first_wait("dynamodb", status=400, error_code="Throttling") == 1.0
    assert first_wait("s3", status=500, error_code="x") == 0.05


def test_given_number_of_attempts_wins() -> None:
    assert standard_retry("dynamodb", 2).max_attempts == 2


def test_only_sts_waits_for_identity_providers() -> None:
    assert first_wait("sts", status=400, error_code="IDPCommunicationError") == 0.05
    assert first_wait("iam", status=400, error_code="IDPCommunicationError") is None
