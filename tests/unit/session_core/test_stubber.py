"""Stubbed clients: what botocore's do is compared elsewhere; here is what they do besides."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from sotalia import CredentialProvider, Session
from sotalia.exceptions import StubAssertionError, StubResponseError, UnStubbedResponseError
from sotalia.stub import ANY, Stubber


@pytest.fixture
def s3() -> Iterator[Any]:
    client = Session(aws_access_key_id="AKIDEXAMPLE", aws_secret_access_key="k" * 40).client("s3", "us-east-1")
    yield client
    client.close()


def test_in_any_order_each_call_gets_the_answer_for_its_parameters(s3) -> None:
    stubber = Stubber(s3, any_order=True)
    stubber.add_response("list_objects", {"Name": "a"}, {"Bucket": "a"})
    stubber.add_response("list_objects", {"Name": "b"}, {"Bucket": "b"})
    stubber.add_response("list_buckets", {"Prefix": "c"})
    with stubber:
        assert s3.list_buckets() == {"Prefix": "c"}
        assert s3.list_objects(Bucket="b") == {"Name": "b"}
        with pytest.raises(StubAssertionError, match="'Bucket': 'a'"):
            s3.list_objects(Bucket="b")
        with pytest.raises(UnStubbedResponseError, match="there are answers for ListObjects alone"):
            s3.list_buckets()
        assert s3.list_objects(Bucket="a") == {"Name": "a"}
    stubber.assert_no_pending_responses()


def test_in_order_another_operation_is_an_error_and_takes_nothing(s3) -> None:
    stubber = Stubber(s3)
    stubber.add_response("list_buckets", {})
    with stubber:
        with pytest.raises(StubResponseError, match="found response for ListBuckets"):
            s3.list_objects(Bucket="b")
        with pytest.raises(AssertionError, match="1 responses remaining"):
            stubber.assert_no_pending_responses()
        assert s3.list_buckets() == {}


@pytest.mark.parametrize("any_order", [True, False])
def test_of_many_threads_no_two_get_the_same_answer(s3, any_order: bool) -> None:
    stubber = Stubber(s3, any_order=any_order)
    for number in range(200):
        stubber.add_response("list_objects", {"Name": str(number)}, {"Bucket": ANY})
    got: list[str] = []
    begin = threading.Barrier(8)

    def work() -> None:
        begin.wait(20)
        for _ in range(25):
            got.append(s3.list_objects(Bucket="b")["Name"])

    with stubber:
        threads = [threading.Thread(target=work) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
    assert sorted(got, key=int) == [str(number) for number in range(200)]
    stubber.assert_no_pending_responses()


def test_no_credentials_are_asked_for() -> None:
    class Never(CredentialProvider):
        METHOD = "never"

        def load(self) -> Any:
            raise AssertionError("nobody needs them")

    session = Session()
    session.get_component("credential_provider").insert_before("env", Never())
    client = session.client("sqs", "us-east-1")
    stubber = Stubber(client)
    stubber.add_response("list_queues", {"QueueUrls": ["u"]})
    with stubber:
        assert client.list_queues() == {"QueueUrls": ["u"]}


def test_no_socket_is_opened_even_by_transfers_in_threads() -> None:
    script = """
import io, sys
def audit(event, arguments):
    if event.startswith("socket."):
        print("opened", event); sys.exit(1)
sys.addaudithook(audit)
import sotalia
from sotalia.stub import ANY, Stubber
from sotalia.s3.transfer import TransferConfig
client = sotalia.client("s3", region_name="us-east-1")
stubber = Stubber(client, any_order=True)
stubber.add_response("create_multipart_upload", {"UploadId": "u"})
for number in range(4):
    expected = {"Bucket": "b", "Key": "k", "UploadId": "u", "PartNumber": number + 1, "Body": ANY,
                "ChecksumAlgorithm": "CRC32"}
    stubber.add_response("upload_part", {"ETag": str(number)}, expected)
stubber.add_response("complete_multipart_upload", {})
stubber.add_response("head_object", {"ContentLength": 3, "ETag": "e"})
stubber.add_response("get_object", {"Body": io.BytesIO(b"abc"), "ContentLength": 3})
got = io.BytesIO()
with stubber:
    config = TransferConfig(multipart_threshold=1, multipart_chunksize=5 << 20)
    client.upload_fileobj(io.BytesIO(bytes(20 << 20)), "b", "k", Config=config)
    client.download_fileobj("b", "k", got)
stubber.assert_no_pending_responses()
assert got.getvalue() == b"abc"
print("done", "socket" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60)
    assert done.stdout.startswith("done"), done.stdout + done.stderr


def test_any_is_equal_to_all_and_says_its_name() -> None:
    assert ANY == 1
    assert (ANY != 1) is False
    assert repr(ANY) == "<ANY>"
    assert {"a": [ANY]} == {"a": ["x"]}
