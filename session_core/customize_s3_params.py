"""S3: parameters that users give in an easier form than the service takes, and names that XML cannot carry."""

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from ..components.errors import ParamValidationError
from ..components.percent import PATH_SAFE, percent_encode
from ..components.request_body import IteratorBody, length_of
from .customization import NamedStep

if TYPE_CHECKING:
    from ..models.shapes import OperationModel

__all__ = ["params_steps", "request_steps", "result_steps"]

_WITH_KEY = frozenset(
    (
        *("HeadObject", "GetObject", "PutObject", "CopyObject", "SelectObjectContent"),
        *("CreateMultipartUpload", "UploadPart", "UploadPartCopy", "CompleteMultipartUpload"),
    )
)
_WITH_NAMES_IN_XML = frozenset(("DeleteObjects", "PutBucketLifecycleConfiguration"))

MOST_IN_ONE_REQUEST = 5 << 30
"""Bytes that S3 takes in one object or part that is put.

Source: "Uploading objects", Amazon S3 user guide.
"""

_COPIES = frozenset(("CopyObject", "UploadPartCopy"))
_WITH_METADATA = frozenset(("PutObject", "CopyObject", "CreateMultipartUpload"))

_HELD_BACK = 1 << 20
"""Bytes of a body above which a server is asked whether it wants it: the answer costs a round trip."""

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


def params_steps(operation: "OperationModel") -> Iterable[NamedStep]:
    """Return what changes the parameters of an operation of S3, or refuses them."""
    name = operation.name
    listing = _LISTINGS.get(name)
    if listing is not None:
        yield NamedStep("set_list_objects_encoding_type_url", _ask_for_encoding)
    if name in _WITH_METADATA:
        yield NamedStep("validate_ascii_metadata", _check_metadata)
    if operation.has_streaming_input:
        yield NamedStep("convert_body_to_file_like_object", _readable)
    if name in _WITH_KEY:
        yield NamedStep("sse_md5", lambda params, context: _with_digest(params, "SSECustomerKey"))
    if name in _COPIES:
        yield NamedStep("copy_source_sse_md5", lambda params, context: _with_digest(params, "CopySourceSSECustomerKey"))
        yield NamedStep("handle_copy_source_param", _with_copy_source)


def _readable(params: dict[str, Any], context: dict[str, Any]) -> dict[str, Any]:
    """Make a file of an iterator, which has no length and can be read once."""
    body = params.get("Body")
    if hasattr(body, "__next__") and not hasattr(body, "read"):
        return {**params, "Body": IteratorBody(cast("Iterator[bytes]", body))}
    return params


def _check_metadata(params: dict[str, Any], context: dict[str, Any]) -> dict[str, Any]:
    """Raise ``ParamValidationError`` for names and values that no header can carry."""
    metadata = params.get("Metadata")
    if isinstance(metadata, dict):
        for name, value in metadata.items():
            if any(isinstance(text, str) and not text.isascii() for text in (name, value)):
                raise ParamValidationError(
                    report=f'Non ascii characters found in S3 metadata for key "{name}": names and values travel as '
                    "headers, which are ASCII. Encode them, with urllib.parse.quote for example"
                )
    return params


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


def _with_copy_source(params: dict[str, Any], context: dict[str, Any]) -> dict[str, Any]:
    source = params.get("CopySource")
    return params if source is None else {**params, "CopySource": _copy_source(source)}


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


def request_steps(operation: "OperationModel") -> Iterable[NamedStep]:
    """Return what changes the requests of an operation of S3, or refuses them."""
    if operation.name in _WITH_NAMES_IN_XML:
        yield NamedStep("escape_xml_payload", _keep_line_ends)
    if operation.has_streaming_input:
        yield NamedStep("check_upload_size", partial(_check_size, operation.name))
        yield NamedStep("add_expect_header", _hold_back)


def _hold_back(params: Mapping[str, Any], request: dict[str, Any]) -> None:
    """Let the server refuse, or redirect, before a large body is sent."""
    body = request["body"]
    if hasattr(body, "read") or (isinstance(body, bytes | bytearray) and len(body) > _HELD_BACK):
        request["headers"].setdefault("Expect", "100-continue")


def _check_size(operation_name: str, params: Mapping[str, Any], request: dict[str, Any]) -> None:
    """Raise ``ParamValidationError`` for a body that the service will not take, before any of it is sent."""
    body = request["body"]
    length: int | None = length_of(body) if hasattr(body, "read") else len(body)
    if length is None:
        length = int(request["headers"].get("Content-Length", 0))
    if length > MOST_IN_ONE_REQUEST:
        raise ParamValidationError(
            report=f"Body has {length} bytes, and {operation_name} takes at most 5 GiB ({MOST_IN_ONE_REQUEST}): "
            "upload it in parts (create_multipart_upload, upload_part), each with up to 5 GiB"
        )


def _keep_line_ends(params: Mapping[str, Any], request: dict[str, Any]) -> None:
    """Name line ends by number, as the serializer does with carriage returns: a key may hold them."""
    body = request["body"]
    if isinstance(body, bytes):
        request["body"] = body.replace(b"&#13;", b"&#xD;").replace(b"\n", b"&#xA;")


_DECODERS: Mapping[str, str] = {
    "ListObjects": "decode_list_object",
    "ListObjectsV2": "decode_list_object_v2",
    "ListObjectVersions": "decode_list_object_versions",
}


def result_steps(operation: "OperationModel") -> Iterable[NamedStep]:
    """Return what decodes the names of a listing, if this library asked for their encoding."""
    names = _LISTINGS.get(operation.name)
    if names is None:
        return ()
    own, lists = names
    listed = {**lists, "CommonPrefixes": ("Prefix",)}

    def decode(parsed: dict[str, Any], context: Mapping[str, Any]) -> None:
        if parsed.get("EncodingType") != "url" or not context.get(_CHOSEN):
            return
        _decode_names(parsed, own)
        for list_name, item_names in listed.items():
            for item in parsed.get(list_name, ()):
                _decode_names(item, item_names)

    return [NamedStep(_DECODERS[operation.name], decode)]


def _decode_names(found: dict[str, Any], names: tuple[str, ...]) -> None:
    from urllib.parse import unquote_plus

    for name in names:
        if found.get(name):
            found[name] = unquote_plus(found[name])
