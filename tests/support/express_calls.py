"""Calls of directory buckets as they go out, as JSON: a program for ``sotalia`` and for ``boto3``, at one moment.

``python express_calls.py MODULE`` writes what each call sends, by its name:
method, URL, headers that are signed or sign; and what is only signed.
"""

import datetime
import json
import os
import sys
from collections.abc import Callable
from typing import Any

NOW = datetime.datetime(2026, 3, 4, 5, 6, 7, tzinfo=datetime.UTC)
BUCKET = "bucket--usw2-az1--x-s3"
OTHER = "other--usw2-az2--x-s3"
SESSION = (
    '<CreateSessionResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Credentials><AccessKeyId>SESSION-{}'
    "</AccessKeyId><SecretAccessKey>session secret</SecretAccessKey><SessionToken>session/token+=</SessionToken>"
    "<Expiration>2099-03-04T05:11:07Z</Expiration></Credentials></CreateSessionResult>"
)
OBJECT = {"Bucket": BUCKET, "Key": "a key"}
PLAIN = {"s3_disable_express_session_auth": True}
V4 = {"signature_version": "s3v4"}

CHECKSUMS = {
    "request_checksum_calculation": "when_required",
    "response_checksum_validation": "when_required",
}
URL = {"ClientMethod": "get_object", "Params": OBJECT}

CALLS: dict[str, tuple[dict[str, Any], list[tuple[str, dict[str, Any]]]]] = {
    "get": ({}, [("get_object", OBJECT)]),
    "get twice": ({}, [("get_object", OBJECT), ("head_object", OBJECT), ("get_object", {**OBJECT, "Bucket": OTHER})]),
    "put": ({}, [("put_object", {**OBJECT, "Body": b"content", "Metadata": {"a": "b"}})]),
    "list": ({}, [("list_objects_v2", {"Bucket": BUCKET, "Prefix": "a b", "EncodingType": "url"})]),
    "delete": ({}, [("delete_object", OBJECT)]),
    "head bucket": ({}, [("head_bucket", {"Bucket": BUCKET})]),
    "create session": ({}, [("create_session", {"Bucket": BUCKET, "SessionMode": "ReadOnly"})]),
    "list buckets": ({}, [("list_directory_buckets", {})]),
    "without sessions": (PLAIN, [("get_object", OBJECT)]),
    "with a version of one's own": (V4, [("get_object", OBJECT)]),
    "url": ({}, [("generate_presigned_url", {**URL, "ExpiresIn": 60})]),
    "url of a version of one's own": (V4, [("generate_presigned_url", URL)]),
    "url to put": ({}, [("generate_presigned_url", {"ClientMethod": "put_object", "Params": OBJECT})]),
    "url without sessions": (PLAIN, [("generate_presigned_url", URL)]),
    "form": ({}, [("generate_presigned_post", {"Bucket": BUCKET, "Key": "k"})]),
    "form without sessions": (PLAIN, [("generate_presigned_post", {"Bucket": BUCKET, "Key": "k"})]),
    "other bucket": ({}, [("get_object", {"Bucket": "ordinary", "Key": "k"})]),
}  # fmt: skip

KEPT = ("authorization", "x-amz-", "content-type")


def play(session: Callable[..., Any], config_class: Any, response_class: Any, body_class: Any, name: str) -> list[Any]:
    """Make the calls of one name and return what was sent, and what was signed for others."""
    options, calls = CALLS[name]
    sent: list[Any] = []

    def answer(request: Any, **_: Any) -> Any:
        headers = {
            key.lower(): value.decode() if isinstance(value, bytes) else value for key, value in request.headers.items()
        }
        kept = {key: value for key, value in headers.items() if key.startswith(KEPT) and "checksum" not in key}
        sent.append([request.method, request.url, kept])
        content = SESSION.format(request.url.split("/")[2].partition(".")[0]) if "?session" in request.url else ""
        return response_class(request.url, 200, {"Content-Type": "application/xml"}, body_class(content.encode()))

    made = session(aws_access_key_id="AKID", aws_secret_access_key="secret", region_name="us-west-2")
    client = made.client("s3", config=config_class(**CHECKSUMS, **options))
    client.meta.events.register("before-send.s3", answer)
    for method, params in calls:
        try:
            result = getattr(client, method)(**params)
            if method.startswith("generate"):
                sent.append(result)
        except Exception as error:
            sent.append(type(error).__name__)
    return sent


def of_sotalia() -> dict[str, Any]:
    """Return what sotalia sends."""
    from sotalia import Config, Session
    from sotalia.components.clock import Clock
    from sotalia.components.http import AWSResponse, BytesBody

    class Stopped(Clock):
        def time(self) -> float:
            return NOW.timestamp()

    def session(**options: Any) -> Session:
        made = Session(**options)
        made.register_component("clock", Stopped())
        return made

    os.environ["SOTALIA_CREDENTIAL_CACHE"] = "off"  # each client asks for sessions of its own, as boto3's do
    return {name: play(session, Config, AWSResponse, BytesBody, name) for name in CALLS}


def of_boto3() -> dict[str, Any]:
    """Return what boto3 sends."""
    import io

    import boto3
    import botocore.auth
    import botocore.signers
    from botocore.awsrequest import AWSResponse
    from botocore.config import Config

    class Body(io.BytesIO):
        def stream(self) -> Any:
            yield self.read()

    def now(remove_tzinfo: bool = True) -> datetime.datetime:
        return NOW.replace(tzinfo=None) if remove_tzinfo else NOW

    botocore.auth.get_current_datetime = botocore.signers.get_current_datetime = now
    loader = boto3.Session()._session.get_component("data_loader")

    def session(**options: Any) -> Any:
        made = boto3.Session(**options)
        made._session.register_component("data_loader", loader)  # it keeps what it read
        return made

    return {name: play(session, Config, AWSResponse, Body, name) for name in CALLS}


if __name__ == "__main__":
    os.environ.update({"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull})
    json.dump(of_boto3() if sys.argv[1] == "boto3" else of_sotalia(), sys.stdout)
