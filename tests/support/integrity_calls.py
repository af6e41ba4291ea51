"""What goes over the wire with checksums, as JSON: a program for ``sotalia`` and for ``boto3``, at one moment.

``python integrity_calls.py MODULE`` writes for every case of ``CASES`` the
request, or the name of the exception, by the case's name.
"""

import datetime
import hashlib
import io
import json
import os
import sys
from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

NOW = datetime.datetime(2026, 3, 4, 5, 6, 7, tzinfo=datetime.UTC)
OBJECT = {"Bucket": "bucket", "Key": "key"}
PART = {**OBJECT, "PartNumber": 1, "UploadId": "u"}
LARGE = bytes(range(256)) * 10_000


class Once:
    """A body that can be read, and no more."""

    def __init__(self, data: bytes) -> None:
        self._data = io.BytesIO(data)

    def read(self, size: int = -1) -> bytes:
        return self._data.read(size)


def middle() -> io.BytesIO:
    body = io.BytesIO(b"0123456789")
    body.seek(5)
    return body


BODIES: dict[str, tuple[Callable[[], Any], dict[str, Any]]] = {
    "bytes": (lambda: b"hello", {}),
    "no bytes": (lambda: b"", {}),
    "text": (lambda: "größer", {}),
    "bytearray": (lambda: bytearray(b"hello"), {}),
    "file": (lambda: io.BytesIO(b"hello"), {}),
    "file in the middle": (middle, {}),
    "large file": (lambda: io.BytesIO(LARGE), {}),
    "large bytes": (lambda: LARGE, {}),
    "stream with a length": (lambda: Once(b"hello"), {"ContentLength": 5}),
    "stream": (lambda: Once(b"hello"), {}),
    "coded file": (lambda: io.BytesIO(b"hello"), {"ContentEncoding": "gzip"}),
    "with its MD5": (lambda: b"hello", {"ContentMD5": "XUFAKrxLKna5cZ2REBfFkg=="}),
    "with its CRC32": (lambda: b"hello", {"ChecksumCRC32": "NhCmhg=="}),
}
ALGORITHMS = (None, "CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256", "SHA512", "XXHASH3", "CRC16")
SOME = (None, "CRC64NVME", "SHA256")
CONFIGS: dict[str, dict[str, Any]] = {
    "default": {},
    "when_required": {"request_checksum_calculation": "when_required", "response_checksum_validation": "when_required"},
    "payload signed": {"s3": {"payload_signing_enabled": True}},
    "payload not signed": {"s3": {"payload_signing_enabled": False}},
    "v1": {"signature_version": "s3"},
    "v4": {"signature_version": "v4"},
    "nobody": {"signature_version": "unsigned"},
}
TAGS = {"TagSet": [{"Key": "a", "Value": "b"}]}
OTHERS: dict[str, tuple[str, dict[str, Any]]] = {
    "delete_objects": ("delete_objects", {"Bucket": "bucket", "Delete": {"Objects": [{"Key": "a"}]}}),
    "tagging": ("put_object_tagging", {**OBJECT, "Tagging": TAGS}),
    "policy": ("put_bucket_policy", {"Bucket": "bucket", "Policy": "{}"}),
    "versioning": ("put_bucket_versioning", {"Bucket": "bucket", "VersioningConfiguration": {"Status": "Enabled"}}),
    "accelerate": (
        "put_bucket_accelerate_configuration",
        {"Bucket": "bucket", "AccelerateConfiguration": {"Status": "Enabled"}},
    ),
    "restore": ("restore_object", {**OBJECT, "RestoreRequest": {"Days": 1}}),
}
ANSWERS: dict[str, tuple[str, dict[str, Any]]] = {
    "get": ("get_object", OBJECT),
    "get a range": ("get_object", {**OBJECT, "Range": "bytes=0-3"}),
    "get with the mode": ("get_object", {**OBJECT, "ChecksumMode": "ENABLED"}),
    "head": ("head_object", OBJECT),
    "create upload": ("create_multipart_upload", {**OBJECT, "ChecksumAlgorithm": "CRC32C"}),
    "complete upload": (
        "complete_multipart_upload",
        {**OBJECT, "UploadId": "u", "ChecksumType": "FULL_OBJECT", "MultipartUpload": {"Parts": []}},
    ),
}

Case = tuple[str, str, str, str | None, str]
"""Scheme, configuration, what is called (an operation with a body, or another one), algorithm, body."""


