"""Uploads: one request, or parts in parallel, of which nothing is left when they fail."""

from collections.abc import Mapping
from typing import Any

from ..components.call_options import CallOptions
from .transfer_arguments import FULL_OBJECT_CHECKSUMS, chosen, without
from .transfer_config import TransferConfig
from .transfer_crew import Crew
from .transfer_sources import Source

__all__ = ["MULTIPART_ARGS", "PART_ARGS", "Multipart", "upload"]

PART_ARGS = ("SSECustomerAlgorithm", "SSECustomerKey", "SSECustomerKeyMD5", "RequestPayer", "ExpectedBucketOwner")
"""What is said again with each part."""

MULTIPART_ARGS = ("RequestPayer", "ExpectedBucketOwner")
_ABORT_SECONDS = 30.0


def upload(
    client: Any,
    crew: Crew,
    source: Source,
    bucket: str,
    key: str,
    extra: Mapping[str, Any],
    config: TransferConfig,
    made: dict[str, Any],
) -> None:
    """Upload a source; ``made`` are keyword arguments of the bodies. Raises what the calls raise."""
    args = _with_checksum(client, extra)
    if source.is_whole(config.multipart_threshold):
        if "ChecksumAlgorithm" in args and _full_checksum(extra) is not None:
            del args["ChecksumAlgorithm"]
        args = without(args, "ChecksumType", "MpuObjectSize")
        crew.check()
        client.put_object(Bucket=bucket, Key=key, Body=source.whole(made), **args, _options=crew.options)
        source.done()
        return
    full = _full_checksum(extra)
    algorithm = args.get("ChecksumAlgorithm")
    create = without(args, "MpuObjectSize", *FULL_OBJECT_CHECKSUMS)
    complete = chosen(args, *PART_ARGS, "ChecksumType", "MpuObjectSize", *FULL_OBJECT_CHECKSUMS)
    if full is not None:
        algorithm = create["ChecksumAlgorithm"] = full.removeprefix("Checksum")
        create["ChecksumType"] = complete["ChecksumType"] = "FULL_OBJECT"
    part_args = chosen(args, *PART_ARGS)
    if algorithm is not None:
        part_args["ChecksumAlgorithm"] = algorithm
    whole = Multipart(client, crew, bucket, key, chosen(args, *MULTIPART_ARGS))
    checksum = f"Checksum{str(algorithm).upper()}"

    def send(numbered: tuple[int, Any]) -> dict[str, Any]:
        number, body = numbered
        answer = client.upload_part(
            Bucket=bucket,
            Key=key,
            UploadId=whole.upload_id,
            PartNumber=number,
            Body=body,
            **part_args,
            _options=crew.options,
        )
        part = {"ETag": answer["ETag"], "PartNumber": number}
        if algorithm is not None and checksum in answer:
            part[checksum] = answer[checksum]
        return part

    with whole.created(create):
        parts = crew.each(enumerate(source.parts(config.multipart_chunksize, made), 1), send)
        whole.complete(parts, complete)
    source.done()


class Multipart:
    """A multipart upload: what is done with it as a whole.

    ``created`` makes a context manager of it, which aborts the upload when the
    block fails, whatever the error is, so that no parts are left to be paid for.
    """

    def __init__(self, client: Any, crew: Crew, bucket: str, key: str, args: Mapping[str, Any]) -> None:
        self._client = client
        self._crew = crew
        self._where = {"Bucket": bucket, "Key": key}
        self._args = args
        self._create: Mapping[str, Any] = {}
        self.upload_id = ""

    def created(self, args: Mapping[str, Any]) -> "Multipart":
        """Say with which arguments the upload is created."""
        self._create = args
        return self

    def __enter__(self) -> None:
        self._crew.check()
        answer = self._client.create_multipart_upload(**self._where, **self._create, _options=self._crew.options)
        self.upload_id = answer["UploadId"]

    def complete(self, parts: list[dict[str, Any]], args: Mapping[str, Any]) -> Any:
        """Make an object of the parts."""
        self._crew.check()
        return self._client.complete_multipart_upload(
            **self._where,
            UploadId=self.upload_id,
            MultipartUpload={"Parts": parts},
            **args,
            _options=self._crew.options,
        )

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: object) -> None:
        if error is None:
            return
        try:
            # Not the options of the transfer: it may have been cancelled, and this is what is left to do.
            self._client.abort_multipart_upload(
                **self._where, UploadId=self.upload_id, **self._args, _options=CallOptions(timeout=_ABORT_SECONDS)
            )
        except Exception as problem:
            error.add_note(
                f"The multipart upload {self.upload_id} could not be aborted ({type(problem).__name__}): its parts "
                "are kept, and paid for, until that is done"
            )


def _with_checksum(client: Any, extra: Mapping[str, Any]) -> dict[str, Any]:
    """Add the default algorithm, unless checksums are only computed where they are required."""
    args = dict(extra)
    if client.meta.config.request_checksum_calculation != "when_required" and _full_checksum(extra) is None:
        args.setdefault("ChecksumAlgorithm", "CRC32")
    return args


def _full_checksum(extra: Mapping[str, Any]) -> str | None:
    """Return the name of the checksum of the whole object that the caller has given."""
    return next((name for name in FULL_OBJECT_CHECKSUMS if name in extra), None)
