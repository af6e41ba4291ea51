"""S3: parameters that users give in an easier form than the service takes, and names that XML cannot carry."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..components.errors import ParamValidationError
from ..components.percent import PATH_SAFE, percent_encode
from ..components.request_body import IteratorBody, length_of
from .customization import ParamsStep, RequestStep, ResultStep

if TYPE_CHECKING:
    from ..models.shapes import OperationModel

__all__ = ["params_step", "request_step", "result_step"]

_WITH_KEY = frozenset(
    (
        *("HeadObject", "GetObject", "PutObject", "CopyObject", "SelectObjectContent"),
        *("CreateMultipartUpload", "UploadPart", "UploadPartCopy", "CompleteMultipartUpload"),
    )
)
_WITH_NAMES_IN_XML = frozenset(("DeleteObjects", "PutBucketLifecycleConfiguration"))
_WHOLE_OBJECTS = frozenset(("PutObject", "UploadPart"))

MOST_IN_ONE_REQUEST = 5 << 30
"""Bytes that S3 takes in one object or part that is put.

Source: "Uploading objects", Amazon S3 user guide.
"""

_COPIES = frozenset(("CopyObject", "UploadPartCopy"))

_LISTINGS: Mapping[str, tuple[tuple[str, ...], Mapping[str, tuple[str, ...]]]] = {
    "ListObjects": (("Delimiter", "Marker", "NextMarker"), {"Contents": ("Key",)}),
    "ListObjectsV2": (("Delimiter", "Prefix", "StartAfter"), {"Contents": ("Key",)}),
    "ListObjectVersions": (
        ("Delimiter", "KeyMarker", "NextKeyMarker", "Prefix"),
        {"Versions": ("Key",), "DeleteMarkers": ("Key",)},
    ),
}
"""The names in listings, of the listing itself and of what it lists, that boto3 decodes too."""

_CHOSEN = "encoding_type_auto_set"


def params_step(operation: "OperationModel") -> ParamsStep | None:
    """Return what changes the parameters of an operation of S3, ``None`` for nothing."""
    name = operation.name
    if name in _LISTINGS:
        return _ask_for_encoding
    if name not in _WITH_KEY:
        return None
    copies = name in _COPIES
    streams = operation.has_streaming_input

    def change(params: dict[str, Any], context: dict[str, Any]) -> dict[str, Any]:
        if streams and hasattr(params.get("Body"), "__next__") and not hasattr(params["Body"], "read"):
            params = {**params, "Body": IteratorBody(params["Body"])}
        params = _with_digest(params, "SSECustomerKey")
        if copies:
            params = _with_digest(params, "CopySourceSSECustomerKey")
            source = params.get("CopySource")
            if source is not None:
                params = {**params, "CopySource": _copy_source(source)}
        return params

    return change


def _with_digest(params: dict[str, Any], name: str) -> dict[str, Any]:
    """A customer's key goes out in base64, with its MD5; a caller who gives the MD5 has done both."""
    key, digest_name = params.get(name), f"{name}MD5"
    if key is None or digest_name in params:
        return params
    if isinstance(key, str):
        key = key.encode()
    if not isinstance(key, bytes | bytearray):
        return params  # the validator says so
    import hashlib
    from base64 import b64encode

    digest = hashlib.md5(key, usedforsecurity=False).digest()
    return {**params, name: b64encode(key).decode(), digest_name: b64encode(digest).decode()}


def _copy_source(source: Any) -> Any:
    """Encode ``bucket/key``, with ``?versionId=`` behind it or not, or the dictionary that says the same."""
    if isinstance(source, str):
        path, mark, version = source.partition("?versionId=")
        if not version or any(letter.isspace() for letter in version):
            path, mark, version = source, "", ""
        return percent_encode(path, PATH_SAFE) + mark + version
    if not isinstance(source, dict):
        return source  # the validator says so
    for name in ("Bucket", "Key"):
        if name not in source:
            raise ParamValidationError(report=f'Missing required parameter in CopySource: "{name}"')
    between = "/object/" if source["Bucket"].startswith("arn:") else "/"
    encoded = percent_encode(f"{source['Bucket']}{between}{source['Key']}", PATH_SAFE)
    chosen = source.get("VersionId")
    return encoded if chosen is None else f"{encoded}?versionId={chosen}"


def _ask_for_encoding(params: dict[str, Any], context: dict[str, Any]) -> dict[str, Any]:
    if "EncodingType" in params:
        return params
    context[_CHOSEN] = True
    return {**params, "EncodingType": "url"}


def request_step(operation: "OperationModel") -> RequestStep | None:
    """Return what changes the requests of an operation of S3, ``None`` for nothing."""
    if operation.has_streaming_input:
        return _prepare_upload(operation.name)
    return _keep_line_ends if operation.name in _WITH_NAMES_IN_XML else None


def _prepare_upload(operation_name: str) -> RequestStep:
    bytes_too = operation_name in _WHOLE_OBJECTS

    def prepare(params: Mapping[str, Any], request: dict[str, Any]) -> None:
        """Ask a server whether it wants a file before it is sent, and send none that it will not take."""
        body, headers = request["body"], request["headers"]
        if hasattr(body, "read") or (bytes_too and isinstance(body, bytes)):
            headers["Expect"] = "100-continue"
        if hasattr(body, "read"):
            length = length_of(body)
            if length is None:
                length = int(headers.get("Content-Length", 0))
        else:
            length = len(body)
        if length > MOST_IN_ONE_REQUEST:
            raise ParamValidationError(
                report=f"Body has {length} bytes, and {operation_name} takes at most 5 GiB ({MOST_IN_ONE_REQUEST}): "
                "upload it in parts (create_multipart_upload, upload_part), each with up to 5 GiB"
            )

    return prepare


def _keep_line_ends(params: Mapping[str, Any], request: dict[str, Any]) -> None:
    """Name line ends by number, as the serializer does with carriage returns: a key may hold them."""
    body = request["body"]
    if isinstance(body, bytes):
        request["body"] = body.replace(b"\n", b"&#xA;")


def result_step(operation: "OperationModel") -> ResultStep | None:
    """Return what decodes the names of a listing, if this library asked for their encoding."""
    names = _LISTINGS.get(operation.name)
    if names is None:
        return None
    own, lists = names
    listed = {**lists, "CommonPrefixes": ("Prefix",)}

    def decode(parsed: dict[str, Any], context: Mapping[str, Any]) -> None:
        if parsed.get("EncodingType") != "url" or not context.get(_CHOSEN):
            return
        _decode_names(parsed, own)
        for list_name, item_names in listed.items():
            for item in parsed.get(list_name, ()):
                _decode_names(item, item_names)

    return decode


def _decode_names(found: dict[str, Any], names: tuple[str, ...]) -> None:
    from urllib.parse import unquote_plus

    for name in names:
        if found.get(name):
            found[name] = unquote_plus(found[name])
