"""Transfer with a library, ``boto3`` or ``sotalia``, and tell what was called: operations, parameters and the end.

A handler answers each call, so nothing is sent.
"""

import importlib
import io
import json
import sys
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

MB = 1 << 20
KEY = {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": "k" * 32}
SOURCE_KEY = {f"CopySource{name}": "z" for name in ("SSECustomerKey", "SSECustomerKeyMD5")}
OWNER = {"RequestPayer": "requester", "ExpectedBucketOwner": "1"}
FROM = {"Bucket": "s", "Key": "sk"}

LIBRARY = sys.argv[1]
sdk = importlib.import_module(LIBRARY)
TransferConfig = importlib.import_module(f"{LIBRARY}.s3.transfer").TransferConfig
Config = importlib.import_module("botocore.config" if LIBRARY == "boto3" else "sotalia.config").Config

Log = list[tuple[str, str, dict[str, Any]]]
Answers = dict[str, Any]


class Answer:
    headers: dict[str, str] = {}

    def __init__(self, status: int) -> None:
        self.status_code = status


class Once(io.RawIOBase):
    """A stream that can be read, and no more."""

    def __init__(self, data: bytes) -> None:
        self._data = io.BytesIO(data)

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        return self._data.read(size)


class Sink:
    """What can be written, and no more."""

    def write(self, data: bytes) -> int:
        return len(data)


class Breaks:
    """A body that ends with an error after its first bytes."""

    def __init__(self) -> None:
        self._left = 1

    def read(self, size: int = -1) -> bytes:
        if self._left:
            self._left -= 1
            return b"0123456789"
        errors = "botocore" if LIBRARY == "boto3" else "sotalia"
        raise importlib.import_module(f"{errors}.exceptions").ReadTimeoutError(endpoint_url="x")


def answer_of(operation: str, headers: Any, size: int) -> dict[str, Any]:
    if operation == "HeadObject":
        return {"ContentLength": size, "ETag": '"e1"'}
    if operation == "CreateMultipartUpload":
        return {"UploadId": "u1"}
    if operation == "UploadPart":
        return {"ETag": '"p"', "ChecksumCRC32": "AAAAAA=="}
    if operation == "UploadPartCopy":
        return {"CopyPartResult": {"ETag": '"pc"', "ChecksumCRC32": "AAAAAA=="}}
    if operation == "GetObjectTagging":
        return {"TagSet": [{"Key": "k", "Value": "v"}]}
    if operation == "GetObject":
        span = headers.get("Range")
        first, _, last = (span.removeprefix("bytes=") if span else "0-").partition("-")
        data = bytes(size)[int(first) : int(last) + 1 if last else size]
        more = {"ContentRange": f"bytes {first}-{last or size - 1}/{size}"} if span else {}
        return {"Body": io.BytesIO(data), "ContentLength": len(data), "ETag": '"e1"', **more}
    return {}


def client(size: int, log: Log, answers: Answers, name: str = "client", **more: Any) -> Any:
    keys = {"aws_access_key_id": "AKIDEXAMPLE", "aws_secret_access_key": "secret"}
    made = sdk.client("s3", region_name="us-east-1", **keys, **more)
    lock = threading.Lock()

    def note(params: dict[str, Any], model: Any, **_: Any) -> None:
        plain = {
            name: value if isinstance(value, str | int | float | dict | list) else "body"
            for name, value in params.items()
        }
        with lock:
            log.append((name, model.name, plain))

    def reply(model: Any, params: dict[str, Any], **_: Any) -> Any:
        given = answers.get(model.name)
        if isinstance(given, int):
            codes = {412: "PreconditionFailed", 404: "404"}
            return Answer(given), {"Error": {"Code": codes.get(given, "AccessDenied"), "Message": "m"}}
        found = given() if given is not None else answer_of(model.name, params["headers"], size)
        return Answer(200), {"ResponseMetadata": {"HTTPStatusCode": 200}, **found}

    made.meta.events.register("provide-client-params.s3", note)
    made.meta.events.register("before-call.s3", reply)
    return made


def main() -> None:
    folder = Path(tempfile.mkdtemp())

    def file(size: int) -> str:
        path = folder / f"f{size}"
        path.write_bytes(bytes(size))
        return str(path)

    to = str(folder / "out")
    found: dict[str, Any] = {}

    def run(
        name: str,
        does: Callable[..., Any],
        size: int = 0,
        answers: Answers | None = None,
        heard: bool = True,
        **more: Any,
    ) -> None:
        log: Log = []
        counts: list[int] = []
        made = client(size, log, answers or {}, **more)
        try:
            does(made, counts.append, log)
            end = "done"
        except Exception as error:
            end = f"{type(error).__name__}: {error}" if type(error) in (ValueError, TypeError) else type(error).__name__
        calls = sorted(log, key=lambda one: (one[0], one[1], json.dumps(one[2], sort_keys=True)))
        found[name] = {"end": end, "calls": calls, "heard": sum(counts) if heard else None}

    def up(
        name: str, size: int, extra: Any = None, answers: Answers | None = None, config: Any = None, **more: Any
    ) -> None:
        def does(made: Any, heard: Any, _: Log) -> None:
            made.upload_file(file(size), "b", "k", ExtraArgs=extra, Callback=heard, Config=config)

        run(f"up {name}", does, answers=answers, **more)

    def up_object(name: str, fileobj: Any, answers: Answers | None = None) -> None:
        run(
            f"up object, {name}",
            lambda made, heard, _: made.upload_fileobj(fileobj, "b", "k", Callback=heard),
            0,
            answers,
        )

    def down(name: str, size: int, extra: Any = None, answers: Answers | None = None, heard: bool = True) -> None:
        def does(made: Any, told: Any, _: Log) -> None:
            made.download_file("b", "k", to, ExtraArgs=extra, Callback=told)

        run(f"down {name}", does, size, answers, heard)

    def down_object(name: str, size: int, fileobj: Any, answers: Answers | None = None, heard: bool = True) -> None:
        def does(made: Any, told: Any, _: Log) -> None:
            made.download_fileobj("b", "k", fileobj, Callback=told)

        run(f"down object, {name}", does, size, answers, heard)

    def copy(
        name: str, size: int, extra: Any = None, source: Any = FROM, answers: Answers | None = None, config: Any = None
    ) -> None:
        def does(made: Any, heard: Any, _: Log) -> None:
            made.copy(source, "b", "k", ExtraArgs=extra, Callback=heard, Config=config)

        run(f"copy {name}", does, size, answers)

    up("small", 10)
    up("empty", 0)
    up("small with arguments", 10, {"ACL": "private", "Metadata": {"a": "b"}, "ChecksumAlgorithm": "SHA256"})
    up("small with its checksum", 10, {"ChecksumCRC32": "AAAA"})
    up("small with arguments of parts", 10, {"ChecksumType": "COMPOSITE", "MpuObjectSize": 3})
    up("large", 20 * MB)
    up("at the threshold", 8 * MB)
    run(
        "up large, checksums where required",
        lambda made, heard, _: made.upload_file(file(9 * MB), "b", "k"),
        config=Config(request_checksum_calculation="when_required"),
    )
    all_kinds = {"ACL": "private", "Metadata": {"a": "b"}, "Tagging": "x=y", "StorageClass": "GLACIER"}
    up("large with arguments", 9 * MB, {**all_kinds, "ServerSideEncryption": "AES256", **OWNER, **KEY})
    up("large, SHA256", 9 * MB, {"ChecksumAlgorithm": "SHA256"})
    up("large, composite", 9 * MB, {"ChecksumAlgorithm": "CRC32", "ChecksumType": "COMPOSITE"})
    up("large with its checksum", 9 * MB, {"ChecksumCRC32": "AAAA"})
    up("large with its SHA256", 9 * MB, {"ChecksumSHA256": "AAAA"})
    up("large with its size", 9 * MB, {"MpuObjectSize": 9 * MB})
    up("large, full object", 9 * MB, {"ChecksumType": "FULL_OBJECT"})
    up("small parts", 11 * MB, config=TransferConfig(multipart_chunksize=MB, multipart_threshold=MB))
    up("unknown argument", 11, {"Foo": 1})
    run("up missing", lambda made, heard, _: made.upload_file("/nonexistent", "b", "k"))
    run("up no name", lambda made, heard, _: made.upload_file(5, "b", "k"))
    run(
        "up to an object lambda",
        lambda made, heard, _: made.upload_file(
            file(1), "arn:aws:s3-object-lambda:us-east-1:123456789012:accesspoint/my", "k"
        ),
    )
    up_object("small", io.BytesIO(bytes(10)))
    up_object("large", io.BytesIO(bytes(9 * MB)))
    up_object("stream", Once(bytes(10)))
    up_object("large stream", Once(bytes(17 * MB)))
    up_object("stream of two parts", Once(bytes(16 * MB)))
    up_object("text", io.StringIO("abc"))
    up_object("nothing to read", 5)
    for operation in ("CreateMultipartUpload", "CompleteMultipartUpload"):
        up(f"large, {operation} refused", 9 * MB, None, {operation: 403})
    up("small, refused", 9, None, {"PutObject": 403})
    down("small", 10)
    down("empty", 0)
    down("large", 20 * MB)
    down("large with arguments", 9 * MB, {"VersionId": "v", "ChecksumMode": "ENABLED", **OWNER, **KEY})
    down("unknown argument", 9, {"IfMatch": "x"})
    down("refused", 9, None, {"HeadObject": 404})
    broken = {"GetObject": lambda: {"Body": Breaks(), "ContentLength": 20}}
    down_object("large", 9 * MB, io.BytesIO())
    down_object("large, in order", 9 * MB, Sink())
    down_object("nothing to write", 9, 5)
    run("down no name", lambda made, heard, _: made.download_file("b", "k", 5))
    copy("small", 10)
    copy("small, of a version", 10, None, {**FROM, "VersionId": "v"})
    tagged = {"MetadataDirective": "REPLACE", "Metadata": {"a": "b"}, "TaggingDirective": "REPLACE", "Tagging": "a=b"}
    arguments = {**tagged, "CopySourceIfMatch": "x", "CopySourceSSECustomerAlgorithm": "AES256", **SOURCE_KEY, **OWNER}
    copy("small with arguments", 10, arguments)
    copy("large", 20 * MB)
    copy("large with arguments", 9 * MB, {**arguments, **KEY, "ACL": "private"}, {**FROM, "VersionId": "v"})
    copy("large with its tags", 9 * MB, {"TaggingDirective": "COPY"})
    copy("large with tags", 9 * MB, {"Tagging": "a=b"})
    copy("large, SHA256", 9 * MB, {"ChecksumAlgorithm": "SHA256"})
    annotations = {
        "ListObjectAnnotations": lambda: {"Annotations": [{"AnnotationName": "n1"}, {"AnnotationName": "n2"}]},
        "GetObjectAnnotation": lambda: {"AnnotationPayload": io.BytesIO(b"pp")},
        "CompleteMultipartUpload": lambda: {"VersionId": "vv", "ETag": '"ee"'},
    }
    both = {"AnnotationDirective": "COPY", "TaggingDirective": "COPY", **OWNER}
    copy("large with annotations", 9 * MB, both, answers=annotations)
    copy("large, CompleteMultipartUpload refused", 9 * MB, answers={"CompleteMultipartUpload": 403})
    copy("of text", 9, None, "s/sk")
    copy("of no key", 9, None, {"Bucket": "s"})
    copy("in many parts", 1000 * MB, config=TransferConfig(multipart_chunksize=MB, multipart_threshold=MB))
    copy("in the largest parts", 6000 * MB, config=TransferConfig(multipart_chunksize=5500 * MB))
    for size in (9, 9 * MB):

        def with_source(made: Any, heard: Any, log: Log, size: int = size) -> None:
            source = client(size, log, {}, "source")
            made.copy(FROM, "b", "k", Callback=heard, SourceClient=source)

        run(f"copy with a client for the source, {size}", with_source, size)
    # One part, so that what has begun before the refusal is the same.
    one = TransferConfig(max_concurrency=1, use_threads=False)
    run(
        "down large, changed",
        lambda made, heard, _: made.download_file("b", "k", to, Config=one),
        9 * MB,
        {"GetObject": 412},
    )
    copy("large, changed", 9 * MB, answers={"UploadPartCopy": 412}, config=one)
    up("large, part refused", 9 * MB, None, {"UploadPart": 403}, config=one)
    down("broken", 20, None, broken, heard=False)
    down_object("broken", 20, io.BytesIO(), broken, heard=False)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
