"""The settings of transfers, and which arguments they take."""

import pytest
from sotalia.s3.transfer import S3Transfer, TransferConfig
from sotalia.session_core.transfer_arguments import ALLOWED_UPLOAD_ARGS, check_extra, of_source

MB = 1 << 20


def test_the_defaults_are_those_that_users_know() -> None:
    config = TransferConfig()
    assert (config.multipart_threshold, config.multipart_chunksize, config.io_chunksize) == (8 * MB, 8 * MB, MB // 4)
    assert (config.max_concurrency, config.num_download_attempts, config.max_io_queue) == (10, 5, 100)
    assert (config.use_threads, config.max_bandwidth, config.preferred_transfer_client) == (True, None, "auto")
    assert repr(config) == "TransferConfig()"
    assert repr(TransferConfig(max_concurrency=3)) == "TransferConfig(max_concurrency=3)"


def test_other_names_are_the_same_setting() -> None:
    config = TransferConfig(max_concurrency=3)
    assert config.max_request_concurrency == 3
    config.max_request_concurrency = 5
    config.max_io_queue_size = 7
    assert (config.max_concurrency, config.max_io_queue) == (5, 7)


@pytest.mark.parametrize("name", ["multipart_threshold", "max_concurrency", "max_bandwidth", "io_chunksize"])
def test_what_is_not_above_0_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=f"{name} must be greater than 0"):
        TransferConfig(**{name: 0})


def test_unknown_arguments_are_named_with_those_that_there_are() -> None:
    with pytest.raises(ValueError, match="Invalid extra_args key 'Foo', must be one of: ACL, CacheControl"):
        check_extra({"ACL": "private", "Foo": 1}, ALLOWED_UPLOAD_ARGS)
    assert check_extra(None, ALLOWED_UPLOAD_ARGS) == {}


def test_the_arguments_of_a_copy_are_said_of_its_source() -> None:
    given = {"CopySourceIfMatch": "e", "CopySourceSSECustomerKey": "k", "RequestPayer": "requester", "ACL": "private"}
    assert of_source(given) == {"IfMatch": "e", "SSECustomerKey": "k", "RequestPayer": "requester"}


def test_a_manager_needs_a_client_and_takes_no_parts_of_boto3() -> None:
    with pytest.raises(ValueError, match="must be provided"):
        S3Transfer()
    with pytest.raises(ValueError, match="of boto3"):
        S3Transfer(object(), osutil=object())
