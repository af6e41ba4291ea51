import pytest
from sotalia.components.errors import (
    BotoCoreError,
    ClientError,
    CredentialRetrievalError,
    MetadataRetrievalError,
    RefreshWithMFAUnsupportedError,
)
from sotalia.components.shared_failure import describe_failure, rebuild_failure


def there_and_back(error):
    import json

    text, details = describe_failure(error)
    return rebuild_failure("iam-role", text, json.loads(json.dumps(details)))


@pytest.mark.parametrize(
    "error",
    [
        MetadataRetrievalError(error_msg="throttled (429 x3)"),
        CredentialRetrievalError(provider="x", error_msg="y"),
        RefreshWithMFAUnsupportedError(),
    ],
)
def test_an_error_of_sotalia_comes_back_as_itself(error):
    again = there_and_back(error)
    assert type(again) is type(error)
    assert str(again) == str(error)


def test_an_answer_of_a_service_comes_back_with_its_code_only():
    response = {
        "Error": {"Code": "AccessDenied", "Message": "no", "Extra": "canary"},
        "ResponseMetadata": {"HTTPStatusCode": 403, "HTTPHeaders": {"x": "canary"}},
    }
    text, details = describe_failure(ClientError(response, "AssumeRole"))
    assert "canary" not in repr(details)
    again = rebuild_failure("assume-role", text, details)
    assert type(again) is ClientError
    assert again.response["Error"]["Code"] == "AccessDenied"
    assert again.response["ResponseMetadata"]["HTTPStatusCode"] == 403
    assert again.operation_name == "AssumeRole"


def test_a_class_made_elsewhere_comes_back_as_its_nearest_known_base():
    class Mine(MetadataRetrievalError):
        pass

    again = there_and_back(Mine(error_msg="no"))
    assert type(again) is MetadataRetrievalError


def test_a_foreign_exception_keeps_no_message():
    again = there_and_back(ValueError("canary"))
    assert type(again) is CredentialRetrievalError
    assert "canary" not in str(again)
    assert "ValueError" in str(again)
    assert "Connection refused" in str(there_and_back(ConnectionRefusedError(111, "Connection refused")))


@pytest.mark.parametrize(
    "details", [None, {"type": "Nothing"}, {"type": "BotoCoreError"}, {"type": "ClientError"}, {"type": "__name__"}]
)
def test_details_of_another_version_still_give_an_error(details):
    again = rebuild_failure("iam-role", "text", details)
    assert isinstance(again, BotoCoreError)
    assert "text" in str(again)
