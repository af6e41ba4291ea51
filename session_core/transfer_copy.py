"""Copies from bucket to bucket, done by the service: in one request, or in parts."""

from collections.abc import Callable, Mapping
from typing import Any

from ..components.errors import ClientError, S3CopyFailedError
from .transfer_arguments import chosen, of_source, without
from .transfer_config import TransferConfig
from .transfer_crew import Crew
from .transfer_parts import part_size, ranges
from .transfer_upload import MULTIPART_ARGS, PART_ARGS, Multipart

__all__ = ["copy"]

_SOURCE_KEYS = ("CopySourceSSECustomerAlgorithm", "CopySourceSSECustomerKey", "CopySourceSSECustomerKeyMD5")
_CONDITIONS = (
    *("CopySourceIfMatch", "CopySourceIfModifiedSince", "CopySourceIfNoneMatch", "CopySourceIfUnmodifiedSince"),
)
_DIRECTIVES = ("MetadataDirective", "TaggingDirective", "Tagging", "AnnotationDirective")


def copy(
    client: Any,
    source_client: Any,
    crew: Crew,
    source: Mapping[str, str],
    bucket: str,
    key: str,
    extra: Mapping[str, Any],
    config: TransferConfig,
    heard: Callable[[int], object],
) -> None:
    """Copy an object; raises what the calls raise.

    In parts, every one of them is asked for by the ETag that the source had at
    first; tags and annotations follow as the directives say, when the object is
    there.
    """
    of = {"Bucket": source.get("Bucket"), "Key": source.get("Key"), "VersionId": source.get("VersionId")}
    found = {name: value for name, value in of.items() if value is not None}
    crew.check()
    head = source_client.head_object(**found, **of_source(extra), _options=crew.options)
    size = int(head["ContentLength"])
    if size < config.multipart_threshold:
        crew.check()
        client.copy_object(CopySource=dict(source), Bucket=bucket, Key=key, **extra, _options=crew.options)
        heard(size)
        return
    part_args = chosen(extra, *PART_ARGS, *_SOURCE_KEYS)
    if head.get("ETag") is not None:
        part_args["CopySourceIfMatch"] = head["ETag"]
    whole = Multipart(client, crew, bucket, key, chosen(extra, *MULTIPART_ARGS))

    def copy_part(part: tuple[int, tuple[int, int]]) -> dict[str, Any]:
        number, (start, count) = part
        try:
            answer = client.upload_part_copy(
                CopySource=dict(source),
                CopySourceRange=f"bytes={start}-{start + count - 1}",
                Bucket=bucket,
                Key=key,
                UploadId=whole.upload_id,
                PartNumber=number,
                **part_args,
                _options=crew.options,
            )
        except ClientError as refused:
            if refused.response.get("Error", {}).get("Code") == "PreconditionFailed":
                raise S3CopyFailedError(
                    f'Contents of stored object "{found["Key"]}" in bucket "{found["Bucket"]}" '
                    "did not match expected ETag."
                ) from refused
            raise
        heard(count)
        said = answer["CopyPartResult"]
        return {"ETag": said["ETag"], "PartNumber": number, **_checksum(said, extra)}

    with whole.created(without(extra, *_DIRECTIVES, *_SOURCE_KEYS, *_CONDITIONS)):
        cut = ranges(size, part_size(config.multipart_chunksize, size))
        made = whole.complete(crew.each(enumerate(cut, 1), copy_part), chosen(extra, *PART_ARGS))
    place = {"Bucket": bucket, "Key": key, **chosen(made, "VersionId"), **chosen(extra, *MULTIPART_ARGS)}
    origin = {**found, **chosen(extra, *MULTIPART_ARGS)}
    _copy_tags(client, source_client, crew, origin, place, extra)
    if extra.get("AnnotationDirective") == "COPY":
        _copy_annotations(client, source_client, crew, origin, place, made.get("ETag"))


def _checksum(said: Mapping[str, Any], extra: Mapping[str, Any]) -> dict[str, Any]:
    algorithm = extra.get("ChecksumAlgorithm")
    return {} if algorithm is None else chosen(said, f"Checksum{str(algorithm).upper()}")


def _copy_tags(
    client: Any,
    source_client: Any,
    crew: Crew,
    origin: Mapping[str, Any],
    place: Mapping[str, Any],
    extra: Mapping[str, Any],
) -> None:
    directive = extra.get("TaggingDirective")
    if directive == "COPY":
        tags = source_client.get_object_tagging(**origin, _options=crew.options)["TagSet"]
    elif directive == "REPLACE":
        from urllib.parse import parse_qsl

        tags = [
            {"Key": name, "Value": value} for name, value in parse_qsl(extra.get("Tagging", ""), keep_blank_values=True)
        ]
    else:
        return
    if tags:
        client.put_object_tagging(**place, Tagging={"TagSet": tags}, _options=crew.options)


def _copy_annotations(
    client: Any,
    source_client: Any,
    crew: Crew,
    origin: Mapping[str, Any],
    place: Mapping[str, Any],
    etag: str | None,
) -> None:
    more: dict[str, Any] = {} if etag is None else {"ObjectIfMatch": etag}
    token: dict[str, Any] = {}
    while True:
        listed = source_client.list_object_annotations(**origin, **token, _options=crew.options)
        for one in listed.get("Annotations", ()):
            name = one["AnnotationName"]
            answer = source_client.get_object_annotation(**origin, AnnotationName=name, _options=crew.options)
            with crew.reading(answer["AnnotationPayload"]) as body:
                payload = body.read()
            client.put_object_annotation(
                **place, **more, AnnotationName=name, AnnotationPayload=payload, _options=crew.options
            )
        following = listed.get("NextContinuationToken")
        if not following:
            return
        token = {"ContinuationToken": following}