def cases() -> Iterator[Case]:
    for scheme, config in product(("https", "http"), CONFIGS):
        for algorithm, body in product(ALGORITHMS if config == "default" else SOME, BODIES):
            yield scheme, config, "put_object", algorithm, body
        for body in ("bytes", "large file", "stream with a length"):
            yield scheme, config, "upload_part", None, body
        for name, algorithm in product(OTHERS, (None, "SHA256", "CRC64NVME")):
            yield scheme, config, name, algorithm, ""
        for name in ANSWERS:
            yield scheme, config, name, None, ""


def params_of(case: Case) -> tuple[str, dict[str, Any]]:
    """Return the method and the parameters of a case."""
    _, _, name, algorithm, body = case
    chosen = {} if algorithm is None else {"ChecksumAlgorithm": algorithm}
    if name in ANSWERS:
        return ANSWERS[name]
    if name in OTHERS:
        method, params = OTHERS[name]
        return method, {**params, **chosen}
    make, more = BODIES[body]
    if name == "upload_part":
        return name, {**PART, "Body": make(), **more, **chosen}
    return name, {**OBJECT, "Body": make(), **more, **chosen}


HIDDEN = frozenset(("user-agent", "amz-sdk-invocation-id", "content-length", "host"))
"""Headers that are one's own, or that one side adds at the socket."""


def shown(request: Any) -> list[Any]:
    """Return a request as JSON can hold it."""
    body = request.body
    data = body.read() if hasattr(body, "read") else bytes(body or b"")
    headers = {name.lower(): v.decode() if isinstance(v, bytes) else v for name, v in request.headers.items()}
    kept = {name: value for name, value in sorted(headers.items()) if name not in HIDDEN}
    wire = repr(data) if len(data) < 1000 else f"{len(data)} bytes, {hashlib.sha256(data).hexdigest()}"
    return [request.method, request.url, kept, wire]


def play(session: Callable[[], Any], config_class: Any, unsigned: Any, answer: Callable[[], Any]) -> dict[str, Any]:
    """Return what every case sends."""
    found: dict[str, Any] = {}
    clients: dict[tuple[str, str], Any] = {}
    sent: list[Any] = []

    def record(request: Any, **_: Any) -> Any:
        sent.append(shown(request))
        return answer()

    for case in cases():
        scheme, name = case[:2]
        client = clients.get((scheme, name))
        if client is None:
            options = dict(CONFIGS[name])
            if options.get("signature_version") == "unsigned":
                options["signature_version"] = unsigned
            client = session().client("s3", config=config_class(**options), use_ssl=scheme == "https")
            client.meta.events.register("before-send.s3", record)
            clients[scheme, name] = client
        sent.clear()
        method, params = params_of(case)
        try:
            getattr(client, method)(**params)
            result: Any = sent[-1]
        except Exception as error:
            result = type(error).__name__
        found[" | ".join(part or "-" for part in case)] = result
    return found


KEYS = {"aws_access_key_id": "AKID", "aws_secret_access_key": "secret", "region_name": "us-west-2"}


def of_sotalia() -> dict[str, Any]:
    """Return what sotalia sends."""
    from sotalia import UNSIGNED, Config, Session
    from sotalia.components.clock import Clock
    from sotalia.components.http import make_response

    class Stopped(Clock):
        def time(self) -> float:
            return NOW.timestamp()

    def session() -> Session:
        made = Session(**KEYS)
        made.register_component("clock", Stopped())
        return made

    return play(session, Config, UNSIGNED, make_response)


def of_boto3() -> dict[str, Any]:
    """Return what boto3 sends."""
    import boto3
    import botocore.auth
    from botocore import UNSIGNED
    from botocore.awsrequest import AWSResponse
    from botocore.config import Config

    class Body(io.BytesIO):
        def stream(self) -> Any:
            yield self.read()

    def now(remove_tzinfo: bool = True) -> datetime.datetime:
        return NOW.replace(tzinfo=None) if remove_tzinfo else NOW

    botocore.auth.get_current_datetime = now
    if "botocore.crt.auth" in sys.modules:  # awscrt is there: it computes checksums, and signs too
        sys.modules["botocore.crt.auth"].get_current_datetime = now  # type: ignore[attr-defined]
    botocore.auth.formatdate = lambda *_, **__: "Wed, 04 Mar 2026 05:06:07 GMT"
    loader = boto3.Session()._session.get_component("data_loader")

    def session() -> Any:
        made = boto3.Session(**KEYS)
        made._session.register_component("data_loader", loader)  # it keeps what it read
        return made

    return play(session, Config, UNSIGNED, lambda: AWSResponse("https://x/", 200, {}, Body()))


if __name__ == "__main__":
    os.environ.update({"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull})
    json.dump({"sotalia": of_sotalia, "boto3": of_boto3}[sys.argv[1]](), sys.stdout)
